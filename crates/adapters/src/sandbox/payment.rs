//! A payment: what the facts about it add up to.

use super::account::account;
use super::fact::{Fact, Oddity, Terms};
use super::words::{Account, Method, PaymentBody, Reason, Refund, RefundState, State};
use money::Amount;
use vocabulary::Millis;

/// A payment, from its opening on.
#[derive(Clone, Debug)]
pub(super) struct Payment {
    pub(super) reference: String,
    pub(super) opened_at: Millis,
    pub(super) terms: Box<Terms>,
    pub(super) state: State,
    pub(super) reason: Option<Reason>,
    pub(super) captured: Amount,
    pub(super) refunded: Amount,
    pub(super) refunds: Vec<Refund>,
    /// When the bank will say yes, if it promised to.
    pub(super) due: Option<Millis>,
    pub(super) capture_fails: bool,
}

impl Payment {
    pub(super) fn opened(reference: String, opened_at: Millis, terms: Box<Terms>) -> Payment {
        Payment {
            reference,
            opened_at,
            terms,
            state: State::Open,
            reason: None,
            captured: Amount::ZERO,
            refunded: Amount::ZERO,
            refunds: Vec::new(),
            due: None,
            capture_fails: false,
        }
    }

    /// Takes a fact in. Facts were decided before: nothing is checked here.
    pub(super) fn record(&mut self, fact: &Fact) {
        match fact {
            Fact::Opened(_) | Fact::Told { .. } => {}
            Fact::Promised { due } => self.due = Some(*due),
            Fact::Authorised { oddity } => {
                self.state = State::Authorised;
                self.capture_fails = *oddity == Some(Oddity::CaptureFails);
            }
            Fact::Captured { amount, .. } => {
                self.state = State::Captured;
                self.captured = *amount;
            }
            Fact::Declined { reason } => {
                self.state = State::Declined;
                self.reason = Some(*reason);
            }
            Fact::Voided => self.state = State::Voided,
            Fact::Refunded {
                refund,
                amount,
                state,
            } => self.record_refund(refund, *amount, *state),
        }
    }

    /// The refund that the shop calls `refund`.
    pub(super) fn refund(&self, refund: &str) -> Option<&Refund> {
        self.refunds.iter().find(|known| known.refund == refund)
    }

    /// What was captured and did not go back.
    pub(super) fn kept(&self) -> Amount {
        self.captured
            .checked_sub(self.refunded)
            .expect("no more goes back than was captured")
    }

    pub(super) fn body(&self, public_url: &str) -> PaymentBody {
        PaymentBody {
            reference: self.reference.clone(),
            state: self.state,
            reason: self.reason,
            amount: self.terms.amount,
            captured: self.captured,
            refunded: self.refunded,
            currency: self.terms.currency,
            refunds: self.refunds.clone(),
            redirect_url: format!("{public_url}/pay/{}", self.reference),
            account: self.account(),
        }
    }

    /// Where the money goes, if it comes as a deposit.
    pub(super) fn account(&self) -> Option<Account> {
        (self.terms.method == Method::Deposit).then(|| account(&self.reference))
    }

    fn record_refund(&mut self, refund: &str, amount: Amount, state: RefundState) {
        if state == RefundState::Sent {
            self.refunded = self
                .refunded
                .checked_add(amount)
                .expect("no more goes back than was captured");
        }
        self.refunds.push(Refund {
            refund: refund.to_owned(),
            amount,
            state,
        });
    }
}
