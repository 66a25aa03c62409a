//! A desk takes rows in from many hands and stores them many in one transaction: with thousands of
//! checkouts a second, a sync for each would be too slow.
//!
//! What a row is and how it is written stands with its noun.

use crate::RecordsFault;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqlitePool;
use std::fmt;
use std::future::Future;
use tokio::sync::{mpsc, oneshot};
use vocabulary::CheckoutId;

/// How many rows may wait to be stored; past it the answer is [`RecordsFault::Busy`].
const WAITING_MAX: usize = 4_096;
/// How many are stored in one transaction.
const TOGETHER_MAX: usize = 512;

/// A row that is stored at a desk.
pub(crate) trait DeskRow: Sized + Send + Sync + 'static {
    /// What it is, for the log.
    const NAME: &'static str;

    /// What it belongs to, for the log.
    fn checkout(&self) -> CheckoutId;

    /// Writes rows. Writing one again must do no harm.
    fn insert(
        connection: &mut SqliteConnection,
        rows: &[Self],
    ) -> impl Future<Output = Result<(), RecordsFault>> + Send;
}

/// Where rows are handed in.
pub(crate) struct Desk<T>(mpsc::Sender<Slip<T>>);

/// A row on its way to the disk, and who waits for it.
type Slip<T> = (T, oneshot::Sender<()>);

impl<T: DeskRow> Desk<T> {
    /// Begins to store what is handed in, until the last handle is dropped.
    pub(crate) fn open(writer: SqlitePool) -> Self {
        let (hand_in, handed_in) = mpsc::channel(WAITING_MAX);
        tokio::spawn(store_rows(writer, handed_in));
        Desk(hand_in)
    }

    /// Stores a row; on disk when this returns.
    ///
    /// # Errors
    /// [`RecordsFault::Busy`] when nothing was stored and it may be tried again.
    pub(crate) async fn store(&self, row: T) -> Result<(), RecordsFault> {
        let (stored, wait) = oneshot::channel();
        let slip = (row, stored);
        self.0.try_send(slip).map_err(|_| RecordsFault::Busy)?;
        wait.await.map_err(|_| RecordsFault::Busy)
    }
}

impl<T> Clone for Desk<T> {
    fn clone(&self) -> Self {
        Desk(self.0.clone())
    }
}

impl<T> fmt::Debug for Desk<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Desk(..)")
    }
}

async fn store_rows<T: DeskRow>(writer: SqlitePool, mut handed_in: mpsc::Receiver<Slip<T>>) {
    let mut slips = Vec::new();
    while handed_in.recv_many(&mut slips, TOGETHER_MAX).await > 0 {
        let (rows, waiting): (Vec<T>, Vec<_>) = slips.drain(..).unzip();
        match store(&writer, &rows).await {
            Ok(()) => waiting.into_iter().for_each(answer),
            // None of them is at fault; all are told so by losing their slip.
            Err(RecordsFault::Busy) => {}
            Err(_) => store_each(&writer, rows, waiting).await,
        }
    }
}

/// One of the rows may be at fault: each is tried alone, so that it spoils no other.
async fn store_each<T: DeskRow>(
    writer: &SqlitePool,
    rows: Vec<T>,
    waiting: Vec<oneshot::Sender<()>>,
) {
    for (row, stored) in rows.iter().zip(waiting) {
        match store(writer, std::slice::from_ref(row)).await {
            Ok(()) => answer(stored),
            Err(fault) => {
                tracing::error!(%fault, checkout = %row.checkout(), "{} not stored", T::NAME);
            }
        }
    }
}

/// Whoever handed it in may have gone away; it is stored all the same.
fn answer(stored: oneshot::Sender<()>) {
    let _gone = stored.send(());
}

async fn store<T: DeskRow>(writer: &SqlitePool, rows: &[T]) -> Result<(), RecordsFault> {
    let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
    T::insert(&mut transaction, rows).await?;
    Ok(transaction.commit().await?)
}
