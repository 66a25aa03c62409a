//! What can go wrong with the records. Business answers (a name that is taken, a wrong password)
//! are no faults; each has its own type.

use std::path::PathBuf;

/// The records fail.
#[derive(Debug, thiserror::Error)]
pub enum RecordsFault {
    /// The file cannot be opened.
    #[error("the records {path} cannot be opened: {cause}")]
    Open {
        /// Which file.
        path: PathBuf,
        /// Why not.
        cause: sqlx::Error,
    },
    /// The tables cannot be brought up to date: the file is of a later version, or damaged.
    #[error("the tables of the records cannot be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A statement failed.
    #[error("the records failed: {0}")]
    Sql(sqlx::Error),
    /// What waited on disk for the order tables cannot be read back; a start folds it from the journal.
    #[error("what waits for the order tables cannot be read back: {0}")]
    Spill(#[from] std::io::Error),
    /// Too much waits for the records; nothing was done, and it may be tried again.
    #[error("the records are busy; try again")]
    Busy,
    /// A row holds what no version of Doorbuster wrote.
    #[error("a row of the records is damaged: {0}")]
    Damaged(String),
    /// A password cannot be hashed.
    #[error("the password cannot be hashed: {0}")]
    Password(String),
    /// Order changes were folded before, or some in between are missing.
    #[error(
        "the order tables have reached {reached}; changes up to {offered} do not go on from there"
    )]
    OutOfOrder {
        /// The last command that is folded in.
        reached: u64,
        /// The last command of the changes.
        offered: u64,
    },
}

impl From<sqlx::Error> for RecordsFault {
    fn from(cause: sqlx::Error) -> Self {
        match cause {
            sqlx::Error::PoolTimedOut => RecordsFault::Busy,
            cause if is_held(&cause) => RecordsFault::Busy,
            cause => RecordsFault::Sql(cause),
        }
    }
}

/// True when somebody else (an import beside the server) held the file for too long: SQLITE_BUSY and
/// SQLITE_LOCKED, whose extended codes have them in their lowest byte.
fn is_held(cause: &sqlx::Error) -> bool {
    let code = cause.as_database_error().and_then(|cause| cause.code());
    let code = code.and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, 5 | 6))
}
