//! `RecordDelivery`: units of a line reached the shopper; the time to return them begins.

use crate::deeds::changed;
use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{Event, OrderId, Receipt, Refusal};

pub(crate) fn record_delivery(
    ledger: &mut Ledger,
    turn: &mut Turn,
    order: OrderId,
    line: u8,
    units: u16,
) -> Decision {
    refuse_if(units == 0, Refusal::NothingAsked)?;
    let (row, known) = ledger.paid_line(order, line)?;
    let exceeded = units > known.shipped - known.delivered;
    refuse_if(exceeded, Refusal::UnitsExceeded)?;

    let delivered = ledger.orders.line_mut(row, line);
    delivered.delivered += units;
    delivered.delivered_at = turn.at;
    turn.say(Event::LineDelivered { order, line, units });
    changed(ledger, turn, ledger.orders[row].berth);
    Ok(Receipt::Done)
}
