//! The simulated payment provider: a book of its own, kept apart from ours, that does everything
//! once under its id; and what our journal says that was done there, to be held against it.

use crate::broken::{Broken, insist};
use clerks::ports::{OpenPayment, ProviderFault, ProviderPayment, ProviderRefund, ProviderState};
use clerks::{Answer, Deed};
use ledger::Ledger;
use model::stream::Dice;
use money::{Amount, Currency};
use std::collections::BTreeMap;
use vocabulary::{Account, Command, DeclineReason, Event, Method, PaymentId, RefundId, Steps};

const ONCE: &str = "each effect happens once, and is in both books";

/// The provider's book.
#[derive(Debug, Default)]
pub struct Provider {
    payments: BTreeMap<PaymentId, Row>,
    refunds: BTreeMap<RefundId, (PaymentId, ProviderRefund)>,
}

#[derive(Debug)]
struct Row {
    opening: OpenPayment,
    state: ProviderState,
    captured: Amount,
}

impl Provider {
    /// The shopper is at the provider's page and pays, or does not. Gives what the provider calls
    /// back with, if anything changed.
    pub fn pay(&mut self, opening: &OpenPayment, dice: &mut Dice) -> Option<Command> {
        self.open(opening);
        let row = self.payments.get_mut(&opening.payment)?;
        if row.state != ProviderState::Open {
            return None;
        }
        let (payment, currency) = (opening.payment, opening.currency);
        let way = dice.below(100);
        match (way, opening.method, opening.steps) {
            (0..15, ..) => {
                let reason = dice.one_of([DeclineReason::Declined, DeclineReason::Abandoned]);
                row.state = ProviderState::Declined(reason);
                return Some(Command::RecordDecline { payment, reason });
            }
            (15..25, ..) => return None,
            // Who deposits may get the sum wrong.
            (25..35, Method::Deposit, _) => row.captured = Amount(opening.amount.0 + 1),
            (_, Method::Card | Method::Wallet, Steps::Two) => {
                row.state = ProviderState::Authorised;
                let amount = opening.amount;
                return Some(Command::RecordAuthorisation {
                    payment,
                    amount,
                    currency,
                });
            }
            _ => row.captured = opening.amount,
        }
        row.state = ProviderState::Captured;
        let amount = row.captured;
        Some(Command::RecordCapture {
            payment,
            amount,
            currency,
        })
    }

    /// Does what a clerk asks.
    ///
    /// # Errors
    /// What the provider refuses comes inside; the outer error is a broken promise of ours.
    pub fn call(&mut self, deed: &Deed) -> Result<Result<Answer, ProviderFault>, Broken> {
        Ok(match deed {
            Deed::Open(opening) => {
                self.open(opening);
                Ok(Answer::Opened)
            }
            Deed::Look(payment) => self.answer(*payment),
            Deed::Capture { payment, amount } => self.capture(*payment, *amount)?,
            Deed::Void(payment) => self.void(*payment),
            Deed::Refund {
                refund,
                payment,
                amount,
            } => {
                let refund = self.refund(*refund, *payment, *amount)?;
                Ok(Answer::Refund(refund))
            }
        })
    }

    fn open(&mut self, opening: &OpenPayment) {
        let row = || Row {
            opening: opening.clone(),
            state: ProviderState::Open,
            captured: Amount(0),
        };
        self.payments.entry(opening.payment).or_insert_with(row);
    }

    fn capture(
        &mut self,
        payment: PaymentId,
        amount: Amount,
    ) -> Result<Result<Answer, ProviderFault>, Broken> {
        let Some(row) = self.payments.get_mut(&payment) else {
            return Ok(Err(ProviderFault::Unknown(payment)));
        };
        if row.state == ProviderState::Authorised {
            insist(amount == row.opening.amount, ONCE, || {
                format!("{payment} is captured with {amount}, not what was authorised")
            })?;
            (row.state, row.captured) = (ProviderState::Captured, amount);
        }
        Ok(self.answer(payment))
    }

    fn void(&mut self, payment: PaymentId) -> Result<Answer, ProviderFault> {
        if let Some(row) = self.payments.get_mut(&payment)
            && matches!(row.state, ProviderState::Open | ProviderState::Authorised)
        {
            row.state = ProviderState::Voided;
        }
        self.answer(payment)
    }

    /// One refund in eight is refused for good: the account is closed.
    fn refund(
        &mut self,
        refund: RefundId,
        payment: PaymentId,
        amount: Amount,
    ) -> Result<ProviderRefund, Broken> {
        let sent = refund.0 % 8 != 7;
        let asked = (
            payment,
            ProviderRefund {
                refund,
                amount,
                sent,
            },
        );
        let known = self.refunds.entry(refund).or_insert(asked);
        insist(*known == asked, ONCE, || {
            format!("{asked:?} was {known:?} before")
        })?;
        let of_payment = self.refunds.values().filter(|(of, _)| *of == payment);
        let back: i64 = of_payment.map(|(_, refund)| refund.amount.0).sum();
        let captured = self.payments.get(&payment).map_or(0, |row| row.captured.0);
        insist(back <= captured, ONCE, || {
            format!("{back} would go back of {payment}, which brought {captured}")
        })?;
        Ok(asked.1)
    }

    fn answer(&self, payment: PaymentId) -> Result<Answer, ProviderFault> {
        let row = self.payments.get(&payment);
        let row = row.ok_or(ProviderFault::Unknown(payment))?;
        let of_payment = self.refunds.values().filter(|(of, _)| *of == payment);
        Ok(Answer::Payment(ProviderPayment {
            payment,
            state: row.state,
            amount: row.opening.amount,
            captured: row.captured,
            currency: row.opening.currency,
            refunds: of_payment.map(|(_, refund)| *refund).collect(),
            account: None,
        }))
    }
}

/// What our journal says that the provider did.
#[derive(Debug, Default)]
pub struct Recorded {
    captured: BTreeMap<PaymentId, (Amount, Currency)>,
    refunds: BTreeMap<RefundId, (PaymentId, Amount)>,
    sent: BTreeMap<RefundId, bool>,
}

impl Recorded {
    /// Notes what an event says of the world.
    ///
    /// # Errors
    /// When it was said before.
    pub fn note(&mut self, event: &Event) -> Result<(), Broken> {
        let again = match *event {
            Event::PaymentCaptured {
                payment,
                amount,
                currency,
            } => self.captured.insert(payment, (amount, currency)).is_some(),
            Event::RefundOrdered {
                refund,
                payment,
                amount,
                ..
            } => self.refunds.insert(refund, (payment, amount)).is_some(),
            Event::RefundSent { refund } => self.sent.insert(refund, true) == Some(true),
            Event::RefundFailed { refund } => self.sent.insert(refund, false).is_some(),
            _ => false,
        };
        insist(!again, ONCE, || format!("{event:?} for the second time"))
    }

    /// At rest the two books say the same, payment by payment, refund by refund, and in sum.
    pub fn must_equal(&self, provider: &Provider, ledger: &Ledger) -> Result<(), Broken> {
        let captured: BTreeMap<_, _> = (provider.payments.iter())
            .filter(|(_, row)| row.state == ProviderState::Captured)
            .map(|(payment, row)| (*payment, (row.captured, row.opening.currency)))
            .collect();
        differing(&self.captured, &captured)?;
        let asked: BTreeMap<_, _> = (provider.refunds.iter())
            .map(|(refund, (payment, row))| (*refund, (*payment, row.amount)))
            .collect();
        differing(&self.refunds, &asked)?;
        let sent: BTreeMap<_, _> = (provider.refunds.iter())
            .map(|(refund, (_, row))| (*refund, row.sent))
            .collect();
        differing(&self.sent, &sent)?;
        differing(&clearing_of(ledger), &provider.clearing())
    }
}

impl Provider {
    /// What lies with the provider, by currency.
    fn clearing(&self) -> BTreeMap<Currency, i128> {
        let mut sums = BTreeMap::new();
        for row in self.payments.values() {
            *sums.entry(row.opening.currency).or_default() += i128::from(row.captured.0);
        }
        for (payment, refund) in self.refunds.values().filter(|(_, refund)| refund.sent) {
            let currency = self.payments[payment].opening.currency;
            *sums.entry(currency).or_default() -= i128::from(refund.amount.0);
        }
        sums.retain(|_, sum| *sum != 0);
        sums
    }
}

fn clearing_of(ledger: &Ledger) -> BTreeMap<Currency, i128> {
    let mut sums = BTreeMap::new();
    for (currency, _, account, balance) in ledger.balances() {
        if account == Account::ProviderClearing {
            *sums.entry(currency).or_default() += balance;
        }
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

fn differing<K, V>(ours: &BTreeMap<K, V>, theirs: &BTreeMap<K, V>) -> Result<(), Broken>
where
    K: Ord + std::fmt::Debug,
    V: PartialEq + std::fmt::Debug,
{
    for key in ours.keys().chain(theirs.keys()) {
        let (mine, other) = (ours.get(key), theirs.get(key));
        insist(mine == other, ONCE, || {
            format!("{key:?}: our journal has {mine:?}, the provider {other:?}")
        })?;
    }
    Ok(())
}
