//! The journal in files: the writer of one shard, with its segments under the data folder's lock.
//! How it is opened and its end found lives in `open`; how it is read, in `read`.

use std::sync::Arc;

use crate::access::{Access, SectorFile};
use crate::batch::{Batch, Identity, Tail};
use crate::buffer::AlignedBuffer;
use crate::data_folder::DataFolder;
use crate::fault::Fault;
use crate::format::{self, SECTOR, SegmentHeader};
use crate::journal::{Batches, Journal, Reader};
use crate::mark::Mark;
use crate::prepare::Preparation;
use crate::read::FileReader;
use crate::segment;

/// How a file journal is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Bytes of each new segment, a multiple of 4096; 64 MiB by default. A batch fits into one
    /// segment, so this limits it, too. Segments that exist keep their size.
    pub segment_bytes: u64,
    /// How files are read and written.
    pub access: Access,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            access: Access::Direct,
        }
    }
}

impl Options {
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let (bytes, sector) = (self.segment_bytes, SECTOR as u64);
        if bytes < 2 * sector || !bytes.is_multiple_of(sector) {
            return Err(Fault::SegmentBytes { bytes });
        }
        Ok(())
    }
}

/// The journal of one shard, in the files of a data folder, open to append.
#[derive(Debug)]
pub struct FileJournal {
    pub(crate) identity: Identity,
    pub(crate) options: Options,
    pub(crate) segment: LiveSegment,
    pub(crate) preparation: Preparation,
    pub(crate) reader: FileReader,
    /// The tail that the mark on disk names.
    pub(crate) marked: Tail,
    pub(crate) buffer: AlignedBuffer,
    pub(crate) poison: Option<Fault>,
    /// Dropped last: the lock must outlive the thread that prepares a segment.
    pub(crate) folder: DataFolder,
}

/// The segment that is being written.
#[derive(Debug)]
pub(crate) struct LiveSegment {
    pub(crate) file: SectorFile,
    pub(crate) header: SegmentHeader,
    /// The byte where the next batch goes.
    pub(crate) end: u64,
}

impl FileJournal {
    /// Which journal this is.
    pub fn identity(&self) -> Identity {
        self.identity
    }

    /// The data folder it lies in.
    pub fn folder(&self) -> &DataFolder {
        &self.folder
    }

    /// The access in force, which the file system has a say in.
    pub fn access(&self) -> Access {
        self.segment.file.access()
    }

    /// Writes down how far the journal reaches, so that the loss of its last batch, too, would be
    /// noticed. Done by itself when the journal is opened, fenced, archived and dropped.
    ///
    /// # Errors
    /// A failed write poisons the journal.
    pub fn mark(&mut self) -> Result<(), Fault> {
        self.must_be_sound()?;
        let marked = self.mark_as(self.tail());
        self.poisoning(marked)
    }

    pub(crate) fn must_be_sound(&self) -> Result<(), Fault> {
        match &self.poison {
            Some(fault) => Err(fault.clone()),
            None => Ok(()),
        }
    }

    /// Remembers a fault for ever: what is on disk is unknown from here on.
    pub(crate) fn poisoning<T>(&mut self, done: Result<T, Fault>) -> Result<T, Fault> {
        if let Err(fault) = &done {
            self.poison = Some(fault.clone());
        }
        done
    }

    fn mark_as(&mut self, tail: Tail) -> Result<(), Fault> {
        if self.marked == tail {
            return Ok(());
        }
        let identity = self.identity;
        Mark { identity, tail }.write(self.folder.layout())?;
        self.marked = tail;
        Ok(())
    }

    /// Bytes that the batch takes on disk; refused where no segment could hold it.
    fn extent(&self, batch: &Batch<'_>) -> Result<usize, Fault> {
        let extent = format::extent(batch.payload.len());
        let room = self.options.segment_bytes as usize - SECTOR;
        if extent > room {
            return Err(Fault::BatchTooLarge {
                bytes: batch.payload.len() as u64,
                bytes_max: (room - format::HEADER - format::BATCH_END.len()) as u64,
            });
        }
        Ok(extent)
    }

    fn write(&mut self, batch: &Batch<'_>, extent: usize) -> Result<u64, Fault> {
        if self.segment.end + extent as u64 > self.segment.header.segment_bytes {
            self.roll()?;
        }
        let bytes = self.buffer.slice_mut(extent);
        let checksum = format::encode_batch(&self.identity.journal, batch, bytes);
        self.segment.file.write_durably(self.segment.end, bytes)?;
        self.segment.end += extent as u64;
        Ok(checksum)
    }

    /// Goes on to the next segment, and has the one after prepared.
    fn roll(&mut self) -> Result<(), Fault> {
        let header = self.next_header();
        let layout = self.folder.layout();
        let prepared = self.preparation.finish()?;
        let file = segment::begin(layout, prepared, &header, self.options.access)?;
        self.segment = LiveSegment {
            file,
            header,
            end: SECTOR as u64,
        };
        self.preparation = Preparation::start(
            layout.shared_disk(),
            segment::prepared_path(layout),
            self.options.segment_bytes,
            self.options.access,
        );
        Ok(())
    }

    fn next_header(&self) -> SegmentHeader {
        let (tail, live) = (self.tail(), &self.segment.header);
        // A segment without a batch, too small for the first, is replaced rather than followed.
        let replaces = live.first_seq == tail.next_seq;
        SegmentHeader {
            identity: self.identity,
            first_seq: tail.next_seq,
            previous_checksum: tail.checksum,
            previous_first_seq: if replaces {
                live.previous_first_seq
            } else {
                live.first_seq
            },
            segment_bytes: self.options.segment_bytes,
        }
    }
}

impl Reader for FileJournal {
    fn tail(&self) -> Tail {
        self.reader.tail()
    }

    fn read(&self, from_seq: u64) -> Result<Batches, Fault> {
        self.reader.read(from_seq)
    }
}

impl Journal for FileJournal {
    fn append(&mut self, batch: &Batch<'_>) -> Result<Tail, Fault> {
        self.must_be_sound()?;
        let tail = self.tail();
        tail.admit(&self.identity, batch)?;
        let extent = self.extent(batch)?;
        let written = self.write(batch, extent);
        let checksum = self.poisoning(written)?;
        let tail = tail.after(&batch.header, checksum);
        self.reader.reach(tail);
        Ok(tail)
    }

    fn fence(&mut self, epoch: u64) -> Result<Tail, Fault> {
        self.must_be_sound()?;
        let tail = self.tail().fenced(epoch)?;
        let marked = self.mark_as(tail);
        self.poisoning(marked)?;
        self.reader.reach(tail);
        Ok(tail)
    }

    fn reader(&self) -> Arc<dyn Reader> {
        Arc::new(self.reader.clone())
    }
}

impl Drop for FileJournal {
    fn drop(&mut self) {
        if self.poison.is_none() {
            // Only the next opening's watchfulness is at stake, so a failure here loses nothing.
            let _ = self.mark_as(self.tail());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::batch::{BatchHeader, JournalId};
    use crate::system::SystemDisk;

    const IDENTITY: Identity = Identity {
        journal: JournalId([5; 16]),
        shard: 0,
    };

    fn options() -> Options {
        Options {
            segment_bytes: 64 << 10,
            access: Access::Direct,
        }
    }

    fn append(journal: &mut FileJournal, payload: &[u8]) -> Result<Tail, Fault> {
        let tail = journal.tail();
        let header = BatchHeader {
            shard: 0,
            epoch: 1,
            first_seq: tail.next_seq,
            count: 1,
            stamped_at_ms: 0,
            digest_before: 0,
            previous_checksum: tail.checksum,
        };
        journal.append(&Batch { header, payload })
    }

    fn journal_of_three(root: &Path) -> FileJournal {
        let folder = DataFolder::open(root).unwrap();
        let mut journal = FileJournal::create(folder, IDENTITY, options())
            .unwrap()
            .journal;
        for payload in [b"one", b"two", b"six"] {
            append(&mut journal, payload).unwrap();
        }
        journal
    }

    fn payloads(root: &Path) -> Vec<Vec<u8>> {
        let folder = DataFolder::open(root).unwrap();
        let journal = FileJournal::open(folder, options()).unwrap().journal;
        let batches = journal.read(0).unwrap();
        batches.map(|batch| batch.unwrap().payload).collect()
    }

    #[test]
    fn a_full_disk_poisons_the_journal_and_keeps_what_was_written() {
        let root = tempfile::tempdir().unwrap();
        let mut journal = journal_of_three(root.path());
        journal.segment.file =
            SectorFile::open_to_write(&SystemDisk, Path::new("/dev/full"), Access::Buffered)
                .unwrap();

        let first = append(&mut journal, b"lost").unwrap_err();
        assert!(matches!(first, Fault::DiskFull { .. }), "{first}");
        let again = append(&mut journal, b"lost").unwrap_err();
        assert_eq!(again.to_string(), first.to_string());
        assert_eq!(journal.fence(9).unwrap_err().to_string(), first.to_string());
        assert_eq!(journal.tail().next_seq, 4);

        drop(journal);
        assert_eq!(payloads(root.path()), [b"one", b"two", b"six"]);
    }

    #[test]
    fn a_failed_write_is_never_tried_again_even_if_the_disk_recovers() {
        let root = tempfile::tempdir().unwrap();
        let mut journal = journal_of_three(root.path());
        let path = journal.segment.file.path().to_path_buf();
        let sound = SectorFile::open_to_write(&SystemDisk, &path, Access::Buffered).unwrap();
        let broken = SectorFile::open(&SystemDisk, &path, Access::Buffered).unwrap();

        journal.segment.file = broken;
        let first = append(&mut journal, b"lost").unwrap_err();
        assert!(matches!(first, Fault::Disk { doing: "write", .. }));
        journal.segment.file = sound;
        let again = append(&mut journal, b"lost").unwrap_err();
        assert_eq!(again.to_string(), first.to_string());

        drop(journal);
        assert_eq!(payloads(root.path()), [b"one", b"two", b"six"]);
    }

    #[test]
    fn no_room_for_the_next_segment_poisons_the_journal_and_keeps_what_was_written() {
        let root = tempfile::tempdir().unwrap();
        let mut journal = journal_of_three(root.path());
        let layout = journal.folder.layout();
        let (disk, prepared) = (layout.shared_disk(), segment::prepared_path(layout));
        journal.preparation = Preparation::start(disk, prepared, 1 << 42, Access::Direct);

        append(&mut journal, b"fits").unwrap();
        let fault = append(&mut journal, &[7; 48 << 10]).unwrap_err();
        assert!(matches!(fault, Fault::DiskFull { .. }), "{fault}");
        assert!(append(&mut journal, b"small").is_err());

        drop(journal);
        assert_eq!(payloads(root.path()).len(), 4);
    }
}
