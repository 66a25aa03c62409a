//! `RecordShipment`: units of a line left the house.

use crate::deeds::changed;
use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{Event, OrderId, Receipt, Refusal};

pub(crate) fn record_shipment(
    ledger: &mut Ledger,
    turn: &mut Turn,
    order: OrderId,
    line: u8,
    units: u16,
) -> Decision {
    refuse_if(units == 0, Refusal::NothingAsked)?;
    let (row, known) = ledger.paid_line(order, line)?;
    let exceeded = units > known.units - known.shipped;
    refuse_if(exceeded, Refusal::UnitsExceeded)?;

    ledger.orders.line_mut(row, line).shipped += units;
    turn.say(Event::LineShipped { order, line, units });
    changed(ledger, turn, ledger.orders[row].berth);
    Ok(Receipt::Done)
}
