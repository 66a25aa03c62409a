//! The currencies a festival may sell in, with their minor digits (ISO 4217).

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A currency of ISO 4217. The discriminants stand in the journal and are never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Currency {
    /// South Korean won: no minor digits.
    KRW = 0,
    /// Chinese yuan: 2 digits.
    CNY = 1,
    /// United States dollar: 2 digits.
    USD = 2,
    /// Euro: 2 digits.
    EUR = 3,
    /// Japanese yen: no minor digits.
    JPY = 4,
    /// Indian rupee: 2 digits.
    INR = 5,
    /// British pound: 2 digits.
    GBP = 6,
}

/// The text names no currency that Doorbuster knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown currency `{0}`: use one of KRW, CNY, USD, EUR, JPY, INR, GBP")]
pub struct UnknownCurrency(pub String);

impl Currency {
    /// Every currency, in the order of its number.
    pub const ALL: [Currency; 7] = [
        Currency::KRW,
        Currency::CNY,
        Currency::USD,
        Currency::EUR,
        Currency::JPY,
        Currency::INR,
        Currency::GBP,
    ];

    /// How many decimal digits a minor unit stands for (0 for won and yen).
    pub const fn digits(self) -> u32 {
        match self {
            Currency::KRW | Currency::JPY => 0,
            _ => 2,
        }
    }

    /// The three capital letters of ISO 4217.
    pub const fn code(self) -> &'static str {
        match self {
            Currency::KRW => "KRW",
            Currency::CNY => "CNY",
            Currency::USD => "USD",
            Currency::EUR => "EUR",
            Currency::JPY => "JPY",
            Currency::INR => "INR",
            Currency::GBP => "GBP",
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Currency::ALL
            .into_iter()
            .find(|currency| currency.code().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| UnknownCurrency(text.trim().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_in_either_case() {
        for currency in Currency::ALL {
            assert_eq!(currency.code().parse(), Ok(currency));
            assert_eq!(currency.code().to_lowercase().parse(), Ok(currency));
        }
        assert_eq!(
            "XXX".parse::<Currency>(),
            Err(UnknownCurrency("XXX".into()))
        );
    }

    #[test]
    fn won_and_yen_have_no_minor_digits() {
        assert_eq!(Currency::KRW.digits(), 0);
        assert_eq!(Currency::JPY.digits(), 0);
        assert_eq!(Currency::USD.digits(), 2);
    }
}
