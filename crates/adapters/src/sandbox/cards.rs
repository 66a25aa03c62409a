//! Test cards: what was typed, and how their issuers answer. Numbers go no further than this file.

use serde::Deserialize;
use vocabulary::Millis;

/// The fields of the card page, as a browser or the crowd posts them.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct CardForm {
    pub(super) number: String,
    pub(super) expiry: String,
    pub(super) cvc: String,
    /// `cancel` when the shopper gives up.
    pub(super) decision: String,
}

/// What is wrong with a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WrongField {
    Number,
    Expiry,
    Cvc,
}

/// How an issuer answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Issuer {
    Approves,
    Declines,
    /// Does not answer in time.
    IsSilent,
    /// Approves, slowly.
    IsSlow,
}

/// The issuer's answer to what was typed; `month` counts months since the year 0.
pub(super) fn ask_issuer(form: &CardForm, month: u32) -> Result<Issuer, WrongField> {
    let number: String = form.number.chars().filter(char::is_ascii_digit).collect();
    if !(13..=19).contains(&number.len()) || !keeps_luhn(&number) {
        return Err(WrongField::Number);
    }
    if last_month(&form.expiry).is_none_or(|last| last < month) {
        return Err(WrongField::Expiry);
    }
    let cvc = form.cvc.trim();
    if !(3..=4).contains(&cvc.len()) || !cvc.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(WrongField::Cvc);
    }
    match number.as_str() {
        "4000000000000127" => Err(WrongField::Cvc),
        "4000000000000002" => Ok(Issuer::Declines),
        "4000000000000069" => Ok(Issuer::IsSilent),
        "4000000000003220" => Ok(Issuer::IsSlow),
        _ => Ok(Issuer::Approves),
    }
}

/// The check digit of ISO/IEC 7812.
fn keeps_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .map(|byte| u32::from(byte - b'0'))
        .enumerate()
        .map(|(place, digit)| {
            if place % 2 == 0 {
                digit
            } else {
                digit * 2 / 10 + digit * 2 % 10
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// `MM/YY` or `MM/YYYY` in months since the year 0.
fn last_month(expiry: &str) -> Option<u32> {
    let (month, year) = expiry.split_once('/')?;
    let month: u32 = month.trim().parse().ok()?;
    let year: u32 = match year.trim() {
        year if year.len() == 2 => 2_000 + year.parse::<u32>().ok()?,
        year if year.len() == 4 => year.parse().ok()?,
        _ => return None,
    };
    (1..=12).contains(&month).then_some(year * 12 + month - 1)
}

/// Months since the year 0.
pub(super) fn month_of(at: Millis) -> u32 {
    let (year, month) = clerks::year_and_month(at);
    u32::try_from(year * 12 + month - 1).expect("the year fits")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOVEMBER_2026: u32 = 2_026 * 12 + 10;

    fn ask(number: &str, expiry: &str, cvc: &str) -> Result<Issuer, WrongField> {
        let form = CardForm {
            number: number.into(),
            expiry: expiry.into(),
            cvc: cvc.into(),
            decision: String::new(),
        };
        ask_issuer(&form, NOVEMBER_2026)
    }

    #[test]
    fn test_cards_answer_as_documented() {
        for (number, answer) in [
            ("4242 4242 4242 4242", Ok(Issuer::Approves)),
            ("4000 0000 0000 0002", Ok(Issuer::Declines)),
            ("4000 0000 0000 0069", Ok(Issuer::IsSilent)),
            ("4000-0000-0000-0127", Err(WrongField::Cvc)),
            ("4000000000003220", Ok(Issuer::IsSlow)),
            ("4242 4242 4242 4241", Err(WrongField::Number)),
            ("0", Err(WrongField::Number)),
        ] {
            assert_eq!(ask(number, "12/34", "123"), answer, "{number}");
        }
    }

    #[test]
    fn a_card_is_good_through_its_last_month() {
        let card = "4242424242424242";
        for (expiry, good) in [
            ("11/26", true),
            ("10/26", false),
            ("1/2027", true),
            ("13/30", false),
            ("1130", false),
            ("", false),
        ] {
            assert_eq!(ask(card, expiry, "123").is_ok(), good, "{expiry}");
        }
        assert_eq!(ask(card, "11/26", "12"), Err(WrongField::Cvc));
    }
}
