//! `RecordCapture`: the money is ours; it pays the checkout, or goes to suspense and back.

use crate::deeds::{can_confirm, changed, confirm, pay_orders, suspend, unconfirm};
use crate::ledger::Ledger;
use crate::slab::Row;
use crate::turn::{Decision, Turn, refuse_if};
use money::{Amount, Currency};
use vocabulary::{Event, PaymentId, PaymentState, Receipt, Refusal};

pub(crate) fn record_capture(
    ledger: &mut Ledger,
    turn: &mut Turn,
    payment: PaymentId,
    amount: Amount,
    currency: Currency,
) -> Decision {
    refuse_if(amount <= Amount::ZERO, Refusal::NothingAsked)?;
    let (berth, row) = ledger.known_payment(payment)?;
    let state = ledger.payments[row].state;
    let recorded = matches!(state, PaymentState::Captured | PaymentState::Suspended);
    refuse_if(recorded, Refusal::AlreadyRecorded)?;
    let differs = ledger.checkouts[berth].currency != currency;
    refuse_if(differs, Refusal::CurrencyDiffers)?;

    turn.say(Event::PaymentCaptured {
        payment,
        amount,
        currency,
    });
    let Ledger {
        payments, outbox, ..
    } = ledger;
    outbox.finish(turn, &mut payments[row].work);
    let right = ledger.payments[row].amount == amount;
    if right && is_confirmed_by(ledger, turn, berth, state) {
        ledger.payments[row].state = PaymentState::Captured;
        pay_orders(ledger, turn, berth, payment);
    } else {
        ledger.payments[row].state = PaymentState::Suspended;
        if state == PaymentState::Authorised {
            unconfirm(ledger, turn, berth);
        }
        suspend(ledger, turn, berth, payment.attempt, amount);
    }
    changed(ledger, turn, berth);
    Ok(Receipt::Done)
}

/// True when the try has confirmed its checkout, before or now.
fn is_confirmed_by(ledger: &mut Ledger, turn: &mut Turn, berth: Row, state: PaymentState) -> bool {
    if state == PaymentState::Authorised {
        return true;
    }
    let possible = can_confirm(ledger, berth);
    if possible {
        confirm(ledger, turn, berth);
    }
    possible
}
