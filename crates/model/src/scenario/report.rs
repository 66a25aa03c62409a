//! What the scenarios of a file showed, so that nothing of the language stays unshown.

use std::collections::BTreeSet;
use vocabulary::{CommandKind, EventKind, Refusal};

/// What was played and shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many scenarios were played to their end.
    pub scenarios: usize,
    /// How many rows they have.
    pub rows: usize,
    /// Commands that were done.
    pub commands: BTreeSet<CommandKind>,
    /// Events that are written under a row and happened.
    pub events: BTreeSet<EventKind>,
    /// Refusals that are written at the end of a row and happened.
    pub refusals: BTreeSet<Refusal>,
}

impl Report {
    /// Adds what another file showed.
    pub fn add(&mut self, other: Report) {
        self.scenarios += other.scenarios;
        self.rows += other.rows;
        self.commands.extend(other.commands);
        self.events.extend(other.events);
        self.refusals.extend(other.refusals);
    }

    /// The names of all commands, events and refusals that no scenario showed.
    pub fn unshown(&self) -> Vec<&'static str> {
        let commands = CommandKind::ALL
            .iter()
            .filter(|kind| !self.commands.contains(kind))
            .map(|kind| kind.name());
        let events = EventKind::ALL
            .iter()
            .filter(|kind| !self.events.contains(kind))
            .map(|kind| kind.name());
        let refusals = Refusal::ALL
            .iter()
            .filter(|refusal| !self.refusals.contains(refusal))
            .map(|refusal| refusal.name());
        commands.chain(events).chain(refusals).collect()
    }
}
