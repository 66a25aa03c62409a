//! The tiny festival, sold from a till that is turned by hand.

pub use model::festival::{HOLD_MS, OPENS, commands, hold, keyed_hold};

use till::{Reading, Till, Turn};
use vocabulary::{Millis, Request};

/// Both clocks at `ms`.
pub fn at(ms: u64) -> Reading {
    Reading {
        wall: Millis(ms),
        monotonic_ms: ms,
    }
}

/// One turn with one ticket.
pub fn turn(till: &mut Till, ms: u64, requests: Vec<Request>) -> Turn<()> {
    till.turn(at(ms), &mut [((), requests)].into())
}
