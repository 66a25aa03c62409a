//! What an answer of the provider means for a work: a report, another call, or patience.

use super::errand::{Answer, Errand};
use super::task::Act;
use crate::ports::{ProviderFault, ProviderPayment, ProviderState};
use vocabulary::{Command, DeclineReason, Work};

/// What follows from an answer.
pub(super) enum Verdict {
    /// The ledger must know this.
    Report(Command),
    /// The provider must be called once more, now.
    Next(Act),
    /// The shopper has not finished.
    StillOpen,
    /// It did not work; later.
    Again(String),
}

pub(super) fn judge(errand: &Errand, act: Act, answer: Result<Answer, ProviderFault>) -> Verdict {
    match answer {
        Ok(Answer::Opened) => after_opening(errand.work),
        Ok(Answer::Payment(payment)) => match errand.work {
            _ if act == Act::GiveBack => given_back(&payment),
            Work::Settle(_) => settled(&payment),
            Work::Capture(_) => captured(&payment, act),
            Work::Void(_) => voided(&payment),
            Work::Refund(_) => Verdict::Again("a payment came where a refund was asked".into()),
        },
        Ok(Answer::Refund(refund)) => {
            let refund_id = refund.refund;
            Verdict::Report(if refund.sent {
                Command::RecordRefund { refund: refund_id }
            } else {
                Command::RecordRefundFailure { refund: refund_id }
            })
        }
        Err(fault) => faulted(errand.work, act, fault),
    }
}

/// A try that was opened by the clerk: void it if that was the point, else wait for the shopper.
fn after_opening(work: Work) -> Verdict {
    match work {
        Work::Void(_) => Verdict::Next(Act::Void),
        _ => Verdict::Next(Act::Look),
    }
}

fn settled(payment: &ProviderPayment) -> Verdict {
    match payment.state {
        ProviderState::Open => Verdict::StillOpen,
        ProviderState::Authorised => Verdict::Report(Command::RecordAuthorisation {
            payment: payment.payment,
            amount: payment.amount,
            currency: payment.currency,
        }),
        ProviderState::Captured => Verdict::Report(capture_of(payment)),
        ProviderState::Declined(reason) => Verdict::Report(decline_of(payment, reason)),
        ProviderState::Voided => Verdict::Report(decline_of(payment, DeclineReason::TimedOut)),
    }
}

fn captured(payment: &ProviderPayment, act: Act) -> Verdict {
    match payment.state {
        ProviderState::Captured => Verdict::Report(capture_of(payment)),
        ProviderState::Authorised if act == Act::Look => {
            Verdict::Next(Act::CaptureOf(payment.amount))
        }
        ProviderState::Authorised | ProviderState::Open => {
            Verdict::Again("the provider did not capture".into())
        }
        ProviderState::Declined(reason) => Verdict::Report(decline_of(payment, reason)),
        ProviderState::Voided => Verdict::Report(decline_of(payment, DeclineReason::TimedOut)),
    }
}

fn voided(payment: &ProviderPayment) -> Verdict {
    match payment.state {
        ProviderState::Captured => Verdict::Report(capture_of(payment)),
        ProviderState::Voided | ProviderState::Declined(_) => {
            Verdict::Report(Command::RecordVoid {
                payment: payment.payment,
            })
        }
        ProviderState::Open | ProviderState::Authorised => {
            Verdict::Again("the provider did not give it back yet".into())
        }
    }
}

/// The ledger did not want that sum: nothing may stay reserved, then the try is over.
fn given_back(payment: &ProviderPayment) -> Verdict {
    match payment.state {
        ProviderState::Captured => Verdict::Report(capture_of(payment)),
        ProviderState::Voided => Verdict::Report(decline_of(payment, DeclineReason::ProviderFault)),
        ProviderState::Declined(reason) => Verdict::Report(decline_of(payment, reason)),
        ProviderState::Open | ProviderState::Authorised => {
            Verdict::Again("the provider did not give it back yet".into())
        }
    }
}

fn faulted(work: Work, act: Act, fault: ProviderFault) -> Verdict {
    match (work, &fault) {
        // Nobody opened it. A try that is to be voided is opened first, so that it can never be
        // opened and paid afterwards.
        (Work::Settle(_) | Work::Void(_), ProviderFault::Unknown(_)) if act != Act::Open => {
            Verdict::Next(Act::Open)
        }
        (Work::Capture(_), ProviderFault::Refused(_)) if act != Act::GiveBack => {
            Verdict::Next(Act::GiveBack)
        }
        (Work::Refund(refund), ProviderFault::Refused(_)) => {
            Verdict::Report(Command::RecordRefundFailure { refund })
        }
        // What the provider will not open, nobody can pay.
        (Work::Void(payment), ProviderFault::Refused(_)) if act == Act::Open => {
            Verdict::Report(Command::RecordVoid { payment })
        }
        _ => Verdict::Again(fault.to_string()),
    }
}

fn capture_of(payment: &ProviderPayment) -> Command {
    Command::RecordCapture {
        payment: payment.payment,
        amount: payment.captured,
        currency: payment.currency,
    }
}

fn decline_of(payment: &ProviderPayment, reason: DeclineReason) -> Command {
    Command::RecordDecline {
        payment: payment.payment,
        reason,
    }
}
