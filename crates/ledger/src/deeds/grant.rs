//! A hold begins: asked for, or offered from the waitlist.

use crate::deals::UnitState;
use crate::holds::Hold;
use crate::ledger::Ledger;
use crate::slab::Row;
use crate::timers::Timer;
use crate::turn::Turn;
use vocabulary::{Event, HoldId, HoldOrigin, Millis};

/// Gives a hold on available units to whose count lies at `count_row`; they are counted already.
pub(crate) fn grant_hold(
    ledger: &mut Ledger,
    turn: &mut Turn,
    pool: Row,
    count_row: Row,
    units: u16,
    origin: HoldOrigin,
) -> (HoldId, Millis) {
    let deal = ledger.deals.deal_of(pool);
    let (currency, hold_ms) = (deal.currency, deal.terms.hold_ms);
    let expires_at = turn.at.plus(hold_ms.into());
    let (deal, sku, price) = {
        let pool = ledger.deals.pool(pool);
        (pool.deal, pool.sku, pool.price)
    };
    let hold = ledger.holds.place(Hold {
        price,
        expires_at,
        pool,
        count_row,
        units,
        extended: 0,
    });
    let person = ledger.persons.person(count_row);
    turn.say(Event::HoldPlaced {
        hold,
        deal,
        sku,
        units,
        price,
        currency,
        person,
        expires_at,
        origin,
    });
    if ledger.deals.keeps_units(pool, UnitState::Held) {
        let deals = &mut ledger.deals;
        deals.shift(
            turn,
            pool,
            units.into(),
            UnitState::Available,
            UnitState::Held,
        );
    }
    ledger.timers.set(expires_at, Timer::LapseHold(hold));
    (hold, expires_at)
}
