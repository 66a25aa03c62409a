//! The outbox: which callback is to be sent when. Pure; sending is next door.

use super::callback::{Callback, Fate};
use super::fact::Ending;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;
use vocabulary::Millis;

/// How long a callback is held back for the next one of its payment, at most.
const HELD_MS: u64 = 5_000;
const RETRY_MS_FIRST: u64 = 500;
const RETRY_MS_MAX: u64 = 5 * 60 * 1_000;
/// After so long nobody will take it any more.
const GIVEN_UP_MS: u64 = 24 * 60 * 60 * 1_000;

/// Callbacks that were not taken yet, or are to be sent again all the same.
#[derive(Default)]
pub(super) struct Outbox {
    waiting: HashMap<u64, Waiting>,
    /// When to look at which; what no longer agrees with `waiting` is passed over.
    turns: BinaryHeap<Reverse<(Millis, u64)>>,
    /// By reference: the callback that is held back for the next.
    held: HashMap<String, u64>,
    numbered: u64,
}

struct Waiting {
    callback: Arc<Callback>,
    /// `None` while it is under way.
    due: Option<Millis>,
    failures: u32,
    copies: u64,
    taken: bool,
}

impl Outbox {
    /// Takes a callback in, to be sent as its fate says.
    pub(super) fn take_in(&mut self, callback: Callback, fate: &Fate, now: Millis) {
        let number = self.numbered;
        self.numbered += 1;
        let held = fate.held && !self.held.contains_key(&callback.reference);
        if held {
            self.held.insert(callback.reference.clone(), number);
        }
        let wait_ms = if held { HELD_MS } else { fate.delay_ms };
        let waiting = Waiting {
            callback: Arc::new(callback),
            due: None,
            failures: 0,
            copies: fate.copies,
            taken: false,
        };
        self.waiting.insert(number, waiting);
        self.schedule(number, now.plus(wait_ms));
    }

    /// When the next one is due; it may turn out that none is.
    pub(super) fn next_due(&self) -> Option<Millis> {
        self.turns.peek().map(|Reverse((due, _))| *due)
    }

    /// A callback that is due, to be sent now.
    pub(super) fn launch(&mut self, now: Millis) -> Option<(u64, Arc<Callback>)> {
        while let Some(Reverse((due, number))) = self.turns.peek().copied() {
            if due > now {
                return None;
            }
            self.turns.pop();
            let waiting = self.waiting.get_mut(&number).filter(|w| w.due == Some(due));
            if let Some(waiting) = waiting {
                waiting.due = None;
                let callback = waiting.callback.clone();
                self.let_go(&callback.reference, |held| held == number);
                return Some((number, callback));
            }
        }
        None
    }

    /// The callback came back from its way. Returns how its sending ended, when first it did.
    pub(super) fn landed(&mut self, number: u64, taken: bool, now: Millis) -> Option<Ending> {
        let mut waiting = self
            .waiting
            .remove(&number)
            .expect("what was launched is waiting");
        if let Some(held) = self.let_go(&waiting.callback.reference, |held| held != number) {
            self.schedule(held, now);
        }
        let first_taken = taken && !waiting.taken;
        waiting.taken |= taken;
        if taken {
            waiting.copies -= 1;
        }
        let given_up = !waiting.taken && now.since(waiting.callback.at) > GIVEN_UP_MS;
        if waiting.copies > 0 && !given_up {
            let wait_ms = if taken { 0 } else { waiting.growing_wait_ms() };
            self.waiting.insert(number, waiting);
            self.schedule(number, now.plus(wait_ms));
        }
        match (first_taken, given_up) {
            (true, _) => Some(Ending::Taken),
            (_, true) => Some(Ending::GivenUp),
            _ => None,
        }
    }

    fn schedule(&mut self, number: u64, due: Millis) {
        if let Some(waiting) = self.waiting.get_mut(&number) {
            waiting.due = Some(due);
            self.turns.push(Reverse((due, number)));
        }
    }

    /// No longer holds back the callback of that payment, if `which` says so of its number.
    fn let_go(&mut self, reference: &str, which: impl Fn(u64) -> bool) -> Option<u64> {
        let held = self
            .held
            .get(reference)
            .copied()
            .filter(|held| which(*held))?;
        self.held.remove(reference);
        Some(held)
    }
}

impl Waiting {
    fn growing_wait_ms(&mut self) -> u64 {
        let wait_ms = RETRY_MS_FIRST << self.failures.min(16);
        self.failures += 1;
        wait_ms.min(RETRY_MS_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WELL: Fate = Fate {
        lost: false,
        copies: 1,
        held: false,
        delay_ms: 0,
    };

    fn callback(id: &str) -> Callback {
        Callback {
            id: id.into(),
            reference: "r".into(),
            at: Millis(0),
            body: String::new(),
            doomed: false,
        }
    }

    fn launched(outbox: &mut Outbox, now: u64) -> Option<(u64, String)> {
        let launched = outbox.launch(Millis(now));
        launched.map(|(number, callback)| (number, callback.id.clone()))
    }

    fn send(outbox: &mut Outbox, now: u64, taken: bool) -> Option<(String, Option<Ending>)> {
        let (number, id) = launched(outbox, now)?;
        Some((id, outbox.landed(number, taken, Millis(now))))
    }

    #[test]
    fn what_is_taken_is_sent_once() {
        let mut outbox = Outbox::default();
        outbox.take_in(callback("a"), &WELL, Millis(0));
        assert_eq!(
            send(&mut outbox, 0, true),
            Some(("a".into(), Some(Ending::Taken)))
        );
        assert_eq!(send(&mut outbox, u64::MAX, true), None);
        assert!(outbox.waiting.is_empty());
    }

    #[test]
    fn waits_double_up_to_five_minutes_and_end_after_a_day() {
        let mut outbox = Outbox::default();
        outbox.take_in(callback("a"), &WELL, Millis(0));
        let mut waits = Vec::new();
        let mut now = 0;
        while send(&mut outbox, now, false) == Some(("a".into(), None)) {
            let due = outbox.next_due().unwrap().0;
            assert_eq!(launched(&mut outbox, due - 1), None);
            waits.push(due - now);
            now = due;
        }
        assert_eq!(waits[..4], [500, 1_000, 2_000, 4_000]);
        assert_eq!(*waits.last().unwrap(), RETRY_MS_MAX);
        assert!(
            (GIVEN_UP_MS..GIVEN_UP_MS + 2 * RETRY_MS_MAX).contains(&now),
            "{now}"
        );
        assert!(outbox.waiting.is_empty());
    }

    #[test]
    fn a_repeated_one_is_sent_as_often_as_said_and_ends_once() {
        let mut outbox = Outbox::default();
        outbox.take_in(callback("a"), &Fate { copies: 3, ..WELL }, Millis(0));
        let endings: Vec<_> = std::iter::from_fn(|| send(&mut outbox, 0, true)).collect();
        let endings: Vec<_> = endings.into_iter().map(|(_, ending)| ending).collect();
        assert_eq!(endings, [Some(Ending::Taken), None, None]);
    }

    #[test]
    fn a_delayed_one_waits_for_its_time() {
        let mut outbox = Outbox::default();
        outbox.take_in(
            callback("a"),
            &Fate {
                delay_ms: 30,
                ..WELL
            },
            Millis(10),
        );
        assert_eq!(launched(&mut outbox, 39), None);
        assert_eq!(launched(&mut outbox, 40), Some((0, "a".into())));
    }

    #[test]
    fn a_held_one_comes_right_after_the_next_of_its_payment() {
        let mut outbox = Outbox::default();
        let held = Fate { held: true, ..WELL };
        outbox.take_in(callback("authorised"), &held, Millis(0));
        assert_eq!(launched(&mut outbox, 10), None);
        outbox.take_in(callback("captured"), &held, Millis(10));
        assert_eq!(send(&mut outbox, 10, true).unwrap().0, "captured");
        assert_eq!(send(&mut outbox, 10, true).unwrap().0, "authorised");
        assert_eq!(launched(&mut outbox, u64::MAX), None);
        assert!(outbox.held.is_empty());
    }

    #[test]
    fn a_held_one_that_nothing_follows_goes_by_itself() {
        let mut outbox = Outbox::default();
        outbox.take_in(callback("a"), &Fate { held: true, ..WELL }, Millis(0));
        assert_eq!(launched(&mut outbox, HELD_MS - 1), None);
        assert_eq!(send(&mut outbox, HELD_MS, true).unwrap().0, "a");
        assert!(outbox.held.is_empty() && outbox.waiting.is_empty());
    }
}
