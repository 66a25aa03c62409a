//! The words of the payment provider's protocol (docs/contracts/payment-provider.md) and its bodies.
//! The client has its own: what the two say to each other is the contract, not shared code.

use jiff::Timestamp;
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};

/// How the shopper pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Method {
    Card,
    Wallet,
    Deposit,
}

/// Approve and capture at once, or apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Steps {
    One,
    Two,
}

/// How a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    Open,
    Authorised,
    Captured,
    Declined,
    Voided,
}

/// Why a payment was declined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reason {
    Declined,
    TimedOut,
    Abandoned,
    ProviderFault,
}

/// How a refund ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RefundState {
    Sent,
    Failed,
}

/// A refund, as the books and the protocol tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Refund {
    pub(super) refund: String,
    pub(super) amount: Amount,
    pub(super) state: RefundState,
}

/// `POST /v1/payments`.
#[derive(Debug, Deserialize)]
pub(super) struct OpenBody {
    pub(super) reference: String,
    pub(super) amount: Amount,
    pub(super) currency: Currency,
    pub(super) method: Method,
    pub(super) steps: Steps,
    #[serde(default)]
    pub(super) months: u8,
    pub(super) return_url: String,
    pub(super) expires_at: Timestamp,
}

/// `POST /v1/payments/{reference}/capture`.
#[derive(Debug, Deserialize)]
pub(super) struct CaptureBody {
    pub(super) amount: Amount,
}

/// `POST /v1/payments/{reference}/refunds`.
#[derive(Debug, Deserialize)]
pub(super) struct RefundBody {
    pub(super) refund: String,
    pub(super) amount: Amount,
}

/// Where a deposit goes.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    pub(super) bank: &'static str,
    pub(super) number: String,
    pub(super) holder: &'static str,
}

/// A payment, as every call answers it.
#[derive(Debug, Serialize)]
pub(super) struct PaymentBody {
    pub(super) reference: String,
    pub(super) state: State,
    pub(super) reason: Option<Reason>,
    pub(super) amount: Amount,
    pub(super) captured: Amount,
    pub(super) refunded: Amount,
    pub(super) currency: Currency,
    pub(super) refunds: Vec<Refund>,
    pub(super) redirect_url: String,
    /// Of a deposit alone.
    pub(super) account: Option<Account>,
}

/// `GET /v1/books`.
#[derive(Debug, Serialize)]
pub(super) struct BooksBody {
    pub(super) items: Vec<PaymentBody>,
    pub(super) next: Option<String>,
}
