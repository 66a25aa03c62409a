//! Exact reading and writing of decimal amounts, without floats.

use crate::{Amount, Currency};

/// Why a text is not an amount of the currency.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Something other than digits, group marks, one point and a sign.
    #[error("`{0}` is not a decimal number")]
    NotANumber(String),
    /// The currency has fewer digits than the text uses.
    #[error("`{text}` has a fraction smaller than the smallest unit of {currency}")]
    FractionTooFine {
        /// The text as read.
        text: String,
        /// The currency it was read for.
        currency: Currency,
    },
    /// More than 64 bits.
    #[error("`{0}` is too large")]
    TooLarge(String),
}

/// Reads `12900`, `12,900`, `12900.00` or `-3.5` as minor units of `currency`. Trailing zeros of a
/// fraction are harmless; any other fraction finer than the currency's digits is an error.
pub fn parse(text: &str, currency: Currency) -> Result<Amount, DecimalError> {
    let trimmed = text.trim();
    let wrong = || DecimalError::NotANumber(trimmed.to_owned());
    let (negative, unsigned) = match trimmed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, trimmed),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let whole = without_groups(whole).ok_or_else(wrong)?;
    if !fraction.bytes().all(|b| b.is_ascii_digit()) || whole.is_empty() {
        return Err(wrong());
    }
    let fraction = fraction.trim_end_matches('0');
    let digits = currency.digits() as usize;
    if fraction.len() > digits {
        return Err(DecimalError::FractionTooFine {
            text: trimmed.to_owned(),
            currency,
        });
    }
    let minor: i64 = format!("{whole}{fraction:0<digits$}")
        .parse()
        .map_err(|_| DecimalError::TooLarge(trimmed.to_owned()))?;
    Ok(Amount(if negative { -minor } else { minor }))
}

/// The whole part without group commas; `None` when a comma stands where none may.
fn without_groups(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.is_empty() || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    digits.bytes().all(|b| b.is_ascii_digit()).then_some(digits)
}

/// The amount as a plain decimal with the currency's digits: `12900`, `129.05`. `parse` reads it back.
pub fn format_plain(amount: Amount, currency: Currency) -> String {
    let digits = currency.digits() as usize;
    if digits == 0 {
        return amount.0.to_string();
    }
    let sign = if amount.0 < 0 { "-" } else { "" };
    let scale = 10u64.pow(currency.digits());
    let minor = amount.0.unsigned_abs();
    format!("{sign}{}.{:0digits$}", minor / scale, minor % scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn harmless_spellings_read_and_harmful_ones_do_not() {
        use Currency::{KRW, USD};
        assert_eq!(parse("12,900", KRW), Ok(Amount(12_900)));
        assert_eq!(parse(" 12900.00 ", KRW), Ok(Amount(12_900)));
        assert_eq!(parse("3.5", USD), Ok(Amount(350)));
        assert_eq!(parse("-0.05", USD), Ok(Amount(-5)));
        assert!(matches!(
            parse("12900.5", KRW),
            Err(DecimalError::FractionTooFine { .. })
        ));
        for wrong in [
            "", "-", ".", "1,2", "1,2345", "12x", "1e3", ",123", "1.2.3", "+1",
        ] {
            assert!(
                matches!(parse(wrong, USD), Err(DecimalError::NotANumber(_))),
                "{wrong}"
            );
        }
        assert!(matches!(
            parse("99999999999999999999", KRW),
            Err(DecimalError::TooLarge(_))
        ));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(minor in -1_000_000_000_000i64..1_000_000_000_000, which in 0usize..7) {
            let currency = Currency::ALL[which];
            let amount = Amount(minor);
            prop_assert_eq!(parse(&format_plain(amount, currency), currency), Ok(amount));
        }
    }
}
