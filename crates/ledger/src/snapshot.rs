//! The whole ledger as a stream of bytes, and back. Files, checksums and what to keep are the
//! till's; here is only what the state is. Indexes are not written: they are made anew.

use crate::ledger::Ledger;
use std::io::{self, BufWriter, Read, Write};

const MAGIC: [u8; 8] = *b"DBLEDGER";
/// The form of the tables. A ledger reads its own version only: an older snapshot is made anew by
/// replaying the journal.
const VERSION: u16 = 2;

/// A snapshot was not written or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The stream failed.
    #[error("the snapshot's stream failed: {0}")]
    Stream(#[from] io::Error),
    /// The bytes are something else.
    #[error("these bytes are not a snapshot of a ledger")]
    NotASnapshot,
    /// Another version of Doorbuster wrote it.
    #[error("the snapshot has version {0}, this ledger reads version {VERSION}")]
    OtherVersion(u16),
    /// The bytes begin like a snapshot and are none.
    #[error("the snapshot is damaged: {0}")]
    Damaged(postcard::Error),
}

impl Ledger {
    /// Writes all of the ledger. The stream is buffered here.
    pub fn write_snapshot(&self, stream: impl Write) -> Result<(), SnapshotError> {
        let mut stream = BufWriter::with_capacity(1 << 20, stream);
        stream.write_all(&MAGIC)?;
        stream.write_all(&VERSION.to_le_bytes())?;
        let mut noting = Noting::new(&mut stream);
        let written = postcard::to_io(self, &mut noting).map(|_| ());
        noting.or_failure(written)?;
        stream.flush()?;
        Ok(())
    }

    /// Reads what `write_snapshot` wrote: a ledger that answers everything as the written one would,
    /// with the same digest. All of the stream is read, and lies in memory meanwhile; room for `about` so many
    /// bytes of it is made ahead, so that it need not be moved while it grows.
    ///
    /// The stream must be what was written; whoever keeps it checks that (bytes changed on the way may
    /// also be read as another ledger).
    pub fn read_snapshot(mut stream: impl Read, about: u64) -> Result<Ledger, SnapshotError> {
        let mut bytes = Vec::new();
        // Where there is no such room, reading tells.
        let _ = bytes.try_reserve(usize::try_from(about).unwrap_or_default());
        stream.read_to_end(&mut bytes)?;
        let Some((magic, rest)) = bytes.split_first_chunk::<{ MAGIC.len() }>() else {
            return Err(SnapshotError::NotASnapshot);
        };
        let Some((version, body)) = rest.split_first_chunk::<2>() else {
            return Err(SnapshotError::NotASnapshot);
        };
        if *magic != MAGIC {
            return Err(SnapshotError::NotASnapshot);
        }
        match u16::from_le_bytes(*version) {
            VERSION => {}
            other => return Err(SnapshotError::OtherVersion(other)),
        }
        let mut ledger: Ledger = postcard::from_bytes(body).map_err(SnapshotError::Damaged)?;
        drop(bytes);
        ledger.reindex();
        Ok(ledger)
    }

    fn reindex(&mut self) {
        self.requests.reindex();
        self.sellers.reindex();
        self.stock.reindex();
        self.deals.reindex();
        self.persons.reindex();
        self.waitlist.reindex();
        self.checkouts.reindex();
        self.orders.reindex(&self.checkouts);
        self.refunds.reindex(&self.checkouts);
    }
}

/// A stream that keeps its failure, which postcard would swallow.
struct Noting<S> {
    stream: S,
    failure: Option<io::Error>,
}

impl<S> Noting<S> {
    fn new(stream: S) -> Self {
        Noting {
            stream,
            failure: None,
        }
    }

    fn or_failure<T>(self, result: postcard::Result<T>) -> Result<T, SnapshotError> {
        result.map_err(|cause| match self.failure {
            Some(failure) => SnapshotError::Stream(failure),
            None => SnapshotError::Damaged(cause),
        })
    }

    fn note<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|failure| {
            let kind = failure.kind();
            self.failure = Some(failure);
            kind.into()
        })
    }
}

impl<S: Write> Write for Noting<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.stream.write(bytes);
        self.note(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.stream.flush();
        self.note(flushed)
    }
}
