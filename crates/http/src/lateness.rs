//! How late the house is: how long what is asked waits before anybody looks at it. Past a bound more is asked
//! than can be done, and who asks is turned away at once, at a small part of what an answer costs, so that those
//! who are let in are served as fast as ever. What the payment provider reports is heard all the same.

use crate::problem::{Kind, Problem};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// What has waited for longer is turned away.
const WAITED_MAX: Duration = Duration::from_millis(200);
/// How often the runtime's lateness is looked at.
const LOOKED_EVERY: Duration = Duration::from_millis(10);
/// Who is turned away is told to come back after one second, or two, or three: not all at once.
const RETRY_SPREAD: u64 = 3;
const SECOND_MS: u64 = 1_000;

/// How late it is.
#[derive(Debug, Default)]
pub struct Lateness {
    /// How long whoever is ready waits for a thread, in microseconds.
    of_threads_us: AtomicU64,
    turned_away: AtomicU64,
}

impl Lateness {
    /// Keeps looking how long a task that is ready waits.
    pub(crate) async fn watch(&self) {
        let mut before = 0;
        loop {
            let due = Instant::now() + LOOKED_EVERY;
            sleep_until(due).await;
            let late = due.elapsed().as_micros() as u64;
            // A machine that stood still makes one look late; too much to do makes all of them late.
            self.of_threads_us
                .store(late.min(before), Ordering::Relaxed);
            before = late;
        }
    }

    /// How long whoever is ready waits for a thread.
    pub(crate) fn of_threads(&self) -> Duration {
        Duration::from_micros(self.of_threads_us.load(Ordering::Relaxed))
    }

    /// What is told to who has waited for so long for a place, and then for a thread, if that was too long.
    ///
    /// # Errors
    /// [`Kind::OVERLOADED`], with the time to wait.
    pub(crate) fn check(&self, waited: Duration) -> Result<(), Problem> {
        if waited.max(self.of_threads()) <= WAITED_MAX {
            return Ok(());
        }
        let turn = self.turned_away.fetch_add(1, Ordering::Relaxed) % RETRY_SPREAD;
        Err(Problem::from(Kind::OVERLOADED).retry_after((turn + 1) * SECOND_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;
    use tokio::time::advance;

    const TOO_LONG: Duration = Duration::from_millis(201);

    #[test]
    fn who_waited_too_long_is_turned_away_and_told_to_come_back_at_different_times() {
        let lateness = Lateness::default();
        assert!(lateness.check(WAITED_MAX).is_ok());
        let mut turned = (0..3).map(|_| lateness.check(TOO_LONG).expect_err("too late"));
        assert!(turned.all(|problem| problem.name == "overloaded"));
        let again = (0..3).filter_map(|_| lateness.check(TOO_LONG).err()?.retry_after_ms);
        assert_eq!(again.collect::<Vec<_>>(), [1_000, 2_000, 3_000]);
    }

    #[tokio::test(start_paused = true)]
    async fn threads_are_late_when_they_are_late_twice_and_in_time_when_they_are_once() {
        let lateness = Lateness::default();
        let mut watch = Box::pin(lateness.watch());
        let mut is_late = Vec::new();
        for late in [TOO_LONG, Duration::ZERO, TOO_LONG, TOO_LONG, Duration::ZERO] {
            assert!(watch.as_mut().now_or_never().is_none());
            advance(LOOKED_EVERY + late).await;
            assert!(watch.as_mut().now_or_never().is_none());
            is_late.push(lateness.check(Duration::ZERO).is_err());
        }
        assert_eq!(is_late, [false, false, false, true, false]);
    }
}
