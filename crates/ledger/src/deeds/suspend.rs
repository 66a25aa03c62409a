//! Money that came and fits nowhere: it is booked in suspense and goes back.

use super::refund_suspense;
use crate::books::HOUSE;
use crate::ledger::Ledger;
use crate::slab::Row;
use crate::turn::Turn;
use money::Amount;
use vocabulary::{Account, Event};

/// Books what a try brought in suspense and orders its refund.
pub(crate) fn suspend(
    ledger: &mut Ledger,
    turn: &mut Turn,
    berth: Row,
    attempt: u16,
    amount: Amount,
) {
    let currency = ledger.checkouts[berth].currency;
    turn.say(Event::MoneySuspended {
        payment: ledger.payment_id(berth, attempt),
        amount,
        currency,
    });
    let (debit, credit) = (Account::ProviderClearing, Account::Suspense);
    let of = (currency, HOUSE);
    ledger.books.post(turn, of, debit, credit, amount);
    refund_suspense(ledger, turn, berth, attempt, amount);
}
