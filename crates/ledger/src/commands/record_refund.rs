//! `RecordRefund`: a refund was sent.

use crate::deeds::changed;
use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{Account, Event, Receipt, RefundId, RefundState, Refusal};

pub(crate) fn record_refund(ledger: &mut Ledger, turn: &mut Turn, refund: RefundId) -> Decision {
    let row = ledger.known_refund(refund)?;
    let sent = ledger.refunds[row].state == RefundState::Sent;
    refuse_if(sent, Refusal::AlreadyRecorded)?;

    let known = &mut ledger.refunds[row];
    known.state = RefundState::Sent;
    turn.say(Event::RefundSent { refund });
    ledger.outbox.finish(turn, &mut known.work);
    let (berth, seller, amount) = (known.berth, known.seller, known.amount);
    let of = (ledger.checkouts[berth].currency, seller);
    let (debit, credit) = (Account::RefundsDue, Account::ProviderClearing);
    ledger.books.post(turn, of, debit, credit, amount);
    changed(ledger, turn, berth);
    Ok(Receipt::Done)
}
