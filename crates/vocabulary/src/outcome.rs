//! What the ledger answers: done, done before, or refused.

use crate::{
    CheckoutId, Command, DealId, HoldId, Millis, PaymentId, PlaceId, RefundId, Refusal, SellerId,
    SkuId,
};
use money::Amount;
use serde::{Deserialize, Serialize};

/// Names a request so that a repeat is known: a hash of who sends it and of their Idempotency-Key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RequestKey {
    /// Hash of sender and key.
    #[serde(with = "crate::bits")]
    pub key: u128,
    /// Hash of the request's body: the same key with another body is refused.
    pub body: u64,
}

/// A command on its way to the till.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Set where the sender may retry blindly.
    pub key: Option<RequestKey>,
    /// What is asked.
    pub command: Command,
}

impl From<Command> for Request {
    fn from(command: Command) -> Self {
        Request { key: None, command }
    }
}

/// What the sender needs to know of what was done; small, since it is kept with the request key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Receipt {
    /// Done; there is nothing to tell.
    Done,
    /// The seller's number.
    Seller(SellerId),
    /// The SKU's number.
    Sku(SkuId),
    /// The deal's number.
    Deal(DealId),
    /// A hold and when it lapses.
    Hold {
        /// Its number.
        hold: HoldId,
        /// The first millisecond in which it is lapsed.
        expires_at: Millis,
    },
    /// A place in the waitlist.
    Place {
        /// Its number.
        place: PlaceId,
        /// How many wait before it.
        ahead: u32,
    },
    /// A placed checkout.
    Checkout {
        /// Its id.
        checkout: CheckoutId,
        /// What is due, in the checkout's currency.
        total: Amount,
        /// Until when.
        pay_by: Millis,
    },
    /// A try to pay.
    Payment {
        /// Which.
        payment: PaymentId,
        /// When it ends.
        deadline: Millis,
    },
    /// A refund.
    Refund {
        /// Its number.
        refund: RefundId,
        /// How much goes back.
        amount: Amount,
    },
    /// Time advanced.
    Advanced {
        /// How many timers fired.
        fired: u32,
    },
}

/// The ledger's answer to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It changed what is true; it is journaled.
    Done(Receipt),
    /// The same request was done before; this is what was answered then. Nothing changed.
    Repeated(Receipt),
    /// A rule said no. Nothing changed.
    Refused(Refusal),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_small_enough_to_be_handed_around() {
        assert_eq!((size_of::<Command>(), size_of::<Request>()), (96, 144));
    }
}
