//! The file under the tables: one connection that writes, some that read, and the backup.
//!
//! What the tables hold stands with their nouns.

use crate::RecordsFault;
use crate::contacts::StoredContact;
use crate::desk::Desk;
use crate::migrations::steps;
use crate::passwords::Passwords;
use crate::virtual_accounts::StoredAccount;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Sqlite, Transaction};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How many connections read at the same time.
const READERS_MAX: u32 = 4;
/// How long a statement waits for its turn before the answer is [`RecordsFault::Busy`].
const TURN_MAX: Duration = Duration::from_secs(5);

/// What the writer keeps of the file in memory, in KiB: the indexes of a large catalogue go in.
const WRITER_CACHE: &str = "-131072";

/// The records of a festival. Cheap to clone; all clones share the connections.
#[derive(Clone, Debug)]
pub struct Records {
    /// One connection, so that writers queue here and not in the file's lock.
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
    /// Where the file lies.
    pub(crate) folder: PathBuf,
    pub(crate) passwords: Passwords,
    pub(crate) contact_desk: Desk<StoredContact>,
    pub(crate) account_desk: Desk<StoredAccount>,
}

impl Records {
    /// Opens the file, makes it where there is none, and brings its tables up to date. Must be
    /// called within a tokio runtime.
    ///
    /// # Errors
    /// [`RecordsFault::Open`] and [`RecordsFault::Migrate`].
    pub async fn open(path: &Path) -> Result<Records, RecordsFault> {
        Records::open_within(path, TURN_MAX).await
    }

    /// As [`Records::open`]; a statement waits up to `turn_max` for its turn.
    ///
    /// # Errors
    /// As there.
    pub async fn open_within(path: &Path, turn_max: Duration) -> Result<Records, RecordsFault> {
        let refuse = |cause| RecordsFault::Open {
            path: path.to_owned(),
            cause,
        };
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(turn_max)
            .connect_with(options(path, turn_max).pragma("cache_size", WRITER_CACHE))
            .await
            .map_err(refuse)?;
        steps().run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS_MAX)
            .acquire_timeout(turn_max)
            .connect_with(options(path, turn_max).read_only(true))
            .await
            .map_err(refuse)?;
        Ok(Records {
            contact_desk: Desk::open(writer.clone()),
            account_desk: Desk::open(writer.clone()),
            writer,
            readers,
            folder: path.parent().unwrap_or(path).to_owned(),
            passwords: Passwords::default(),
        })
    }

    /// Writes a whole, consistent copy to `path`, where nothing may be yet, while all goes on.
    ///
    /// # Errors
    /// [`RecordsFault::Sql`] when there is a file or the disk fails.
    pub async fn backup_to(&self, path: &Path) -> Result<(), RecordsFault> {
        let path = path.to_string_lossy().into_owned();
        sqlx::query("VACUUM INTO ?")
            .bind(path)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Reads every page of the file at `path`, as it lies there, and says what is wrong with it; nothing
    /// when it is whole. Changes nothing.
    ///
    /// # Errors
    /// [`RecordsFault::Open`] when it is no file of ours at all, or is not there.
    pub async fn examine(path: &Path) -> Result<Vec<String>, RecordsFault> {
        let refuse = |cause| RecordsFault::Open {
            path: path.to_owned(),
            cause,
        };
        let plain = SqliteConnectOptions::new().filename(path).read_only(true);
        let mut file = plain.connect().await.map_err(refuse)?;
        let said = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut file);
        let mut said: Vec<String> = said.await.map_err(refuse)?;
        said.retain(|line| line != "ok");
        Ok(said)
    }

    /// Finishes what is under way and closes the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Removes from the file's write-ahead log what was just deleted from its tables, unless a
    /// reader still needs it; then the next checkpoint does.
    pub(crate) async fn scrub(&self) -> Result<(), RecordsFault> {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// A transaction that may write; dropped without a commit, it leaves no trace.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, RecordsFault> {
        // Another process (an import beside the server) may write too: taking the file's lock at
        // once waits for it, where taking it later would fail.
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }
}

fn options(path: &Path, turn_max: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // What is acknowledged is on disk: people, contacts and the audit stand nowhere else.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(turn_max)
        // What is erased is overwritten.
        .pragma("secure_delete", "ON")
        .pragma("temp_store", "MEMORY")
        // A page that changes often goes to its place once in 64 MiB, and not once in four.
        .pragma("wal_autocheckpoint", "16384")
        .pragma("cache_size", "-16384")
}
