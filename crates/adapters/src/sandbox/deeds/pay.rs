//! Paying: what the shopper does on the hosted page, and what the bank says to it.

use super::super::cards::Bank;
use super::super::fact::{Fact, Oddity};
use super::super::payment::Payment;
use super::super::words::{Method, Reason, State, Steps};
use super::{Moment, Outcome};

/// How long the slow card takes.
const SLOW_MS: u64 = 5_000;

/// What the shopper did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Way {
    /// Typed in a card of which the bank says this.
    Card(Bank),
    /// Said yes in the bank's app.
    Approve,
    /// Sent the money to the virtual account.
    Deposit,
    /// Went back without paying.
    Cancel,
}

/// The shopper does something. What is over stays as it is, and what is promised waits.
pub(in super::super) fn pay(payment: &Payment, way: Way, moment: &Moment) -> Outcome {
    if payment.state != State::Open {
        return Outcome::nothing();
    }
    match (way, payment.terms.method) {
        (Way::Cancel, _) => declined(Reason::Abandoned),
        _ if payment.due.is_some() => Outcome::nothing(),
        (Way::Card(bank), Method::Card) => by_bank(payment, bank, moment),
        (Way::Approve, Method::Wallet) => by_bank(payment, Bank::Approves(None), moment),
        (Way::Deposit, Method::Deposit) => deposited(payment, moment),
        _ => Outcome::nothing(),
    }
}

/// The bank says yes.
pub(super) fn approved(payment: &Payment, oddity: Option<Oddity>) -> Fact {
    let amount = payment.terms.amount;
    let at_once = payment.terms.steps == Steps::One || payment.terms.method == Method::Deposit;
    match oddity {
        Some(Oddity::CaptureFails) if at_once => Fact::Declined {
            reason: Reason::ProviderFault,
        },
        oddity if at_once => Fact::Captured { amount, oddity },
        oddity => Fact::Authorised { oddity },
    }
}

fn by_bank(payment: &Payment, bank: Bank, moment: &Moment) -> Outcome {
    match bank {
        Bank::Declines => declined(Reason::Declined),
        _ if moment.befalls(payment, "decline", moment.knobs.decline_rate) => {
            declined(Reason::Declined)
        }
        Bank::ApprovesLate => promised(moment, SLOW_MS),
        Bank::Approves(oddity) => Outcome::fact(approved(payment, oddity)),
    }
}

fn deposited(payment: &Payment, moment: &Moment) -> Outcome {
    match moment.knobs.deposit_after_s {
        0 => Outcome::fact(approved(payment, None)),
        seconds => promised(moment, seconds * 1_000),
    }
}

fn promised(moment: &Moment, after_ms: u64) -> Outcome {
    let due = moment.now.plus(after_ms);
    Outcome::fact(Fact::Promised { due })
}

fn declined(reason: Reason) -> Outcome {
    Outcome::fact(Fact::Declined { reason })
}

#[cfg(test)]
mod tests {
    use super::super::super::knobs::Knobs;
    use super::super::stage::{AMOUNT, NOW, authorised, captured, card, moment, payment};
    use super::*;

    fn facts(payment: &Payment, way: Way, knobs: &Knobs) -> Vec<Fact> {
        pay(payment, way, &moment(knobs)).facts
    }

    #[test]
    fn each_way_leads_where_its_method_and_steps_say() {
        use Method::{Card, Deposit, Wallet};
        let good = Way::Card(Bank::Approves(None));
        for (method, steps, way, fact) in [
            (Card, Steps::Two, good, authorised()),
            (Card, Steps::One, good, captured()),
            (Wallet, Steps::Two, Way::Approve, authorised()),
            (Wallet, Steps::One, Way::Approve, captured()),
            (Deposit, Steps::Two, Way::Deposit, captured()),
            (
                Card,
                Steps::Two,
                Way::Cancel,
                Fact::Declined {
                    reason: Reason::Abandoned,
                },
            ),
            (
                Wallet,
                Steps::Two,
                Way::Cancel,
                Fact::Declined {
                    reason: Reason::Abandoned,
                },
            ),
            (
                Card,
                Steps::One,
                Way::Card(Bank::Declines),
                Fact::Declined {
                    reason: Reason::Declined,
                },
            ),
            (
                Card,
                Steps::Two,
                Way::Card(Bank::ApprovesLate),
                Fact::Promised {
                    due: NOW.plus(SLOW_MS),
                },
            ),
        ] {
            assert_eq!(
                facts(&payment(method, steps, &[]), way, &Knobs::default()),
                [fact]
            );
        }
    }

    #[test]
    fn a_way_of_another_method_leads_nowhere() {
        let knobs = Knobs::default();
        for way in [Way::Approve, Way::Deposit] {
            assert_eq!(facts(&card(&[]), way, &knobs), []);
        }
        let wallet = payment(Method::Wallet, Steps::One, &[]);
        assert_eq!(facts(&wallet, Way::Card(Bank::Approves(None)), &knobs), []);
    }

    #[test]
    fn what_is_over_stays_as_it_is() {
        for fact in [
            authorised(),
            captured(),
            Fact::Voided,
            Fact::Declined {
                reason: Reason::Declined,
            },
        ] {
            for way in [
                Way::Card(Bank::Approves(None)),
                Way::Card(Bank::Declines),
                Way::Cancel,
            ] {
                let over = card(std::slice::from_ref(&fact));
                assert_eq!(facts(&over, way, &Knobs::default()), []);
            }
        }
    }

    #[test]
    fn a_promise_can_be_cancelled_but_not_hurried() {
        let promised = card(&[Fact::Promised { due: NOW.plus(1) }]);
        assert_eq!(
            facts(
                &promised,
                Way::Card(Bank::Approves(None)),
                &Knobs::default()
            ),
            []
        );
        let cancelled = Fact::Declined {
            reason: Reason::Abandoned,
        };
        assert_eq!(
            facts(&promised, Way::Cancel, &Knobs::default()),
            [cancelled]
        );
    }

    #[test]
    fn a_bank_that_always_declines_declines_good_cards_and_wallets_but_no_deposit() {
        let knobs = Knobs {
            decline_rate: 1.0,
            ..Knobs::default()
        };
        let declined = Fact::Declined {
            reason: Reason::Declined,
        };
        let by_card = facts(&card(&[]), Way::Card(Bank::Approves(None)), &knobs);
        let wallet = payment(Method::Wallet, Steps::Two, &[]);
        let by_wallet = facts(&wallet, Way::Approve, &knobs);
        assert_eq!([by_card, by_wallet].concat(), [declined.clone(), declined]);
        let deposit = payment(Method::Deposit, Steps::Two, &[]);
        assert_eq!(facts(&deposit, Way::Deposit, &knobs), [captured()]);
    }

    #[test]
    fn a_card_whose_capture_fails_fails_at_once_in_one_step() {
        let odd = Way::Card(Bank::Approves(Some(Oddity::CaptureFails)));
        let one = payment(Method::Card, Steps::One, &[]);
        let fault = Fact::Declined {
            reason: Reason::ProviderFault,
        };
        assert_eq!(facts(&one, odd, &Knobs::default()), [fault]);
        let later = Fact::Authorised {
            oddity: Some(Oddity::CaptureFails),
        };
        assert_eq!(facts(&card(&[]), odd, &Knobs::default()), [later]);
    }

    #[test]
    fn a_late_deposit_is_promised() {
        let knobs = Knobs {
            deposit_after_s: 7,
            ..Knobs::default()
        };
        let deposit = payment(Method::Deposit, Steps::One, &[]);
        let promise = Fact::Promised {
            due: NOW.plus(7_000),
        };
        assert_eq!(facts(&deposit, Way::Deposit, &knobs), [promise]);
        assert_eq!(deposit.terms.amount, AMOUNT);
    }
}
