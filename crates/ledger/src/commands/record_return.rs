//! `RecordReturn`: units came back, to be sold again or not. It moves no money.

use crate::deals::UnitState;
use crate::deeds::changed;
use crate::ledger::Ledger;
use crate::slab::Row;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{Event, OrderId, Receipt, Refusal};

pub(crate) fn record_return(
    ledger: &mut Ledger,
    turn: &mut Turn,
    (order, line): (OrderId, u8),
    units: u16,
    restock: bool,
) -> Decision {
    refuse_if(units == 0, Refusal::NothingAsked)?;
    let (row, known) = ledger.paid_line(order, line)?;
    let exceeded = units > known.shipped - known.returned;
    refuse_if(exceeded, Refusal::UnitsExceeded)?;

    let returned = ledger.orders.line_mut(row, line);
    returned.returned += units;
    let pool = returned.pool;
    turn.say(Event::LineReturned {
        order,
        line,
        units,
        restocked: restock,
    });
    if restock {
        restock_units(ledger, turn, pool, units);
    }
    changed(ledger, turn, ledger.orders[row].berth);
    Ok(Receipt::Done)
}

fn restock_units(ledger: &mut Ledger, turn: &mut Turn, pool: Row, units: u16) {
    let sku = ledger.deals.pool(pool).sku;
    let deals = &mut ledger.deals;
    deals.take_out(turn, pool, units.into(), UnitState::Sold);
    ledger.stock.take_back(turn, sku, units.into());
}
