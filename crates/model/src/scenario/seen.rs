//! What can be known of the state from the events alone: a small fold that the checks read, and
//! the laws that must hold after every command.

use money::{Amount, Currency};
use std::collections::BTreeMap;
use vocabulary::{
    Account, CheckoutId, DealId, DealTerms, Event, FiledCheckout, HoldOrigin, Millis, OrderId,
    OrderState, PaymentId, PaymentState, PlaceId, PoolCounts, RefundId, RefundState, SellerId,
    SkuId, Work,
};

type Pool = (DealId, SkuId);

/// A try to pay, as the events tell it.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeenPayment {
    pub state: PaymentState,
    pub amount: Amount,
    pub currency: Currency,
}

/// A refund, as the events tell it.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeenRefund {
    pub state: RefundState,
    pub amount: Amount,
    pub currency: Currency,
}

/// What is due for a checkout, and until when.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeenCheckout {
    pub total: Amount,
    pub currency: Currency,
    pub pay_by: Millis,
}

/// The state as the events tell it.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub pools: BTreeMap<Pool, PoolCounts>,
    pub waiting: BTreeMap<Pool, Vec<PlaceId>>,
    pub stock: BTreeMap<SkuId, (u64, u64)>,
    pub terms: BTreeMap<DealId, DealTerms>,
    pub checkouts: BTreeMap<CheckoutId, SeenCheckout>,
    pub orders: BTreeMap<OrderId, OrderState>,
    pub payments: BTreeMap<PaymentId, SeenPayment>,
    pub refunds: BTreeMap<RefundId, SeenRefund>,
    pub balances: BTreeMap<(Currency, SellerId, Account), i64>,
    pub filed: BTreeMap<CheckoutId, FiledCheckout>,
    pub outbox: Vec<Work>,
    provider: BTreeMap<Currency, i64>,
}

impl Seen {
    /// Takes an event in.
    pub(super) fn fold(&mut self, event: &Event) {
        self.fold_schedule(event);
        self.fold_waitlist(event);
        self.fold_orders(event);
        self.fold_payments(event);
        self.fold_refunds(event);
        self.fold_work(event);
    }

    /// The first law that is broken, in a sentence.
    pub(super) fn broken_law(&self) -> Option<String> {
        self.unbalanced_stock()
            .or_else(|| self.unbalanced_books())
            .or_else(|| self.unbalanced_clearing())
    }

    fn fold_schedule(&mut self, event: &Event) {
        match event {
            Event::StockChanged { sku, stock, free } => {
                self.stock.insert(*sku, (*stock, *free));
            }
            Event::SkuListed { sku, .. } => {
                self.stock.insert(*sku, (0, 0));
            }
            Event::DealScheduled { deal, terms, .. } | Event::DealChanged { deal, terms } => {
                self.terms.insert(*deal, *terms);
            }
            Event::PoolChanged { deal, sku, counts } => {
                self.pools.insert((*deal, *sku), *counts);
            }
            _ => {}
        }
    }

    fn fold_waitlist(&mut self, event: &Event) {
        match event {
            Event::WaitlistJoined {
                place, deal, sku, ..
            } => self.waiting.entry((*deal, *sku)).or_default().push(*place),
            Event::WaitlistLeft { place }
            | Event::WaitlistEnded { place }
            | Event::HoldPlaced {
                origin: HoldOrigin::Offered(place),
                ..
            } => {
                for places in self.waiting.values_mut() {
                    places.retain(|other| other != place);
                }
            }
            _ => {}
        }
    }

    fn fold_orders(&mut self, event: &Event) {
        let (order, state) = match event {
            Event::OrderPlaced { order, .. } => (order, OrderState::Placed),
            Event::OrderConfirmed { order } => (order, OrderState::Confirmed),
            Event::OrderPaid { order, .. } => (order, OrderState::Paid),
            Event::OrderUnconfirmed { order } => (order, OrderState::Placed),
            Event::OrderCancelled { order, .. } => (order, OrderState::Cancelled),
            Event::OrderLapsed { order } => (order, OrderState::Lapsed),
            Event::CheckoutPlaced {
                checkout,
                total,
                currency,
                pay_by,
                ..
            } => {
                let seen = SeenCheckout {
                    total: *total,
                    currency: *currency,
                    pay_by: *pay_by,
                };
                self.checkouts.insert(*checkout, seen);
                return;
            }
            Event::DeadlineMoved { checkout, pay_by } => {
                if let Some(seen) = self.checkouts.get_mut(checkout) {
                    seen.pay_by = *pay_by;
                }
                return;
            }
            _ => return,
        };
        self.orders.insert(*order, state);
    }

    fn fold_payments(&mut self, event: &Event) {
        let (payment, state) = match event {
            Event::PaymentStarted {
                payment,
                amount,
                currency,
                ..
            } => {
                let seen = SeenPayment {
                    state: PaymentState::Started,
                    amount: *amount,
                    currency: *currency,
                };
                self.payments.insert(*payment, seen);
                return;
            }
            Event::PaymentAuthorised { payment } => (payment, PaymentState::Authorised),
            Event::PaymentCaptured {
                payment,
                amount,
                currency,
            } => {
                *self.provider.entry(*currency).or_default() += amount.0;
                (payment, PaymentState::Captured)
            }
            Event::PaymentDeclined { payment, .. } => (payment, PaymentState::Declined),
            Event::PaymentLapsed { payment } => (payment, PaymentState::Lapsed),
            Event::PaymentVoided { payment } => (payment, PaymentState::Voided),
            Event::MoneySuspended { payment, .. } => (payment, PaymentState::Suspended),
            _ => return,
        };
        if let Some(seen) = self.payments.get_mut(payment) {
            seen.state = state;
        }
    }

    fn fold_refunds(&mut self, event: &Event) {
        match event {
            Event::RefundOrdered {
                refund,
                amount,
                currency,
                ..
            } => {
                let seen = SeenRefund {
                    state: RefundState::Due,
                    amount: *amount,
                    currency: *currency,
                };
                self.refunds.insert(*refund, seen);
            }
            Event::RefundSent { refund } => {
                if let Some(seen) = self.refunds.get_mut(refund) {
                    seen.state = RefundState::Sent;
                    *self.provider.entry(seen.currency).or_default() -= seen.amount.0;
                }
            }
            Event::RefundFailed { refund } => {
                if let Some(seen) = self.refunds.get_mut(refund) {
                    seen.state = RefundState::Failed;
                }
            }
            Event::Posted {
                currency,
                seller,
                debit,
                credit,
                amount,
            } => {
                *self
                    .balances
                    .entry((*currency, *seller, *debit))
                    .or_default() += amount.0;
                *self
                    .balances
                    .entry((*currency, *seller, *credit))
                    .or_default() -= amount.0;
            }
            _ => {}
        }
    }

    fn fold_work(&mut self, event: &Event) {
        match event {
            Event::WorkOrdered { work } => {
                self.outbox.push(*work);
                self.mark_voiding(*work);
            }
            Event::WorkDone { work } => self.outbox.retain(|other| other != work),
            Event::CheckoutFiled { filed } => {
                self.filed.insert(filed.checkout, filed.as_ref().clone());
            }
            _ => {}
        }
    }

    /// An authorisation that shall be given back is one for which there were no units.
    fn mark_voiding(&mut self, work: Work) {
        if let Work::Void(payment) = work
            && let Some(seen) = self.payments.get_mut(&payment)
            && seen.state == PaymentState::Authorised
        {
            seen.state = PaymentState::Voiding;
        }
    }

    fn unbalanced_stock(&self) -> Option<String> {
        self.stock.iter().find_map(|(sku, (stock, free))| {
            let pools = self.pools.iter().filter(|((_, other), _)| other == sku);
            let allotted: u64 = pools.map(|(_, counts)| u64::from(counts.allotted())).sum();
            (*stock != free + allotted).then(|| {
                format!("SKU #{sku}: stock {stock} is not {free} free and {allotted} allotted")
            })
        })
    }

    fn unbalanced_books(&self) -> Option<String> {
        Currency::ALL.into_iter().find_map(|currency| {
            let sum = self.sum(|(other, ..)| *other == currency);
            (sum != 0).then(|| format!("the books in {currency} are off by {sum}"))
        })
    }

    /// What the provider owes us is what it captured and has not sent back.
    fn unbalanced_clearing(&self) -> Option<String> {
        Currency::ALL.into_iter().find_map(|currency| {
            let clearing = self.sum(|(other, _, account)| {
                *other == currency && *account == Account::ProviderClearing
            });
            let provider = self.provider.get(&currency).copied().unwrap_or_default();
            (clearing != provider).then(|| {
                format!("ProviderClearing in {currency} is {clearing}, the provider has {provider}")
            })
        })
    }

    fn sum(&self, which: impl Fn(&(Currency, SellerId, Account)) -> bool) -> i64 {
        let balances = self.balances.iter().filter(|(key, _)| which(key));
        balances.map(|(_, balance)| *balance).sum()
    }
}
