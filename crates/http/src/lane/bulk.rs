//! Bulk, and who is not to wait for it: of those who send many requests at once, no more are worked on at a time than
//! there are processors, so that a single request does not stand behind a thousand of others; and no more are
//! under way than keep till and disk busy, so that who waits does so before anything of theirs is begun.

use std::sync::Mutex;
use std::thread::available_parallelism;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::yield_now;

/// For each processor, so many are under way: most of them wait for the till.
const UNDER_WAY: usize = 16;

/// Places for bulk, and room that it is read into and answered in.
pub(crate) struct BulkPlaces {
    under_way: Semaphore,
    at_work: Semaphore,
    spare: Mutex<Vec<Room>>,
    spare_max: usize,
}

/// Buffers for a round of bulk: much larger than a connection may keep, and costly when they are new.
#[derive(Default)]
pub(super) struct Room {
    pub sent: Vec<u8>,
    pub out: Vec<u8>,
}

impl Default for BulkPlaces {
    fn default() -> BulkPlaces {
        let processors = available_parallelism().map_or(1, usize::from);
        BulkPlaces::of(processors * UNDER_WAY, processors)
    }
}

impl BulkPlaces {
    fn of(under_way: usize, at_work: usize) -> BulkPlaces {
        BulkPlaces {
            under_way: Semaphore::new(under_way),
            at_work: Semaphore::new(at_work),
            spare: Mutex::default(),
            spare_max: under_way,
        }
    }

    /// Empty buffers.
    pub(super) fn lend(&self) -> Room {
        let spare = self.spare.lock().expect(UNPOISONED).pop();
        spare.unwrap_or_default()
    }

    /// Takes buffers back.
    pub(super) fn take_back(&self, mut room: Room) {
        room.sent.clear();
        room.out.clear();
        let mut spare = self.spare.lock().expect(UNPOISONED);
        if spare.len() < self.spare_max {
            spare.push(room);
        }
    }

    /// Waits until it may begin, if it is bulk.
    pub async fn begin(&self, is_bulk: bool) -> Option<Bulk<'_>> {
        if !is_bulk {
            return None;
        }
        let under_way = self.under_way.acquire().await.ok()?;
        Some(Bulk {
            places: self,
            _under_way: under_way,
        })
    }
}

const UNPOISONED: &str = "nobody panics over spare buffers";

/// Bulk that is under way until this is dropped.
pub(crate) struct Bulk<'a> {
    places: &'a BulkPlaces,
    _under_way: SemaphorePermit<'a>,
}

impl Bulk<'_> {
    /// Waits until it may be worked on, which it is until what this returns is dropped.
    pub async fn work(&self) -> Option<SemaphorePermit<'_>> {
        let at_work = self.places.at_work.acquire().await.ok();
        // Whoever is woken by a place that is given back would run next, before all who are ready.
        yield_now().await;
        at_work
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn a_single_request_walks_past_bulk_that_waits() {
        let places = BulkPlaces::of(1, 1);
        let first = places.begin(true).await;
        let mut second = std::pin::pin!(places.begin(true));
        assert!(second.as_mut().now_or_never().is_none());
        assert!(matches!(places.begin(false).now_or_never(), Some(None)));
        drop(first);
        assert!(second.await.is_some());
    }

    #[tokio::test]
    async fn what_is_under_way_is_worked_on_in_turns() {
        let places = BulkPlaces::of(2, 1);
        let both = (places.begin(true).await, places.begin(true).await);
        let (Some(first), Some(second)) = both else {
            panic!("there is room for two")
        };
        let at_work = first.work().await;
        let mut waits = std::pin::pin!(second.work());
        assert!(waits.as_mut().now_or_never().is_none());
        drop(at_work);
        assert!(waits.await.is_some());
    }
}
