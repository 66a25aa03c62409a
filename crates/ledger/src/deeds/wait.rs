//! Joining and leaving a waitlist.

use crate::ledger::Ledger;
use crate::slab::Row;
use crate::turn::{Turn, refuse_if};
use vocabulary::{Event, PersonKey, PlaceId, Receipt, Refusal};

impl Ledger {
    /// Refuses when the waitlist of a pool takes nobody.
    pub(crate) fn check_waitlist(&self, pool: Row) -> Result<(), Refusal> {
        let places = self.deals.deal_of(pool).terms.waitlist_max;
        refuse_if(places == 0, Refusal::NoWaitlist)?;
        let full = self.waitlist.length(pool) >= places;
        refuse_if(full, Refusal::WaitlistFull)
    }
}

/// Puts a person at the end of a pool's waitlist, for one unit.
pub(crate) fn take_place(
    ledger: &mut Ledger,
    turn: &mut Turn,
    pool: Row,
    person: PersonKey,
) -> Receipt {
    let (deal, sku) = (ledger.deals.pool(pool).deal, ledger.deals.pool(pool).sku);
    let ahead = ledger.waitlist.length(pool);
    let count_row = ledger.persons.add(deal, person, 1);
    let place = ledger.waitlist.join(pool, count_row, person);
    turn.say(Event::WaitlistJoined {
        place,
        deal,
        sku,
        person,
    });
    Receipt::Place { place, ahead }
}

/// Ends a place that is there, saying `event`; its unit counts for the person no more.
pub(crate) fn end_place(ledger: &mut Ledger, turn: &mut Turn, place: PlaceId, event: Event) {
    let place = ledger.waitlist.leave(place).expect("the place is there");
    ledger.persons.subtract_at(place.count_row, 1);
    turn.say(event);
}
