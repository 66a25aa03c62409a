//! Checkouts as their shoppers see them: all that are not finished, and for a while those that are, so that who comes
//! back from paying need not wait for the order tables.
//!
//! What happened long ago stands in the order tables of the records alone.

use crate::View;
use crate::berths::{Berths, Kept, Try};
use crate::gallery::FORESIGHT;
use crate::mostly_one::MostlyOne;
use crate::orders::{Standing, Standings};
use crate::slab::Row;
use arrayvec::ArrayVec;
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
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
        state(&self.orders)
    }

    /// Paid or cancelled: nothing is due any more.
    pub fn is_finished(&self) -> bool {
        is_finished(&self.orders)
    }
}

impl From<&Kept> for CheckoutCard {
    fn from(kept: &Kept) -> Self {
        let checkout = kept.checkout;
        let payments = kept.payments.iter();
        CheckoutCard {
            checkout,
            person: kept.person,
            orders: kept.orders.to_vec(),
            payments: payments.map(|known| known.card(checkout)).collect(),
            total: kept.total,
            currency: kept.currency,
            pay_by: kept.pay_by,
        }
    }
}

/// The checkouts of all shoppers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutsView {
    berths: Berths,
    standings: Standings,
}

impl CheckoutsView {
    /// A checkout that is not finished, or not for long.
    pub fn checkout(&self, checkout: CheckoutId) -> Option<CheckoutCard> {
        self.berths.checkout(checkout).map(CheckoutCard::from)
    }

    /// A person's checkouts that wait for payment or for the capture, oldest first.
    pub fn unpaid(&self, person: PersonKey) -> Vec<CheckoutCard> {
        let unfinished = self.berths.unfinished(person).into_iter();
        unfinished
            .filter(|kept| state(&kept.orders) != OrderState::Lapsed)
            .map(CheckoutCard::from)
            .collect()
    }

    /// Brings near what folding `events` at `at` will touch. It goes step by step, as each step says where the next one
    /// reads.
    pub(crate) fn foresee(&self, at: Millis, events: &[(Seq, &Event)]) {
        for (_, event) in events {
            self.foresee_ids(event);
        }
        let mut rows: ArrayVec<Row, FORESIGHT> = ArrayVec::new();
        for (_, event) in events.iter().take(FORESIGHT) {
            if let Event::PaymentStarted { payment, .. }
            | Event::PaymentAuthorised { payment }
            | Event::OrderPaid { payment, .. } = event
            {
                let row = self.berths.foresee_row(payment.checkout);
                let paid = matches!(event, Event::OrderPaid { .. });
                rows.extend(row.filter(|_| paid));
            }
        }
        let oldest = rows.len();
        if self.forgets(at, oldest) {
            self.berths.foresee_first(oldest);
        }
        for row in rows {
            self.berths.foresee_finish(row);
        }
        if self.forgets(at, oldest) {
            self.berths.foresee_forgetting(oldest);
        }
    }

    fn foresee_ids(&self, event: &Event) {
        match *event {
            Event::CheckoutPlaced {
                checkout, person, ..
            } => self.berths.foresee_placed(checkout, person),
            Event::OrderPlaced { order, .. } => self.berths.foresee_order(order),
            Event::PaymentStarted { payment, .. }
            | Event::PaymentAuthorised { payment }
            | Event::PaymentCaptured { payment, .. } => {
                self.berths.foresee_kept(payment.checkout);
            }
            _ => {}
        }
    }

    /// Whether something is forgotten at `now` when so many more are finished.
    fn forgets(&self, now: Millis, more: usize) -> bool {
        let first = self.berths.finished_first();
        first.is_some_and(|at| {
            now.since(at) >= FINISHED_KEPT_MS
                || self.berths.finished_count() + more > FINISHED_KEPT_MAX
        })
    }

    fn order_placed(&mut self, checkout: CheckoutId, order: OrderCard) {
        if let Some(row) = self.berths.row(checkout) {
            self.berths.add_order(row, order);
        }
    }

    fn deadline_moved(&mut self, checkout: CheckoutId, pay_by: Millis) {
        if let Some(row) = self.berths.row(checkout) {
            self.berths.kept_mut(row).pay_by = pay_by;
        }
    }

    fn payment_started(&mut self, checkout: CheckoutId, begun: Try) {
        if let Some(row) = self.berths.row(checkout) {
            self.berths.kept_mut(row).payments.push(begun);
        }
    }

    fn order_stands(&mut self, order: OrderId, state: OrderState, at: Millis) {
        let Some(row) = self.berths.row_of_order(order) else {
            return; // It was forgotten.
        };
        let orders = &mut self.berths.kept_mut(row).orders;
        let was_finished = is_finished(orders);
        let known = orders.iter_mut().find(|card| card.order == order);
        known.expect("an order stands in its checkout").state = state;
        if is_finished(orders) && !was_finished {
            self.berths.finish(row, at);
        }
    }

    fn payment_stands(&mut self, payment: PaymentId, state: PaymentState) {
        let Some(row) = self.berths.row(payment.checkout) else {
            return; // It was forgotten.
        };
        let mut tries = self.berths.kept_mut(row).payments.iter_mut();
        if let Some(known) = tries.find(|known| known.attempt == payment.attempt) {
            known.state = state;
        }
    }

    fn filed(&mut self, checkout: CheckoutId, at: Millis) {
        if let Some(row) = self.berths.row(checkout) {
            self.berths.finish(row, at);
        }
    }

    fn stands(&mut self, at: Millis, standing: Standing) {
        match standing {
            Standing::Order { order, state, .. } => self.order_stands(order, state, at),
            Standing::Payment { payment, state, .. } => self.payment_stands(payment, state),
        }
    }

    fn forget(&mut self, now: Millis) {
        while self.forgets(now, 0) {
            self.berths.forget_first();
        }
    }
}

impl View for CheckoutsView {
    fn fold(&mut self, at: Millis, seq: Seq, event: &Event) {
        if let Some(standing) = self.standings.after(seq, event) {
            self.stands(at, standing);
        }
        match *event {
            Event::CheckoutPlaced {
                checkout,
                person,
                total,
                currency,
                pay_by,
                ..
            } => self.berths.enter(Kept {
                checkout,
                person,
                orders: MostlyOne::None,
                payments: MostlyOne::None,
                total,
                currency,
                pay_by,
            }),
            Event::OrderPlaced {
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
            Event::DeadlineMoved { checkout, pay_by } => self.deadline_moved(checkout, pay_by),
            Event::PaymentStarted {
                payment,
                method,
                amount,
                currency,
                deadline,
                ..
            } => {
                let begun = Try {
                    attempt: payment.attempt,
                    method,
                    amount,
                    currency,
                    state: PaymentState::Started,
                    deadline,
                };
                self.payment_started(payment.checkout, begun);
            }
            Event::CheckoutFiled { ref filed } => self.filed(filed.checkout, at),
            _ => {}
        }
        self.forget(at);
    }
}

/// How the orders of a checkout stand together.
fn state(orders: &[OrderCard]) -> OrderState {
    let mut states = orders.iter().map(|order| order.state);
    states
        .find(|state| *state != OrderState::Cancelled)
        .unwrap_or(OrderState::Cancelled)
}

fn is_finished(orders: &[OrderCard]) -> bool {
    matches!(state(orders), OrderState::Paid | OrderState::Cancelled)
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
        assert_eq!(view.berths, Berths::default());
    }
}
