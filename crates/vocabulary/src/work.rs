//! States, accounts and work: the small closed sets that events and commands speak in.

use crate::{PaymentId, RefundId};
use serde::{Deserialize, Serialize};

/// How a shopper pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Method {
    /// A card, entered in the provider's own fields.
    Card,
    /// A wallet or bank's app: the shopper is sent away and comes back.
    Wallet,
    /// A deposit into a virtual account, which may take hours.
    Deposit,
}

/// Whether the provider approves and captures in one step or in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Steps {
    /// Approved is captured.
    One,
    /// Approved first, captured when the units are confirmed.
    Two,
}

/// Why a try to pay came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DeclineReason {
    /// The issuer said no.
    Declined,
    /// Nobody said anything in time.
    TimedOut,
    /// The shopper went away or pressed cancel.
    Abandoned,
    /// The provider failed.
    ProviderFault,
}

/// What a clerk still has to do in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Work {
    /// Open the try to pay with the provider and learn how it ended.
    Settle(PaymentId),
    /// Capture what was authorised.
    Capture(PaymentId),
    /// Give back an authorisation, or shut a try to pay that is no longer wanted.
    Void(PaymentId),
    /// Send money back.
    Refund(RefundId),
}

/// The states of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OrderState {
    /// Waits for its payment.
    Placed,
    /// Authorised: its units are sold.
    Confirmed,
    /// The money is captured.
    Paid,
    /// Cancelled by shopper or staff.
    Cancelled,
    /// Not paid in time.
    Lapsed,
}

/// The states of a try to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PaymentState {
    /// The shopper is paying.
    Started,
    /// The issuer keeps the money for us.
    Authorised,
    /// The money is ours.
    Captured,
    /// Came to nothing.
    Declined,
    /// Took too long; the provider is told to shut it.
    Lapsed,
    /// Not wanted any more; the provider is told to give it back.
    Voiding,
    /// Given back without money having moved.
    Voided,
    /// The money came but fits nowhere; it stands in suspense and goes back.
    Suspended,
}

/// The states of a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RefundState {
    /// Ordered, not yet sent.
    Due,
    /// The provider has sent the money.
    Sent,
    /// The provider cannot send it; a person must.
    Failed,
}

/// The chart of accounts; see `docs/contracts/accounts.md`. Debits are positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Account {
    /// Asset: captured money that lies with the payment provider.
    ProviderClearing = 10,
    /// Owed to sellers: taxed goods, net of tax.
    GoodsTaxed = 20,
    /// Owed to sellers: goods free of tax.
    GoodsExempt = 21,
    /// Owed to sellers: shipping, net of tax.
    Shipping = 22,
    /// Owed to the state: tax contained in prices.
    TaxIncluded = 30,
    /// Owed to nobody known yet: money that fits nowhere.
    Suspense = 40,
    /// Owed to shoppers: refunds ordered and not yet sent.
    RefundsDue = 41,
}

impl Account {
    /// Every account, in the order of its number.
    pub const ALL: [Account; 7] = [
        Account::ProviderClearing,
        Account::GoodsTaxed,
        Account::GoodsExempt,
        Account::Shipping,
        Account::TaxIncluded,
        Account::Suspense,
        Account::RefundsDue,
    ];
}

/// Where the units of a pool are. Their sum is what was allotted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PoolCounts {
    /// Free for the next shopper.
    pub available: u32,
    /// In holds.
    pub held: u32,
    /// In orders that wait for payment.
    pub ordered: u32,
    /// In orders that are authorised or paid.
    pub sold: u32,
}

impl PoolCounts {
    /// available + held + ordered + sold.
    pub const fn allotted(self) -> u32 {
        self.available + self.held + self.ordered + self.sold
    }
}
