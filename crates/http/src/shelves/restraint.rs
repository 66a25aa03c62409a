//! Restraint: what may be made anew a few times at once, and so many times a second under a rush.

use std::sync::atomic::{AtomicU64, Ordering};
use vocabulary::Millis;

/// Counts by the shop's clock how often something was made (the generic cell rate algorithm).
#[derive(Debug)]
pub struct Restraint {
    /// When the next one would be due at an even pace.
    due: AtomicU64,
    every_ms: u64,
    at_once: u64,
}

impl Restraint {
    /// So many at once, then one in so many milliseconds.
    pub const fn of(at_once: u64, every_ms: u64) -> Restraint {
        Restraint {
            due: AtomicU64::new(0),
            every_ms,
            at_once,
        }
    }

    /// Whether it may be done now; then it counts as done.
    pub fn allows(&self, now: Millis) -> bool {
        let ahead = self.every_ms * self.at_once;
        let next = |due: u64| {
            let due = due.max(now.0);
            (due + self.every_ms <= now.0 + ahead).then_some(due + self.every_ms)
        };
        let counted = self
            .due
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        counted.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_at_once_and_then_at_an_even_pace() {
        let restraint = Restraint::of(3, 10);
        let allowed = |now| (0..9).filter(|_| restraint.allows(Millis(now))).count();
        assert_eq!((allowed(100), allowed(100)), (3, 0));
        assert_eq!((allowed(110), allowed(119)), (1, 0));
        assert_eq!(allowed(1_000), 3);
    }
}
