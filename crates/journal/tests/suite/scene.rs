//! What the tests set up: a data folder, a journal in it, batches, and a crash.

use std::fs;
use std::path::{Path, PathBuf};

use journal::{
    Access, Batch, BatchHeader, DataFolder, Fault, FileJournal, Identity, Journal, JournalId,
    Layout, Opened, Options, OwnedBatch, Reader, Tail,
};
use tempfile::TempDir;

pub const SECTOR: u64 = 4096;

pub const IDENTITY: Identity = Identity {
    journal: JournalId([0xA5; 16]),
    shard: 3,
};

pub fn options(segment_bytes: u64, access: Access) -> Options {
    Options {
        segment_bytes,
        access,
    }
}

/// The batch that continues the journal at `tail`.
pub fn header_at(tail: Tail, count: u32) -> BatchHeader {
    BatchHeader {
        shard: IDENTITY.shard,
        epoch: tail.fence,
        first_seq: tail.next_seq,
        count,
        stamped_at_ms: 1_793_000_000_000 + tail.next_seq,
        digest_before: u128::from(tail.next_seq) << 64 | 17,
        previous_checksum: tail.checksum,
    }
}

pub fn append(journal: &mut dyn Journal, count: u32, payload: &[u8]) -> Result<Tail, Fault> {
    let header = header_at(journal.tail(), count);
    journal.append(&Batch { header, payload })
}

pub fn read_all(reader: &dyn Reader) -> Result<Vec<OwnedBatch>, Fault> {
    reader.read(0)?.collect()
}

/// A data folder that goes away with the test.
pub struct Scene {
    pub folder: TempDir,
    pub options: Options,
}

impl Scene {
    pub fn new(segment_bytes: u64, access: Access) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            options: options(segment_bytes, access),
        }
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn layout(&self) -> Layout {
        Layout::of(self.root())
    }

    pub fn create(&self) -> FileJournal {
        let folder = DataFolder::open(self.root()).unwrap();
        let opened = FileJournal::create(folder, IDENTITY, self.options.clone());
        opened.unwrap().journal
    }

    pub fn open(&self) -> Result<Opened, Fault> {
        FileJournal::open(DataFolder::open(self.root())?, self.options.clone())
    }

    /// Opens and reads everything: what a restart that replays from the beginning does.
    pub fn open_and_read(&self) -> Result<Vec<OwnedBatch>, Fault> {
        read_all(&self.open()?.journal)
    }

    pub fn verify(&self) -> Result<journal::Report, Fault> {
        journal::verify(self.root(), self.options.access)
    }

    /// The folder as a dead machine leaves it: every file as it is now, and no one to close them.
    pub fn crashed(&self) -> Self {
        let copy = Self {
            folder: tempfile::tempdir().unwrap(),
            options: self.options.clone(),
        };
        copy_tree(self.root(), copy.root());
        copy
    }

    /// The live segment written last.
    pub fn last_segment(&self) -> PathBuf {
        self.segments().pop().unwrap()
    }

    /// All segments, archived and live, in order.
    pub fn segments(&self) -> Vec<PathBuf> {
        let layout = self.layout();
        let mut segments: Vec<PathBuf> = [layout.archive, layout.journal]
            .iter()
            .flat_map(|folder| fs::read_dir(folder).unwrap())
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|suffix| suffix == "segment"))
            .collect();
        segments.sort_by_key(|path| path.file_name().unwrap().to_owned());
        segments
    }
}

fn copy_tree(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let (source, target) = {
            let entry = entry.unwrap();
            (entry.path(), to.join(entry.file_name()))
        };
        if source.is_dir() {
            fs::create_dir(&target).unwrap();
            copy_tree(&source, &target);
        } else if !source.ends_with("next.prepared") {
            fs::copy(&source, &target).unwrap();
        }
    }
}
