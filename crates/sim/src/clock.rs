//! Time in the simulated world: true time, and a machine's two clocks that show it more or less.

use till::Reading;
use vocabulary::Millis;

/// When every world begins: the first of January 2026.
const BEGINNING: u64 = 1_767_225_600_000;

/// True time passes evenly; the wall clock is off by some, the monotonic one begins with the machine.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    now: u64,
    started: u64,
    off: i64,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            now: BEGINNING,
            started: BEGINNING,
            off: 0,
        }
    }
}

impl Clock {
    /// True time, in ms.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// Time goes on to `moment`, unless it is past.
    pub fn go_on_to(&mut self, moment: u64) {
        self.now = self.now.max(moment);
    }

    /// The machine starts: its monotonic clock begins anew.
    pub fn start(&mut self) {
        self.started = self.now;
    }

    /// Somebody sets the wall clock, `ms` forward or back.
    pub fn set_wall(&mut self, ms: i64) {
        self.off += ms;
    }

    /// Somebody sets the wall clock right.
    pub fn mend_wall(&mut self) {
        self.off = 0;
    }

    /// Both clocks, read together.
    pub fn read(&self) -> Reading {
        Reading {
            wall: Millis(self.now.saturating_add_signed(self.off)),
            monotonic_ms: self.now - self.started,
        }
    }
}
