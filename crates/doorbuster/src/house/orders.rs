//! The order tables: events become rows, in chunks, with how far they go in the same transaction.

use anyhow::Context;
use records::{OrdersReached, Records, RecordsFault};
use std::sync::Arc;
use std::time::{Duration, Instant};
use till::Published;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use views::OrdersFold;
use vocabulary::Seq;

/// How many batches may wait to be folded.
const BATCHES_MAX: usize = 4_096;
/// A chunk is closed once it has this many changes.
const CHANGES_MAX: usize = 8_192;

/// How long a fold rests at least: one large transaction costs less than many small ones, and what a shopper
/// sees at once is in memory.
const REST_MIN: Duration = Duration::from_millis(40);
/// For how many times as long as it took a fold rests while there is room for what waits: in a rush the
/// processors are the shoppers', and the tables come after.
const RESTS: u32 = 3;

/// Where batches are handed in, from a thread that may wait.
#[derive(Clone)]
pub(super) struct Feed {
    /// What the tables have reached; older batches are not for them.
    pub begins_at: Seq,
    batches: mpsc::Sender<Arc<Published>>,
}

impl Feed {
    pub(super) fn give(&self, published: &Arc<Published>) {
        if published.last_seq > self.begins_at {
            // The task ends early only when the records fail, and the server with it.
            let _ =
                tokio::task::block_in_place(|| self.batches.blocking_send(Arc::clone(published)));
        }
    }
}

/// The task that folds the order tables.
pub struct OrdersTask {
    feed: Option<Feed>,
    reached: watch::Receiver<Seq>,
    task: JoinHandle<anyhow::Result<()>>,
}

impl OrdersTask {
    pub(super) async fn start(records: Records) -> anyhow::Result<OrdersTask> {
        let OrdersReached(begins_at) = records.orders_reached().await?;
        let (batches, waiting) = mpsc::channel(BATCHES_MAX);
        let (reach, reached) = watch::channel(begins_at);
        let folding = Folding {
            records,
            at: begins_at,
            fold: OrdersFold::default(),
            reach,
        };
        let task = tokio::spawn(folding.fold_all(waiting));
        Ok(OrdersTask {
            feed: Some(Feed { begins_at, batches }),
            reached,
            task,
        })
    }

    /// The feed; it is given away once, so that the task ends with whoever feeds it.
    pub(super) fn feed(&mut self) -> Feed {
        self.feed.take().expect("the feed is taken once")
    }

    pub(super) fn watch(&self) -> watch::Receiver<Seq> {
        self.reached.clone()
    }

    /// Ends when the tables stand still: the records failed, which the log explains.
    pub(super) async fn ended(&self) {
        let mut reached = self.reached.clone();
        while reached.changed().await.is_ok() {}
    }

    pub(super) async fn finish(self) -> anyhow::Result<()> {
        drop(self.feed);
        self.task
            .await?
            .context("the order tables could not be folded")
    }
}

struct Folding {
    records: Records,
    at: Seq,
    fold: OrdersFold,
    reach: watch::Sender<Seq>,
}

impl Folding {
    async fn fold_all(mut self, mut waiting: mpsc::Receiver<Arc<Published>>) -> anyhow::Result<()> {
        while let Some(first) = waiting.recv().await {
            let mut changes = Vec::new();
            let mut to = self.take(&first, &mut changes);
            while changes.len() < CHANGES_MAX
                && let Ok(next) = waiting.try_recv()
            {
                to = self.take(&next, &mut changes);
            }
            let (from, reached) = (OrdersReached(self.at), OrdersReached(to));
            let begun = Instant::now();
            let written = self.write(from, reached, &changes).await;
            written.inspect_err(|fault| tracing::error!(%fault, "the order tables stand still"))?;
            self.at = to;
            self.reach.send_replace(to);
            if waiting.len() < BATCHES_MAX / 2 && !waiting.is_closed() {
                tokio::time::sleep(REST_MIN.max(RESTS * begun.elapsed())).await;
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
        changes: &[views::OrderChange],
    ) -> Result<(), RecordsFault> {
        loop {
            match self.records.fold_orders(from, to, changes).await {
                Err(RecordsFault::Busy) => tracing::warn!("the order tables wait for the records"),
                written => return written,
            }
        }
    }

    fn take(&mut self, published: &Published, changes: &mut Vec<views::OrderChange>) -> Seq {
        for (seq, event) in published.events.after(self.at) {
            self.fold.fold(published.at, seq, event, changes);
        }
        published.last_seq
    }
}
