//! Deeds: what is done with a payment and what comes of it. Pure: a deed looks at the payment as it
//! stands and says which facts follow; nothing moves but by facts.

pub(super) mod capture;
pub(super) mod lapse;
pub(super) mod open;
pub(super) mod pay;
pub(super) mod refund;
pub(super) mod void;

use super::dice::Dice;
use super::fact::Fact;
use super::knobs::Knobs;
use super::payment::Payment;
use vocabulary::Millis;

/// What comes of a deed: facts, and perhaps a no.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outcome {
    pub(super) facts: Vec<Fact>,
    pub(super) refusal: Option<Refusal>,
}

/// Why a deed is not done, in the order in which it is asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("the body is not what this call takes: {0}")]
    Unreadable(String),
    #[error("{0}")]
    Invalid(&'static str),
    #[error("no such payment")]
    Unknown,
    #[error("this reference is known with another amount or currency")]
    OtherPayment,
    #[error("this refund is known with another amount")]
    OtherRefund,
    #[error("more than was authorised")]
    MoreThanAuthorised,
    #[error("the payment is not authorised")]
    NotAuthorised,
    #[error("the capture failed; the payment is declined")]
    CaptureFailed,
    #[error("more than was captured and not refunded yet")]
    MoreThanCaptured,
}

/// When a deed is done and under which star.
pub(super) struct Moment {
    pub(super) now: Millis,
    pub(super) knobs: Knobs,
    pub(super) seed: u64,
}

impl Moment {
    /// Whether what has the chance `rate` befalls that deed on that payment.
    fn befalls(&self, payment: &Payment, deed: &str, rate: f64) -> bool {
        let name = format!("{} {deed}", payment.reference);
        Dice::of(self.seed, &name).happens(rate)
    }
}

impl Outcome {
    fn nothing() -> Outcome {
        Outcome::default()
    }

    fn fact(fact: Fact) -> Outcome {
        Outcome {
            facts: vec![fact],
            refusal: None,
        }
    }

    fn refused(refusal: Refusal) -> Outcome {
        Outcome {
            facts: Vec::new(),
            refusal: Some(refusal),
        }
    }
}

/// What the tests of deeds begin with.
#[cfg(test)]
pub(super) mod stage {
    use super::super::fact::Terms;
    use super::super::words::{Method, Steps};
    use super::*;
    use money::{Amount, Currency};

    pub(in super::super) const NOW: Millis = Millis(1_000);
    pub(in super::super) const EXPIRES_AT: Millis = Millis(60_000);
    pub(in super::super) const AMOUNT: Amount = Amount(41_000);

    /// A payment of which these facts are known.
    pub(in super::super) fn payment(method: Method, steps: Steps, facts: &[Fact]) -> Payment {
        let terms = Terms {
            amount: AMOUNT,
            currency: Currency::KRW,
            method,
            steps,
            months: 0,
            return_url: "http://shop.example/back".into(),
            expires_at: EXPIRES_AT,
        };
        let mut payment = Payment::opened("r.1".into(), NOW, Box::new(terms));
        facts.iter().for_each(|fact| payment.record(fact));
        payment
    }

    /// A card payment in two steps.
    pub(in super::super) fn card(facts: &[Fact]) -> Payment {
        payment(Method::Card, Steps::Two, facts)
    }

    pub(in super::super) fn moment(knobs: &Knobs) -> Moment {
        Moment {
            now: NOW,
            knobs: knobs.clone(),
            seed: 1,
        }
    }

    pub(in super::super) fn captured() -> Fact {
        Fact::Captured {
            amount: AMOUNT,
            oddity: None,
        }
    }

    pub(in super::super) fn authorised() -> Fact {
        Fact::Authorised { oddity: None }
    }
}
