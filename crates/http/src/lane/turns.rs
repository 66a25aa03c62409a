//! Who asks for much takes turns, so that who asks for little need not stand behind a thousand requests of
//! others: of those who ask for much, no more are read or answered at once than there are processors.

use std::thread::available_parallelism;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::yield_now;

/// The turns.
pub(crate) struct Turns(Semaphore);

impl Default for Turns {
    fn default() -> Turns {
        let processors = available_parallelism().map_or(1, usize::from);
        Turns(Semaphore::new(processors))
    }
}

impl Turns {
    /// Waits for a turn, for who asks for much; it is over when what this returns is dropped.
    pub async fn take(&self, much: bool) -> Option<SemaphorePermit<'_>> {
        if !much {
            return None;
        }
        let turn = self.0.acquire().await.ok();
        // Whoever is woken by the end of a turn would run next, before all who are ready.
        yield_now().await;
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn who_asks_for_little_walks_past_who_waits_for_a_turn() {
        let turns = Turns(Semaphore::new(1));
        let first = turns.take(true).await;
        let mut second = std::pin::pin!(turns.take(true));
        assert!(second.as_mut().now_or_never().is_none());
        assert!(matches!(turns.take(false).now_or_never(), Some(None)));
        drop(first);
        assert!(second.await.is_some());
    }
}
