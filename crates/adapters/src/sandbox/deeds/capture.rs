//! Capturing: the money that was authorised moves, once.

use super::super::fact::Fact;
use super::super::payment::Payment;
use super::super::words::{Reason, State};
use super::{Moment, Outcome, Refusal};
use money::Amount;

/// The shop captures `amount`, all that was authorised or a part of it.
pub(in super::super) fn capture(payment: &Payment, amount: Amount, moment: &Moment) -> Outcome {
    match payment.state {
        _ if amount <= Amount::ZERO => {
            Outcome::refused(Refusal::Invalid("`amount` must be more than nothing"))
        }
        _ if amount > payment.terms.amount => Outcome::refused(Refusal::MoreThanAuthorised),
        State::Captured => Outcome::nothing(),
        State::Authorised if fails(payment, moment) => Outcome {
            facts: vec![Fact::Declined {
                reason: Reason::ProviderFault,
            }],
            refusal: Some(Refusal::CaptureFailed),
        },
        State::Authorised => Outcome::fact(Fact::Captured {
            amount,
            oddity: None,
        }),
        State::Open | State::Declined | State::Voided => Outcome::refused(Refusal::NotAuthorised),
    }
}

fn fails(payment: &Payment, moment: &Moment) -> bool {
    let rate = moment.knobs.capture_failure_rate;
    payment.capture_fails || moment.befalls(payment, "capture", rate)
}

#[cfg(test)]
mod tests {
    use super::super::super::fact::Oddity;
    use super::super::super::knobs::Knobs;
    use super::super::stage::{AMOUNT, authorised, captured, card, moment};
    use super::*;

    #[test]
    fn only_what_is_authorised_is_captured_and_once() {
        let declined = Fact::Declined {
            reason: Reason::Declined,
        };
        let knobs = Knobs::default();
        for (facts, amount, outcome) in [
            (vec![authorised()], AMOUNT, Outcome::fact(captured())),
            (vec![authorised(), captured()], AMOUNT, Outcome::nothing()),
            (vec![], AMOUNT, Outcome::refused(Refusal::NotAuthorised)),
            (
                vec![declined],
                AMOUNT,
                Outcome::refused(Refusal::NotAuthorised),
            ),
            (
                vec![Fact::Voided],
                AMOUNT,
                Outcome::refused(Refusal::NotAuthorised),
            ),
            (
                vec![authorised()],
                Amount(AMOUNT.0 + 1),
                Outcome::refused(Refusal::MoreThanAuthorised),
            ),
        ] {
            assert_eq!(
                capture(&card(&facts), amount, &moment(&knobs)),
                outcome,
                "{facts:?}"
            );
        }
        let nothing = capture(&card(&[authorised()]), Amount::ZERO, &moment(&knobs));
        assert!(nothing.refusal.is_some() && nothing.facts.is_empty());
    }

    #[test]
    fn a_capture_that_fails_declines_the_payment_and_says_no() {
        let failed = Outcome {
            facts: vec![Fact::Declined {
                reason: Reason::ProviderFault,
            }],
            refusal: Some(Refusal::CaptureFailed),
        };
        let odd = card(&[Fact::Authorised {
            oddity: Some(Oddity::CaptureFails),
        }]);
        assert_eq!(capture(&odd, AMOUNT, &moment(&Knobs::default())), failed);
        let knobs = Knobs {
            capture_failure_rate: 1.0,
            ..Knobs::default()
        };
        assert_eq!(
            capture(&card(&[authorised()]), AMOUNT, &moment(&knobs)),
            failed
        );
    }
}
