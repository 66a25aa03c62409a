//! How many a second, by the stamps of what happened; no clock is read.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use vocabulary::Millis;

/// How many seconds [`Rate::recent`] looks back upon.
const SECONDS_KEPT_MAX: usize = 300;

/// The busiest second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peak {
    /// How many happened in it.
    pub per_second: u32,
    /// Its first millisecond.
    pub at: Millis,
}

/// Counts by whole seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// (seconds since the epoch, how many): the last seconds in which anything happened.
    seconds: VecDeque<(u64, u32)>,
    peak: Peak,
}

impl Rate {
    /// How many happened in the last second that was over at `now`.
    pub fn per_second(&self, now: Millis) -> u32 {
        let Some(wanted) = (now.0 / 1_000).checked_sub(1) else {
            return 0;
        };
        let newest = self.seconds.iter().rev().take(2);
        newest
            .filter(|(second, _)| *second == wanted)
            .map(|(_, count)| *count)
            .sum()
    }

    /// The busiest second so far; zero at the epoch when nothing has happened.
    pub fn peak(&self) -> Peak {
        self.peak
    }

    /// The last five minutes in which anything happened: (first millisecond of a second, how
    /// many), oldest first; seconds without anything are left out.
    pub fn recent(&self) -> impl Iterator<Item = (Millis, u32)> {
        self.seconds
            .iter()
            .map(|(second, count)| (Millis(second * 1_000), *count))
    }

    /// One more happened at `at`, which never falls.
    pub(crate) fn count(&mut self, at: Millis) {
        let second = at.0 / 1_000;
        match self.seconds.back_mut() {
            Some((last, count)) if *last == second => *count += 1,
            _ => self.begin(second),
        }
        let count = self.seconds.back().map_or(0, |(_, count)| *count);
        if count > self.peak.per_second {
            self.peak = Peak {
                per_second: count,
                at: Millis(second * 1_000),
            };
        }
    }

    fn begin(&mut self, second: u64) {
        if self.seconds.len() == SECONDS_KEPT_MAX {
            self.seconds.pop_front();
        }
        self.seconds.push_back((second, 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_counts_when_it_is_over() {
        let mut rate = Rate::default();
        for at in [10_000, 10_500, 10_999, 11_000] {
            rate.count(Millis(at));
        }
        assert_eq!(rate.per_second(Millis(10_999)), 0);
        assert_eq!(rate.per_second(Millis(11_000)), 3);
        assert_eq!(rate.per_second(Millis(12_000)), 1);
        assert_eq!(rate.per_second(Millis(13_000)), 0);
        assert_eq!(
            rate.peak(),
            Peak {
                per_second: 3,
                at: Millis(10_000)
            }
        );
    }

    #[test]
    fn old_seconds_are_forgotten_but_the_peak_stays() {
        let mut rate = Rate::default();
        rate.count(Millis(0));
        rate.count(Millis(1));
        for second in 1..=2 * SECONDS_KEPT_MAX as u64 {
            rate.count(Millis(second * 1_000));
        }
        assert_eq!(rate.recent().count(), SECONDS_KEPT_MAX);
        assert_eq!(rate.peak().per_second, 2);
    }
}
