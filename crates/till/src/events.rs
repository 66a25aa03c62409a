//! The events of a batch, each with the sequence of the command that made it.

use vocabulary::{Event, Seq};

/// Events in order. Commands follow each other without a gap, so of each only the end of its events
/// is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Events {
    first: Seq,
    events: Vec<Event>,
    ends: Vec<u32>,
}

impl Events {
    /// None yet, of the commands from `first` on.
    pub(crate) fn from(first: Seq) -> Events {
        Events {
            first,
            events: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// The same, in room that is empty.
    pub(crate) fn instead(mut self, first: Seq) -> Events {
        self.first = first;
        self
    }

    /// The room alone, and what was in it, which nobody needs any more.
    pub(crate) fn emptied(mut self, mut each: impl FnMut(Event)) -> Events {
        self.events.drain(..).for_each(&mut each);
        self.ends.clear();
        self
    }

    /// Where the events of the next command go.
    pub(crate) fn open(&mut self) -> &mut Vec<Event> {
        &mut self.events
    }

    /// The next command is done: all events since the one before are its own.
    pub(crate) fn close(&mut self) {
        let end = u32::try_from(self.events.len()).expect("a batch has fewer than 2^32 events");
        self.ends.push(end);
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (Seq, &Event)> {
        self.after(Seq(0))
    }

    /// Those of the commands after `seq`.
    pub fn after(&self, seq: Seq) -> impl Iterator<Item = (Seq, &Event)> {
        let known = (seq.0 + 1).saturating_sub(self.first.0) as usize;
        let known = known.min(self.ends.len());
        let before = known.checked_sub(1).map_or(0, |last| self.ends[last]);
        let ends = (self.first.0 + known as u64..).zip(&self.ends[known..]);
        ends.scan(before, |start, (seq, end)| {
            let events = &self.events[*start as usize..*end as usize];
            *start = *end;
            Some(events.iter().map(move |event| (Seq(seq), event)))
        })
        .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::HoldId;

    #[test]
    fn every_event_has_the_sequence_of_its_command() {
        let mut events = Events::from(Seq(1));
        events.open().push(Event::HoldLapsed { hold: HoldId(9) });
        events.close();
        let mut gone = Vec::new();
        let events = events.emptied(|event| gone.push(event));
        assert_eq!(gone, [Event::HoldLapsed { hold: HoldId(9) }]);
        let mut events = events.instead(Seq(7));
        let lapsed = |hold| Event::HoldLapsed { hold: HoldId(hold) };
        for holds in [&[1, 2][..], &[], &[3]] {
            events.open().extend(holds.iter().copied().map(lapsed));
            events.close();
        }
        let (one, two, three) = (lapsed(1), lapsed(2), lapsed(3));
        let all = [(Seq(7), &one), (Seq(7), &two), (Seq(9), &three)];
        assert!(events.iter().eq(all));
        assert!(events.after(Seq(6)).eq(all));
        assert!(events.after(Seq(7)).eq([(Seq(9), &three)]));
        assert!(events.after(Seq(8)).eq([(Seq(9), &three)]));
        assert_eq!(events.after(Seq(9)).count(), 0);
        assert_eq!(events.after(Seq(90)).count(), 0);
    }
}
