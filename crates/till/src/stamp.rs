//! The stamp of a batch: the wall clock, held against the monotonic one, never running backwards.
//! No clock is read here; readings are brought.

use vocabulary::Millis;

/// How far the wall clock may run away from the monotonic one between two readings, in ms.
pub const LEAP_MS_MAX: u64 = 5_000;

/// Both clocks, read together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Wall-clock time.
    pub wall: Millis,
    /// Milliseconds since some fixed moment of this process; never falls.
    pub monotonic_ms: u64,
}

/// Where readings come from.
pub trait Clock: Send {
    /// Reads both clocks.
    fn read(&self) -> Reading;
}

/// The wall clock leapt; the stamp went on by the monotonic clock instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leap {
    /// What the wall clock said.
    pub said: Millis,
    /// What it should have said.
    pub expected: Millis,
}

/// Turns readings into stamps that never fall.
#[derive(Clone, Copy, Debug)]
pub struct Stamper {
    last: Millis,
    anchor: Option<Reading>,
}

impl Stamper {
    /// Stamps from `last` on, the stamp of the newest batch in the journal.
    pub const fn after(last: Millis) -> Self {
        Stamper { last, anchor: None }
    }

    /// The newest stamp given.
    pub const fn last(&self) -> Millis {
        self.last
    }

    /// max(last stamp, now), where now is the wall clock unless it leapt against the monotonic one:
    /// then it is what the wall clock would say had it not.
    pub fn stamp(&mut self, reading: Reading) -> (Millis, Option<Leap>) {
        let (now, leap) = self.judge(reading);
        self.anchor = Some(Reading {
            wall: now,
            ..reading
        });
        self.last = self.last.max(now);
        (self.last, leap)
    }

    /// The stamp that `stamp` would give.
    pub fn peek(&self, reading: Reading) -> Millis {
        self.last.max(self.judge(reading).0)
    }

    fn judge(&self, reading: Reading) -> (Millis, Option<Leap>) {
        let (said, expected) = (reading.wall, self.expected(reading));
        if said.0.abs_diff(expected.0) > LEAP_MS_MAX {
            return (expected, Some(Leap { said, expected }));
        }
        (said, None)
    }

    fn expected(&self, reading: Reading) -> Millis {
        match self.anchor {
            Some(anchor) => anchor
                .wall
                .plus(reading.monotonic_ms.saturating_sub(anchor.monotonic_ms)),
            None => reading.wall,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(wall: u64, monotonic_ms: u64) -> Reading {
        Reading {
            wall: Millis(wall),
            monotonic_ms,
        }
    }

    #[test]
    fn the_stamp_never_falls() {
        let mut stamper = Stamper::after(Millis(1_000));
        assert_eq!(stamper.stamp(at(900, 0)), (Millis(1_000), None));
        assert_eq!(stamper.stamp(at(1_001, 101)), (Millis(1_001), None));
        assert_eq!(stamper.stamp(at(990, 102)), (Millis(1_001), None));
    }

    #[test]
    fn a_leap_is_refused_and_told_and_time_goes_on_by_the_monotonic_clock() {
        let mut stamper = Stamper::after(Millis(0));
        stamper.stamp(at(10_000, 0));
        let (stamp, leap) = stamper.stamp(at(3_610_010, 10));
        assert_eq!(stamp, Millis(10_010));
        assert_eq!(
            leap,
            Some(Leap {
                said: Millis(3_610_010),
                expected: Millis(10_010)
            })
        );
        assert_eq!(stamper.stamp(at(3_610_020, 20)).0, Millis(10_020));
        assert_eq!(stamper.stamp(at(1, 30)).0, Millis(10_030));
    }

    #[test]
    fn a_small_step_of_the_wall_clock_is_followed() {
        let mut stamper = Stamper::after(Millis(0));
        stamper.stamp(at(10_000, 0));
        assert_eq!(
            stamper.stamp(at(10_000 + LEAP_MS_MAX, 0)),
            (Millis(15_000), None)
        );
    }
}
