//! Units come back into a pool: to who waits, else to whoever comes, else to the SKU's free stock.

use super::grant_hold;
use crate::deals::UnitState;
use crate::ledger::Ledger;
use crate::slab::Row;
use crate::turn::Turn;
use vocabulary::{Event, HoldOrigin};

/// Gives back units that were held, ordered or sold; nothing moves where none were kept.
pub(crate) fn give_back(
    ledger: &mut Ledger,
    turn: &mut Turn,
    pool: Row,
    units: u32,
    from: UnitState,
) {
    if !ledger.deals.keeps_units(pool, from) {
        return;
    }
    if ledger.deals.deal_of(pool).closed {
        return return_unsold(ledger, turn, pool, units, from);
    }
    let deals = &mut ledger.deals;
    deals.shift(turn, pool, units, from, UnitState::Available);
    offer(ledger, turn, pool);
}

/// Units leave a closed deal for the free stock.
pub(crate) fn return_unsold(
    ledger: &mut Ledger,
    turn: &mut Turn,
    pool: Row,
    units: u32,
    from: UnitState,
) {
    ledger.deals.take_out(turn, pool, units, from);
    let (deal, sku) = (ledger.deals.pool(pool).deal, ledger.deals.pool(pool).sku);
    turn.say(Event::UnsoldReturned { deal, sku, units });
    ledger.stock.take_back(turn, sku, units);
}

/// Offers what is available to those who wait, one unit each, first come first.
pub(crate) fn offer(ledger: &mut Ledger, turn: &mut Turn, pool: Row) {
    while ledger.deals.pool(pool).counts().available > 0 {
        let Some(place) = ledger.waitlist.leave_first(pool) else {
            return;
        };
        let origin = HoldOrigin::Offered(place.id);
        grant_hold(ledger, turn, pool, place.count_row, 1, origin);
    }
}
