//! Test cards: what is typed into the card fields, and what the bank says to it. A number lives only
//! while its form is read; it is neither kept nor shown nor logged.

use super::fact::Oddity;

/// The test cards, each with what it does.
pub(super) const TEST_CARDS: [(&str, Bank); 7] = [
    ("4242424242424242", Bank::Approves(None)),
    ("4000000000000002", Bank::Declines),
    ("4000000000000069", Bank::Declines),
    ("4000000000000127", Bank::Declines),
    ("4000000000003220", Bank::ApprovesLate),
    (
        "4000000000009995",
        Bank::Approves(Some(Oddity::CaptureFails)),
    ),
    (
        "4000000000000341",
        Bank::Approves(Some(Oddity::CallbackLost)),
    ),
];

/// What the bank says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bank {
    Approves(Option<Oddity>),
    ApprovesLate,
    Declines,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldFault {
    Missing,
    /// The check digit is wrong: a slip of the finger.
    Mistyped,
    /// A number that is no test card: perhaps a real one.
    NotATestCard,
    NoMonth,
    Past,
    NotACode,
}

/// What is wrong with each field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct FieldFaults {
    pub(super) number: Option<FieldFault>,
    pub(super) expiry: Option<FieldFault>,
    pub(super) cvc: Option<FieldFault>,
}

/// Reads the card fields. `today` is the year and month.
pub(super) fn read_card(
    number: &str,
    expiry: &str,
    cvc: &str,
    today: (i16, i8),
) -> Result<Bank, FieldFaults> {
    let bank = read_number(number);
    let faults = FieldFaults {
        number: bank.err(),
        expiry: check_expiry(expiry, today).err(),
        cvc: check_cvc(cvc).err(),
    };
    match bank {
        Ok(bank) if faults == FieldFaults::default() => Ok(bank),
        _ => Err(faults),
    }
}

fn read_number(text: &str) -> Result<Bank, FieldFault> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if digits.is_empty() {
        return Err(FieldFault::Missing);
    }
    let length = (12..=19).contains(&digits.len());
    if !length || !digits.bytes().all(|b| b.is_ascii_digit()) || !passes_luhn(&digits) {
        return Err(FieldFault::Mistyped);
    }
    let known = TEST_CARDS.iter().find(|(number, _)| *number == digits);
    known.map(|(_, bank)| *bank).ok_or(FieldFault::NotATestCard)
}

/// The check digit of ISO/IEC 7812-1, annex B.
fn passes_luhn(digits: &str) -> bool {
    let weigh = |(place, byte): (usize, u8)| {
        let digit = u32::from(byte - b'0') << (place % 2);
        if digit > 9 { digit - 9 } else { digit }
    };
    digits.bytes().rev().enumerate().map(weigh).sum::<u32>() % 10 == 0
}

/// A card is good to the last day of its month. `12/30`, `12 / 2030` and `1230` are one month.
fn check_expiry(text: &str, today: (i16, i8)) -> Result<(), FieldFault> {
    let digits: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '/' | '-'))
        .collect();
    if digits.is_empty() {
        return Err(FieldFault::Missing);
    }
    if !matches!(digits.len(), 4 | 6) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(FieldFault::NoMonth);
    }
    let (month, year) = digits.split_at(2);
    let month: i8 = month.parse().map_err(|_| FieldFault::NoMonth)?;
    let century = if year.len() == 2 { 2_000 } else { 0 };
    let year = century + year.parse::<i16>().map_err(|_| FieldFault::NoMonth)?;
    match (1..=12).contains(&month) {
        false => Err(FieldFault::NoMonth),
        true if (year, month) < today => Err(FieldFault::Past),
        true => Ok(()),
    }
}

fn check_cvc(text: &str) -> Result<(), FieldFault> {
    let text = text.trim();
    match text.len() {
        0 => Err(FieldFault::Missing),
        3 | 4 if text.bytes().all(|b| b.is_ascii_digit()) => Ok(()),
        _ => Err(FieldFault::NotACode),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: (i16, i8) = (2026, 11);

    fn read(number: &str, expiry: &str, cvc: &str) -> Result<Bank, FieldFaults> {
        read_card(number, expiry, cvc, TODAY)
    }

    #[test]
    fn every_test_card_passes_the_check_digit_and_does_what_it_says() {
        for (number, bank) in TEST_CARDS {
            assert_eq!(read(number, "12/30", "123"), Ok(bank), "{number}");
        }
    }

    #[test]
    fn blanks_and_hyphens_are_how_people_write_numbers() {
        let approved = Ok(Bank::Approves(None));
        assert_eq!(read("4242 4242 4242 4242", "12 / 2030", "123"), approved);
        assert_eq!(read("4242-4242-4242-4242", "1230", " 1234 "), approved);
    }

    #[test]
    fn each_field_tells_its_own_fault() {
        use FieldFault::*;
        for (number, expiry, cvc, expected) in [
            ("", "", "", [Some(Missing), Some(Missing), Some(Missing)]),
            (
                "4242424242424243",
                "12/30",
                "123",
                [Some(Mistyped), None, None],
            ),
            ("42", "12/30", "123", [Some(Mistyped), None, None]),
            (
                "4242 4242 4242 424x",
                "12/30",
                "123",
                [Some(Mistyped), None, None],
            ),
            (
                "4111111111111111",
                "12/30",
                "123",
                [Some(NotATestCard), None, None],
            ),
            (
                "4242424242424242",
                "13/30",
                "123",
                [None, Some(NoMonth), None],
            ),
            (
                "4242424242424242",
                "00/30",
                "123",
                [None, Some(NoMonth), None],
            ),
            (
                "4242424242424242",
                "1/30",
                "123",
                [None, Some(NoMonth), None],
            ),
            ("4242424242424242", "10/26", "123", [None, Some(Past), None]),
            (
                "4242424242424242",
                "11/26",
                "12",
                [None, None, Some(NotACode)],
            ),
            (
                "4242424242424242",
                "11/26",
                "12a",
                [None, None, Some(NotACode)],
            ),
        ] {
            let faults = read(number, expiry, cvc).expect_err(number);
            assert_eq!([faults.number, faults.expiry, faults.cvc], expected);
        }
    }

    #[test]
    fn a_card_is_good_to_the_end_of_its_month() {
        assert!(read("4242424242424242", "11/26", "123").is_ok());
        assert!(read("4242424242424242", "10/26", "123").is_err());
    }
}
