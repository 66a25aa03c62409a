//! `RecordVoid`: an authorisation was given back, or a try shut, without money moving.

use crate::deeds::changed;
use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{Event, PaymentId, PaymentState, Receipt, Refusal};

pub(crate) fn record_void(ledger: &mut Ledger, turn: &mut Turn, payment: PaymentId) -> Decision {
    use PaymentState::{Lapsed, Voided, Voiding};
    let (berth, row) = ledger.known_payment(payment)?;
    let state = ledger.payments[row].state;
    refuse_if(state == Voided, Refusal::AlreadyRecorded)?;
    let voidable = matches!(state, Voiding | Lapsed);
    refuse_if(!voidable, Refusal::NotAuthorised)?;

    let Ledger {
        payments, outbox, ..
    } = ledger;
    payments[row].state = Voided;
    turn.say(Event::PaymentVoided { payment });
    outbox.finish(turn, &mut payments[row].work);
    changed(ledger, turn, berth);
    Ok(Receipt::Done)
}
