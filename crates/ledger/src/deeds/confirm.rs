//! The units of a checkout are sold, all or none; and how that is undone.

use super::give_back;
use crate::deals::UnitState;
use crate::ledger::Ledger;
use crate::orders::{Bought, BoughtLines};
use crate::slab::Row;
use crate::timers::Timer;
use crate::turn::Turn;
use vocabulary::{Event, OrderState};

/// True when every unit of the checkout can be sold now.
pub(crate) fn can_confirm(ledger: &Ledger, berth: Row) -> bool {
    let orders = ledger.checkouts[berth].orders;
    let lines = ledger.orders.bought_by(orders);
    match ledger.orders.first_state(orders) {
        OrderState::Placed => are_left(ledger, &not_kept(ledger, lines)),
        OrderState::Lapsed => are_allowed(ledger, berth, &lines) && are_left(ledger, &lines),
        _ => false,
    }
}

/// Sells the units of a checkout that can be confirmed.
pub(crate) fn confirm(ledger: &mut Ledger, turn: &mut Turn, berth: Row) {
    let orders = ledger.checkouts[berth].orders;
    match ledger.orders.first_state(orders) {
        OrderState::Placed => confirm_placed(ledger, turn, berth),
        OrderState::Lapsed => reinstate(ledger, turn, berth),
        state => unreachable!("a checkout that is {state:?} is not confirmed"),
    }
}

/// A confirmed checkout waits for payment again: its capture failed.
pub(crate) fn unconfirm(ledger: &mut Ledger, turn: &mut Turn, berth: Row) {
    for order in ledger.orders.rows(ledger.checkouts[berth].orders) {
        ledger.orders[order].state = OrderState::Placed;
        let id = ledger.orders[order].id();
        turn.say(Event::OrderUnconfirmed { order: id });
        for Bought { pool, units } in ledger.orders.bought(order) {
            if ledger.deals.keeps_units(pool, UnitState::Ordered) {
                let deals = &mut ledger.deals;
                deals.shift(turn, pool, units, UnitState::Sold, UnitState::Ordered);
            } else {
                give_back(ledger, turn, pool, units, UnitState::Sold);
            }
        }
    }
    wait_again(ledger, turn, berth);
}

fn confirm_placed(ledger: &mut Ledger, turn: &mut Turn, berth: Row) {
    for order in ledger.orders.rows(ledger.checkouts[berth].orders) {
        say_confirmed(ledger, turn, order);
        for Bought { pool, units } in ledger.orders.bought(order) {
            if ledger.deals.keeps_units(pool, UnitState::Ordered) {
                let deals = &mut ledger.deals;
                deals.shift(turn, pool, units, UnitState::Ordered, UnitState::Sold);
            } else {
                sell_left(ledger, turn, pool, units);
            }
        }
    }
}

fn reinstate(ledger: &mut Ledger, turn: &mut Turn, berth: Row) {
    let orders = ledger.orders.rows(ledger.checkouts[berth].orders);
    for order in &orders {
        let id = ledger.orders[*order].id();
        turn.say(Event::OrderReinstated { order: id });
        for Bought { pool, units } in ledger.orders.bought(*order) {
            let deal = ledger.deals.pool(pool).deal;
            let person = ledger.checkouts[berth].person();
            ledger.persons.add(deal, person, units);
            sell_left(ledger, turn, pool, units);
        }
    }
    for order in orders {
        say_confirmed(ledger, turn, order);
    }
}

/// Sells units that no order keeps: out of their deal, or out of free stock when that is closed.
fn sell_left(ledger: &mut Ledger, turn: &mut Turn, pool: Row, units: u32) {
    if ledger.deals.deal_of(pool).closed {
        let sku = ledger.deals.pool(pool).sku;
        ledger.stock.allot(turn, sku, units);
        ledger.deals.put_in(turn, pool, units, UnitState::Sold);
    } else {
        let deals = &mut ledger.deals;
        deals.shift(turn, pool, units, UnitState::Available, UnitState::Sold);
    }
}

fn say_confirmed(ledger: &mut Ledger, turn: &mut Turn, order: Row) {
    ledger.orders[order].state = OrderState::Confirmed;
    let order = ledger.orders[order].id();
    turn.say(Event::OrderConfirmed { order });
}

fn wait_again(ledger: &mut Ledger, turn: &mut Turn, berth: Row) {
    let grace = turn.at.plus(ledger.rules.grace_ms);
    let pay_by = ledger.checkouts[berth].pay_by.max(grace);
    if pay_by != ledger.checkouts[berth].pay_by {
        ledger.checkouts[berth].pay_by = pay_by;
        let checkout = ledger.checkouts.id(berth);
        turn.say(Event::DeadlineMoved { checkout, pay_by });
    }
    ledger.set_timer_of(berth, pay_by, Timer::LapseCheckout(berth));
}

/// The placed lines whose units no order keeps: their deals deduct on payment.
fn not_kept(ledger: &Ledger, mut lines: BoughtLines) -> BoughtLines {
    lines.retain(|line| !ledger.deals.keeps_units(line.pool, UnitState::Ordered));
    lines
}

/// The limits of the deals have room for a lapsed checkout once more.
fn are_allowed(ledger: &Ledger, berth: Row, lines: &BoughtLines) -> bool {
    let person = ledger.checkouts[berth].person();
    lines.iter().all(|line| {
        let deal = ledger.deals.pool(line.pool).deal;
        let asked = sum(lines, |other| ledger.deals.pool(other.pool).deal == deal);
        let count = ledger.persons.count(deal, person);
        !ledger.deals.deal(deal).limit_broken(count, asked)
    })
}

/// The units of all lines are still there: in their deals, or in free stock where those are closed.
fn are_left(ledger: &Ledger, lines: &BoughtLines) -> bool {
    lines.iter().all(|line| {
        if ledger.deals.deal_of(line.pool).closed {
            are_free(ledger, lines, line) && have_room(ledger, lines, line)
        } else {
            let counts = ledger.deals.pool(line.pool).counts();
            counts.available >= asked_of_pool(lines, line)
        }
    })
}

/// Free stock has all units that the lines ask of closed pools of this SKU.
fn are_free(ledger: &Ledger, lines: &BoughtLines, line: &Bought) -> bool {
    let sku = ledger.deals.pool(line.pool).sku;
    let asked = sum(lines, |other| {
        ledger.deals.pool(other.pool).sku == sku && ledger.deals.deal_of(other.pool).closed
    });
    ledger.stock.sku(sku).free() >= u64::from(asked)
}

/// The allotment of a closed pool can grow by what the lines ask of it.
fn have_room(ledger: &Ledger, lines: &BoughtLines, line: &Bought) -> bool {
    let allotted = ledger.deals.pool(line.pool).counts().allotted();
    let asked = asked_of_pool(lines, line);
    allotted.checked_add(asked).is_some()
}

fn asked_of_pool(lines: &BoughtLines, line: &Bought) -> u32 {
    sum(lines, |other| other.pool == line.pool)
}

fn sum(lines: &BoughtLines, belongs: impl Fn(&Bought) -> bool) -> u32 {
    let lines = lines.iter().filter(|line| belongs(line));
    lines.map(|line| line.units).sum()
}
