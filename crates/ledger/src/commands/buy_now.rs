//! `BuyNow`: units become an order at once, without a hold between.

use super::place_checkout::{Ask, add_line, bill, check_ids, check_unused, enter};
use super::place_checkout::{payment_ms, place_order};
use super::place_hold::check_admission;
use crate::deals::UnitState;
use crate::holds::Hold;
use crate::ledger::Ledger;
use crate::slab::NONE;
use crate::timers::Timer;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{DealId, HoldId, Receipt, Refusal, Shopper, SkuId};

pub(crate) fn buy_now(
    ledger: &mut Ledger,
    turn: &mut Turn,
    (deal, sku): (DealId, SkuId),
    units: u16,
    shopper: Shopper,
    ask: &Ask,
) -> Decision {
    refuse_if(units == 0, Refusal::NothingAsked)?;
    check_ids(&ledger.rules, turn.at, ask)?;
    let (known, pool) = ledger.known_pool(deal, sku)?;
    check_unused(ledger, ask)?;
    check_admission(known, turn.at, shopper)?;
    let asked = u32::from(units);
    let count = ledger.persons.count(deal, shopper.person);
    refuse_if(known.limit_broken(count, asked), Refusal::LimitReached)?;
    let (price, counts) = {
        let pool = ledger.deals.pool(pool);
        (pool.price, pool.counts())
    };
    refuse_if(counts.available < asked, Refusal::StockExhausted)?;
    let taken = Hold {
        price,
        expires_at: turn.at,
        pool,
        count_row: NONE,
        units,
        extended: 0,
    };
    let (seller, currency) = (known.seller, known.currency);
    let bill = bill(ledger, ask.zone, currency, seller, [&taken].into_iter())?;

    ledger.persons.add(deal, shopper.person, asked);
    let pay_by = turn.at.plus(payment_ms(ledger, &taken));
    let berth = enter(ledger, turn, ask, (bill.total, currency), pay_by);
    let order = place_order(ledger, turn, berth, ask.orders[0], &bill);
    add_line(ledger, turn, order, HoldId::NONE, &taken);
    if ledger.deals.keeps_units(pool, UnitState::Ordered) {
        let (available, ordered) = (UnitState::Available, UnitState::Ordered);
        let deals = &mut ledger.deals;
        deals.shift(turn, pool, asked, available, ordered);
    }
    ledger.set_timer_of(berth, pay_by, Timer::LapseCheckout(berth));
    Ok(Receipt::Checkout {
        checkout: ask.checkout,
        total: bill.total,
        pay_by,
    })
}
