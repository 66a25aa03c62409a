//! How states and other closed sets stand in columns: by their names in the vocabulary.

use crate::RecordsFault;
use money::Currency;
use vocabulary::{DeclineReason, Method, OrderState, PaymentState, RefundState, Steps, Tax};

/// A word of a closed set, as it stands in a column.
pub(crate) trait Word: Copy + std::fmt::Debug + 'static {
    /// All words of the set.
    const ALL: &'static [Self];

    /// The name in the column.
    fn name(self) -> String {
        format!("{self:?}")
    }

    /// The word of this name.
    fn named(name: &str) -> Result<Self, RecordsFault> {
        let found = Self::ALL.iter().find(|word| word.name() == name);
        found
            .copied()
            .ok_or_else(|| RecordsFault::Damaged(format!("`{name}` is no known word")))
    }
}

macro_rules! words {
    ($($set:ident: $($word:ident),*;)*) => {
        $(impl Word for $set {
            const ALL: &'static [Self] = &[$($set::$word),*];
        })*
    };
}

words! {
    OrderState: Placed, Confirmed, Paid, Cancelled, Lapsed;
    PaymentState: Started, Authorised, Captured, Declined, Lapsed, Voiding, Voided, Suspended;
    RefundState: Due, Sent, Failed;
    Method: Card, Wallet, Deposit;
    Steps: One, Two;
    DeclineReason: Declined, TimedOut, Abandoned, ProviderFault;
}

/// A tax as a column holds it: hundredths of a percent, none where exempt.
pub(crate) fn basis_points(tax: Tax) -> Option<i64> {
    match tax {
        Tax::Included { basis_points } => Some(i64::from(basis_points)),
        Tax::Exempt => None,
    }
}

/// The tax of a column.
pub(crate) fn tax(basis_points: Option<i64>) -> Result<Tax, RecordsFault> {
    Ok(match basis_points {
        Some(points) => Tax::Included {
            basis_points: crate::keys::narrow(points)?,
        },
        None => Tax::Exempt,
    })
}

/// The currency of a column.
pub(crate) fn currency(code: &str) -> Result<Currency, RecordsFault> {
    code.parse()
        .map_err(|fault| RecordsFault::Damaged(format!("{fault}")))
}
