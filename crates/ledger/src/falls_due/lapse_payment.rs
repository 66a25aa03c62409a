//! The end of a try to pay: nobody said anything in time.

use crate::deeds::{changed, shut};
use crate::ledger::Ledger;
use crate::slab::Row;
use crate::turn::Turn;
use vocabulary::PaymentState;

pub(super) fn lapse_payment(ledger: &mut Ledger, turn: &mut Turn, berth: Row, attempt: u16) {
    let payments = ledger.checkouts[berth].payments;
    let row = ledger.payments.find(payments, attempt);
    let row = row.expect("a try leaves memory with its checkout");
    if ledger.payments[row].state == PaymentState::Started {
        shut(ledger, turn, berth, row);
        changed(ledger, turn, berth);
    }
}
