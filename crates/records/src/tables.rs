//! The thread that folds the order tables: events become rows, in chunks, with how far they go in the
//! same transaction. To make the rows takes as long as to write them, which nobody who is served should
//! wait for: so it is a thread and not a task beside the others.

use crate::backlog::{Bringer, Taker, backlog};
use crate::{OrdersReached, Records, RecordsFault};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::watch;
use views::{OrderChange, OrdersFold, PackedEvents};
use vocabulary::{Event, Millis, Seq};

/// How much waits in memory, in bytes: some 200,000 orders. More waits on disk.
const WAITING_BYTES_MAX: usize = 64 << 20;
/// A chunk is closed once it has this many changes.
const CHANGES_MAX: usize = 16_384;

/// How long a fold rests at least: one large transaction costs less than many small ones, and what a shopper
/// sees at once is in memory.
const REST_MIN: Duration = Duration::from_millis(40);

/// Where events are brought in, from a thread that may wait. The folding ends with it.
pub struct TablesFeed {
    begins_at: Seq,
    backlog: Bringer,
}

impl TablesFeed {
    /// What the tables have reached; older events are not for them.
    pub fn begins_at(&self) -> Seq {
        self.begins_at
    }

    /// Brings a batch that was stamped `at` and ends with `last_seq`; waits while more waits for the tables
    /// than there is memory for.
    pub fn bring<'a>(
        &self,
        at: Millis,
        events: impl IntoIterator<Item = (Seq, &'a Event)>,
        last_seq: Seq,
    ) {
        if last_seq > self.begins_at {
            let unseen = events.into_iter();
            let unseen = unseen.filter(|(seq, _)| *seq > self.begins_at);
            self.backlog.bring(PackedEvents::of(at, unseen, last_seq));
        }
    }
}

/// The folding.
pub struct OrderTables {
    reached: watch::Receiver<Seq>,
    is_abandoned: Arc<AtomicBool>,
    thread: JoinHandle<Result<(), RecordsFault>>,
}

impl OrderTables {
    /// Starts where the tables stand.
    ///
    /// # Errors
    /// When that cannot be read.
    pub async fn start(records: Records) -> Result<(TablesFeed, OrderTables), RecordsFault> {
        let OrdersReached(begins_at) = records.orders_reached().await?;
        let (bringer, taker) = backlog(WAITING_BYTES_MAX, records.folder.clone());
        let (reach, reached) = watch::channel(begins_at);
        let is_abandoned = Arc::new(AtomicBool::new(false));
        let folding = Folding {
            is_abandoned: Arc::clone(&is_abandoned),
            records,
            at: begins_at,
            fold: OrdersFold::default(),
            reach,
        };
        // What the pool leaves to a task, to give a connection back, is done by the runtime meanwhile.
        let runtime = Handle::current();
        let thread = thread::Builder::new()
            .name("tables".into())
            .spawn(move || runtime.block_on(folding.fold_all(taker)))
            .expect("a thread can be started");
        let feed = TablesFeed {
            begins_at,
            backlog: bringer,
        };
        let tables = OrderTables {
            reached,
            is_abandoned,
            thread,
        };
        Ok((feed, tables))
    }

    /// How far the tables go.
    pub fn reached(&self) -> watch::Receiver<Seq> {
        self.reached.clone()
    }

    /// Ends when the tables stand still: the records failed, which the log explains.
    pub async fn ended(&self) {
        let mut reached = self.reached.clone();
        while reached.changed().await.is_ok() {}
    }

    /// Waits until all that was brought is folded, but not for longer than this: what is left then the next
    /// start folds from the journal. The feed must have been dropped.
    ///
    /// # Errors
    /// Those of the records.
    pub async fn finish(self, within: Duration) -> Result<(), RecordsFault> {
        let mut joining = tokio::task::spawn_blocking(move || self.thread.join());
        let joined = match tokio::time::timeout(within, &mut joining).await {
            Ok(joined) => joined,
            Err(_) => {
                self.is_abandoned.store(true, Ordering::Relaxed);
                joining.await
            }
        };
        let joined = joined.expect("waiting does not panic");
        joined.expect("the folding does not panic")
    }
}

struct Folding {
    is_abandoned: Arc<AtomicBool>,
    records: Records,
    at: Seq,
    fold: OrdersFold,
    reach: watch::Sender<Seq>,
}

impl Folding {
    async fn fold_all(mut self, mut backlog: Taker) -> Result<(), RecordsFault> {
        let mut changes = Vec::with_capacity(CHANGES_MAX);
        while !self.is_abandoned.load(Ordering::Relaxed)
            && let Some(first) = backlog.take().await?
        {
            changes.clear();
            changes.shrink_to(4 * CHANGES_MAX);
            let mut to = self.take(&first, &mut changes);
            while changes.len() < CHANGES_MAX
                && let Some(next) = backlog.take_ready()?
            {
                to = self.take(&next, &mut changes);
            }
            let (from, reached) = (OrdersReached(self.at), OrdersReached(to));
            let begun = Instant::now();
            let written = self.write(from, reached, &changes).await;
            written.inspect_err(|fault| tracing::error!(%fault, "the order tables stand still"))?;
            self.at = to;
            self.reach.send_replace(to);
            let rest = backlog.rest(REST_MIN, begun.elapsed());
            if !rest.is_zero() {
                thread::sleep(rest);
            }
        }
        Ok(())
    }

    /// An import beside the server may hold the records for long: what could not be written is written
    /// when it lets go.
    async fn write(
        &self,
        from: OrdersReached,
        to: OrdersReached,
        changes: &[OrderChange],
    ) -> Result<(), RecordsFault> {
        loop {
            match self.records.fold_orders(from, to, changes).await {
                Err(RecordsFault::Busy) => tracing::warn!("the order tables wait for the records"),
                written => return written,
            }
        }
    }

    fn take(&mut self, batch: &PackedEvents, changes: &mut Vec<OrderChange>) -> Seq {
        batch.fold_into(&mut self.fold, changes);
        batch.last_seq()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::OrderId;

    const LAST: u64 = 3_000;

    /// Brings batches of events that change rows, whether those are there or not.
    fn bring(feed: &TablesFeed, from: u64) {
        let lapsed = Event::OrderLapsed { order: OrderId(7) };
        for seq in from..=LAST {
            let events = std::iter::repeat_n((Seq(seq), &lapsed), 40);
            feed.bring(Millis(seq), events, Seq(seq));
        }
    }

    #[tokio::test]
    async fn who_stops_before_the_tables_show_all_goes_on_where_they_stand() {
        let folder = tempfile::tempdir().expect("a folder");
        let records = Records::open(&folder.path().join("records.sqlite")).await;
        let records = records.expect("records");
        let started = OrderTables::start(records.clone()).await;
        let (feed, tables) = started.expect("they start");
        bring(&feed, 1);
        drop(feed);
        tables.finish(Duration::ZERO).await.expect("it stops");
        let OrdersReached(reached) = records.orders_reached().await.expect("a look");
        assert!(reached < Seq(LAST), "it did not wait for all: {reached}");

        let started = OrderTables::start(records.clone()).await;
        let (feed, tables) = started.expect("they start again");
        assert_eq!(feed.begins_at(), reached);
        bring(&feed, 1);
        drop(feed);
        let plenty = Duration::from_secs(600);
        tables.finish(plenty).await.expect("it finishes");
        let all = records.orders_reached().await.expect("a look");
        assert_eq!(all, OrdersReached(Seq(LAST)));
    }
}
