//! An amount of minor units, and an amount with its currency.

use crate::{Currency, format_plain};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A signed count of minor units (won, cents). The currency stands beside it, once a deal or order.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Amount(pub i64);

/// The sum does not fit into 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the amount does not fit into 64 bits")]
pub struct Overflow;

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount(0);

    /// The sum, unless it overflows.
    pub const fn checked_add(self, other: Amount) -> Option<Amount> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Amount(sum)),
            None => None,
        }
    }

    /// The difference, unless it overflows.
    pub const fn checked_sub(self, other: Amount) -> Option<Amount> {
        match self.0.checked_sub(other.0) {
            Some(rest) => Some(Amount(rest)),
            None => None,
        }
    }

    /// The price of `units` pieces, unless it overflows.
    pub const fn checked_mul(self, units: i64) -> Option<Amount> {
        match self.0.checked_mul(units) {
            Some(product) => Some(Amount(product)),
            None => None,
        }
    }

    /// `self * numerator / denominator`, rounded down, computed in 128 bits.
    ///
    /// # Panics
    /// When `denominator` is zero or the result does not fit: both are bugs of the caller.
    pub fn scale(self, numerator: i64, denominator: i64) -> Amount {
        assert!(denominator != 0, "scale needs a denominator");
        // Dividing 128 bits takes ten times as long, and hardly any money needs it.
        let product = self.0.checked_mul(numerator);
        if let Some(scaled) = product.and_then(|product| product.checked_div_euclid(denominator)) {
            return Amount(scaled);
        }
        let product = i128::from(self.0) * i128::from(numerator);
        let scaled = product.div_euclid(i128::from(denominator));
        Amount(i64::try_from(scaled).expect("a scaled amount fits into 64 bits"))
    }

    /// True for zero.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// An amount and the currency it is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units.
    pub amount: Amount,
    /// What they are units of.
    pub currency: Currency,
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}",
            format_plain(self.amount, self.currency),
            self.currency
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_that_do_not_fit_are_none() {
        assert_eq!(Amount(i64::MAX).checked_add(Amount(1)), None);
        assert_eq!(Amount(i64::MIN).checked_sub(Amount(1)), None);
        assert_eq!(Amount(i64::MAX).checked_mul(2), None);
        assert_eq!(Amount(3).checked_mul(4), Some(Amount(12)));
    }

    #[test]
    fn scaling_rounds_down_in_128_bits() {
        assert_eq!(Amount(11_000).scale(10, 110), Amount(1_000));
        assert_eq!(Amount(10_999).scale(10, 110), Amount(999));
        assert_eq!(Amount(i64::MAX).scale(3, 3), Amount(i64::MAX));
        assert_eq!(Amount(-10_999).scale(10, 110), Amount(-1_000));
        assert_eq!(Amount(-i64::MAX).scale(2, 4), Amount(i64::MIN / 2));
    }

    #[test]
    fn money_shows_the_digits_of_its_currency() {
        let won = Money {
            amount: Amount(12_900),
            currency: Currency::KRW,
        };
        let dollars = Money {
            amount: Amount(12_905),
            currency: Currency::USD,
        };
        assert_eq!(won.to_string(), "12900 KRW");
        assert_eq!(dollars.to_string(), "129.05 USD");
    }
}
