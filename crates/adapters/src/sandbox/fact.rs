//! What happened, as the log keeps it: the sandbox's only truth. A line of the log is an [`Entry`].

use super::words::{Method, Reason, RefundState, Steps};
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};
use vocabulary::Millis;

/// Something that happened to a payment, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) at: Millis,
    pub(super) reference: String,
    pub(super) fact: Fact,
}

/// What happened. No card number is among it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fact {
    Opened(Box<Terms>),
    /// The bank will say yes at `due`, unless the payment is over by then.
    Promised {
        due: Millis,
    },
    Authorised {
        oddity: Option<Oddity>,
    },
    Captured {
        amount: Amount,
        oddity: Option<Oddity>,
    },
    Declined {
        reason: Reason,
    },
    Voided,
    Refunded {
        refund: String,
        amount: Amount,
        state: RefundState,
    },
    /// A callback needs no more sending.
    Told {
        callback: String,
        ending: Ending,
    },
}

/// What a payment was opened with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Terms {
    pub(super) amount: Amount,
    pub(super) currency: Currency,
    pub(super) method: Method,
    pub(super) steps: Steps,
    pub(super) months: u8,
    pub(super) return_url: String,
    pub(super) expires_at: Millis,
}

/// What is odd about a card that was approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Oddity {
    CaptureFails,
    CallbackLost,
}

/// How the sending of a callback ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ending {
    Taken,
    Lost,
    GivenUp,
}
