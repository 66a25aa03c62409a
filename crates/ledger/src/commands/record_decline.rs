//! `RecordDecline`: a try came to nothing; what it had confirmed waits for payment again.

use crate::deeds::{changed, unconfirm};
use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{DeclineReason, Event, PaymentId, PaymentState, Receipt, Refusal};

pub(crate) fn record_decline(
    ledger: &mut Ledger,
    turn: &mut Turn,
    payment: PaymentId,
    reason: DeclineReason,
) -> Decision {
    use PaymentState::{Captured, Declined, Suspended, Voided, Voiding};
    let (berth, row) = ledger.known_payment(payment)?;
    let state = ledger.payments[row].state;
    refuse_if(state == Declined, Refusal::AlreadyRecorded)?;
    let settled = matches!(state, Captured | Voiding | Voided | Suspended);
    refuse_if(settled, Refusal::PaymentSettled)?;

    let Ledger {
        payments, outbox, ..
    } = ledger;
    payments[row].state = Declined;
    turn.say(Event::PaymentDeclined { payment, reason });
    outbox.finish(turn, &mut payments[row].work);
    if state == PaymentState::Authorised {
        unconfirm(ledger, turn, berth);
    }
    changed(ledger, turn, berth);
    Ok(Receipt::Done)
}
