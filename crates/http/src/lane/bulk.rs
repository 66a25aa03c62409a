//! Bulk, and who is not to wait for it: of those who send many requests at once, no more are read at a time than
//! there are processors, and no more are answered, so that a single request does not stand behind a thousand of
//! others. Who waits to be read is not before who waits for answers: what was begun is brought to its end.

use std::thread::available_parallelism;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::yield_now;

/// Places for bulk.
pub(crate) struct BulkPlaces {
    to_read: Semaphore,
    to_tell: Semaphore,
}

impl Default for BulkPlaces {
    fn default() -> BulkPlaces {
        BulkPlaces::of(available_parallelism().map_or(1, usize::from))
    }
}

impl BulkPlaces {
    fn of(places: usize) -> BulkPlaces {
        BulkPlaces {
            to_read: Semaphore::new(places),
            to_tell: Semaphore::new(places),
        }
    }

    /// Waits for a place where requests are read, if they are bulk; it is given back when what this returns
    /// is dropped.
    pub async fn to_read(&self, is_bulk: bool) -> Option<SemaphorePermit<'_>> {
        take(&self.to_read, is_bulk).await
    }

    /// As [`BulkPlaces::to_read`], where answers are told.
    pub async fn to_tell(&self, is_bulk: bool) -> Option<SemaphorePermit<'_>> {
        take(&self.to_tell, is_bulk).await
    }
}

async fn take(places: &Semaphore, is_bulk: bool) -> Option<SemaphorePermit<'_>> {
    if !is_bulk {
        return None;
    }
    let place = places.acquire().await.ok();
    // Whoever is woken by a place that is given back would run next, before all who are ready.
    yield_now().await;
    place
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn a_single_request_and_what_was_begun_walk_past_bulk_that_waits() {
        let places = BulkPlaces::of(1);
        let first = places.to_read(true).await;
        let mut second = std::pin::pin!(places.to_read(true));
        assert!(second.as_mut().now_or_never().is_none());
        assert!(matches!(places.to_read(false).now_or_never(), Some(None)));
        assert!(places.to_tell(true).await.is_some());
        drop(first);
        assert!(second.await.is_some());
    }
}
