//! Bulk, and who is not to wait for it: of those who send many requests at once, no more are read or answered
//! at a time than there are processors, so that a single request does not stand behind a thousand of others.

use std::thread::available_parallelism;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::yield_now;

/// Places for bulk.
pub(crate) struct BulkPlaces(Semaphore);

impl Default for BulkPlaces {
    fn default() -> BulkPlaces {
        let processors = available_parallelism().map_or(1, usize::from);
        BulkPlaces(Semaphore::new(processors))
    }
}

impl BulkPlaces {
    /// Waits for a place, if it is bulk that is to be done; it is given back when what this returns is
    /// dropped.
    pub async fn take(&self, is_bulk: bool) -> Option<SemaphorePermit<'_>> {
        if !is_bulk {
            return None;
        }
        let place = self.0.acquire().await.ok();
        // Whoever is woken by a place that is given back would run next, before all who are ready.
        yield_now().await;
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn a_single_request_walks_past_bulk_that_waits() {
        let places = BulkPlaces(Semaphore::new(1));
        let first = places.take(true).await;
        let mut second = std::pin::pin!(places.take(true));
        assert!(second.as_mut().now_or_never().is_none());
        assert!(matches!(places.take(false).now_or_never(), Some(None)));
        drop(first);
        assert!(second.await.is_some());
    }
}
