//! What waits for the order tables: packed events, as many as fit into a certain memory. Who brings them is
//! a thread and may wait for room; who takes them is a task.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::Notify;
use views::PackedEvents;

const UNPOISONED: &str = "nobody panics while holding the backlog";
/// For how many times as long as it took a fold rests while more comes than it takes.
const RESTS_IN_A_RUSH: u32 = 3;

struct Backlog {
    /// How much may wait.
    bytes_max: usize,
    waiting: Mutex<Waiting>,
    has_room: Condvar,
    arrived: Notify,
}

#[derive(Default)]
struct Waiting {
    batches: VecDeque<PackedEvents>,
    bytes: usize,
    /// How many bytes were ever brought.
    brought: u64,
    /// One of both has gone.
    is_over: bool,
}

/// The end where events are brought in.
pub(crate) struct Bringer(Arc<Backlog>);

/// The end where they are taken out.
pub(crate) struct Taker {
    backlog: Arc<Backlog>,
    /// How many bytes had been brought, and taken, when it rested last.
    brought: u64,
    taken: u64,
}

/// An empty backlog, in which this much may wait before who brings more waits for room.
pub(crate) fn backlog(bytes_max: usize) -> (Bringer, Taker) {
    let backlog = Arc::new(Backlog {
        bytes_max,
        waiting: Mutex::default(),
        has_room: Condvar::new(),
        arrived: Notify::new(),
    });
    let taker = Taker {
        backlog: Arc::clone(&backlog),
        brought: 0,
        taken: 0,
    };
    (Bringer(backlog), taker)
}

impl Backlog {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().expect(UNPOISONED)
    }

    fn end(&self) {
        self.waiting().is_over = true;
        self.has_room.notify_all();
        self.arrived.notify_one();
    }
}

impl Bringer {
    /// Brings events; waits until there is room. Nothing is kept when nobody takes any more.
    pub fn bring(&self, batch: PackedEvents) {
        let full = |waiting: &mut Waiting| waiting.bytes >= self.0.bytes_max && !waiting.is_over;
        let waiting = self.0.waiting();
        let mut waiting = self.0.has_room.wait_while(waiting, full).expect(UNPOISONED);
        if waiting.is_over {
            return;
        }
        waiting.bytes += batch.bytes();
        waiting.brought += batch.bytes() as u64;
        waiting.batches.push_back(batch);
        self.0.arrived.notify_one();
    }
}

impl Drop for Bringer {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Taker {
    /// The oldest batch, when there is one; none when all were taken and no more can come.
    pub async fn take(&mut self) -> Option<PackedEvents> {
        loop {
            if let Some(batch) = self.take_ready() {
                return Some(batch);
            }
            if self.backlog.waiting().is_over {
                return self.take_ready();
            }
            // Who arrived since is remembered.
            self.backlog.arrived.notified().await;
        }
    }

    /// The oldest batch, if there is one.
    pub fn take_ready(&mut self) -> Option<PackedEvents> {
        let mut waiting = self.backlog.waiting();
        let batch = waiting.batches.pop_front()?;
        waiting.bytes -= batch.bytes();
        self.backlog.has_room.notify_one();
        Some(batch)
    }

    /// How long the fold may rest that `took` so long: several times as long while more comes than is taken,
    /// since the processors are the shoppers' in a rush; a `short` while where nothing waits; and not at all while
    /// it catches up, when nobody brings any more, or when more waits than there is room for.
    pub fn rest(&mut self, short: Duration, took: Duration) -> Duration {
        let waiting = self.backlog.waiting();
        let taken = waiting.brought - waiting.bytes as u64;
        let rush = waiting.brought - self.brought > taken - self.taken;
        let (full, over) = (waiting.bytes >= self.backlog.bytes_max / 2, waiting.is_over);
        let idle = waiting.batches.is_empty();
        let brought = waiting.brought;
        drop(waiting);
        (self.brought, self.taken) = (brought, taken);
        match (full || over, rush, idle) {
            (true, ..) => Duration::ZERO,
            (false, true, _) => (RESTS_IN_A_RUSH * took).max(short),
            (false, false, true) => short,
            (false, false, false) => Duration::ZERO,
        }
    }
}

impl Drop for Taker {
    fn drop(&mut self) {
        self.backlog.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::{Event, Millis, OrderId, Seq};

    fn batch(seq: u64, events: usize) -> PackedEvents {
        let lapsed = Event::OrderLapsed { order: OrderId(1) };
        let events = std::iter::repeat_n((Seq(seq), &lapsed), events);
        PackedEvents::of(Millis(1), events, Seq(seq))
    }

    #[tokio::test]
    async fn what_was_brought_is_taken_in_its_order_also_after_the_bringer_has_gone() {
        let (bringer, mut taker) = backlog(1_000);
        for seq in 1..=3 {
            bringer.bring(batch(seq, 1));
        }
        drop(bringer);
        for seq in 1..=3 {
            let taken = taker.take().await.expect("it was brought");
            assert_eq!(taken.last_seq(), Seq(seq));
        }
        assert_eq!(taker.take().await, None);
    }

    #[tokio::test]
    async fn who_brings_more_than_fits_waits_until_some_was_taken_or_nobody_takes_any() {
        let few = batch(1, 4);
        let (bringer, mut taker) = backlog(10 * few.bytes());
        let bringing = std::thread::spawn(move || {
            for seq in 1..=100 {
                bringer.bring(batch(seq, 4));
            }
        });
        for seq in 1..=50 {
            let taken = taker.take().await.expect("more are brought");
            assert_eq!(taken.last_seq(), Seq(seq));
            assert!(taker.backlog.waiting().bytes <= 10 * few.bytes());
        }
        drop(taker);
        bringing.join().expect("nobody waits for ever");
    }

    #[tokio::test]
    async fn the_fold_rests_most_while_more_comes_than_is_taken_and_not_where_it_must_hurry() {
        let (bringer, mut taker) = backlog(1_000);
        let (short, took) = (Duration::from_millis(1), Duration::from_millis(9));
        let bring = |times: u64| (0..times).for_each(|seq| bringer.bring(batch(seq, 1)));
        bring(3);
        assert!(taker.take_ready().is_some());
        assert_eq!(taker.rest(short, took), RESTS_IN_A_RUSH * took);
        assert!(taker.take_ready().is_some());
        assert_eq!(taker.rest(short, took), Duration::ZERO);
        assert!(taker.take_ready().is_some());
        assert_eq!(taker.rest(short, took), short);
        bring(40);
        assert_eq!(taker.rest(short, took), Duration::ZERO);
        drop(bringer);
        assert_eq!(taker.rest(short, took), Duration::ZERO);
    }
}
