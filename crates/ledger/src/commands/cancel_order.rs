//! `CancelOrder`: an order is given up; of an unpaid checkout, all orders.

use crate::deals::UnitState;
use crate::deeds::{changed, close_orders, refund_order, whole_of};
use crate::ledger::Ledger;
use crate::slab::Row;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{Cancelling, Event, OrderId, OrderState, Receipt, Refusal};

pub(crate) fn cancel_order(
    ledger: &mut Ledger,
    turn: &mut Turn,
    order: OrderId,
    by: Cancelling,
) -> Decision {
    let (row, known) = ledger.known_order(order)?;
    let (berth, state) = (known.berth, known.state);
    if let Cancelling::Shopper(person) = by {
        let owner = ledger.checkouts[berth].person();
        refuse_if(owner != person, Refusal::NotYours)?;
    }
    let closed = matches!(state, OrderState::Cancelled | OrderState::Lapsed);
    refuse_if(closed, Refusal::OrderClosed)?;
    refuse_if(state == OrderState::Confirmed, Refusal::NotPaid)?;
    let shipped = ledger.orders.lines(row).any(|line| line.shipped > 0);
    refuse_if(shipped, Refusal::AlreadyShipped)?;

    let by_staff = by == Cancelling::Staff;
    if state == OrderState::Paid {
        cancel_paid(ledger, turn, row, by_staff);
    } else {
        let said = |order| Event::OrderCancelled { order, by_staff };
        close_orders(ledger, turn, berth, OrderState::Cancelled, said);
    }
    changed(ledger, turn, berth);
    Ok(Receipt::Done)
}

fn cancel_paid(ledger: &mut Ledger, turn: &mut Turn, row: Row, by_staff: bool) {
    ledger.orders[row].state = OrderState::Cancelled;
    let order = ledger.orders[row].id();
    turn.say(Event::OrderCancelled { order, by_staff });
    ledger.release_lines(turn, row, UnitState::Sold);
    let left = whole_of(ledger, row);
    if !left.is_empty() {
        refund_order(ledger, turn, row, &left);
    }
}
