//! What a snapshot says: the stamp it was taken under, then the ledger. Where it lies is the
//! journal's affair.

use ledger::Ledger;
use std::io::{self, Read, Write};
use vocabulary::Millis;

/// The bytes are not a ledger's.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotFault {
    /// They could not be read, or their checksum is wrong.
    #[error("the snapshot cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// They were read and make no sense.
    #[error("the snapshot holds no ledger of this version: {0}")]
    NotALedger(String),
}

/// Writes `ledger`, whose newest batch was stamped `last`.
///
/// # Errors
/// Those of the writer.
pub fn write_snapshot(ledger: &Ledger, last: Millis, mut to: impl Write) -> io::Result<()> {
    to.write_all(&last.0.to_le_bytes())?;
    ledger.write_snapshot(to)
}

/// Reads what `write_snapshot` wrote.
///
/// # Errors
/// [`SnapshotFault`].
pub fn read_snapshot(mut from: impl Read) -> Result<(Ledger, Millis), SnapshotFault> {
    let mut last = [0; 8];
    from.read_exact(&mut last)?;
    let ledger = Ledger::read_snapshot(from)
        .map_err(|fault| SnapshotFault::NotALedger(fault.to_string()))?;
    Ok((ledger, Millis(u64::from_le_bytes(last))))
}
