//! `RequestRefund`: money of a paid order shall go back, whole, for units of a line, or in part.

use crate::deeds::{Part, changed, refund_order, whole_of};
use crate::ledger::Ledger;
use crate::slab::Row;
use crate::turn::{Decision, Turn, refuse_if};
use money::Amount;
use vocabulary::{OrderId, OrderState, RefundScope, Refusal};

pub(crate) fn request_refund(
    ledger: &mut Ledger,
    turn: &mut Turn,
    order: OrderId,
    scope: RefundScope,
) -> Decision {
    let nothing = match scope {
        RefundScope::Whole => false,
        RefundScope::Line { units, .. } => units == 0,
        RefundScope::Part { amount, .. } => amount <= Amount::ZERO,
    };
    refuse_if(nothing, Refusal::NothingAsked)?;
    let (row, known) = ledger.known_order(order)?;
    let (berth, paid) = (known.berth, known.state == OrderState::Paid);
    if let RefundScope::Line { line, .. } | RefundScope::Part { line, .. } = scope {
        ledger.known_line(row, line)?;
    }
    refuse_if(!paid, Refusal::NotPaid)?;
    let receipt = match scope {
        RefundScope::Whole => {
            let parts = whole_of(ledger, row);
            refuse_if(parts.is_empty(), Refusal::RefundExceeded)?;
            refund_order(ledger, turn, row, &parts)
        }
        RefundScope::Line { line, units } => {
            let part = part_for_units(ledger, row, line, units)?;
            refund_order(ledger, turn, row, &[part])
        }
        RefundScope::Part { line, amount } => {
            let left = ledger.known_line(row, line)?.left();
            refuse_if(amount > left, Refusal::RefundExceeded)?;
            let units = 0;
            refund_order(
                ledger,
                turn,
                row,
                &[Part {
                    line,
                    units,
                    amount,
                }],
            )
        }
    };
    changed(ledger, turn, berth);
    Ok(receipt)
}

fn part_for_units(ledger: &Ledger, order: Row, line: u8, units: u16) -> Result<Part, Refusal> {
    let known = ledger.known_line(order, line)?;
    let exceeded = units > known.units - known.units_refunded;
    refuse_if(exceeded, Refusal::UnitsExceeded)?;
    let amount = known.price_of(units);
    refuse_if(amount > known.left(), Refusal::RefundExceeded)?;
    Ok(Part {
        line,
        units,
        amount,
    })
}
