//! What falls due when. A radix tree over moments, a list for each moment: setting a timer and
//! taking the next one take a fixed number of steps, and those of one moment fire in the order in
//! which they were set. Unlike a wheel it never cascades, so no batch stalls when an hour's slot
//! comes round, and a moment in the past needs no care. What a timer does is not decided here.

use crate::queues::{Queue, Queues};
use crate::raw::raw_row;
use crate::slab::{NONE, Row, Slab};
use serde::{Deserialize, Serialize};
use vocabulary::{DealId, HoldId, Millis};

/// What a timer was set for. Checkouts are named by their berth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    /// The bell of a deal.
    OpenDeal(DealId),
    /// The end of a deal.
    CloseDeal(DealId),
    /// The end of a hold.
    LapseHold(HoldId),
    /// The payment deadline of a checkout.
    LapseCheckout(Row),
    /// The end of a try to pay: the checkout's berth, the attempt.
    LapsePayment(Row, u16),
    /// A checkout at rest goes to the disk.
    FileCheckout(Row),
}

const DIGIT_BITS: u32 = 4;
const WIDTH: usize = 1 << DIGIT_BITS;
/// How many leaves are remembered.
const LATEST: usize = 16;
/// Digits of a moment above the last one.
const DEPTH: usize = (u64::BITS / DIGIT_BITS) as usize - 1;

/// Every timer that has not fired.
#[derive(Serialize, Deserialize)]
pub(crate) struct Timers {
    branches: Slab<Branch>,
    leaves: Slab<Leaf>,
    set: Queues<u64>,
    next: Option<u64>,
    /// Leaves that were used last, by the moments they cover: most timers of a batch go to as few
    /// moments as there are kinds of them.
    #[serde(skip)]
    latest: [Option<(u64, Row)>; LATEST],
}

#[derive(Clone, Copy)]
struct Branch {
    filled: u16,
    below: [Row; WIDTH],
}

raw_row!(Branch { filled, below });

#[derive(Clone, Copy, Default)]
struct Leaf {
    filled: u16,
    moments: [Queue; WIDTH],
}

raw_row!(Leaf { filled, moments });

const EMPTY: Branch = Branch {
    filled: 0,
    below: [NONE; WIDTH],
};
const ROOT: Row = 0;

impl Default for Timers {
    fn default() -> Self {
        let mut branches = Slab::default();
        branches.insert(EMPTY);
        Timers {
            branches,
            leaves: Slab::default(),
            set: Queues::default(),
            next: None,
            latest: [None; LATEST],
        }
    }
}

impl Timers {
    /// Makes room for so many timers more.
    pub(crate) fn make_room(&mut self, timers: usize) {
        self.set.make_room(timers, u64::MAX);
    }

    /// Sets a timer; it cannot be taken back.
    pub(crate) fn set(&mut self, moment: Millis, timer: Timer) {
        let leaf = self.leaf_for(moment.0);
        let digit = digit(moment.0, 0);
        let leaf = &mut self.leaves[leaf];
        leaf.filled |= 1 << digit;
        let queue = &mut leaf.moments[digit];
        let last = queue.last().map(|row| &mut self.set[row]);
        if !last.is_some_and(|last| joins(last, timer)) {
            self.set.append(queue, pack(timer));
        }
        self.next = Some(self.next.map_or(moment.0, |next| next.min(moment.0)));
    }

    /// The moment of the first timer that has not fired.
    pub(crate) fn next_due(&self) -> Option<Millis> {
        self.next.map(Millis)
    }

    /// Takes the first timer whose moment is at or before `at`.
    pub(crate) fn take_due(&mut self, at: Millis) -> Option<Timer> {
        let moment = self.next.filter(|next| *next <= at.0)?;
        let path = self.path_to(moment);
        let leaf = &mut self.leaves[path[DEPTH]];
        let queue = &mut leaf.moments[digit(moment, 0)];
        let first = self.set.first_mut(*queue).expect("a filled moment");
        let packed = match leave_run(first) {
            Some(packed) => packed,
            None => self.set.take_first(queue).expect("a filled moment"),
        };
        if queue.is_empty() {
            leaf.filled &= !(1 << digit(moment, 0));
            if leaf.filled == 0 {
                self.prune(moment, &path);
            }
            self.next = self.earliest();
        }
        Some(unpack(packed))
    }

    /// The timers of the first moment, in the order in which they fire.
    pub(crate) fn upcoming(&self) -> impl Iterator<Item = Timer> + '_ {
        let moment = self.next.map(|moment| {
            let leaf = self.path_to(moment)[DEPTH];
            self.leaves[leaf].moments[digit(moment, 0)]
        });
        let packed = self.set.items(moment.unwrap_or_default());
        packed.flat_map(|packed| each(*packed)).map(unpack)
    }

    fn leaf_for(&mut self, moment: u64) -> Row {
        let covered = moment >> DIGIT_BITS;
        let known = self.latest[remembered_at(covered)];
        if let Some((_, leaf)) = known.filter(|(latest, _)| *latest == covered) {
            return leaf;
        }
        let mut row = ROOT;
        for level in (1..=DEPTH).rev() {
            let digit = digit(moment, level);
            let below = match self.branches[row].below[digit] {
                NONE if level == 1 => self.leaves.insert(Leaf::default()),
                NONE => self.branches.insert(EMPTY),
                below => below,
            };
            let branch = &mut self.branches[row];
            branch.filled |= 1 << digit;
            branch.below[digit] = below;
            row = below;
        }
        self.latest[remembered_at(covered)] = Some((covered, row));
        row
    }

    /// The rows from the root to the leaf of a moment that is there.
    fn path_to(&self, moment: u64) -> [Row; DEPTH + 1] {
        let mut path = [ROOT; DEPTH + 1];
        for step in 0..DEPTH {
            path[step + 1] = self.branches[path[step]].below[digit(moment, DEPTH - step)];
        }
        path
    }

    /// Frees an emptied leaf and the branches that hold nothing else.
    fn prune(&mut self, moment: u64, path: &[Row; DEPTH + 1]) {
        self.leaves.free(path[DEPTH]);
        let known = &mut self.latest[remembered_at(moment >> DIGIT_BITS)];
        *known = known.filter(|(_, leaf)| *leaf != path[DEPTH]);
        for step in (0..DEPTH).rev() {
            let branch = &mut self.branches[path[step]];
            let digit = digit(moment, DEPTH - step);
            branch.filled &= !(1 << digit);
            branch.below[digit] = NONE;
            if branch.filled != 0 || path[step] == ROOT {
                return;
            }
            self.branches.free(path[step]);
        }
    }

    fn earliest(&self) -> Option<u64> {
        let mut moment = 0;
        let mut row = ROOT;
        for _ in 0..DEPTH {
            let branch = &self.branches[row];
            let digit = branch.filled.trailing_zeros() as usize;
            row = *branch.below.get(digit)?;
            moment = (moment << DIGIT_BITS) | digit as u64;
        }
        let digit = self.leaves[row].filled.trailing_zeros();
        Some((moment << DIGIT_BITS) | u64::from(digit))
    }
}

fn digit(moment: u64, level: usize) -> usize {
    (moment >> (DIGIT_BITS * level as u32)) as usize % WIDTH
}

/// Where the leaf of these moments is remembered.
fn remembered_at(covered: u64) -> usize {
    (covered.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize % LATEST
}

const KIND_SHIFT: u32 = 61;
const HOLDS: u64 = 2 << KIND_SHIFT;
/// Holds of one moment that follow each other in number are one run: the first in the low bits, how
/// many more there are above them.
const MORE_SHIFT: u32 = 48;
const MORE: u64 = 1 << MORE_SHIFT;
const MORE_MAX: u64 = (1 << (KIND_SHIFT - MORE_SHIFT)) - 1;

fn is_run(packed: u64) -> bool {
    packed >> KIND_SHIFT == HOLDS >> KIND_SHIFT
}

/// How many holds follow the first of a run.
fn more(run: u64) -> u64 {
    (run >> MORE_SHIFT) & MORE_MAX
}

/// Makes the run `last` longer by the hold of `timer`, if that is the next one.
fn joins(last: &mut u64, timer: Timer) -> bool {
    let Timer::LapseHold(HoldId(hold)) = timer else {
        return false;
    };
    let joins = is_run(*last) && *last % MORE + more(*last) + 1 == hold;
    if !joins || more(*last) == MORE_MAX {
        return false;
    }
    *last += MORE;
    true
}

/// The timers of a run, or the one that is none.
fn each(packed: u64) -> impl Iterator<Item = u64> {
    let (first, more) = match is_run(packed) {
        true => (HOLDS | (packed % MORE), more(packed)),
        false => (packed, 0),
    };
    first..=first + more
}

/// Takes the first hold out of a run that has more; none where it has not.
fn leave_run(run: &mut u64) -> Option<u64> {
    if !is_run(*run) || more(*run) == 0 {
        return None;
    }
    let first = HOLDS | (*run % MORE);
    *run = *run - MORE + 1;
    Some(first)
}

/// A timer in eight bytes: three bits of kind, the rest its subject.
fn pack(timer: Timer) -> u64 {
    let (kind, subject) = match timer {
        Timer::OpenDeal(deal) => (0, u64::from(deal.0)),
        Timer::CloseDeal(deal) => (1, u64::from(deal.0)),
        Timer::LapseHold(hold) => (2, hold.0),
        Timer::LapseCheckout(berth) => (3, u64::from(berth)),
        Timer::LapsePayment(berth, attempt) => (4, u64::from(berth) << 16 | u64::from(attempt)),
        Timer::FileCheckout(berth) => (5, u64::from(berth)),
    };
    assert!(subject < MORE, "a subject fits into 48 bits");
    kind << KIND_SHIFT | subject
}

fn unpack(packed: u64) -> Timer {
    let subject = packed & ((1 << KIND_SHIFT) - 1);
    match packed >> KIND_SHIFT {
        0 => Timer::OpenDeal(DealId(subject as u32)),
        1 => Timer::CloseDeal(DealId(subject as u32)),
        2 => Timer::LapseHold(HoldId(subject)),
        3 => Timer::LapseCheckout(subject as Row),
        4 => Timer::LapsePayment((subject >> 16) as Row, subject as u16),
        _ => Timer::FileCheckout(subject as Row),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, VecDeque};

    #[test]
    fn every_timer_unpacks_to_itself() {
        for timer in [
            Timer::OpenDeal(DealId(u32::MAX)),
            Timer::CloseDeal(DealId(1)),
            Timer::LapseHold(HoldId((1 << 48) - 1)),
            Timer::LapseCheckout(7),
            Timer::LapsePayment(u32::MAX, u16::MAX),
            Timer::FileCheckout(0),
        ] {
            assert_eq!(unpack(pack(timer)), timer);
        }
    }

    fn moments() -> impl Strategy<Value = u64> {
        prop_oneof![0..40_u64, 0..5_000_u64, any::<u64>(), Just(u64::MAX)]
    }

    /// Now and then one of another kind comes between the holds.
    fn timer(number: u64) -> Timer {
        match number % 5 {
            0 => Timer::OpenDeal(DealId(number as u32)),
            _ => Timer::LapseHold(HoldId(number)),
        }
    }

    #[test]
    fn a_run_of_holds_is_as_long_as_it_may_be_and_then_another_begins() {
        let mut timers = Timers::default();
        let holds = 1..=MORE_MAX + 5;
        for hold in holds.clone() {
            timers.set(Millis(7), Timer::LapseHold(HoldId(hold)));
        }
        for hold in holds {
            let due = timers.take_due(Millis(7));
            assert_eq!(due, Some(Timer::LapseHold(HoldId(hold))));
        }
        assert_eq!(timers.take_due(Millis(7)), None);
    }

    proptest! {
        #[test]
        fn timers_fire_as_an_ordered_map_of_queues_would_fire_them(
            deeds in prop::collection::vec((moments(), any::<bool>()), 1..400)
        ) {
            let mut timers = Timers::default();
            let mut plain: BTreeMap<u64, VecDeque<u64>> = BTreeMap::new();
            for (number, (moment, set)) in (1_u64..).zip(deeds) {
                if set {
                    timers.set(Millis(moment), timer(number));
                    plain.entry(moment).or_default().push_back(number);
                } else {
                    let due = plain.first_entry().filter(|entry| *entry.key() <= moment);
                    let expected = due.map(|mut entry| {
                        let number = entry.get_mut().pop_front().expect("no queue is empty");
                        if entry.get().is_empty() {
                            entry.remove();
                        }
                        timer(number)
                    });
                    prop_assert_eq!(timers.take_due(Millis(moment)), expected);
                }
                let next = plain.keys().next().copied().map(Millis);
                prop_assert_eq!(timers.next_due(), next);
                let upcoming = plain.values().next().into_iter().flatten();
                prop_assert!(timers.upcoming().eq(upcoming.map(|number| timer(*number))));
            }
        }
    }
}
