//! The payment deadline of a checkout: a shopper who is away paying is waited for once, else its
//! orders close by themselves.

use crate::deeds::{changed, close_orders};
use crate::ledger::Ledger;
use crate::slab::Row;
use crate::timers::Timer;
use crate::turn::Turn;
use vocabulary::{Event, Millis, OrderState};

pub(super) fn lapse_checkout(ledger: &mut Ledger, turn: &mut Turn, berth: Row) {
    let checkout = &ledger.checkouts[berth];
    let placed = ledger.orders.first_state(checkout.orders) == OrderState::Placed;
    if !placed || checkout.pay_by > turn.at {
        return;
    }
    if !give_grace(ledger, turn, berth) {
        let said = |order| Event::OrderLapsed { order };
        close_orders(ledger, turn, berth, OrderState::Lapsed, said);
    }
    changed(ledger, turn, berth);
}

/// Moves the deadline, once, for a shopper who is paying; true when that gives time.
fn give_grace(ledger: &mut Ledger, turn: &mut Turn, berth: Row) -> bool {
    let Some(latest) = latest_deadline(ledger, berth) else {
        return false;
    };
    let grace_ms = ledger.rules.grace_ms;
    let checkout = &mut ledger.checkouts[berth];
    let pay_by = latest.min(checkout.pay_by.plus(grace_ms));
    if checkout.grace_given || pay_by <= turn.at {
        return false;
    }
    checkout.grace_given = true;
    checkout.pay_by = pay_by;
    let checkout = ledger.checkouts.id(berth);
    turn.say(Event::DeadlineMoved { checkout, pay_by });
    ledger.set_timer_of(berth, pay_by, Timer::LapseCheckout(berth));
    true
}

fn latest_deadline(ledger: &Ledger, berth: Row) -> Option<Millis> {
    let started = ledger.payments.started(ledger.checkouts[berth].payments);
    let deadlines = started.iter().map(|row| ledger.payments[*row].deadline);
    deadlines.max()
}
