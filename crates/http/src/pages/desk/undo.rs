//! Undo: the form that brings back what was, beside the notice of the deed that changed it.
//!
//! It travels in the address of the page that tells of the deed, sealed for who did it and for a few minutes.
//! What it sends is a form like any other, with the former values; the handler behind it is told what they
//! replaced, and says no where that has changed again.

use crate::pages::frame::Frame;
use crate::pages::sealed::{go_with, seal, unseal};
use crate::pages::visit::is_desk;
use crate::shop::Keys;
use axum::response::Redirect;
use hmac::{Hmac, Mac};
use maud::{Markup, html};
use sha2::Sha256;
use uuid::Uuid;
use vocabulary::{Millis, RequestKey};

/// For how long it is offered.
const OFFERED_MS: u64 = 10 * 60 * 1_000;

/// A form that undoes a deed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    /// Where it is sent: a page of the desk.
    pub address: String,
    /// What it says: the former values, and what they replaced.
    pub fields: Vec<(String, String)>,
    /// The request key that it is sent with: it is the same however often its page is loaded, so that what
    /// is undone twice is undone once.
    key: String,
}

impl Undo {
    /// A form without fields yet.
    pub fn at(address: impl Into<String>) -> Undo {
        Undo {
            address: address.into(),
            fields: Vec::new(),
            key: Uuid::from_u128(rand::random()).to_string(),
        }
    }

    /// The undo of the deed that was done under `key`: the same however often that is asked for.
    pub fn of(mut self, key: RequestKey) -> Undo {
        self.key = format!("undo-{:032x}", key.key);
        self
    }

    /// With one more field.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Undo {
        self.fields.push((name.to_owned(), value.into()));
        self
    }

    /// To the page at `address`, which tells of the deed and offers to undo it.
    pub fn go(&self, keys: &Keys, frame: &Frame, address: &str, said: &'static str) -> Redirect {
        let who = frame.at_desk.as_ref().map_or("", |who| who.name.as_str());
        go_with(address, ("undo", &self.seal(keys, who, frame.now)), said)
    }

    /// The form that a query carries, if we signed it for `who` a moment ago.
    pub fn of_query(query: &str, keys: &Keys, who: &str, now: Millis) -> Option<Undo> {
        let text = unseal(query, "undo", mac(keys, who))?;
        let (until, address, key, fields): (u64, String, String, Vec<(String, String)>) =
            serde_json::from_slice(&text).ok()?;
        let undo = Undo {
            address,
            fields,
            key,
        };
        (now.0 < until && is_desk(&undo.address)).then_some(undo)
    }

    /// The button.
    pub fn render(&self, frame: &Frame) -> Markup {
        html! {
            form.undo method="post" action=(self.address) {
                input type="hidden" name="key" value=(self.key);
                @for (name, value) in &self.fields { input type="hidden" name=(name) value=(value); }
                button.button-quiet type="submit" { (frame.words.say("undo")) }
            }
        }
    }

    fn seal(&self, keys: &Keys, who: &str, now: Millis) -> String {
        let until = now.plus(OFFERED_MS).0;
        let said = (until, &self.address, &self.key, &self.fields);
        let text = serde_json::to_vec(&said).expect("texts are encodable");
        seal(mac(keys, who), &text)
    }
}

fn mac(keys: &Keys, who: &str) -> Hmac<Sha256> {
    let mac = keys.mac(b"undo").chain_update(who.as_bytes());
    mac.chain_update([0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_undo_is_for_who_did_the_deed_and_for_a_few_minutes() {
        let keys = Keys {
            sessions: [7; 32],
            handover: None,
        };
        let (undo, now) = (
            Undo::at("/desk/people/7").with("role", "viewer"),
            Millis(1_000),
        );
        let query = format!(
            "said=member-changed&undo={}",
            undo.seal(&keys, "a@shop.kr", now)
        );
        let read = |who, at| Undo::of_query(&query, &keys, who, at);
        assert_eq!(read("a@shop.kr", now), Some(undo));
        assert_eq!(read("b@shop.kr", now), None);
        assert_eq!(read("a@shop.kr", now.plus(OFFERED_MS)), None);
        let strange = Undo::at("/checkout").seal(&keys, "a@shop.kr", now);
        let strange = format!("undo={strange}");
        assert_eq!(Undo::of_query(&strange, &keys, "a@shop.kr", now), None);
        let other = Keys {
            sessions: [8; 32],
            handover: None,
        };
        assert_eq!(Undo::of_query(&query, &other, "a@shop.kr", now), None);
    }
}
