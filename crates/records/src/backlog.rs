//! What waits for the order tables: packed events, as many as fit into a certain memory, and those behind
//! them on disk. Who brings them is a thread, and waits only where the disk takes no more, either; who
//! takes them may be slow.

use crate::spill::Spill;
use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::Notify;
use views::PackedEvents;

const UNPOISONED: &str = "nobody panics while holding the backlog";
/// For how many times as long as it took a fold rests while more comes than it takes.
const RESTS_IN_A_RUSH: u32 = 3;
/// How long who finds neither memory nor disk waits before it tries the disk again.
const DISK_AGAIN: Duration = Duration::from_millis(500);

struct Backlog {
    /// How much waits in memory.
    bytes_max: usize,
    waiting: Mutex<Waiting>,
    has_room: Condvar,
    arrived: Notify,
}

struct Waiting {
    /// In memory, before all that was spilled.
    batches: VecDeque<PackedEvents>,
    bytes: usize,
    spilled: Spill,
    /// How many bytes were ever brought, and taken.
    brought: u64,
    taken: u64,
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

/// An empty backlog, of which this much waits in memory and the rest in this folder.
pub(crate) fn backlog(bytes_max: usize, folder: PathBuf) -> (Bringer, Taker) {
    let backlog = Arc::new(Backlog {
        bytes_max,
        waiting: Mutex::new(Waiting {
            batches: VecDeque::new(),
            bytes: 0,
            spilled: Spill::into_folder(folder),
            brought: 0,
            taken: 0,
            is_over: false,
        }),
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

impl Waiting {
    /// Puts a batch behind all others; gives it back where there is no room.
    fn put(
        &mut self,
        batch: PackedEvents,
        bytes_max: usize,
    ) -> Result<(), (PackedEvents, io::Error)> {
        let bytes = batch.bytes();
        if self.spilled.is_empty() && self.bytes < bytes_max {
            self.bytes += bytes;
            self.batches.push_back(batch);
        } else if let Err(fault) = self.spilled.put(&batch) {
            return Err((batch, fault));
        }
        self.brought += bytes as u64;
        Ok(())
    }

    fn take(&mut self) -> io::Result<Option<PackedEvents>> {
        let batch = match self.batches.pop_front() {
            Some(batch) => {
                self.bytes -= batch.bytes();
                Some(batch)
            }
            None => self.spilled.take()?,
        };
        self.taken += batch.as_ref().map_or(0, |batch| batch.bytes() as u64);
        Ok(batch)
    }

    fn is_idle(&self) -> bool {
        self.batches.is_empty() && self.spilled.is_empty()
    }
}

impl Bringer {
    /// Brings events; waits where neither memory nor disk has room. Nothing is kept when nobody takes any more.
    pub fn bring(&self, mut batch: PackedEvents) {
        let mut waiting = self.0.waiting();
        while !waiting.is_over {
            match waiting.put(batch, self.0.bytes_max) {
                Ok(()) => return self.0.arrived.notify_one(),
                Err((back, fault)) => {
                    tracing::warn!(%fault, "what waits for the order tables finds no room on the disk");
                    batch = back;
                }
            }
            let waited = self.0.has_room.wait_timeout(waiting, DISK_AGAIN);
            waiting = waited.expect(UNPOISONED).0;
        }
    }
}

impl Drop for Bringer {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Taker {
    /// The oldest batch, when there is one; none when all were taken and no more can come.
    ///
    /// # Errors
    /// When what was spilled cannot be read back.
    pub async fn take(&mut self) -> io::Result<Option<PackedEvents>> {
        loop {
            if let Some(batch) = self.take_ready()? {
                return Ok(Some(batch));
            }
            if self.backlog.waiting().is_over {
                return self.take_ready();
            }
            // Who arrived since is remembered.
            self.backlog.arrived.notified().await;
        }
    }

    /// The oldest batch, if there is one.
    ///
    /// # Errors
    /// As [`Taker::take`].
    pub fn take_ready(&mut self) -> io::Result<Option<PackedEvents>> {
        let batch = self.backlog.waiting().take()?;
        if batch.is_some() {
            self.backlog.has_room.notify_one();
        }
        Ok(batch)
    }

    /// How long the fold may rest that `took` so long: several times as long while more comes than is taken,
    /// since the processors are the shoppers' in a rush; a `short` while where nothing waits; and not at all while
    /// it catches up, or when nobody brings any more.
    pub fn rest(&mut self, short: Duration, took: Duration) -> Duration {
        let waiting = self.backlog.waiting();
        let rush = waiting.brought - self.brought > waiting.taken - self.taken;
        let (over, idle) = (waiting.is_over, waiting.is_idle());
        let (brought, taken) = (waiting.brought, waiting.taken);
        drop(waiting);
        (self.brought, self.taken) = (brought, taken);
        match (over, rush, idle) {
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

    async fn take(taker: &mut Taker) -> Option<Seq> {
        let batch = taker.take().await.expect("it reads");
        batch.map(|batch| batch.last_seq())
    }

    #[tokio::test]
    async fn what_was_brought_is_taken_in_its_order_also_after_the_bringer_has_gone() {
        let folder = tempfile::tempdir().expect("a folder");
        let few = batch(1, 4);
        let (bringer, mut taker) = backlog(10 * few.bytes(), folder.path().to_owned());
        (1..=50).for_each(|seq| bringer.bring(batch(seq, 4)));
        for seq in 1..=20 {
            assert_eq!(take(&mut taker).await, Some(Seq(seq)));
        }
        (51..=60).for_each(|seq| bringer.bring(batch(seq, 4)));
        assert!(taker.backlog.waiting().bytes <= 10 * few.bytes());
        drop(bringer);
        for seq in 21..=60 {
            assert_eq!(take(&mut taker).await, Some(Seq(seq)));
        }
        assert_eq!(take(&mut taker).await, None);
    }

    #[tokio::test]
    async fn where_the_disk_has_no_room_who_brings_waits_until_some_was_taken_or_nobody_takes_any()
    {
        let few = batch(1, 4);
        let nowhere = PathBuf::from("/nowhere/at/all");
        let (bringer, mut taker) = backlog(10 * few.bytes(), nowhere);
        let bringing = std::thread::spawn(move || {
            for seq in 1..=100 {
                bringer.bring(batch(seq, 4));
            }
        });
        for seq in 1..=50 {
            assert_eq!(take(&mut taker).await, Some(Seq(seq)));
            assert!(taker.backlog.waiting().bytes <= 10 * few.bytes());
        }
        drop(taker);
        bringing.join().expect("nobody waits for ever");
    }

    #[test]
    fn the_fold_rests_most_while_more_comes_than_is_taken_and_not_where_it_must_hurry() {
        let folder = tempfile::tempdir().expect("a folder");
        let (bringer, mut taker) = backlog(1_000, folder.path().to_owned());
        let (short, took) = (Duration::from_millis(1), Duration::from_millis(9));
        let bring = |times: u64| (0..times).for_each(|seq| bringer.bring(batch(seq, 1)));
        bring(3);
        assert!(taker.take_ready().expect("it reads").is_some());
        assert_eq!(taker.rest(short, took), RESTS_IN_A_RUSH * took);
        assert!(taker.take_ready().expect("it reads").is_some());
        assert_eq!(taker.rest(short, took), Duration::ZERO);
        assert!(taker.take_ready().expect("it reads").is_some());
        assert_eq!(taker.rest(short, took), short);
        bring(400);
        assert_eq!(
            taker.rest(short, took),
            RESTS_IN_A_RUSH * took,
            "most of it on disk"
        );
        drop(bringer);
        assert_eq!(taker.rest(short, took), Duration::ZERO);
    }
}
