//! Secrets that are told once, and ids of 128 bits as text. A secret that is made under a request key
//! is derived from it, so that a repeat can be told the same without its being stored anywhere.

use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use hmac::Mac;
use uuid::Uuid;
use vocabulary::RequestKey;

/// A fresh secret for `what`; under a request key always the same.
pub(super) fn secret_for(shop: &Shop, what: &str, key: Option<RequestKey>) -> [u8; 32] {
    match key {
        Some(key) => keyed(shop, what, key),
        None => rand::random(),
    }
}

fn keyed(shop: &Shop, what: &str, key: RequestKey) -> [u8; 32] {
    let mac = shop.keys.mac(b"staff ").chain_update(what.as_bytes());
    let mac = mac.chain_update([0]).chain_update(key.key.to_be_bytes());
    mac.finalize().into_bytes().into()
}

/// An id of 128 bits as text.
pub fn id_text(id: u128) -> String {
    Uuid::from_u128(id).to_string()
}

/// The id that a text says; a text that is none names nothing.
pub(super) fn read_id(text: &str) -> Result<u128, Problem> {
    let uuid = Uuid::parse_str(text).map_err(|_| Problem::from(Kind::NOT_FOUND))?;
    Ok(uuid.as_u128())
}

/// A text of an answerable length.
pub(super) fn short(field: &str, text: &str) -> Result<(), Problem> {
    match (1..=200).contains(&text.trim().len()) {
        true => Ok(()),
        false => Err(Problem::field(field, "has 1 to 200 bytes")),
    }
}
