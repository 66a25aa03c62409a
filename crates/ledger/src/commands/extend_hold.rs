//! `ExtendHold`: a shopper asks for more time, where the deal gives some and nobody waits.

use crate::ledger::Ledger;
use crate::timers::Timer;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{Event, HoldId, PersonKey, Receipt, Refusal};

pub(crate) fn extend_hold(
    ledger: &mut Ledger,
    turn: &mut Turn,
    hold: HoldId,
    person: PersonKey,
) -> Decision {
    let known = ledger.holds.find(hold).ok_or(Refusal::HoldUnknown)?;
    let owner = ledger.persons.person(known.count_row);
    refuse_if(owner != person, Refusal::NotYours)?;
    let deal = ledger.deals.deal_of(known.pool);
    refuse_if(deal.is_over(turn.at), Refusal::DealOver)?;
    refuse_if(known.extended >= deal.extensions, Refusal::NoMoreTime)?;
    let waiting = ledger.waitlist.length(known.pool);
    refuse_if(waiting > 0, Refusal::OthersWait)?;
    let expires_at = known.expires_at.plus(deal.extension_ms.into());
    let times = ledger.holds.extend(hold, expires_at);
    turn.say(Event::HoldExtended {
        hold,
        expires_at,
        times,
    });
    ledger.timers.set(expires_at, Timer::LapseHold(hold));
    Ok(Receipt::Hold { hold, expires_at })
}
