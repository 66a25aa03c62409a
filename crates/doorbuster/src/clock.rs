//! The machine's clocks, read for the till.

use std::time::{Instant, SystemTime, UNIX_EPOCH};
use till::{Clock, Reading};
use vocabulary::Millis;

/// The wall clock and the monotonic clock of this machine.
#[derive(Clone, Copy, Debug)]
pub struct MachineClock {
    started: Instant,
}

impl Default for MachineClock {
    fn default() -> Self {
        MachineClock {
            started: Instant::now(),
        }
    }
}

/// The wall clock now.
pub fn now() -> Millis {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

impl Clock for MachineClock {
    fn read(&self) -> Reading {
        let monotonic_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        Reading {
            wall: now(),
            monotonic_ms,
        }
    }
}
