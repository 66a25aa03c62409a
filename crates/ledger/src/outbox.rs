//! What the clerks have still to do, oldest first. Who ordered a work keeps its row.

use crate::chains::{Chain, Chains};
use crate::slab::{NONE, Row};
use crate::turn::Turn;
use serde::{Deserialize, Serialize};
use vocabulary::{Event, Work};

/// The work that is outstanding.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Outbox {
    works: Chains<Work>,
    queue: Chain,
}

impl Outbox {
    /// Orders a work; returns its row.
    pub(crate) fn order(&mut self, turn: &mut Turn, work: Work) -> Row {
        turn.say(Event::WorkOrdered { work });
        self.works.append(&mut self.queue, work)
    }

    /// A work is done or no longer wanted; says nothing where there is none.
    pub(crate) fn finish(&mut self, turn: &mut Turn, row: &mut Row) {
        let row = std::mem::replace(row, NONE);
        if row != NONE {
            let work = self.works.remove(&mut self.queue, row);
            turn.say(Event::WorkDone { work });
        }
    }

    /// Oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Work> + '_ {
        self.works.items(self.queue).copied()
    }
}
