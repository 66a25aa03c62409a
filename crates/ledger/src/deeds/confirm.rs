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
        OrderState::Placed => lines.iter().all(|line| is_kept(ledger, &lines, line)),
        OrderState::Lapsed => lines
            .iter()
            .all(|line| is_allowed(ledger, berth, &lines, line) && is_left(ledger, &lines, line)),
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
        let id = ledger.orders[order].id;
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
            let from = match ledger.deals.keeps_units(pool, UnitState::Ordered) {
                true => UnitState::Ordered,
                false => UnitState::Available,
            };
            ledger.deals.shift(turn, pool, units, from, UnitState::Sold);
        }
    }
}

fn reinstate(ledger: &mut Ledger, turn: &mut Turn, berth: Row) {
    let orders = ledger.orders.rows(ledger.checkouts[berth].orders);
    for order in &orders {
        let id = ledger.orders[*order].id;
        turn.say(Event::OrderReinstated { order: id });
        for line in ledger.orders.bought(*order) {
            sell_late(ledger, turn, berth, line);
        }
    }
    for order in orders {
        say_confirmed(ledger, turn, order);
    }
}

fn sell_late(ledger: &mut Ledger, turn: &mut Turn, berth: Row, Bought { pool, units }: Bought) {
    let (deal, sku) = (ledger.deals.pool(pool).deal, ledger.deals.pool(pool).sku);
    let person = ledger.checkouts[berth].person;
    ledger.persons.add(deal, person, units);
    if ledger.deals.deal(deal).closed {
        ledger.stock.allot(turn, sku, units);
        ledger.deals.put_in(turn, pool, units, UnitState::Sold);
    } else {
        let deals = &mut ledger.deals;
        deals.shift(turn, pool, units, UnitState::Available, UnitState::Sold);
    }
}

fn say_confirmed(ledger: &mut Ledger, turn: &mut Turn, order: Row) {
    ledger.orders[order].state = OrderState::Confirmed;
    let order = ledger.orders[order].id;
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

/// A placed line has its units, or finds them available if its deal deducts on payment.
fn is_kept(ledger: &Ledger, lines: &BoughtLines, line: &Bought) -> bool {
    ledger.deals.keeps_units(line.pool, UnitState::Ordered) || available_for(ledger, lines, line)
}

/// The limit of a lapsed line's deal has room for the order once more.
fn is_allowed(ledger: &Ledger, berth: Row, lines: &BoughtLines, line: &Bought) -> bool {
    let deal = ledger.deals.pool(line.pool).deal;
    let person = ledger.checkouts[berth].person;
    let asked = sum(lines, |other| ledger.deals.pool(other.pool).deal == deal);
    let count = ledger.persons.count(deal, person);
    !ledger.deals.deal(deal).limit_broken(count, asked)
}

/// The units of a lapsed line are still there: in its deal, or in free stock when that is closed.
fn is_left(ledger: &Ledger, lines: &BoughtLines, line: &Bought) -> bool {
    if !ledger.deals.deal_of(line.pool).closed {
        return available_for(ledger, lines, line);
    }
    let sku = ledger.deals.pool(line.pool).sku;
    let asked = sum(lines, |other| {
        ledger.deals.pool(other.pool).sku == sku && ledger.deals.deal_of(other.pool).closed
    });
    ledger.stock.sku(sku).free() >= u64::from(asked)
}

fn available_for(ledger: &Ledger, lines: &BoughtLines, line: &Bought) -> bool {
    let asked = sum(lines, |other| other.pool == line.pool);
    ledger.deals.pool(line.pool).counts().available >= asked
}

fn sum(lines: &BoughtLines, belongs: impl Fn(&Bought) -> bool) -> u32 {
    let lines = lines.iter().filter(|line| belongs(line));
    lines.map(|line| line.units).sum()
}
