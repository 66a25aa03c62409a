//! The byte format: headers of segments, batches, the mark and snapshots, all little-endian, all in
//! one frame of 128 bytes. docs/contracts/journal.md holds the table of offsets. No files here.

use crate::batch::{Batch, BatchHeader, Identity, JournalId, Tail};
use crate::fault::Wrong;

/// The version in every header; rises when the bytes change their meaning.
pub const FORMAT_VERSION: u32 = 1;

/// What writes are aligned to and batches padded to, in bytes.
pub(crate) const SECTOR: usize = 4096;

/// The smallest piece that any disk writes whole, in bytes.
pub(crate) const ATOM: usize = 512;

/// Bytes of every header.
pub(crate) const HEADER: usize = 128;

/// The most that one batch takes on disk, in bytes: no torn write is longer.
pub(crate) const EXTENT_MAX: usize = 16 << 20;

/// The largest payload of a batch, in bytes (16 MiB less the frame around it).
pub const PAYLOAD_BYTES_MAX: usize = EXTENT_MAX - HEADER - BATCH_END.len();

pub(crate) const SEGMENT_MAGIC: [u8; 8] = *b"DRBSEGMT";
pub(crate) const BATCH_MAGIC: [u8; 8] = *b"DRBBATCH";
pub(crate) const MARK_MAGIC: [u8; 8] = *b"DRBTMARK";
pub(crate) const SNAPSHOT_MAGIC: [u8; 8] = *b"DRBSNAPS";

/// Closes every header. Without a zero in it, so that what a torn write left out is seen to be.
pub(crate) const HEADER_END: [u8; 4] = *b"endh";

/// Closes every payload, for the same reason.
pub(crate) const BATCH_END: [u8; 8] = *b"endbatch";

const CHECKSUM_AT: usize = 120;
const END_AT: usize = 124;

/// Whether there is nothing but zeros. Compares in blocks: it runs over whole segments.
pub(crate) fn is_zero(bytes: &[u8]) -> bool {
    const ZEROS: [u8; SECTOR] = [0; SECTOR];
    bytes
        .chunks(SECTOR)
        .all(|chunk| *chunk == ZEROS[..chunk.len()])
}

/// Bytes that a payload of `payload_bytes` takes on disk, with header, end mark and padding.
pub(crate) fn extent(payload_bytes: usize) -> usize {
    (HEADER + payload_bytes + BATCH_END.len()).next_multiple_of(SECTOR)
}

/// A header under construction or taken apart: the frame is common, the fields each kind's own.
pub(crate) struct Frame(pub(crate) [u8; HEADER]);

impl Frame {
    fn begin(magic: [u8; 8], identity: &Identity) -> Self {
        let mut frame = Self([0; HEADER]);
        frame.put(0, magic);
        frame.put(8, FORMAT_VERSION.to_le_bytes());
        frame.put(12, identity.shard.to_le_bytes());
        frame.put(16, identity.journal.0);
        frame
    }

    fn put<const N: usize>(&mut self, at: usize, bytes: [u8; N]) {
        self.0[at..at + N].copy_from_slice(&bytes);
    }

    fn seal(mut self) -> [u8; HEADER] {
        let checksum = crc32c::crc32c(&self.0[..CHECKSUM_AT]);
        self.put(CHECKSUM_AT, checksum.to_le_bytes());
        self.put(END_AT, HEADER_END);
        self.0
    }

    fn checked(bytes: &[u8], magic: [u8; 8]) -> Result<Self, Wrong> {
        let frame = Self(
            bytes[..HEADER]
                .try_into()
                .expect("callers hand over a whole header"),
        );
        if frame.take::<8>(0) != magic {
            return Err(Wrong::Magic);
        }
        if frame.take::<4>(END_AT) != HEADER_END {
            return Err(Wrong::EndMark);
        }
        if frame.u32(CHECKSUM_AT) != crc32c::crc32c(&frame.0[..CHECKSUM_AT]) {
            return Err(Wrong::HeaderChecksum);
        }
        match frame.u32(8) {
            FORMAT_VERSION => Ok(frame),
            found => Err(Wrong::Version { found }),
        }
    }

    fn take<const N: usize>(&self, at: usize) -> [u8; N] {
        self.0[at..at + N]
            .try_into()
            .expect("every field lies within the header")
    }

    fn u32(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.take(at))
    }

    fn u64(&self, at: usize) -> u64 {
        u64::from_le_bytes(self.take(at))
    }

    fn u128(&self, at: usize) -> u128 {
        u128::from_le_bytes(self.take(at))
    }

    fn identity(&self) -> Identity {
        Identity {
            journal: JournalId(self.take(16)),
            shard: self.u32(12),
        }
    }
}

/// Whether this may be what a write left that stopped within a batch's header: the bytes that any
/// batch of this journal begins with, or the first of them, and no complete end mark.
pub(crate) fn header_stops_short(header: &[u8], identity: &Identity) -> bool {
    const KNOWN: usize = 32;
    let known = &Frame::begin(BATCH_MAGIC, identity).0[..KNOWN];
    let (begun, rest) = header.split_at(KNOWN);
    let stopped_early = stops_short(begun, known) && is_zero(rest);
    stopped_early || (begun == known && stops_short(&header[END_AT..HEADER], &HEADER_END))
}

/// Whether `found` is the beginning of `whole` and then nothing, as a write leaves it that stopped.
pub(crate) fn stops_short(found: &[u8], whole: &[u8]) -> bool {
    (0..whole.len()).any(|kept| found[..kept] == whole[..kept] && is_zero(&found[kept..]))
}

/// A batch's header as it stands on disk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchFrame {
    pub(crate) identity: Identity,
    pub(crate) header: BatchHeader,
    pub(crate) payload_bytes: usize,
    pub(crate) checksum: u64,
    payload_checksum: u32,
}

impl BatchFrame {
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Wrong> {
        let frame = Frame::checked(bytes, BATCH_MAGIC)?;
        let identity = frame.identity();
        Ok(Self {
            identity,
            header: BatchHeader {
                shard: identity.shard,
                first_seq: frame.u64(32),
                epoch: frame.u64(40),
                stamped_at_ms: frame.u64(48),
                previous_checksum: frame.u64(56),
                digest_before: frame.u128(64),
                count: frame.u32(84),
            },
            payload_bytes: frame.u32(80) as usize,
            checksum: chain(frame.u32(CHECKSUM_AT), frame.u32(88)),
            payload_checksum: frame.u32(88),
        })
    }

    pub(crate) fn extent(&self) -> usize {
        extent(self.payload_bytes)
    }

    pub(crate) fn payload_end(&self) -> usize {
        HEADER + self.payload_bytes
    }

    /// Checks what follows the header within the batch's `extent`, and gives the payload.
    pub(crate) fn payload<'a>(&self, extent: &'a [u8]) -> Result<&'a [u8], Wrong> {
        let (body, padding) = extent.split_at(self.payload_end() + BATCH_END.len());
        let (payload, end) = body[HEADER..].split_at(self.payload_bytes);
        if end != BATCH_END {
            return Err(Wrong::EndMark);
        }
        if crc32c::crc32c(payload) != self.payload_checksum {
            return Err(Wrong::PayloadChecksum);
        }
        if !is_zero(padding) {
            return Err(Wrong::Padding);
        }
        Ok(payload)
    }
}

/// Writes the batch over all of `extent` and gives its checksum.
pub(crate) fn encode_batch(journal: &JournalId, batch: &Batch<'_>, extent: &mut [u8]) -> u64 {
    let (header, checksum) = batch_header(journal, batch);
    let payload_end = HEADER + batch.payload.len();
    extent[..HEADER].copy_from_slice(&header);
    extent[HEADER..payload_end].copy_from_slice(batch.payload);
    extent[payload_end..payload_end + BATCH_END.len()].copy_from_slice(&BATCH_END);
    extent[payload_end + BATCH_END.len()..].fill(0);
    checksum
}

/// The checksum that the batch has in `journal`, wherever that lies.
pub(crate) fn batch_checksum(journal: &JournalId, batch: &Batch<'_>) -> u64 {
    batch_header(journal, batch).1
}

fn batch_header(journal: &JournalId, batch: &Batch<'_>) -> ([u8; HEADER], u64) {
    let header = &batch.header;
    let payload_bytes = u32::try_from(batch.payload.len()).expect("admitted payloads are small");
    let payload_checksum = crc32c::crc32c(batch.payload);
    let identity = Identity {
        journal: *journal,
        shard: header.shard,
    };
    let mut frame = Frame::begin(BATCH_MAGIC, &identity);
    frame.put(32, header.first_seq.to_le_bytes());
    frame.put(40, header.epoch.to_le_bytes());
    frame.put(48, header.stamped_at_ms.to_le_bytes());
    frame.put(56, header.previous_checksum.to_le_bytes());
    frame.put(64, header.digest_before.to_le_bytes());
    frame.put(80, payload_bytes.to_le_bytes());
    frame.put(84, header.count.to_le_bytes());
    frame.put(88, payload_checksum.to_le_bytes());
    let sealed = Frame(frame.seal());
    let checksum = chain(sealed.u32(CHECKSUM_AT), payload_checksum);
    (sealed.0, checksum)
}

/// A batch's checksum: that of its header, which covers the payload's, above the payload's own.
fn chain(header_checksum: u32, payload_checksum: u32) -> u64 {
    u64::from(header_checksum) << 32 | u64::from(payload_checksum)
}

/// A segment's header: where it stands in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SegmentHeader {
    pub(crate) identity: Identity,
    pub(crate) first_seq: u64,
    /// The checksum of the batch before its first.
    pub(crate) previous_checksum: u64,
    /// Where the segment before it begins; 0 for the first of all.
    pub(crate) previous_first_seq: u64,
    pub(crate) segment_bytes: u64,
}

impl SegmentHeader {
    pub(crate) fn encode(&self) -> [u8; HEADER] {
        let mut frame = Frame::begin(SEGMENT_MAGIC, &self.identity);
        frame.put(32, self.first_seq.to_le_bytes());
        frame.put(40, self.previous_checksum.to_le_bytes());
        frame.put(48, self.previous_first_seq.to_le_bytes());
        frame.put(56, self.segment_bytes.to_le_bytes());
        frame.seal()
    }

    /// Takes the header from the segment's first sector, all of which must be as it was written.
    pub(crate) fn decode(sector: &[u8]) -> Result<Self, Wrong> {
        let frame = Frame::checked(sector, SEGMENT_MAGIC)?;
        if !is_zero(&sector[HEADER..]) {
            return Err(Wrong::Padding);
        }
        Ok(Self {
            identity: frame.identity(),
            first_seq: frame.u64(32),
            previous_checksum: frame.u64(40),
            previous_first_seq: frame.u64(48),
            segment_bytes: frame.u64(56),
        })
    }
}

/// The mark's bytes: a tail that the journal is known to have reached.
pub(crate) fn encode_mark(identity: &Identity, tail: &Tail) -> [u8; HEADER] {
    let mut frame = Frame::begin(MARK_MAGIC, identity);
    frame.put(32, tail.next_seq.to_le_bytes());
    frame.put(40, tail.checksum.to_le_bytes());
    frame.put(48, tail.fence.to_le_bytes());
    frame.seal()
}

pub(crate) fn decode_mark(bytes: &[u8]) -> Result<(Identity, Tail), Wrong> {
    if bytes.len() != HEADER {
        return Err(Wrong::FileBytes {
            expected: HEADER as u64,
            found: bytes.len() as u64,
        });
    }
    let frame = Frame::checked(bytes, MARK_MAGIC)?;
    let tail = Tail {
        next_seq: frame.u64(32),
        checksum: frame.u64(40),
        fence: frame.u64(48),
    };
    Ok((frame.identity(), tail))
}

/// A snapshot's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SnapshotHeader {
    pub(crate) seq: u64,
    pub(crate) digest: u128,
}

impl SnapshotHeader {
    /// Snapshots name no journal: their digest does, and whoever reads them compares it.
    const IDENTITY: Identity = Identity {
        journal: JournalId([0; 16]),
        shard: 0,
    };

    pub(crate) fn encode(&self) -> [u8; HEADER] {
        let mut frame = Frame::begin(SNAPSHOT_MAGIC, &Self::IDENTITY);
        frame.put(32, self.seq.to_le_bytes());
        frame.put(64, self.digest.to_le_bytes());
        frame.seal()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Wrong> {
        let frame = Frame::checked(bytes, SNAPSHOT_MAGIC)?;
        Ok(Self {
            seq: frame.u64(32),
            digest: frame.u128(64),
        })
    }
}
