//! `RecordRefundFailure`: a refund cannot be sent; a person must see to it.

use crate::deeds::changed;
use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{Event, Receipt, RefundId, RefundState, Refusal};

pub(crate) fn record_refund_failure(
    ledger: &mut Ledger,
    turn: &mut Turn,
    refund: RefundId,
) -> Decision {
    let row = ledger.known_refund(refund)?;
    let state = ledger.refunds[row].state;
    refuse_if(state == RefundState::Failed, Refusal::AlreadyRecorded)?;
    refuse_if(state == RefundState::Sent, Refusal::PaymentSettled)?;

    let known = &mut ledger.refunds[row];
    known.state = RefundState::Failed;
    turn.say(Event::RefundFailed { refund });
    ledger.outbox.finish(turn, &mut known.work);
    let berth = known.berth;
    changed(ledger, turn, berth);
    Ok(Receipt::Done)
}
