//! What time does to an open payment: a promise is kept, or the payment times out.

use super::super::fact::Fact;
use super::super::payment::Payment;
use super::super::words::{Reason, State};
use super::pay::approved;
use vocabulary::Millis;

/// What has become of the payment by `now`. A promise that is due at `expires_at` comes too late.
pub(in super::super) fn lapse(payment: &Payment, now: Millis) -> Option<Fact> {
    let expires_at = payment.terms.expires_at;
    let kept = payment.due.filter(|due| *due <= now && *due < expires_at);
    match (payment.state, kept) {
        (State::Open, Some(_)) => Some(approved(payment, None)),
        (State::Open, None) if expires_at <= now => Some(Fact::Declined {
            reason: Reason::TimedOut,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::stage::{EXPIRES_AT, authorised, captured, card};
    use super::*;

    #[test]
    fn an_open_payment_times_out_on_its_millisecond_and_no_other_does() {
        let timed_out = Some(Fact::Declined {
            reason: Reason::TimedOut,
        });
        assert_eq!(lapse(&card(&[]), Millis(EXPIRES_AT.0 - 1)), None);
        assert_eq!(lapse(&card(&[]), EXPIRES_AT), timed_out);
        for fact in [authorised(), captured(), Fact::Voided] {
            assert_eq!(lapse(&card(&[fact]), EXPIRES_AT), None);
        }
    }

    #[test]
    fn a_promise_is_kept_when_due_however_late_one_looks() {
        let due = Millis(EXPIRES_AT.0 - 1);
        let promised = card(&[Fact::Promised { due }]);
        assert_eq!(lapse(&promised, Millis(due.0 - 1)), None);
        assert_eq!(lapse(&promised, due), Some(authorised()));
        assert_eq!(lapse(&promised, EXPIRES_AT.plus(1)), Some(authorised()));
    }

    #[test]
    fn a_promise_that_is_due_at_the_end_comes_too_late() {
        let promised = card(&[Fact::Promised { due: EXPIRES_AT }]);
        let timed_out = Some(Fact::Declined {
            reason: Reason::TimedOut,
        });
        assert_eq!(lapse(&promised, EXPIRES_AT), timed_out);
    }
}
