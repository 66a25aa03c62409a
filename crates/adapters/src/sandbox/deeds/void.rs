//! Voiding: what was only reserved, or not even that, is given back.

use super::super::fact::Fact;
use super::super::payment::Payment;
use super::super::words::State;
use super::Outcome;

/// The shop voids the payment. Where money moved, or nothing is reserved, nothing happens.
pub(in super::super) fn void(payment: &Payment) -> Outcome {
    match payment.state {
        State::Open | State::Authorised => Outcome::fact(Fact::Voided),
        State::Captured | State::Declined | State::Voided => Outcome::nothing(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::words::Reason;
    use super::super::stage::{authorised, captured, card};
    use super::*;

    #[test]
    fn only_what_has_not_ended_is_voided() {
        assert_eq!(void(&card(&[])), Outcome::fact(Fact::Voided));
        assert_eq!(void(&card(&[authorised()])), Outcome::fact(Fact::Voided));
        for ended in [
            captured(),
            Fact::Voided,
            Fact::Declined {
                reason: Reason::Declined,
            },
        ] {
            assert_eq!(void(&card(&[ended])), Outcome::nothing());
        }
    }
}
