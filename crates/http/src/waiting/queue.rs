//! One queue of the room: who waits for one SKU of one deal, what is promised, and how fast it goes.

use super::Ranks;
use std::collections::VecDeque;
use vocabulary::{Millis, PersonKey, Seq};

/// Over how long the measured rate of admissions is a mean.
const RATE_OVER_MS: f64 = 10_000.0;
/// A rate is told after so long.
const MEASURED_LEAST_MS: f64 = 2_000.0;

/// Those who want one SKU of one deal.
#[derive(Debug, Default)]
pub(super) struct Queue {
    pub ranks: Ranks,
    /// Whose pass ends when, first first.
    pub passes: VecDeque<(Millis, PersonKey)>,
    /// Units for which there are passes.
    pub promised: u32,
    /// Units that were got by passes, and from when on the stock is less by them.
    pub spent: VecDeque<(Seq, u32)>,
    /// How many were admitted of late, and in how many milliseconds.
    admitted: f64,
    measured_ms: f64,
    at: Millis,
}

impl Queue {
    /// Units for which there are passes, and those that were got by one and that the stock still shows.
    pub fn units_out(&self) -> u32 {
        let spent: u32 = self.spent.iter().map(|(_, units)| units).sum();
        self.promised.saturating_add(spent)
    }

    /// So many were admitted since it was measured last; what is long ago counts for less and less.
    pub fn measure(&mut self, count: usize, now: Millis) {
        let before = std::mem::replace(&mut self.at, now);
        // Before the first is admitted there is nothing to measure.
        if before == Millis(0) || (count == 0 && self.admitted == 0.0) {
            return;
        }
        let ms = now.since(before) as f64;
        let kept = (-ms / RATE_OVER_MS).exp();
        self.admitted = self.admitted * kept + count as f64;
        self.measured_ms = self.measured_ms * kept + ms;
    }

    /// How many were admitted a second of late; 0 where nobody can tell yet.
    pub fn per_second(&self) -> f64 {
        match self.measured_ms >= MEASURED_LEAST_MS {
            true => self.admitted * 1_000.0 / self.measured_ms,
            false => 0.0,
        }
    }
}
