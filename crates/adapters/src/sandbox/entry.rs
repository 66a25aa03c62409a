//! The lines of the sandbox's log: what changed in its books.

use crate::provider_wire::{MethodWord, ReasonWord, StepsWord};
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};

/// A change of the books, at a moment in ms since the epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) at: u64,
    pub(super) reference: String,
    #[serde(flatten)]
    pub(super) what: What,
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(super) enum What {
    Opened {
        amount: Amount,
        currency: Currency,
        method: MethodWord,
        steps: StepsWord,
        months: u8,
        return_url: String,
        expires_at: u64,
    },
    Authorised,
    Captured {
        amount: Amount,
    },
    /// The shopper sent the money to the virtual account; it arrives at `due_at`.
    Promised {
        due_at: u64,
    },
    Declined {
        reason: ReasonWord,
    },
    Voided,
    Refunded {
        refund: String,
        amount: Amount,
    },
    RefundFailed {
        refund: String,
        amount: Amount,
    },
}
