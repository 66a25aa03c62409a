//! `EndDeal`: a deal ends now.

use crate::falls_due::close;
use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{DealId, Receipt, Refusal};

pub(crate) fn end_deal(ledger: &mut Ledger, turn: &mut Turn, deal: DealId) -> Decision {
    let closed = ledger.known_deal(deal)?.closed;
    refuse_if(closed, Refusal::DealOver)?;
    ledger.deals.deal_mut(deal).terms.ends_at = turn.at;
    close(ledger, turn, deal);
    Ok(Receipt::Done)
}
