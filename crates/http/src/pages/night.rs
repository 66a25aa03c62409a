//! A deal that opens at night is watched: its notice waits for the morning, or does not come where that is too
//! late, unless the shopper agrees to be told at night, which takes one click.

use super::frame::Frame;
use super::sealed::{go_with, seal, unseal};
use super::tile::deal_address;
use crate::shop::Keys;
use axum::response::Redirect;
use hmac::{Hmac, Mac};
use maud::{Markup, html};
use sha2::Sha256;
use vocabulary::PersonKey;

/// What is offered beside the notice that a deal is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NightOffer {
    /// The shop's own id of the deal.
    pub deal: String,
}

impl NightOffer {
    /// To the page at `address`, which says that nothing is sent at night, and offers it.
    pub fn go(
        &self,
        keys: &Keys,
        person: PersonKey,
        address: &str,
        said: &'static str,
    ) -> Redirect {
        let sealed = seal(mac(keys, person), self.deal.as_bytes());
        go_with(address, ("night", &sealed), said)
    }

    /// The offer that a query carries, if we signed it for this person.
    pub fn of_query(query: &str, keys: &Keys, person: PersonKey) -> Option<NightOffer> {
        let deal = unseal(query, "night", mac(keys, person))?;
        let deal = String::from_utf8(deal).ok()?;
        Some(NightOffer { deal })
    }

    /// The button.
    pub fn render(&self, frame: &Frame) -> Markup {
        let action = format!("{}/watch", deal_address(&self.deal));
        html! {
            form.night-offer method="post" action=(action) {
                input type="hidden" name="back" value=(frame.address);
                input type="hidden" name="at_night" value="yes";
                button.button-quiet type="submit" { (frame.words.say("watch-at-night")) }
            }
        }
    }
}

fn mac(keys: &Keys, person: PersonKey) -> Hmac<Sha256> {
    keys.mac(b"night offer")
        .chain_update(person.0.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::LOCATION;
    use axum::response::IntoResponse;

    #[test]
    fn an_offer_is_read_by_whom_it_was_made_for_and_by_nobody_else() {
        let keys = Keys {
            sessions: [7; 32],
            handover: None,
        };
        let offer = NightOffer {
            deal: "신발/1?".to_owned(),
        };
        let answer = offer
            .go(&keys, PersonKey(1), "/deals?page=2", "watching-at-night")
            .into_response();
        let address = answer.headers()[LOCATION].to_str().expect("ASCII");
        let (path, query) = address.split_once('?').expect("a query");
        assert_eq!(path, "/deals");
        assert!(query.starts_with("page=2&said=watching-at-night&night="));
        let read = |query: &str, person| NightOffer::of_query(query, &keys, PersonKey(person));
        assert_eq!(read(query, 1), Some(offer));
        assert_eq!(read(query, 2), None);
        assert_eq!(read("night=AAAA", 1), None);
    }
}
