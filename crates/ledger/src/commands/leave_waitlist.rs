//! `LeaveWaitlist`: a shopper gives up a place.

use crate::deeds::end_place;
use crate::ledger::Ledger;
use crate::turn::{Decision, Turn, refuse_if};
use vocabulary::{Event, PersonKey, PlaceId, Receipt, Refusal};

pub(crate) fn leave_waitlist(
    ledger: &mut Ledger,
    turn: &mut Turn,
    place: PlaceId,
    person: PersonKey,
) -> Decision {
    let known = ledger.waitlist.find(place).ok_or(Refusal::PlaceUnknown)?;
    refuse_if(known.person != person, Refusal::NotYours)?;
    end_place(ledger, turn, place, Event::WaitlistLeft { place });
    Ok(Receipt::Done)
}
