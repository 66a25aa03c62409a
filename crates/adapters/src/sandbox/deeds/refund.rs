//! Refunding: money goes back, each refund once, and never more than came.

use super::super::fact::Fact;
use super::super::payment::Payment;
use super::super::words::RefundState;
use super::open::is_name;
use super::{Moment, Outcome, Refusal};
use money::Amount;

/// The shop sends `amount` back and calls that `refund`.
pub(in super::super) fn refund(
    payment: &Payment,
    refund: &str,
    amount: Amount,
    moment: &Moment,
) -> Outcome {
    match payment.refund(refund) {
        _ if !is_name(refund) => Outcome::refused(Refusal::Invalid(
            "`refund` is 1 to 100 letters, digits, `.`, `-`, `_`",
        )),
        Some(known) if known.amount == amount => Outcome::nothing(),
        Some(_) => Outcome::refused(Refusal::OtherRefund),
        None if amount <= Amount::ZERO => {
            Outcome::refused(Refusal::Invalid("`amount` must be more than nothing"))
        }
        None if amount > payment.kept() => Outcome::refused(Refusal::MoreThanCaptured),
        None => Outcome::fact(Fact::Refunded {
            refund: refund.to_owned(),
            amount,
            state: ending(payment, refund, moment),
        }),
    }
}

fn ending(payment: &Payment, refund: &str, moment: &Moment) -> RefundState {
    let rate = moment.knobs.refund_failure_rate;
    match moment.befalls(payment, &format!("refund {refund}"), rate) {
        true => RefundState::Failed,
        false => RefundState::Sent,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::knobs::Knobs;
    use super::super::stage::{AMOUNT, authorised, captured, card, moment};
    use super::*;

    fn refunded(refund: &str, amount: i64, state: RefundState) -> Fact {
        Fact::Refunded {
            refund: refund.into(),
            amount: Amount(amount),
            state,
        }
    }

    fn outcome(facts: &[Fact], name: &str, amount: i64) -> Outcome {
        refund(
            &card(facts),
            name,
            Amount(amount),
            &moment(&Knobs::default()),
        )
    }

    #[test]
    fn no_more_goes_back_than_came() {
        let sent = refunded("1", 30_000, RefundState::Sent);
        let refused = Outcome::refused(Refusal::MoreThanCaptured);
        assert_eq!(outcome(&[authorised()], "1", 1), refused);
        assert_eq!(outcome(&[captured()], "1", AMOUNT.0 + 1), refused);
        assert_eq!(
            outcome(&[captured()], "1", 30_000),
            Outcome::fact(sent.clone())
        );
        assert_eq!(outcome(&[captured(), sent.clone()], "2", 11_001), refused);
        assert_eq!(outcome(&[captured(), sent], "2", 11_000).facts.len(), 1);
    }

    #[test]
    fn a_refund_is_known_by_its_name() {
        let sent = refunded("1", 30_000, RefundState::Sent);
        assert_eq!(
            outcome(&[captured(), sent.clone()], "1", 30_000),
            Outcome::nothing()
        );
        let other = Outcome::refused(Refusal::OtherRefund);
        assert_eq!(outcome(&[captured(), sent], "1", 30_001), other);
        for (name, amount) in [("", 1), ("a b", 1), ("1", 0), ("1", -1)] {
            assert!(
                outcome(&[captured()], name, amount).refusal.is_some(),
                "{name} {amount}"
            );
        }
    }

    #[test]
    fn a_refund_that_failed_took_nothing() {
        let knobs = Knobs {
            refund_failure_rate: 1.0,
            ..Knobs::default()
        };
        let failed = refunded("1", 41_000, RefundState::Failed);
        let outcome_of = refund(&card(&[captured()]), "1", AMOUNT, &moment(&knobs));
        assert_eq!(outcome_of, Outcome::fact(failed.clone()));
        let again = refunded("2", 41_000, RefundState::Sent);
        assert_eq!(
            outcome(&[captured(), failed], "2", AMOUNT.0),
            Outcome::fact(again)
        );
    }
}
