//! What the clerk wants done at the provider, and what comes back.

use crate::ports::{OpenPayment, PaymentProvider, ProviderFault, ProviderPayment, ProviderRefund};
use money::Amount;
use vocabulary::{PaymentId, RefundId, Work};

/// One call to the provider, made for one work of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errand {
    /// What it is made for.
    pub work: Work,
    /// The clerk's number of the task, so that a late answer is not taken for another's.
    pub(super) number: u64,
    /// The call.
    pub deed: Deed,
}

/// A call to the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Open a try that the provider does not know.
    Open(OpenPayment),
    /// Ask how a try stands.
    Look(PaymentId),
    /// Capture an authorised try.
    Capture {
        /// Which.
        payment: PaymentId,
        /// How much.
        amount: Amount,
    },
    /// Give an authorisation back, or shut a try.
    Void(PaymentId),
    /// Send money back.
    Refund {
        /// Our id of it.
        refund: RefundId,
        /// Of which try's money.
        payment: PaymentId,
        /// How much.
        amount: Amount,
    },
}

/// What the provider answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The try is open.
    Opened,
    /// How a try stands.
    Payment(ProviderPayment),
    /// How a refund stands.
    Refund(ProviderRefund),
}

impl Deed {
    /// Makes the call.
    ///
    /// # Errors
    /// The provider's fault.
    pub async fn run(&self, provider: &dyn PaymentProvider) -> Result<Answer, ProviderFault> {
        match self {
            Deed::Open(opening) => {
                let opened = provider.open(opening.clone()).await;
                opened.map(|_| Answer::Opened)
            }
            Deed::Look(payment) => provider.look(*payment).await.map(Answer::Payment),
            Deed::Capture { payment, amount } => {
                let captured = provider.capture(*payment, *amount).await;
                captured.map(Answer::Payment)
            }
            Deed::Void(payment) => provider.void(*payment).await.map(Answer::Payment),
            Deed::Refund {
                refund,
                payment,
                amount,
            } => {
                let refunded = provider.refund(*refund, *payment, *amount).await;
                refunded.map(Answer::Refund)
            }
        }
    }
}
