//! `AskReturn`: the shopper wants to send units back, within the withdrawal period.

use crate::deeds::changed;
use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{Event, OrderId, OrderState, PersonKey, Receipt, Refusal};

pub(crate) fn ask_return(
    ledger: &mut Ledger,
    turn: &mut Turn,
    (order, line): (OrderId, u8),
    units: u16,
    person: PersonKey,
) -> Decision {
    refuse_if(units == 0, Refusal::NothingAsked)?;
    let (row, found) = ledger.known_order(order)?;
    let known = ledger.known_line(row, line)?;
    let owner = ledger.checkouts[found.berth].person();
    refuse_if(owner != person, Refusal::NotYours)?;
    refuse_if(found.state != OrderState::Paid, Refusal::NotPaid)?;
    let exceeded = units > known.delivered - known.return_asked;
    refuse_if(exceeded, Refusal::UnitsExceeded)?;
    let until = known.delivered_at.plus(ledger.rules.withdrawal_ms);
    refuse_if(turn.at >= until, Refusal::WithdrawalOver)?;

    ledger.orders.line_mut(row, line).return_asked += units;
    turn.say(Event::ReturnAsked { order, line, units });
    changed(ledger, turn, ledger.orders[row].berth);
    Ok(Receipt::Done)
}
