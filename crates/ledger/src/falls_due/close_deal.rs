//! A deal is over: nobody waits any more, and what nobody bought goes back to free stock.

use crate::deals::UnitState;
use crate::deeds::{end_place, return_unsold};
use crate::ledger::Ledger;
use crate::turn::Turn;
use vocabulary::{DealId, Event};

pub(super) fn close_deal(ledger: &mut Ledger, turn: &mut Turn, deal: DealId) {
    let known = ledger.deals.deal(deal);
    if !known.closed && known.terms.ends_at <= turn.at {
        close(ledger, turn, deal);
    }
}

/// Closes a deal that is not closed.
pub(crate) fn close(ledger: &mut Ledger, turn: &mut Turn, deal: DealId) {
    let known = ledger.deals.deal_mut(deal);
    known.closed = true;
    turn.say(Event::DealClosed { deal });
    for pool in known.pools() {
        while let Some(place) = ledger.waitlist.first(pool) {
            end_place(ledger, turn, place, Event::WaitlistEnded { place });
        }
        let available = ledger.deals.pool(pool).counts().available;
        if available > 0 {
            return_unsold(ledger, turn, pool, available, UnitState::Available);
        }
    }
}
