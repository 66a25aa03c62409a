//! The bodies of the provider protocol, as docs/contracts/payment-provider.md describes them, from
//! the shop's side. The sandbox has its own: what the two say to each other is the contract.

use clerks::ports::{ProviderPayment, ProviderRefund, ProviderState};
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};
use vocabulary::{DeclineReason, Method, PaymentId, RefundId, Steps};

/// `POST /v1/payments`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OpenBody {
    pub(crate) reference: String,
    pub(crate) amount: Amount,
    pub(crate) currency: Currency,
    pub(crate) method: MethodWord,
    pub(crate) steps: StepsWord,
    #[serde(default)]
    pub(crate) months: u8,
    pub(crate) return_url: String,
    /// RFC 3339.
    pub(crate) expires_at: String,
}

/// How a try stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PaymentBody {
    pub(crate) reference: String,
    pub(crate) state: StateWord,
    pub(crate) reason: Option<ReasonWord>,
    pub(crate) amount: Amount,
    pub(crate) captured: Amount,
    pub(crate) currency: Currency,
    pub(crate) refunds: Vec<RefundBody>,
    pub(crate) redirect_url: String,
}

/// `POST .../capture`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CaptureBody {
    pub(crate) amount: Amount,
}

/// `POST .../refunds`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RefundOrderBody {
    pub(crate) refund: String,
    pub(crate) amount: Amount,
}

/// How a refund stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RefundBody {
    pub(crate) refund: String,
    pub(crate) amount: Amount,
    pub(crate) state: RefundWord,
}

/// A refused call: RFC 9457.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ProblemBody {
    #[serde(default)]
    pub(crate) detail: String,
}

/// A callback.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct CallbackBody {
    pub(crate) event: CallbackWord,
    pub(crate) reference: String,
    pub(crate) refund: Option<String>,
    pub(crate) amount: Option<Amount>,
    pub(crate) currency: Option<Currency>,
    pub(crate) reason: Option<ReasonWord>,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub(crate) enum $name { $(#[serde(rename = $word)] $variant,)* }
    };
}

words!(
    /// How the shopper pays.
    MethodWord { Card = "card", Wallet = "wallet", Deposit = "deposit" }
);
words!(
    /// Approve and capture at once, or apart.
    StepsWord { One = "one", Two = "two" }
);
words!(
    /// How a try stands.
    StateWord {
        Open = "open",
        Authorised = "authorised",
        Captured = "captured",
        Declined = "declined",
        Voided = "voided",
    }
);
words!(
    /// Why a try came to nothing.
    ReasonWord {
        Declined = "declined",
        TimedOut = "timed_out",
        Abandoned = "abandoned",
        ProviderFault = "provider_fault",
    }
);
words!(
    /// How a refund stands.
    RefundWord { Sent = "sent", Failed = "failed" }
);
words!(
    /// What a callback tells.
    CallbackWord {
        Authorised = "payment.authorised",
        Captured = "payment.captured",
        Declined = "payment.declined",
        Voided = "payment.voided",
        Refunded = "refund.sent",
        RefundFailed = "refund.failed",
    }
);

impl From<Method> for MethodWord {
    fn from(method: Method) -> Self {
        match method {
            Method::Card => MethodWord::Card,
            Method::Wallet => MethodWord::Wallet,
            Method::Deposit => MethodWord::Deposit,
        }
    }
}

impl From<Steps> for StepsWord {
    fn from(steps: Steps) -> Self {
        match steps {
            Steps::One => StepsWord::One,
            Steps::Two => StepsWord::Two,
        }
    }
}

impl From<ReasonWord> for DeclineReason {
    fn from(reason: ReasonWord) -> Self {
        match reason {
            ReasonWord::Declined => DeclineReason::Declined,
            ReasonWord::TimedOut => DeclineReason::TimedOut,
            ReasonWord::Abandoned => DeclineReason::Abandoned,
            ReasonWord::ProviderFault => DeclineReason::ProviderFault,
        }
    }
}

impl PaymentBody {
    /// The try as clerks see it; `None` when a reference is not one of ours.
    pub(crate) fn standing(self) -> Option<ProviderPayment> {
        let refunds = self.refunds.into_iter().map(RefundBody::standing);
        Some(ProviderPayment {
            payment: self.reference.parse::<PaymentId>().ok()?,
            state: match self.state {
                StateWord::Open => ProviderState::Open,
                StateWord::Authorised => ProviderState::Authorised,
                StateWord::Captured => ProviderState::Captured,
                StateWord::Voided => ProviderState::Voided,
                StateWord::Declined => {
                    ProviderState::Declined(self.reason.unwrap_or(ReasonWord::Declined).into())
                }
            },
            amount: self.amount,
            captured: self.captured,
            currency: self.currency,
            refunds: refunds.collect::<Option<_>>()?,
        })
    }
}

impl RefundBody {
    /// The refund as clerks see it; `None` when the reference is not one of ours.
    pub(crate) fn standing(self) -> Option<ProviderRefund> {
        Some(ProviderRefund {
            refund: RefundId(self.refund.parse().ok()?),
            amount: self.amount,
            sent: self.state == RefundWord::Sent,
        })
    }
}
