//! Bodies of JSON: what shoppers ask for and what a payment provider calls back with. The first byte says which.

use http::deeds::{CheckoutAsk, HoldAsk, LineAsk, PaymentAsk, PlaceAsk, contact_faults};
use serde::de::DeserializeOwned;

/// Reads a body, and judges what can be judged without a shop.
pub(crate) fn read(bytes: &[u8]) {
    let Some((which, body)) = bytes.split_first() else {
        return;
    };
    match which % 6 {
        0 => drop(parsed::<HoldAsk>(body)),
        1 => drop(parsed::<PlaceAsk>(body)),
        2 => {
            let contact = parsed::<CheckoutAsk>(body).and_then(|ask| ask.contact);
            let countries = ["KR".to_owned(), "US".to_owned(), "DE".to_owned()];
            drop(contact.map(|contact| contact_faults(&contact, &countries)));
        }
        3 => drop(parsed::<PaymentAsk>(body)),
        4 => drop(parsed::<LineAsk>(body)),
        _ => drop(adapters::parse_callback(body)),
    }
}

fn parsed<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_slice(body).ok()
}
