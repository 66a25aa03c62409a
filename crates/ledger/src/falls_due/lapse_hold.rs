//! A hold's clock ran out; its units go on.

use crate::deals::UnitState;
use crate::deeds::give_back;
use crate::ledger::Ledger;
use crate::turn::Turn;
use vocabulary::{Event, HoldId};

pub(super) fn lapse_hold(ledger: &mut Ledger, turn: &mut Turn, hold: HoldId) {
    let known = ledger.holds.find(hold);
    // A hold that was given more time has a later timer.
    if known.is_some_and(|known| known.expires_at <= turn.at) {
        end_hold(ledger, turn, hold, Event::HoldLapsed { hold });
    }
}

/// Ends a hold that runs, saying `event`: its units go back and count for its person no more.
pub(crate) fn end_hold(ledger: &mut Ledger, turn: &mut Turn, hold: HoldId, event: Event) {
    let ended = ledger.holds.end(hold).expect("the hold runs");
    let units = ended.units.into();
    ledger.persons.subtract_at(ended.count_row, units);
    turn.say(event);
    give_back(ledger, turn, ended.pool, units, UnitState::Held);
}
