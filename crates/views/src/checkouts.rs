//! Checkouts as their shoppers see them: all that are not finished, and for a while those that are, so that who comes
//! back from paying need not wait for the order tables.
//!
//! What happened long ago stands in the order tables of the records alone.

use crate::View;
use crate::orders::{OrderChange, RowsFold};
use hashbrown::HashMap;
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use vocabulary::{
    CheckoutId, Event, Method, Millis, OrderId, OrderState, PaymentId, PaymentState, PersonKey,
    SellerId, Seq,
};

/// For how long a finished checkout is kept.
pub const FINISHED_KEPT_MS: u64 = 15 * 60 * 1_000;
/// How many finished checkouts are kept at most; the oldest go first.
pub const FINISHED_KEPT_MAX: usize = 131_072;

/// An order of a checkout, with what it comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCard {
    /// Its id.
    pub order: OrderId,
    /// Who sells.
    pub seller: SellerId,
    /// goods + shipping.
    pub total: Amount,
    /// How it stands.
    pub state: OrderState,
}

/// A try to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentCard {
    /// Which.
    pub payment: PaymentId,
    /// How.
    pub method: Method,
    /// How much.
    pub amount: Amount,
    /// Of the amount.
    pub currency: Currency,
    /// How it stands.
    pub state: PaymentState,
    /// When it ends by itself.
    pub deadline: Millis,
}

/// A checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutCard {
    /// Its id.
    pub checkout: CheckoutId,
    /// Who placed it.
    pub person: PersonKey,
    /// Its orders, in the order of placing.
    pub orders: Vec<OrderCard>,
    /// The tries to pay it, first one first.
    pub payments: Vec<PaymentCard>,
    /// What is due, or was.
    pub total: Amount,
    /// Of the total.
    pub currency: Currency,
    /// When it closes unpaid.
    pub pay_by: Millis,
}

impl CheckoutCard {
    /// How its orders stand together: they do until they are paid; after that one may be cancelled alone.
    pub fn state(&self) -> OrderState {
        let mut states = self.orders.iter().map(|order| order.state);
        states
            .find(|state| *state != OrderState::Cancelled)
            .unwrap_or(OrderState::Cancelled)
    }

    /// Paid or cancelled: nothing is due any more.
    pub fn is_finished(&self) -> bool {
        matches!(self.state(), OrderState::Paid | OrderState::Cancelled)
    }
}

/// The checkouts of all shoppers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutsView {
    checkouts: HashMap<CheckoutId, CheckoutCard>,
    orders: HashMap<OrderId, CheckoutId>,
    /// What is not finished, oldest first.
    unfinished: HashMap<PersonKey, Vec<CheckoutId>>,
    /// What is finished and since when, oldest first.
    finished: VecDeque<(Millis, CheckoutId)>,
    rows: RowsFold,
}

impl CheckoutsView {
    /// A checkout that is not finished, or not for long.
    pub fn checkout(&self, checkout: CheckoutId) -> Option<&CheckoutCard> {
        self.checkouts.get(&checkout)
    }

    /// A person's checkouts that wait for payment or for the capture, oldest first.
    pub fn unpaid(&self, person: PersonKey) -> Vec<&CheckoutCard> {
        let unfinished = self.unfinished.get(&person).into_iter().flatten();
        let cards = unfinished.map(|checkout| &self.checkouts[checkout]);
        cards
            .filter(|card| card.state() != OrderState::Lapsed)
            .collect()
    }

    fn placed(&mut self, card: CheckoutCard) {
        let unfinished = self.unfinished.entry(card.person).or_default();
        unfinished.push(card.checkout);
        self.checkouts.insert(card.checkout, card);
    }

    fn order_placed(&mut self, checkout: CheckoutId, order: OrderCard) {
        if let Some(card) = self.checkouts.get_mut(&checkout) {
            card.orders.push(order);
            self.orders.insert(order.order, checkout);
        }
    }

    fn order_stands(&mut self, order: OrderId, state: OrderState, at: Millis) {
        let checkout = self.orders.get(&order).copied();
        let Some(card) = checkout.and_then(|checkout| self.checkouts.get_mut(&checkout)) else {
            return; // It was forgotten.
        };
        let was_finished = card.is_finished();
        let mut orders = card.orders.iter_mut();
        let known = orders.find(|card| card.order == order);
        known.expect("an order stands in its checkout").state = state;
        if card.is_finished() && !was_finished {
            let checkout = card.checkout;
            self.finish(checkout, at);
        }
    }

    fn payment_started(&mut self, payment: PaymentCard) {
        if let Some(card) = self.checkouts.get_mut(&payment.payment.checkout) {
            card.payments.push(payment);
        }
    }

    fn payment_stands(&mut self, payment: PaymentId, state: PaymentState) {
        let card = self.checkouts.get_mut(&payment.checkout);
        let mut tries = card.into_iter().flat_map(|card| &mut card.payments);
        if let Some(known) = tries.find(|card| card.payment == payment) {
            known.state = state;
        }
    }

    /// Begins the time after which a checkout is forgotten.
    fn finish(&mut self, checkout: CheckoutId, at: Millis) {
        let Some(person) = self.checkout(checkout).map(|card| card.person) else {
            return; // It was forgotten.
        };
        let Some(unfinished) = self.unfinished.get_mut(&person) else {
            return; // It was finished before.
        };
        let Some(place) = unfinished.iter().position(|other| *other == checkout) else {
            return; // It was finished before.
        };
        unfinished.remove(place);
        if unfinished.is_empty() {
            self.unfinished.remove(&person);
        }
        self.finished.push_back((at, checkout));
    }

    fn forget(&mut self, now: Millis) {
        while let Some((at, checkout)) = self.finished.front().copied() {
            if now.since(at) < FINISHED_KEPT_MS && self.finished.len() <= FINISHED_KEPT_MAX {
                break;
            }
            self.finished.pop_front();
            let card = self.checkouts.remove(&checkout);
            for order in card.into_iter().flat_map(|card| card.orders) {
                self.orders.remove(&order.order);
            }
        }
    }

    fn apply(&mut self, at: Millis, change: OrderChange) {
        match change {
            OrderChange::CheckoutPlaced {
                checkout,
                person,
                total,
                currency,
                pay_by,
                ..
            } => self.placed(CheckoutCard {
                checkout,
                person,
                orders: Vec::new(),
                payments: Vec::new(),
                total,
                currency,
                pay_by,
            }),
            OrderChange::OrderPlaced {
                order,
                checkout,
                seller,
                total,
                ..
            } => {
                let state = OrderState::Placed;
                let card = OrderCard {
                    order,
                    seller,
                    total,
                    state,
                };
                self.order_placed(checkout, card);
            }
            OrderChange::DeadlineMoved { checkout, pay_by } => {
                if let Some(card) = self.checkouts.get_mut(&checkout) {
                    card.pay_by = pay_by;
                }
            }
            OrderChange::OrderStands { order, state, .. } => self.order_stands(order, state, at),
            OrderChange::PaymentStarted {
                payment,
                method,
                amount,
                currency,
                deadline,
                ..
            } => self.payment_started(PaymentCard {
                payment,
                method,
                amount,
                currency,
                state: PaymentState::Started,
                deadline,
            }),
            OrderChange::PaymentStands { payment, state, .. } => {
                self.payment_stands(payment, state);
            }
            OrderChange::CheckoutFiled { filed, .. } => self.finish(filed.checkout, at),
            _ => {}
        }
    }
}

impl View for CheckoutsView {
    fn fold(&mut self, at: Millis, seq: Seq, event: &Event) {
        if let Some(change) = self.rows.row(at, seq, event) {
            self.apply(at, change);
        }
        self.forget(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::{Steps, Zone};

    const ME: PersonKey = PersonKey(1);
    const CHECKOUT: CheckoutId = CheckoutId(5);
    const ORDER: OrderId = OrderId(6);
    const PAYMENT: PaymentId = PaymentId {
        checkout: CHECKOUT,
        attempt: 1,
    };

    fn placed() -> CheckoutsView {
        let mut view = CheckoutsView::default();
        let checkout = Event::CheckoutPlaced {
            checkout: CHECKOUT,
            person: ME,
            zone: Zone(0),
            total: Amount(900),
            currency: Currency::KRW,
            pay_by: Millis(50),
        };
        let order = Event::OrderPlaced {
            order: ORDER,
            checkout: CHECKOUT,
            seller: SellerId(1),
            person: ME,
            goods: Amount(900),
            shipping: Amount(0),
            surcharge: Amount(0),
            tax: Amount(0),
            total: Amount(900),
            currency: Currency::KRW,
        };
        let started = Event::PaymentStarted {
            payment: PAYMENT,
            amount: Amount(900),
            currency: Currency::KRW,
            method: Method::Card,
            steps: Steps::One,
            months: 0,
            deadline: Millis(40),
        };
        for event in [checkout, order, started] {
            view.fold(Millis(1), Seq(1), &event);
        }
        view
    }

    fn paid() -> Event {
        Event::OrderPaid {
            order: ORDER,
            payment: PAYMENT,
            total: Amount(900),
            currency: Currency::KRW,
        }
    }

    #[test]
    fn a_checkout_waits_until_its_money_came_and_a_lapsed_one_is_not_asked_for() {
        let mut view = placed();
        let moved = Event::DeadlineMoved {
            checkout: CHECKOUT,
            pay_by: Millis(70),
        };
        view.fold(Millis(2), Seq(2), &moved);
        assert_eq!(view.unpaid(ME)[0].pay_by, Millis(70));
        view.fold(Millis(70), Seq(3), &Event::OrderLapsed { order: ORDER });
        assert!(view.unpaid(ME).is_empty());
        view.fold(Millis(80), Seq(4), &Event::OrderConfirmed { order: ORDER });
        assert_eq!(view.unpaid(ME).len(), 1);
    }

    #[test]
    fn who_has_paid_is_shown_it_with_the_try_that_brought_the_money() {
        let mut view = placed();
        let captured = Event::PaymentCaptured {
            payment: PAYMENT,
            amount: Amount(900),
            currency: Currency::KRW,
        };
        view.fold(Millis(9), Seq(2), &captured);
        view.fold(Millis(9), Seq(2), &paid());
        let card = view.checkout(CHECKOUT).expect("it is kept for a while");
        assert_eq!(card.state(), OrderState::Paid);
        assert_eq!(card.payments[0].state, PaymentState::Captured);
        assert!(view.unpaid(ME).is_empty());
    }

    #[test]
    fn what_is_finished_is_forgotten_after_a_while_and_nothing_of_it_is_left() {
        let mut view = placed();
        view.fold(Millis(9), Seq(2), &paid());
        let cancelled = Event::OrderCancelled {
            order: ORDER,
            by_staff: true,
        };
        view.fold(Millis(10), Seq(3), &cancelled);
        assert_eq!(
            view.checkout(CHECKOUT).expect("kept").state(),
            OrderState::Cancelled
        );
        let bell = Event::DealOpened {
            deal: vocabulary::DealId(1),
        };
        view.fold(Millis(9 + FINISHED_KEPT_MS), Seq(4), &bell);
        assert!(view.checkout(CHECKOUT).is_none());
        let left = (
            view.orders.len(),
            view.unfinished.len(),
            view.finished.len(),
        );
        assert_eq!(left, (0, 0, 0));
    }
}
