//! What travels in the address of a page and is believed there: it is signed for whom it is meant, so that no
//! stranger's link shows a button that does something else.

use super::notice::Notice;
use axum::response::Redirect;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

const TAG_BYTES: usize = 16;

/// To the page at `address`, which tells what was done and finds `sealed` under `name`.
pub fn go_with(address: &str, (name, sealed): (&str, &str), said: &'static str) -> Redirect {
    let joint = if address.contains('?') { '&' } else { '?' };
    let notice = Notice::Said(said).query();
    Redirect::to(&format!("{address}{joint}{notice}&{name}={sealed}"))
}

/// A text, signed by a mac that knows what it is for and for whom it is meant.
pub fn seal(mac: Hmac<Sha256>, text: &[u8]) -> String {
    let tag = mac.chain_update(text).finalize().into_bytes();
    URL_SAFE_NO_PAD.encode([&tag[..TAG_BYTES], text].concat())
}

/// The text that a query carries under `name`, if this mac signed it.
pub fn unseal(query: &str, name: &str, mac: Hmac<Sha256>) -> Option<Vec<u8>> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, sealed) = pairs.find(|(known, _)| *known == name)?;
    let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (tag, text) = bytes.split_at_checked(TAG_BYTES)?;
    let mac = mac.chain_update(text);
    mac.verify_truncated_left(tag).ok()?;
    Some(text.to_vec())
}
