//! `RecordAuthorisation`: the issuer keeps the money for us; the units are confirmed, or it goes back.

use crate::deeds::{can_confirm, changed, confirm};
use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use money::{Amount, Currency};
use vocabulary::{Event, PaymentId, PaymentState, Receipt, Refusal, Work};

pub(crate) fn record_authorisation(
    ledger: &mut Ledger,
    turn: &mut Turn,
    payment: PaymentId,
    amount: Amount,
    currency: Currency,
) -> Decision {
    use PaymentState::{Authorised, Captured, Suspended, Voided, Voiding};
    let (berth, row) = ledger.known_payment(payment)?;
    let known = &ledger.payments[row];
    let recorded = matches!(known.state, Authorised | Captured | Suspended);
    refuse_if(recorded, Refusal::AlreadyRecorded)?;
    refuse_if(known.amount != amount, Refusal::AmountDiffers)?;
    let differs = ledger.checkouts[berth].currency != currency;
    refuse_if(differs, Refusal::CurrencyDiffers)?;
    let settled = matches!(known.state, Voiding | Voided);
    refuse_if(settled, Refusal::PaymentSettled)?;

    turn.say(Event::PaymentAuthorised { payment });
    let Ledger {
        payments, outbox, ..
    } = ledger;
    outbox.finish(turn, &mut payments[row].work);
    let (state, work) = if can_confirm(ledger, berth) {
        confirm(ledger, turn, berth);
        (Authorised, Work::Capture(payment))
    } else {
        (Voiding, Work::Void(payment))
    };
    ledger.payments[row].state = state;
    ledger.payments[row].work = ledger.outbox.order(turn, work);
    changed(ledger, turn, berth);
    Ok(Receipt::Done)
}
