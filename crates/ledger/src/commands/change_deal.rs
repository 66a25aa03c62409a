//! `ChangeDeal`: a deal gets new terms; holds and places keep what they have.

use crate::ledger::Ledger;
use crate::timers::Timer;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{DealId, DealTerms, Event, Receipt, Refusal};

pub(crate) fn change_deal(
    ledger: &mut Ledger,
    turn: &mut Turn,
    deal: DealId,
    terms: DealTerms,
) -> Decision {
    refuse_if(!terms.hold_together(), Refusal::TermsContradict)?;
    let known = ledger.known_deal(deal)?;
    let old = known.terms;
    let started = old.starts_at <= turn.at;
    let moves = old.starts_at != terms.starts_at || old.deduct != terms.deduct;
    refuse_if(started && moves, Refusal::DealStarted)?;
    refuse_if(terms.ends_at <= turn.at, Refusal::DealStartsInPast)?;
    refuse_if(known.closed, Refusal::DealOver)?;

    ledger.deals.deal_mut(deal).terms = terms;
    turn.say(Event::DealChanged { deal, terms });
    if terms.starts_at != old.starts_at {
        ledger.timers.set(terms.starts_at, Timer::OpenDeal(deal));
    }
    if terms.ends_at != old.ends_at {
        ledger.timers.set(terms.ends_at, Timer::CloseDeal(deal));
    }
    Ok(Receipt::Done)
}
