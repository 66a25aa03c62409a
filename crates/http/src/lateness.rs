//! How late the house is: how long a connection that has something to be done waits until a thread takes it up. Past
//! a bound more is asked than can be done, and who asks is turned away at once, at a small part of what an answer
//! costs, so that those who are let in are served as fast as ever. First that concerns who only looks around, then
//! how many the waiting room admits, and at last programs; what the payment provider reports is heard all the same.
//!
//! Each connection sees for itself how long it waited ([`Attended`]): a probe that looks now and then is woken by a
//! clock, before the connections behind which it should wait, and sees nothing of a burst.

use crate::problem::{Kind, Problem};
use futures::task::AtomicWaker;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;
use tokio::time::Instant;

/// Who only looks around is turned away when they waited for longer.
pub(crate) const LOOKERS_WAIT_MAX: Duration = Duration::from_millis(50);
/// Who waits for their turn and looks how it stands is asked to look later when they waited for longer.
pub(crate) const WAITERS_WAIT_MAX: Duration = Duration::from_millis(100);
/// What programs ask in shoppers' names is turned away when it waited for longer.
const PROGRAMS_WAIT_MAX: Duration = Duration::from_millis(200);
/// Where fewer are ready at once nobody is sent to wait: they are served before they would have read a page.
const RUSH_LEAST: usize = 32;
/// A program that is turned away is told to come back after one second, or two, or three: not all at once.
const RETRY_SPREAD: u64 = 3;
const SECOND_MS: u64 = 1_000;
/// Nobody is asked to come back later than after so many seconds, before it is spread.
const BACK_S_MAX: u64 = 15;

/// Of how many the usual wait is a mean, and of how many the share of those who are turned away.
const WAITS_MEANT: u64 = 8;
const LOOKERS_MEANT: u64 = 64;
/// A share, in this many parts.
const WHOLE: u64 = 1 << 16;

/// A connection is not ready; and it is no more.
const AT_REST: u64 = u64::MAX;
const GONE: u64 = u64::MAX - 1;

/// How late it is.
#[derive(Clone, Debug)]
pub struct Lateness(Arc<Seen>);

#[derive(Debug)]
struct Seen {
    /// How many connections are ready and wait for a thread.
    ready: AtomicUsize,
    /// How long those waited that were taken up of late, in microseconds.
    usual_wait_us: AtomicU64,
    /// Which share of those who look around was turned away of late.
    turned_share: AtomicU64,
    programs_turned_away: AtomicU64,
}

impl Default for Lateness {
    fn default() -> Self {
        Lateness(Arc::new(Seen {
            ready: AtomicUsize::new(0),
            usual_wait_us: AtomicU64::new(0),
            turned_share: AtomicU64::new(0),
            programs_turned_away: AtomicU64::new(0),
        }))
    }
}

impl Lateness {
    /// How long whoever is ready waits for a thread; nothing where they are no crowd.
    pub(crate) fn of_the_crowd(&self) -> Duration {
        match self.is_crowded() {
            true => Duration::from_micros(self.0.usual_wait_us.load(Ordering::Relaxed)),
            false => Duration::ZERO,
        }
    }

    /// What a program is told that waited for so long.
    ///
    /// # Errors
    /// [`Kind::OVERLOADED`], with the time to wait.
    pub(crate) fn check(&self, waited: Duration) -> Result<(), Problem> {
        if waited <= PROGRAMS_WAIT_MAX {
            return Ok(());
        }
        let turned = self.0.programs_turned_away.fetch_add(1, Ordering::Relaxed);
        let seconds = turned % RETRY_SPREAD + 1;
        Err(Problem::from(Kind::OVERLOADED).retry_after(seconds * SECOND_MS))
    }

    /// When somebody who looks around is to come back who waited for so long, longer than they should, in seconds;
    /// none where they are served. The fewer of them are served, the later: where nine of ten are turned away they come back
    /// after nine seconds, and with that about as many a second as can be served, up to fifteen of sixteen.
    pub(crate) fn turned_back_s(&self, waited: Duration, wait_max: Duration) -> Option<u64> {
        let is_turned = waited > wait_max && self.is_crowded();
        let share = self.0.turned_share.load(Ordering::Relaxed);
        let now = if is_turned { WHOLE } else { 0 };
        let share = (share * (LOOKERS_MEANT - 1) + now) / LOOKERS_MEANT;
        self.0.turned_share.store(share, Ordering::Relaxed);
        is_turned.then(|| (share / (WHOLE - share).max(1)).clamp(1, BACK_S_MAX))
    }

    fn is_crowded(&self) -> bool {
        self.0.ready.load(Ordering::Relaxed) >= RUSH_LEAST
    }

    /// A connection was taken up that had waited for so long.
    fn took_up(&self, waited_us: u64) {
        self.0.ready.fetch_sub(1, Ordering::Relaxed);
        let usual = self.0.usual_wait_us.load(Ordering::Relaxed);
        let usual = (usual * (WAITS_MEANT - 1) + waited_us) / WAITS_MEANT;
        self.0.usual_wait_us.store(usual, Ordering::Relaxed);
    }
}

/// How long the connection of a request waited for a thread before it was read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Waited(pub Duration);

/// When a connection became ready, and how long what came last has waited for threads.
pub(crate) struct Readiness {
    lateness: Lateness,
    /// When it came; kept here, since what all connections write to is slow to read.
    came: Instant,
    since_us: AtomicU64,
    waited_us: AtomicU64,
    task: AtomicWaker,
}

impl Readiness {
    /// Of a connection that is ready from now on.
    pub fn of(lateness: &Lateness) -> Arc<Readiness> {
        lateness.0.ready.fetch_add(1, Ordering::Relaxed);
        Arc::new(Readiness {
            lateness: lateness.clone(),
            came: Instant::now(),
            since_us: AtomicU64::new(0),
            waited_us: AtomicU64::new(0),
            task: AtomicWaker::new(),
        })
    }

    /// How long it has waited for threads since it was said last how long. A connection that has just come is taken up more
    /// than once until there is something to read.
    pub fn waited(&self) -> Duration {
        Duration::from_micros(self.waited_us.load(Ordering::Relaxed))
    }

    /// From now on it has waited for so long: who has answered says so, since what was waited for in between, such as the
    /// till's reply, makes no later request late.
    pub fn has_waited(&self, waited: Duration) {
        let waited_us = waited.as_micros() as u64;
        self.waited_us.store(waited_us, Ordering::Relaxed);
    }

    fn now_us(&self) -> u64 {
        self.came.elapsed().as_micros() as u64
    }

    /// It rests from now on, or is gone.
    fn settle(&self, state: u64) {
        let since_us = self.since_us.swap(state, Ordering::AcqRel);
        if since_us != AT_REST && since_us != GONE {
            let waited_us = self.now_us().saturating_sub(since_us);
            self.waited_us.fetch_add(waited_us, Ordering::Relaxed);
            self.lateness.took_up(waited_us);
        }
    }
}

impl Wake for Readiness {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.since_us.load(Ordering::Relaxed) == AT_REST {
            let ready = &self.lateness.0.ready;
            // Counted before it can be taken up, and taken back where somebody else woke it.
            ready.fetch_add(1, Ordering::Relaxed);
            let now_us = self.now_us();
            let order = (Ordering::AcqRel, Ordering::Relaxed);
            let rested = self
                .since_us
                .compare_exchange(AT_REST, now_us, order.0, order.1);
            if rested.is_err() {
                ready.fetch_sub(1, Ordering::Relaxed);
            }
        }
        self.task.wake();
    }
}

/// The task of a connection, which sees how long it waits each time it is ready.
pub(crate) struct Attended<F> {
    task: Pin<Box<F>>,
    readiness: Arc<Readiness>,
    waker: Waker,
}

impl<F: Future> Attended<F> {
    /// This task, whose connection has been ready as `readiness` says.
    pub fn of(task: F, readiness: Arc<Readiness>) -> Attended<F> {
        Attended {
            task: Box::pin(task),
            waker: Waker::from(readiness.clone()),
            readiness,
        }
    }
}

impl<F: Future> Future for Attended<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        this.readiness.task.register(context.waker());
        this.readiness.settle(AT_REST);
        this.task
            .as_mut()
            .poll(&mut Context::from_waker(&this.waker))
    }
}

impl<F> Drop for Attended<F> {
    fn drop(&mut self) {
        self.readiness.settle(GONE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;
    use std::future::pending;
    use tokio::time::advance;

    const MS: Duration = Duration::from_millis(1);

    /// So many connections that have just become ready.
    fn crowd(lateness: &Lateness, many: usize) -> Vec<Attended<impl Future<Output = ()> + use<>>> {
        let one = || Attended::of(pending(), Readiness::of(lateness));
        (0..many).map(|_| one()).collect()
    }

    fn take_up(connection: &mut Attended<impl Future<Output = ()>>) -> Duration {
        let mut context = Context::from_waker(Waker::noop());
        assert!(connection.poll_unpin(&mut context).is_pending());
        let waited = connection.readiness.waited();
        connection.readiness.has_waited(Duration::ZERO);
        waited
    }

    #[test]
    fn a_program_that_waited_too_long_is_told_to_come_back_and_not_all_at_once() {
        let lateness = Lateness::default();
        assert!(lateness.check(PROGRAMS_WAIT_MAX).is_ok());
        let turned = |_| {
            lateness
                .check(PROGRAMS_WAIT_MAX + MS)
                .expect_err("too late")
        };
        let turned: Vec<Problem> = (0..4).map(turned).collect();
        assert!(turned.iter().all(|problem| problem.name == "overloaded"));
        let back = turned.iter().filter_map(|problem| problem.retry_after_ms);
        assert_eq!(back.collect::<Vec<_>>(), [1_000, 2_000, 3_000, 1_000]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_sees_how_long_it_waited_each_time_it_was_ready() {
        let lateness = Lateness::default();
        let mut one = crowd(&lateness, 1).pop().expect("one");
        advance(7 * MS).await;
        assert_eq!(take_up(&mut one), 7 * MS, "since it came");
        advance(100 * MS).await;
        one.waker.wake_by_ref();
        advance(3 * MS).await;
        one.waker.wake_by_ref();
        advance(2 * MS).await;
        assert_eq!(take_up(&mut one), 5 * MS, "since it was woken first");
        assert_eq!(take_up(&mut one), Duration::ZERO, "nobody had woken it");
    }

    #[tokio::test(start_paused = true)]
    async fn in_a_burst_those_who_waited_are_turned_away_and_in_a_small_one_nobody_is() {
        let lateness = Lateness::default();
        let mut few = crowd(&lateness, RUSH_LEAST);
        advance(10_000 * MS).await;
        for one in &mut few {
            let waited = take_up(one);
            assert_eq!(
                lateness.turned_back_s(waited, LOOKERS_WAIT_MAX),
                None,
                "they are no crowd"
            );
        }
        let mut many = crowd(&lateness, 100);
        let is_turned = |waited| lateness.turned_back_s(waited, LOOKERS_WAIT_MAX).is_some();
        let mut turned = 0;
        for one in &mut many {
            advance(MS).await;
            turned += usize::from(is_turned(take_up(one)));
        }
        assert_eq!(turned, 100 - 50 - RUSH_LEAST, "who waited while others did");
    }

    #[tokio::test(start_paused = true)]
    async fn the_fewer_are_served_the_later_those_come_back_who_are_turned_away() {
        let lateness = Lateness::default();
        let _crowd = crowd(&lateness, RUSH_LEAST);
        let back = |served_each: u64| {
            let mut back = None;
            for looker in 0..1_000 {
                let is_served = looker % served_each == 0;
                let waited = if is_served { Duration::ZERO } else { 100 * MS };
                back = lateness.turned_back_s(waited, LOOKERS_WAIT_MAX).or(back);
            }
            back
        };
        assert_eq!(back(2), Some(1));
        assert!(back(10).is_some_and(|seconds| (8..=10).contains(&seconds)));
        assert_eq!(back(1_000), Some(BACK_S_MAX));
    }

    #[tokio::test(start_paused = true)]
    async fn the_crowd_is_late_while_it_waits_and_gone_when_it_is_gone() {
        let lateness = Lateness::default();
        let mut many = crowd(&lateness, 2 * RUSH_LEAST);
        advance(400 * MS).await;
        for one in many.iter_mut().take(RUSH_LEAST) {
            take_up(one);
        }
        assert!(lateness.of_the_crowd() > 350 * MS);
        let waker = many[0].waker.clone();
        drop(many);
        waker.wake_by_ref();
        assert_eq!(lateness.of_the_crowd(), Duration::ZERO);
        assert_eq!(lateness.0.ready.load(Ordering::Relaxed), 0);
    }
}
