//! A payment provider in memory, for tests of whoever speaks to one. It passes the contract suite.
//! It has no page: whoever plays the shopper calls `approve` and its kin.

use crate::ports::{
    OpenPayment, OpenedPayment, PaymentProvider, ProviderFault, ProviderFuture, ProviderPayment,
    ProviderRefund, ProviderState, VirtualAccount,
};
use money::Amount;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use vocabulary::{DeclineReason, Method, PaymentId, RefundId, Steps};

/// Payments in a map behind a lock.
#[derive(Debug, Default)]
pub struct MemoryProvider {
    rows: Mutex<Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    payments: BTreeMap<PaymentId, Row>,
    /// The next calls fail with these, first in first out.
    faults: Vec<ProviderFault>,
    calls: usize,
    accounts_hidden: bool,
}

#[derive(Debug)]
struct Row {
    opening: OpenPayment,
    standing: ProviderPayment,
}

impl MemoryProvider {
    /// The shopper pays.
    pub fn approve(&self, payment: PaymentId) {
        self.move_open(payment, |row| match row.opening.steps {
            Steps::One => captured(&mut row.standing, row.opening.amount),
            Steps::Two => row.standing.state = ProviderState::Authorised,
        });
    }

    /// The issuer says no.
    pub fn decline(&self, payment: PaymentId, reason: DeclineReason) {
        self.move_open(payment, |row| {
            row.standing.state = ProviderState::Declined(reason);
        });
    }

    /// The next call fails; several given fail one call each.
    pub fn fail_next(&self, fault: ProviderFault) {
        self.rows().faults.push(fault);
    }

    /// From now on accounts of deposits are not told, or are told again.
    pub fn hide_accounts(&self, hidden: bool) {
        self.rows().accounts_hidden = hidden;
    }

    /// How often it was called.
    pub fn calls(&self) -> usize {
        self.rows().calls
    }

    fn move_open(&self, payment: PaymentId, change: impl FnOnce(&mut Row)) {
        let mut rows = self.rows();
        let row = rows.payments.get_mut(&payment).expect("it was opened");
        if row.standing.state == ProviderState::Open {
            change(row);
        }
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().expect("no holder of the lock panics")
    }

    /// One call: the next fault, else what `answer` makes of the rows.
    fn call<T: Send + 'static>(
        &self,
        answer: impl FnOnce(&mut Rows) -> Result<T, ProviderFault>,
    ) -> ProviderFuture<'_, T> {
        let mut rows = self.rows();
        rows.calls += 1;
        let outcome = if rows.faults.is_empty() {
            answer(&mut rows)
        } else {
            Err(rows.faults.remove(0))
        };
        Box::pin(std::future::ready(outcome))
    }
}

impl Rows {
    fn row(&mut self, payment: PaymentId) -> Result<&mut Row, ProviderFault> {
        let row = self.payments.get_mut(&payment);
        row.ok_or(ProviderFault::Unknown(payment))
    }

    /// The account of a deposit; a number of its own for each try.
    fn account(&self, opening: &OpenPayment) -> Option<VirtualAccount> {
        let told = opening.method == Method::Deposit && !self.accounts_hidden;
        told.then(|| VirtualAccount {
            bank: "Memory Bank".into(),
            number: format!("11-{}", opening.payment),
            holder: "The Shop".into(),
        })
    }

    /// How a try stands, as it is told.
    fn told(&self, row: &Row) -> ProviderPayment {
        ProviderPayment {
            account: self.account(&row.opening),
            ..row.standing.clone()
        }
    }
}

impl PaymentProvider for MemoryProvider {
    fn open(&self, payment: OpenPayment) -> ProviderFuture<'_, OpenedPayment> {
        self.call(|rows| {
            let redirect_url = format!("memory:{}", payment.payment);
            let row = rows.payments.entry(payment.payment).or_insert_with(|| Row {
                standing: standing_of(&payment),
                opening: payment.clone(),
            });
            if row.opening.amount != payment.amount || row.opening.currency != payment.currency {
                return Err(refused("it was opened with another amount"));
            }
            Ok(OpenedPayment {
                redirect_url,
                account: rows.account(&payment),
            })
        })
    }

    fn look(&self, payment: PaymentId) -> ProviderFuture<'_, ProviderPayment> {
        self.call(|rows| {
            let row = rows.payments.get(&payment);
            let row = row.ok_or(ProviderFault::Unknown(payment))?;
            Ok(rows.told(row))
        })
    }

    fn capture(&self, payment: PaymentId, amount: Amount) -> ProviderFuture<'_, ProviderPayment> {
        self.call(|rows| {
            let row = rows.row(payment)?;
            match row.standing.state {
                ProviderState::Captured => {}
                ProviderState::Authorised if amount > row.opening.amount => {
                    return Err(refused("more than was authorised"));
                }
                ProviderState::Authorised => captured(&mut row.standing, amount),
                _ => return Err(refused("nothing is authorised")),
            }
            Ok(row.standing.clone())
        })
    }

    fn void(&self, payment: PaymentId) -> ProviderFuture<'_, ProviderPayment> {
        self.call(|rows| {
            let row = rows.row(payment)?;
            if let ProviderState::Open | ProviderState::Authorised = row.standing.state {
                row.standing.state = ProviderState::Voided;
            }
            Ok(row.standing.clone())
        })
    }

    fn refund(
        &self,
        refund: RefundId,
        payment: PaymentId,
        amount: Amount,
    ) -> ProviderFuture<'_, ProviderRefund> {
        self.call(|rows| {
            let standing = &mut rows.row(payment)?.standing;
            if let Some(known) = standing.refunds.iter().find(|row| row.refund == refund) {
                return Ok(*known);
            }
            let sent_before: i64 = standing.refunds.iter().map(|row| row.amount.0).sum();
            if sent_before + amount.0 > standing.captured.0 {
                return Err(refused("more than was captured"));
            }
            let sent = ProviderRefund {
                refund,
                amount,
                sent: true,
            };
            standing.refunds.push(sent);
            Ok(sent)
        })
    }
}

fn standing_of(opening: &OpenPayment) -> ProviderPayment {
    ProviderPayment {
        payment: opening.payment,
        state: ProviderState::Open,
        amount: opening.amount,
        captured: Amount::ZERO,
        currency: opening.currency,
        refunds: Vec::new(),
        account: None,
    }
}

fn captured(standing: &mut ProviderPayment, amount: Amount) {
    standing.state = ProviderState::Captured;
    standing.captured = amount;
}

fn refused(why: &str) -> ProviderFault {
    ProviderFault::Refused(why.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{ProviderStage, Staged, prove_provider};
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    impl ProviderStage for MemoryProvider {
        fn provider(&self) -> &dyn PaymentProvider {
            self
        }

        fn approve<'a>(&'a self, payment: PaymentId, _: &'a OpenedPayment) -> Staged<'a> {
            MemoryProvider::approve(self, payment);
            Box::pin(std::future::ready(()))
        }

        fn decline<'a>(&'a self, payment: PaymentId, _: &'a OpenedPayment) -> Staged<'a> {
            MemoryProvider::decline(self, payment, DeclineReason::Declined);
            Box::pin(std::future::ready(()))
        }
    }

    #[test]
    fn the_provider_in_memory_keeps_the_contract() {
        let stage = MemoryProvider::default();
        let mut proof = pin!(prove_provider(&stage));
        let mut context = Context::from_waker(Waker::noop());
        assert_eq!(proof.as_mut().poll(&mut context), Poll::Ready(()));
    }
}
