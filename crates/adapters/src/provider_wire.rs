//! The bodies of the provider protocol, as docs/contracts/payment-provider.md describes them, from
//! the shop's side. The sandbox has its own: what the two say to each other is the contract.

use clerks::ports::{ProviderPayment, ProviderRefund, ProviderState, VirtualAccount};
use money::{Amount, Currency};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use vocabulary::{DeclineReason, Method, PaymentId, RefundId, Steps};

/// The longest name of a bank or holder and the longest number that is taken.
const ACCOUNT_CHARACTERS_MAX: usize = 100;

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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct PaymentBody {
    pub(crate) reference: String,
    pub(crate) state: StateWord,
    pub(crate) reason: Option<ReasonWord>,
    pub(crate) amount: Amount,
    pub(crate) captured: Amount,
    pub(crate) currency: Currency,
    pub(crate) refunds: Vec<RefundBody>,
    pub(crate) redirect_url: String,
    #[serde(default, deserialize_with = "account")]
    pub(crate) account: Option<VirtualAccount>,
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
            account: self.account,
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

/// The account of a deposit. One that cannot be read is none: it must not keep a payment from being
/// made, nor get into a log as part of a fault's words.
fn account<'de, D: Deserializer<'de>>(from: D) -> Result<Option<VirtualAccount>, D::Error> {
    let body = Value::deserialize(from)?;
    let text = |name: &str| {
        let text = body[name].as_str()?.trim();
        let fits = (1..=ACCOUNT_CHARACTERS_MAX).contains(&text.chars().count());
        (fits && !text.contains(char::is_control)).then(|| text.to_owned())
    };
    let account = || {
        Some(VirtualAccount {
            bank: text("bank")?,
            number: text("number")?,
            holder: text("holder")?,
        })
    };
    Ok(account())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// What is read of a payment whose account is told like this.
    fn told(account: &Value) -> Option<VirtualAccount> {
        let mut body = json!({
            "reference": "0199a3c1-7e2a-7c11-9b3f-3d7d2a9e1f00.1", "state": "open", "reason": null,
            "amount": 1, "captured": 0, "currency": "KRW", "refunds": [], "redirect_url": "x",
        });
        body["account"] = account.clone();
        let body: PaymentBody = serde_json::from_value(body).expect("a payment");
        body.standing().expect("it is one of ours").account
    }

    #[test]
    fn an_account_that_cannot_be_read_is_none_and_holds_nothing_up() {
        let whole = json!({"bank": "은행", "number": " 110-2 ", "holder": "상점", "more": 1});
        let account = told(&whole).expect("an account");
        assert_eq!(
            (account.bank.as_str(), account.number.as_str()),
            ("은행", "110-2")
        );
        for (field, value) in [
            ("number", json!(1_102)),
            ("number", json!("")),
            ("bank", json!("line\nline")),
            ("holder", json!("x".repeat(101))),
            ("holder", Value::Null),
        ] {
            let mut broken = whole.clone();
            broken[field] = value;
            assert_eq!(told(&broken), None, "{broken}");
        }
        for none in [Value::Null, json!("110-2"), json!([])] {
            assert_eq!(told(&none), None, "{none}");
        }
    }

    #[test]
    fn an_account_does_not_get_into_a_log() {
        let account = told(&json!({"bank": "은행", "number": "110-2", "holder": "상점"}));
        let written = format!("{account:?}");
        assert!(
            !written.contains("110") && !written.contains("은행"),
            "{written}"
        );
    }
}
