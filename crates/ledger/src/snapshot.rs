//! The whole ledger as a stream of bytes, and back. Files, checksums and what to keep are the
//! till's; here is only what the state is. Indexes are not written: they are made anew.

use crate::ledger::Ledger;
use postcard::de_flavors::Flavor;
use serde::Deserialize;
use std::io::{self, BufWriter, Read, Write};

const MAGIC: [u8; 8] = *b"DBLEDGER";
/// The form of the tables. A ledger reads its own version only: an older snapshot is made anew by
/// replaying the journal.
const VERSION: u16 = 4;

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
    /// There are bytes behind its end.
    #[error("the snapshot is longer than what is in it")]
    Longer,
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
    /// with the same digest. The stream is read to its end, a piece at a time.
    ///
    /// The stream must be what was written; whoever keeps it checks that (bytes changed on the way may
    /// also be read as another ledger).
    pub fn read_snapshot(stream: impl Read) -> Result<Ledger, SnapshotError> {
        let mut incoming = Incoming::new(stream);
        incoming.expect_head()?;
        let mut deserializer = postcard::Deserializer::from_flavor(incoming);
        let read = Ledger::deserialize(&mut deserializer);
        let mut incoming = deserializer.finalize().map_err(SnapshotError::Damaged)?;
        let mut ledger = read.map_err(|cause| incoming.failure_or(cause))?;
        incoming.expect_end()?;
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

/// Bytes of a read.
const STEP: usize = 1 << 20;
/// No string of bytes in a snapshot is longer; who says so is not believed.
const TAKEN_MAX: usize = 16 << 20;

/// A stream as postcard reads it, that keeps its failure, which postcard would swallow.
struct Incoming<S> {
    stream: S,
    failure: Option<io::Error>,
    /// What was read lies from `start` to `end`; behind it is room.
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl<S: Read> Incoming<S> {
    fn new(stream: S) -> Self {
        Incoming {
            stream,
            failure: None,
            bytes: vec![0; STEP],
            start: 0,
            end: 0,
        }
    }

    fn expect_head(&mut self) -> Result<(), SnapshotError> {
        let mut head = [0; MAGIC.len() + size_of_val(&VERSION)];
        match self.take(head.len()) {
            Ok(bytes) => head.copy_from_slice(bytes),
            Err(_) => {
                return Err(self
                    .failure
                    .take()
                    .map_or(SnapshotError::NotASnapshot, SnapshotError::Stream));
            }
        }
        let (magic, version) = head.split_at(MAGIC.len());
        if magic != MAGIC {
            return Err(SnapshotError::NotASnapshot);
        }
        match u16::from_le_bytes([version[0], version[1]]) {
            VERSION => Ok(()),
            other => Err(SnapshotError::OtherVersion(other)),
        }
    }

    /// Nothing may stand behind the ledger. A stream with checksums has seen all of them then.
    fn expect_end(&mut self) -> Result<(), SnapshotError> {
        match self.have(1) {
            Ok(()) => Err(SnapshotError::Longer),
            Err(_) => self
                .failure
                .take()
                .map_or(Ok(()), |failure| Err(failure.into())),
        }
    }

    fn failure_or(&mut self, cause: postcard::Error) -> SnapshotError {
        let failure = self.failure.take();
        failure.map_or(SnapshotError::Damaged(cause), SnapshotError::Stream)
    }

    /// The next `count` bytes.
    fn take(&mut self, count: usize) -> postcard::Result<&[u8]> {
        self.have(count)?;
        let taken = self.start..self.start + count;
        self.start = taken.end;
        Ok(&self.bytes[taken])
    }

    /// Reads until so many bytes are there.
    fn have(&mut self, count: usize) -> postcard::Result<()> {
        if self.end - self.start >= count {
            return Ok(());
        }
        self.make_room(count)?;
        while self.end - self.start < count {
            match self.stream.read(&mut self.bytes[self.end..]) {
                Ok(0) => return Err(postcard::Error::DeserializeUnexpectedEnd),
                Ok(read) => self.end += read,
                Err(failure) if failure.kind() == io::ErrorKind::Interrupted => {}
                Err(failure) => {
                    self.failure = Some(failure);
                    return Err(postcard::Error::DeserializeUnexpectedEnd);
                }
            }
        }
        Ok(())
    }

    /// Moves what is left to the front, where `count` bytes fit.
    fn make_room(&mut self, count: usize) -> postcard::Result<()> {
        if count > TAKEN_MAX {
            return Err(postcard::Error::DeserializeBadEncoding);
        }
        self.bytes.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if self.bytes.len() < count {
            self.bytes.resize(count, 0);
        }
        Ok(())
    }
}

impl<'de, S: Read + 'de> Flavor<'de> for Incoming<S> {
    type Remainder = Self;
    type Source = S;

    fn pop(&mut self) -> postcard::Result<u8> {
        self.have(1)?;
        let byte = self.bytes[self.start];
        self.start += 1;
        Ok(byte)
    }

    /// Nothing in a ledger points into its snapshot.
    fn try_take_n(&mut self, _: usize) -> postcard::Result<&'de [u8]> {
        Err(postcard::Error::WontImplement)
    }

    fn try_take_n_temp<'a>(&'a mut self, count: usize) -> postcard::Result<&'a [u8]>
    where
        'de: 'a,
    {
        self.take(count)
    }

    fn finalize(self) -> postcard::Result<Self> {
        Ok(self)
    }
}
