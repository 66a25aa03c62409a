//! The provider's callbacks as commands.

use money::{Amount, Currency};
use vocabulary::{Command, DeclineReason, Millis, PaymentId, RefundId};

/// What the provider told us by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callback {
    /// The issuer keeps the money for us.
    Authorised {
        /// Which try.
        payment: PaymentId,
        /// How much.
        amount: Amount,
        /// Of the amount.
        currency: Currency,
    },
    /// The money is ours.
    Captured {
        /// Which try.
        payment: PaymentId,
        /// How much.
        amount: Amount,
        /// Of the amount.
        currency: Currency,
    },
    /// A try came to nothing.
    Declined {
        /// Which try.
        payment: PaymentId,
        /// Why.
        reason: DeclineReason,
    },
    /// An authorisation was given back, or a try shut.
    Voided {
        /// Which try.
        payment: PaymentId,
    },
    /// A refund was sent.
    Refunded {
        /// Which.
        refund: RefundId,
    },
    /// A refund cannot be sent.
    RefundFailed {
        /// Which.
        refund: RefundId,
    },
}

impl From<Callback> for Command {
    fn from(callback: Callback) -> Self {
        match callback {
            Callback::Authorised {
                payment,
                amount,
                currency,
            } => Command::RecordAuthorisation {
                payment,
                amount,
                currency,
            },
            Callback::Captured {
                payment,
                amount,
                currency,
            } => Command::RecordCapture {
                payment,
                amount,
                currency,
            },
            Callback::Declined { payment, reason } => Command::RecordDecline { payment, reason },
            Callback::Voided { payment } => Command::RecordVoid { payment },
            Callback::Refunded { refund } => Command::RecordRefund { refund },
            Callback::RefundFailed { refund } => Command::RecordRefundFailure { refund },
        }
    }
}

/// Why a callback is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallbackFault {
    /// Not signed by the provider, or too long ago.
    #[error("the callback's signature does not hold: {0}")]
    Unsigned(&'static str),
    /// Signed, but not understood.
    #[error("the callback cannot be read: {0}")]
    Unreadable(String),
}

/// Reads what arrives at the callback address. `header` finds a header's value by its lower-case name.
pub trait CallbackReader: Send + Sync {
    /// The callback, if the provider signed it within a few minutes of `now`.
    ///
    /// # Errors
    /// [`CallbackFault`].
    fn read(
        &self,
        header: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
        now: Millis,
    ) -> Result<Callback, CallbackFault>;

    /// The callbacks of a list, if the provider signed it as a whole; each is read for itself.
    ///
    /// # Errors
    /// [`CallbackFault`] of the list.
    fn read_all(
        &self,
        header: &dyn Fn(&str) -> Option<String>,
        body: &[u8],
        now: Millis,
    ) -> Result<Vec<Result<Callback, CallbackFault>>, CallbackFault>;
}
