//! Opening a payment: what the shop sends is read strictly, and a reference names one payment only.

use super::super::fact::{Fact, Terms};
use super::super::payment::Payment;
use super::super::words::OpenBody;
use super::{Outcome, Refusal};
use money::Amount;
use reqwest::Url;
use vocabulary::Millis;

const NAME_CHARS_MAX: usize = 100;
const MONTHS_MAX: u8 = 60;

/// Reads what the shop sends; the result is a reference and its terms.
pub(in super::super) fn read(body: OpenBody) -> Result<(String, Terms), Refusal> {
    let expires_at = u64::try_from(body.expires_at.as_millisecond());
    let invalid = |why| Err(Refusal::Invalid(why));
    match expires_at {
        _ if !is_name(&body.reference) => {
            invalid("`reference` is 1 to 100 letters, digits, `.`, `-`, `_`")
        }
        _ if body.amount <= Amount::ZERO => invalid("`amount` must be more than nothing"),
        _ if body.months > MONTHS_MAX => invalid("`months` is at most 60"),
        _ if !is_web_address(&body.return_url) => {
            invalid("`return_url` is no http or https address")
        }
        Err(_) => invalid("`expires_at` lies before 1970"),
        Ok(expires_at) => Ok((
            body.reference,
            Terms {
                amount: body.amount,
                currency: body.currency,
                method: body.method,
                steps: body.steps,
                months: body.months,
                return_url: body.return_url,
                expires_at: Millis(expires_at),
            },
        )),
    }
}

/// Opens a payment, unless it is open: `known` is what the reference names already.
pub(in super::super) fn open(known: Option<&Payment>, terms: Terms) -> Outcome {
    let sum = |terms: &Terms| (terms.amount, terms.currency);
    match known {
        None => Outcome::fact(Fact::Opened(Box::new(terms))),
        Some(known) if sum(&known.terms) == sum(&terms) => Outcome::nothing(),
        Some(_) => Outcome::refused(Refusal::OtherPayment),
    }
}

/// Whether `text` may name a payment or a refund: it stands in addresses and headers as it is.
pub(super) fn is_name(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    (1..=NAME_CHARS_MAX).contains(&text.len()) && text.bytes().all(plain)
}

fn is_web_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::super::stage;
    use super::*;
    use serde_json::{Value, json};

    fn body(name: &str, value: Value) -> Result<OpenBody, serde_json::Error> {
        let mut body = json!({
            "reference": "018c2b4e-5f00-7000-8000-000000000001.1", "amount": 41_000, "currency": "KRW",
            "method": "card", "steps": "two", "months": 3,
            "return_url": "https://shop.example/back?a=1", "expires_at": "2026-11-22T04:00:00.250Z",
        });
        body[name] = value;
        serde_json::from_value(body)
    }

    #[test]
    fn a_whole_body_is_read_to_the_millisecond() {
        let (reference, terms) = read(body("months", json!(3)).unwrap()).unwrap();
        assert_eq!(reference, "018c2b4e-5f00-7000-8000-000000000001.1");
        assert_eq!(terms.expires_at, Millis(1_795_320_000_250));
        assert_eq!((terms.amount, terms.months), (Amount(41_000), 3));
    }

    #[test]
    fn each_field_has_its_bounds() {
        for (name, value) in [
            ("reference", json!("")),
            ("reference", json!("a/b")),
            ("reference", json!("a".repeat(101))),
            ("amount", json!(0)),
            ("amount", json!(-1)),
            ("amount", json!(1.5)),
            ("currency", json!("WON")),
            ("method", json!("cash")),
            ("steps", json!("three")),
            ("months", json!(61)),
            ("return_url", json!("javascript:alert(1)")),
            ("return_url", json!("/back")),
            ("expires_at", json!("tomorrow")),
            ("expires_at", json!("1969-12-31T23:59:59Z")),
        ] {
            let read = body(name, value.clone()).map(read);
            assert!(!matches!(read, Ok(Ok(_))), "{name}: {value}");
        }
    }

    #[test]
    fn a_reference_names_one_sum() {
        let known = stage::card(&[]);
        let same = (*known.terms).clone();
        let other = Terms {
            amount: Amount(1),
            ..same.clone()
        };
        assert_eq!(open(None, same.clone()).facts.len(), 1);
        assert_eq!(open(Some(&known), same), Outcome::nothing());
        assert_eq!(
            open(Some(&known), other).refusal,
            Some(Refusal::OtherPayment)
        );
    }
}
