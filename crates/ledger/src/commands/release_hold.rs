//! `ReleaseHold`: a shopper gives a hold back.

use crate::falls_due::end_hold;
use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{Event, HoldId, PersonKey, Receipt, Refusal};

pub(crate) fn release_hold(
    ledger: &mut Ledger,
    turn: &mut Turn,
    hold: HoldId,
    person: PersonKey,
) -> Decision {
    let known = ledger.holds.find(hold).ok_or(Refusal::HoldUnknown)?;
    let owner = ledger.persons.person(known.count_row);
    refuse_if(owner != person, Refusal::NotYours)?;
    end_hold(ledger, turn, hold, Event::HoldReleased { hold });
    Ok(Receipt::Done)
}
