//! Orders that come to nothing, and tries to pay that are no longer wanted.

use super::give_back;
use crate::deals::UnitState;
use crate::ledger::Ledger;
use crate::orders::Bought;
use crate::slab::Row;
use crate::turn::Turn;
use vocabulary::{Event, OrderId, OrderState, PaymentState, Work};

/// Closes all orders of an unpaid checkout in `state`, saying `event` of each, and shuts its tries.
pub(crate) fn close_orders(
    ledger: &mut Ledger,
    turn: &mut Turn,
    berth: Row,
    state: OrderState,
    event: impl Fn(OrderId) -> Event,
) {
    for order in ledger.orders.rows(ledger.checkouts[berth].orders) {
        ledger.orders[order].state = state;
        turn.say(event(ledger.orders[order].id()));
        ledger.release_lines(turn, order, UnitState::Ordered);
    }
    for payment in ledger.payments.started(ledger.checkouts[berth].payments) {
        shut(ledger, turn, berth, payment);
    }
}

/// Ends a try to pay that is under way; the provider is told to shut it.
pub(crate) fn shut(ledger: &mut Ledger, turn: &mut Turn, berth: Row, row: Row) {
    let payment = ledger.payment_id(berth, ledger.payments[row].attempt);
    let try_to_pay = &mut ledger.payments[row];
    try_to_pay.state = PaymentState::Lapsed;
    turn.say(Event::PaymentLapsed { payment });
    ledger.outbox.finish(turn, &mut try_to_pay.work);
    try_to_pay.work = ledger.outbox.order(turn, Work::Void(payment));
}

impl Ledger {
    /// The units of an order's lines go back, and count for its person no more.
    pub(crate) fn release_lines(&mut self, turn: &mut Turn, order: Row, from: UnitState) {
        let person = self.checkouts[self.orders[order].berth].person();
        for Bought { pool, units } in self.orders.bought(order) {
            let deal = self.deals.pool(pool).deal;
            self.persons.subtract(deal, person, units);
            give_back(self, turn, pool, units, from);
        }
    }
}
