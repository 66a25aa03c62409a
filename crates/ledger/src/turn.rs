//! One command's turn: its stamp and the events it has made so far; and how a command says no.

use vocabulary::{Event, Millis, Receipt, Refusal};

/// What a command brings along: when it is, and where its events go.
pub(crate) struct Turn<'a> {
    /// The stamp.
    pub(crate) at: Millis,
    events: &'a mut Vec<Event>,
}

impl<'a> Turn<'a> {
    pub(crate) fn new(at: Millis, events: &'a mut Vec<Event>) -> Self {
        Turn { at, events }
    }

    /// Says what changed.
    pub(crate) fn say(&mut self, event: Event) {
        self.events.push(event);
    }
}

/// What a command decides. After an `Err` nothing has changed and nothing was said.
pub(crate) type Decision = Result<Receipt, Refusal>;

/// Refuses when a rule is broken.
pub(crate) fn refuse_if(broken: bool, refusal: Refusal) -> Result<(), Refusal> {
    if broken { Err(refusal) } else { Ok(()) }
}
