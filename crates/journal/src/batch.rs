//! A batch: some commands in order, as one payload of bytes under one header. And the tail, the
//! place where the next batch goes. What the payload says does not live here, nor its byte format.

use crate::fault::Fault;
use crate::format;

/// The sequence number of the first command of every journal; 0 stands for "nothing yet".
pub const FIRST_SEQ: u64 = 1;

/// Sixteen random bytes, given at creation, that tell this journal's bytes from any other's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct JournalId(pub [u8; 16]);

/// Which journal this is, and of which shard. Fixed at creation and written into every batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The journal's own id.
    pub journal: JournalId,
    /// The shard whose commands it holds.
    pub shard: u32,
}

/// What a batch says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchHeader {
    /// The shard that wrote it; must be the journal's.
    pub shard: u32,
    /// The writer's epoch; never older than the fence.
    pub epoch: u64,
    /// Sequence number of the batch's first command; must be the tail's `next_seq`.
    pub first_seq: u64,
    /// How many commands the payload holds, at least one: they are numbered
    /// `first_seq .. first_seq + count`.
    pub count: u32,
    /// The batch's stamp, in milliseconds since the epoch of Unix time. Kept, not judged.
    pub stamped_at_ms: u64,
    /// The ledger's running digest before this batch. Kept, not judged.
    pub digest_before: u128,
    /// The checksum of the batch before; must be the tail's `checksum`.
    pub previous_checksum: u64,
}

impl BatchHeader {
    /// The sequence number after this batch's last command.
    pub fn next_seq(&self) -> u64 {
        self.first_seq.saturating_add(u64::from(self.count))
    }
}

/// A batch about to be appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch<'a> {
    /// What it says about itself.
    pub header: BatchHeader,
    /// Its commands, framed by the till; at most [`PAYLOAD_BYTES_MAX`](crate::PAYLOAD_BYTES_MAX).
    pub payload: &'a [u8],
}

/// A batch that was read back; every checksum held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedBatch {
    /// What it says about itself.
    pub header: BatchHeader,
    /// Its commands, as the till framed them.
    pub payload: Vec<u8>,
    /// The batch's own checksum: what the next batch carries as `previous_checksum`.
    pub checksum: u64,
}

impl OwnedBatch {
    /// The batch as it was appended.
    pub fn as_batch(&self) -> Batch<'_> {
        Batch {
            header: self.header,
            payload: &self.payload,
        }
    }
}

/// Where the journal ends: everything before is on disk, the next batch goes here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tail {
    /// The sequence number that the next batch must begin with.
    pub next_seq: u64,
    /// The last batch's checksum; 0 in an empty journal.
    pub checksum: u64,
    /// The oldest epoch that may still append.
    pub fence: u64,
}

impl Tail {
    /// The tail of a journal that holds nothing.
    pub const EMPTY: Self = Self {
        next_seq: FIRST_SEQ,
        checksum: 0,
        fence: 0,
    };

    /// Whether `batch` may be appended here; the fault says why not.
    pub(crate) fn admit(&self, identity: &Identity, batch: &Batch<'_>) -> Result<(), Fault> {
        let header = &batch.header;
        if header.shard != identity.shard {
            return Err(Fault::OtherShard {
                expected: identity.shard,
                found: header.shard,
            });
        }
        if header.count == 0 || header.first_seq.checked_add(header.count.into()).is_none() {
            return Err(Fault::BatchEmpty {
                first_seq: header.first_seq,
                count: header.count,
            });
        }
        if batch.payload.len() > format::PAYLOAD_BYTES_MAX {
            return Err(Fault::BatchTooLarge {
                bytes: batch.payload.len() as u64,
                bytes_max: format::PAYLOAD_BYTES_MAX as u64,
            });
        }
        self.follow(header)
    }

    fn follow(&self, header: &BatchHeader) -> Result<(), Fault> {
        if header.epoch < self.fence {
            return Err(Fault::Fenced {
                epoch: header.epoch,
                fence: self.fence,
            });
        }
        if header.first_seq != self.next_seq {
            return Err(Fault::OutOfSequence {
                expected: self.next_seq,
                found: header.first_seq,
            });
        }
        if header.previous_checksum != self.checksum {
            return Err(Fault::ChainBroken {
                expected: self.checksum,
                found: header.previous_checksum,
            });
        }
        Ok(())
    }

    /// The tail behind a batch that was appended here.
    pub(crate) fn after(&self, header: &BatchHeader, checksum: u64) -> Self {
        Self {
            next_seq: header.next_seq(),
            checksum,
            fence: self.fence.max(header.epoch),
        }
    }

    /// The tail with a newer fence; refused unless `epoch` is newer than the fence that stands.
    pub(crate) fn fenced(&self, epoch: u64) -> Result<Self, Fault> {
        if epoch <= self.fence {
            return Err(Fault::Fenced {
                epoch,
                fence: self.fence,
            });
        }
        Ok(Self {
            fence: epoch,
            ..*self
        })
    }
}
