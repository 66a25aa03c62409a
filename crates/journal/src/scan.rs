//! Reading one segment batch by batch, every checksum, number and link held against what stands
//! before. Where it ends and why it ends there is judged in `ending`.

use crate::access::SectorFile;
use crate::batch::{Identity, OwnedBatch, Tail};
use crate::buffer::AlignedBuffer;
use crate::fault::{Fault, Wrong};
use crate::format::{self, BatchFrame, HEADER, SECTOR, SegmentHeader};
use crate::segment;

/// What stands at the place where the next batch should be.
pub(crate) enum Step {
    Batch(OwnedBatch),
    Stop(Stop),
}

/// Why there is no whole batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stop {
    /// `None`: no header was ever written here, or the segment is full.
    pub(crate) wrong: Option<Wrong>,
    /// The header, where it is whole and only what follows is not.
    pub(crate) frame: Option<BatchFrame>,
}

/// A place in a segment, moving forward.
pub(crate) struct SegmentScan {
    file: SectorFile,
    identity: Identity,
    pub(crate) header: SegmentHeader,
    /// The byte where the next batch should begin.
    pub(crate) offset: u64,
    /// The journal's tail as of here.
    pub(crate) tail: Tail,
    window: Window,
}

impl SegmentScan {
    /// Begins at the segment's first batch, trusting the header for what came before.
    pub(crate) fn begin(file: SectorFile, identity: &Identity) -> Result<Self, Fault> {
        let header = segment::read_header(&file)?;
        if header.identity != *identity {
            return Err(Fault::damaged(file.path(), 0, Wrong::OtherJournal));
        }
        let tail = Tail {
            next_seq: header.first_seq,
            checksum: header.previous_checksum,
            fence: 0,
        };
        Ok(Self {
            file,
            identity: *identity,
            header,
            offset: SECTOR as u64,
            tail,
            window: Window::default(),
        })
    }

    /// Begins at the segment's first batch, which must continue the segment that was read before.
    pub(crate) fn begin_after(file: SectorFile, before: &Self) -> Result<Self, Fault> {
        let mut scan = Self::begin(file, &before.identity)?;
        scan.must_follow(before)
            .map_err(|wrong| Fault::damaged(scan.file.path(), 0, wrong))?;
        scan.tail = before.tail;
        Ok(scan)
    }

    fn must_follow(&self, before: &Self) -> Result<(), Wrong> {
        for (expected, found) in [
            (before.tail.next_seq, self.header.first_seq),
            (before.header.first_seq, self.header.previous_first_seq),
        ] {
            if expected != found {
                return Err(Wrong::Sequence { expected, found });
            }
        }
        let (expected, found) = (before.tail.checksum, self.header.previous_checksum);
        if expected != found {
            return Err(Wrong::Chain { expected, found });
        }
        Ok(())
    }

    pub(crate) fn file(&self) -> &SectorFile {
        &self.file
    }

    /// Damage at the place reached.
    pub(crate) fn damaged(&self, wrong: Wrong) -> Fault {
        Fault::damaged(self.file.path(), self.offset, wrong)
    }

    /// Takes the next batch, or says why there is none.
    pub(crate) fn step(&mut self) -> Result<Step, Fault> {
        if self.offset >= self.header.segment_bytes {
            return Ok(stop(None, None));
        }
        let head = &self.bytes(self.offset, SECTOR)?[..HEADER];
        if format::is_zero(head) {
            return Ok(stop(None, None));
        }
        let frame = match BatchFrame::decode(head) {
            Ok(frame) => frame,
            Err(wrong) => return Ok(stop(Some(wrong), None)),
        };
        self.must_continue(&frame)
            .map_err(|wrong| self.damaged(wrong))?;
        match frame.payload(self.bytes(self.offset, frame.extent())?) {
            Ok(payload) => {
                let payload = payload.to_vec();
                Ok(self.take(&frame, payload))
            }
            Err(wrong) => Ok(stop(Some(wrong), Some(frame))),
        }
    }

    /// Hands every batch that begins below `until` to `each`, with the byte where it begins; says
    /// why it stopped.
    pub(crate) fn pass(
        &mut self,
        until: u64,
        mut each: impl FnMut(u64, &OwnedBatch) -> Result<(), Fault>,
    ) -> Result<Stop, Fault> {
        while self.tail.next_seq < until {
            let offset = self.offset;
            match self.step()? {
                Step::Batch(batch) => each(offset, &batch)?,
                Step::Stop(stop) => return Ok(stop),
            }
        }
        Ok(Stop {
            wrong: None,
            frame: None,
        })
    }

    fn take(&mut self, frame: &BatchFrame, payload: Vec<u8>) -> Step {
        self.offset += frame.extent() as u64;
        self.tail = self.tail.after(&frame.header, frame.checksum);
        Step::Batch(OwnedBatch {
            header: frame.header,
            payload,
            checksum: frame.checksum,
        })
    }

    /// A whole header that does not belong here is damage, whatever follows it.
    fn must_continue(&self, frame: &BatchFrame) -> Result<(), Wrong> {
        let (header, tail) = (&frame.header, &self.tail);
        if frame.identity != self.identity {
            return Err(Wrong::OtherJournal);
        }
        if header.first_seq != tail.next_seq || header.count == 0 {
            return Err(Wrong::Sequence {
                expected: tail.next_seq,
                found: header.first_seq,
            });
        }
        if header.previous_checksum != tail.checksum {
            return Err(Wrong::Chain {
                expected: tail.checksum,
                found: header.previous_checksum,
            });
        }
        if header.epoch < tail.fence {
            return Err(Wrong::Epoch {
                fence: tail.fence,
                found: header.epoch,
            });
        }
        let room = self.header.segment_bytes - self.offset;
        let found = frame.extent() as u64;
        if found > room || found > format::EXTENT_MAX as u64 {
            return Err(Wrong::Bytes { found });
        }
        Ok(())
    }

    /// Bytes of the segment; `offset` and `len` in whole sectors that the segment holds.
    pub(crate) fn bytes(&mut self, offset: u64, len: usize) -> Result<&[u8], Fault> {
        let end = self.header.segment_bytes;
        self.window.bytes(&self.file, offset, len, end)
    }
}

fn stop(wrong: Option<Wrong>, frame: Option<BatchFrame>) -> Step {
    Step::Stop(Stop { wrong, frame })
}

/// A stretch of the file in memory, so that small batches do not cost a read each.
#[derive(Default)]
struct Window {
    buffer: AlignedBuffer,
    start: u64,
    len: usize,
}

impl Window {
    const BYTES: usize = 1 << 20;

    fn bytes(
        &mut self,
        file: &SectorFile,
        offset: u64,
        len: usize,
        end: u64,
    ) -> Result<&[u8], Fault> {
        let held = self.start..self.start + self.len as u64;
        if offset < held.start || offset + len as u64 > held.end {
            // Nothing counts as held while the read may fail half way.
            self.len = 0;
            let ahead = Self::BYTES.min((end - offset) as usize).max(len);
            file.read_at(offset, self.buffer.slice_mut(ahead))?;
            (self.start, self.len) = (offset, ahead);
        }
        let from = (offset - self.start) as usize;
        Ok(self.buffer.slice(from, len))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::access::Access;
    use crate::batch::{Batch, BatchHeader, JournalId};
    use crate::system::SystemDisk;

    const IDENTITY: Identity = Identity {
        journal: JournalId([4; 16]),
        shard: 2,
    };

    const HEADER: SegmentHeader = SegmentHeader {
        identity: IDENTITY,
        first_seq: 50,
        previous_checksum: 77,
        previous_first_seq: 10,
        segment_bytes: 3 * SECTOR as u64,
    };

    /// What the batch says that would be right as the first of the segment.
    const RIGHT: BatchHeader = BatchHeader {
        shard: 2,
        epoch: 6,
        first_seq: 50,
        count: 5,
        stamped_at_ms: 0,
        digest_before: 0,
        previous_checksum: 77,
    };

    /// What is found where one batch, whole in itself, was written into a segment behind epoch 6.
    fn found(journal: JournalId, header: BatchHeader, payload: &[u8]) -> Result<u64, Wrong> {
        let mut bytes = vec![0; format::extent(payload.len())];
        format::encode_batch(&journal, &Batch { header, payload }, &mut bytes);
        let mut segment = vec![0; 3 * SECTOR];
        segment[..format::HEADER].copy_from_slice(&HEADER.encode());
        segment[SECTOR..].copy_from_slice(&bytes[..2 * SECTOR]);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(segment::name(50));
        fs::write(&path, segment).unwrap();

        let file = SectorFile::open(&SystemDisk, &path, Access::Buffered).unwrap();
        let mut scan = SegmentScan::begin(file, &IDENTITY).unwrap();
        scan.tail.fence = 6;
        match scan.step() {
            Ok(Step::Batch(batch)) => Ok(batch.header.next_seq()),
            Err(Fault::Damaged { offset, wrong, .. }) if offset == SECTOR as u64 => Err(wrong),
            Ok(Step::Stop(stop)) => panic!("{stop:?}"),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_batch_that_does_not_continue_the_journal_is_damage_though_whole_in_itself() {
        let (own, payload) = (IDENTITY.journal, [1; SECTOR]);
        let (expected, fence) = (50, 6);
        let cases = [
            (RIGHT, Ok(55)),
            (
                BatchHeader {
                    first_seq: 49,
                    ..RIGHT
                },
                Err(Wrong::Sequence {
                    expected,
                    found: 49,
                }),
            ),
            (
                BatchHeader { count: 0, ..RIGHT },
                Err(Wrong::Sequence {
                    expected,
                    found: 50,
                }),
            ),
            (
                BatchHeader {
                    previous_checksum: 76,
                    ..RIGHT
                },
                Err(Wrong::Chain {
                    expected: 77,
                    found: 76,
                }),
            ),
            (
                BatchHeader { epoch: 5, ..RIGHT },
                Err(Wrong::Epoch { fence, found: 5 }),
            ),
            (BatchHeader { shard: 3, ..RIGHT }, Err(Wrong::OtherJournal)),
        ];
        for (header, result) in cases {
            assert_eq!(found(own, header, &payload), result);
        }
        let other = JournalId([5; 16]);
        assert_eq!(found(other, RIGHT, &payload), Err(Wrong::OtherJournal));
    }

    #[test]
    fn a_batch_that_claims_more_than_the_segment_has_is_damage() {
        let found = found(IDENTITY.journal, RIGHT, &[1; 2 * SECTOR]);
        assert_eq!(
            found,
            Err(Wrong::Bytes {
                found: 3 * SECTOR as u64
            })
        );
    }
}
