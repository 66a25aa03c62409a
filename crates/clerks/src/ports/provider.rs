//! The payment provider as clerks see it. Every call carries our own id and is idempotent by it:
//! the second call answers as the first did, whatever happened in between.

use money::{Amount, Currency};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use vocabulary::{DeclineReason, Method, Millis, PaymentId, RefundId, Steps};

/// What a provider's answer comes in; boxed, so that a provider can be chosen at run time.
pub type ProviderFuture<'a, T> =
    Pin<Box<dyn Future<Output = Result<T, ProviderFault>> + Send + 'a>>;

/// A try to pay, as it is opened with the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPayment {
    /// Our id of it.
    pub payment: PaymentId,
    /// How much.
    pub amount: Amount,
    /// Of the amount.
    pub currency: Currency,
    /// How.
    pub method: Method,
    /// In one step or two.
    pub steps: Steps,
    /// Instalment months; 0 for none.
    pub months: u8,
    /// Where the shopper comes back to.
    pub return_url: String,
    /// When the try ends.
    pub expires_at: Millis,
}

/// The account at a bank into which one deposit is paid. It is the provider's to say, and belongs
/// neither in the journal nor in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct VirtualAccount {
    /// What the bank is called.
    pub bank: String,
    /// The number, as people write it.
    pub number: String,
    /// In whose name it stands.
    pub holder: String,
}

impl fmt::Debug for VirtualAccount {
    /// Says nothing of it, so that it gets into no log with what it is a part of.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VirtualAccount(..)")
    }
}

/// An opened try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedPayment {
    /// Where the shopper is sent: the provider's own page.
    pub redirect_url: String,
    /// Where a deposit goes, if the provider says so by now.
    pub account: Option<VirtualAccount>,
}

/// How a try stands at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderState {
    /// The shopper has not finished.
    Open,
    /// The issuer keeps the money for us.
    Authorised,
    /// The money is ours.
    Captured,
    /// It came to nothing.
    Declined(DeclineReason),
    /// Given back or shut; no money moved.
    Voided,
}

/// A refund at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProviderRefund {
    /// Our id of it.
    pub refund: RefundId,
    /// How much.
    pub amount: Amount,
    /// Sent, or refused for good.
    pub sent: bool,
}

/// A try at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderPayment {
    /// Our id of it.
    pub payment: PaymentId,
    /// How it stands.
    pub state: ProviderState,
    /// How much was asked.
    pub amount: Amount,
    /// How much has been captured.
    pub captured: Amount,
    /// Of all amounts.
    pub currency: Currency,
    /// What went back, oldest first.
    pub refunds: Vec<ProviderRefund>,
    /// Where a deposit goes, if the provider says so by now.
    pub account: Option<VirtualAccount>,
}

/// Why the provider did not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderFault {
    /// It may work later: a network, a time-out, a 5xx, a 429.
    #[error("the payment provider cannot be reached or is failing: {0}")]
    Unavailable(String),
    /// It has no such payment.
    #[error("the payment provider knows no payment {0}")]
    Unknown(PaymentId),
    /// It says no, and will say so again.
    #[error("the payment provider refuses: {0}")]
    Refused(String),
}

/// The payment provider. Every implementation passes the contract suite.
pub trait PaymentProvider: Send + Sync {
    /// Opens a try, or finds the one that was opened under this id.
    fn open(&self, payment: OpenPayment) -> ProviderFuture<'_, OpenedPayment>;

    /// How a try stands.
    fn look(&self, payment: PaymentId) -> ProviderFuture<'_, ProviderPayment>;

    /// Captures an authorised try; what was captured before is captured. Nothing else can be.
    fn capture(&self, payment: PaymentId, amount: Amount) -> ProviderFuture<'_, ProviderPayment>;

    /// Gives an authorisation back or shuts an open try. A captured one stays captured, and says so.
    fn void(&self, payment: PaymentId) -> ProviderFuture<'_, ProviderPayment>;

    /// Sends money of a captured try back.
    fn refund(
        &self,
        refund: RefundId,
        payment: PaymentId,
        amount: Amount,
    ) -> ProviderFuture<'_, ProviderRefund>;
}
