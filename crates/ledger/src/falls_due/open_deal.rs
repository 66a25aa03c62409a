//! The bell: a deal opens.

use crate::ledger::Ledger;
use crate::turn::Turn;
use vocabulary::{DealId, Event};

pub(super) fn open_deal(ledger: &mut Ledger, turn: &mut Turn, deal: DealId) {
    let known = ledger.deals.deal_mut(deal);
    if !known.opened && !known.closed && known.terms.starts_at <= turn.at {
        known.opened = true;
        turn.say(Event::DealOpened { deal });
    }
}
