//! The round sums that a festival has passed, and when: 1, 2 and 5 of every power of ten.

use money::Currency;
use serde::{Deserialize, Serialize};
use vocabulary::Millis;

/// From how many whole units of a currency on a sum is worth a mark.
const FIRST_UNITS: i128 = 1_000_000;

/// A round sum that was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The sum, in minor units.
    pub amount: i128,
    /// The stamp of what passed it.
    pub at: Millis,
}

/// Those of one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Marks {
    passed: Vec<Mark>,
    next: i128,
    /// What the next one is of its power of ten.
    digit: u8,
}

impl Marks {
    pub(crate) fn of(currency: Currency) -> Marks {
        Marks {
            passed: Vec::new(),
            next: FIRST_UNITS * 10_i128.pow(currency.digits()),
            digit: 1,
        }
    }

    /// So much has come in.
    pub(crate) fn reach(&mut self, amount: i128, at: Millis) {
        while amount >= self.next {
            self.passed.push(Mark {
                amount: self.next,
                at,
            });
            (self.next, self.digit) = match self.digit {
                1 => (self.next * 2, 2),
                2 => (self.next / 2 * 5, 5),
                _ => (self.next * 2, 1),
            };
        }
    }

    /// Passed ones, smallest first.
    pub(crate) fn passed(&self) -> &[Mark] {
        &self.passed
    }

    /// The sum that is passed next.
    pub(crate) fn next(&self) -> i128 {
        self.next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_sums_are_passed_once_and_by_whom_it_was_due() {
        let mut marks = Marks::of(Currency::KRW);
        marks.reach(999_999, Millis(1));
        assert_eq!((marks.passed().len(), marks.next()), (0, 1_000_000));
        marks.reach(1_000_000, Millis(2));
        marks.reach(11_000_000, Millis(3));
        marks.reach(11_000_001, Millis(4));
        let passed: Vec<_> = marks
            .passed()
            .iter()
            .map(|mark| (mark.amount, mark.at.0))
            .collect();
        assert_eq!(
            passed,
            [
                (1_000_000, 2),
                (2_000_000, 3),
                (5_000_000, 3),
                (10_000_000, 3)
            ]
        );
        assert_eq!(marks.next(), 20_000_000);
        assert_eq!(Marks::of(Currency::USD).next(), 100_000_000);
    }
}
