//! Snapshots as bytes: streamed in, kept whole or not at all, streamed out with every chunk checked
//! before it is handed over. What a snapshot says is the till's affair.
//!
//! A snapshot file is a header and chunks. A chunk is its length and the checksum of the whole body
//! up to its end (so that none can be dropped, doubled or swapped), then its bytes; one of length 0
//! closes the body.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::access::{self, Access};
use crate::chunks::{CHUNK_BYTES, CHUNK_HEADER, ChunkWriter};
use crate::data_folder::Layout;
use crate::disk::{Disk, DiskFile, Opening};
use crate::fault::{Doing as _, Fault, Wrong};
use crate::format::{HEADER, SnapshotHeader};
use crate::system::SystemDisk;

const SUFFIX: &str = ".snapshot";

/// The snapshots of one data folder.
#[derive(Debug, Clone)]
pub struct SnapshotStore {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
}

impl SnapshotStore {
    /// The store in `folder`, which must exist: `Layout::snapshots`.
    pub fn at(folder: &Path) -> Self {
        Self {
            disk: Arc::new(SystemDisk),
            folder: folder.to_path_buf(),
        }
    }

    /// The store of the data folder that is laid out so, on its disk.
    pub fn of(layout: &Layout) -> Self {
        Self {
            disk: Arc::clone(layout.shared_disk()),
            folder: layout.snapshots.clone(),
        }
    }

    /// Writes the snapshot of the state at `seq` with the running digest there; `body` streams its
    /// bytes. It is durable under its name when this returns, and was not there before. One writer at a time.
    ///
    /// # Errors
    /// A failed write, or what `body` failed with; nothing is left behind then.
    pub fn put(
        &self,
        seq: u64,
        digest: u128,
        body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<PathBuf, Fault> {
        let partial = self.folder.join("next.partial");
        let path = self.path(seq);
        let header = SnapshotHeader { seq, digest };
        if let Err(error) = self.write_file(&partial, &header, body) {
            access::remove_leftover(&*self.disk, &partial)?;
            return Err(error).doing("write", &path);
        }
        access::rename(&*self.disk, &partial, &path)?;
        Ok(path)
    }

    fn write_file(
        &self,
        path: &Path,
        header: &SnapshotHeader,
        body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let file = self.disk.open(path, Opening::Create, Access::Buffered)?;
        file.write_at(0, &header.encode())?;
        let mut chunks = ChunkWriter::behind(HEADER as u64, file);
        body(&mut chunks)?;
        chunks.finish()?.sync_all()
    }

    /// The sequences of all snapshots, in order, by name alone.
    ///
    /// # Errors
    /// A folder that cannot be read, or a file with a snapshot's suffix and no snapshot's name.
    pub fn list(&self) -> Result<Vec<u64>, Fault> {
        let names = access::names_if_any(&*self.disk, &self.folder)?;
        let snapshots = names.iter().filter(|name| name.ends_with(SUFFIX));
        snapshots.map(|name| self.seq_of(name)).collect()
    }

    fn seq_of(&self, name: &str) -> Result<u64, Fault> {
        let digits = name.trim_end_matches(SUFFIX);
        match digits.parse() {
            Ok(seq) if self.path(seq) == self.folder.join(name) => Ok(seq),
            _ => Err(Fault::damaged(&self.folder.join(name), 0, Wrong::Magic)),
        }
    }

    /// The newest snapshot that is not newer than `seq`.
    ///
    /// # Errors
    /// Damage to its header; damage to its body comes while reading. The caller then asks again for
    /// one before it.
    pub fn latest_at_most(&self, seq: u64) -> Result<Option<Snapshot>, Fault> {
        let newest = self.list()?.into_iter().rfind(|found| *found <= seq);
        newest.map(|seq| self.open(seq)).transpose()
    }

    /// Opens the snapshot at exactly `seq`.
    ///
    /// # Errors
    /// Where it is not there, or its header is damaged.
    pub fn open(&self, seq: u64) -> Result<Snapshot, Fault> {
        Snapshot::open(&*self.disk, self.path(seq), seq)
    }

    /// Removes the oldest snapshots until `keep` are left, one at least; gives what was removed.
    ///
    /// # Errors
    /// A file that cannot be removed.
    pub fn prune(&self, keep: usize) -> Result<Vec<u64>, Fault> {
        let mut oldest_first = self.list()?;
        oldest_first.truncate(oldest_first.len().saturating_sub(keep.max(1)));
        for seq in &oldest_first {
            access::remove_leftover(&*self.disk, &self.path(*seq))?;
        }
        access::sync_folder(&*self.disk, &self.folder)?;
        Ok(oldest_first)
    }

    fn path(&self, seq: u64) -> PathBuf {
        self.folder.join(format!("{seq:020}{SUFFIX}"))
    }
}

/// A snapshot being read: its bytes come through [`Read`], each checked before it is handed over.
/// Damage is an [`io::Error`] that carries the [`Fault`].
#[derive(Debug)]
pub struct Snapshot {
    /// The sequence it was put under.
    pub seq: u64,
    /// The running digest it was put with.
    pub digest: u128,
    path: PathBuf,
    file: Box<dyn DiskFile>,
    /// Where in the file the next chunk begins.
    offset: u64,
    checksum: u32,
    chunk: Vec<u8>,
    /// How many bytes of the chunk were handed over.
    given: usize,
    closed: bool,
}

impl Snapshot {
    fn open(disk: &dyn Disk, path: PathBuf, seq: u64) -> Result<Self, Fault> {
        let file = disk.open(&path, Opening::Read, Access::Buffered);
        let file = file.doing("open", &path)?;
        let damaged = |wrong| Fault::damaged(&path, 0, wrong);
        let mut bytes = [0; HEADER];
        fill(&*file, &path, 0, &mut bytes)?;
        let header = SnapshotHeader::decode(&bytes).map_err(damaged)?;
        if header.seq != seq {
            let (expected, found) = (seq, header.seq);
            return Err(damaged(Wrong::Sequence { expected, found }));
        }
        Ok(Self {
            seq,
            digest: header.digest,
            file,
            path,
            offset: HEADER as u64,
            checksum: 0,
            chunk: Vec::new(),
            given: 0,
            closed: false,
        })
    }

    /// The file it lies in.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the rest of the body to `to`, and sees that it ends as it was closed; gives how many
    /// bytes that were.
    ///
    /// # Errors
    /// Damage, or what `to` failed with.
    pub fn copy_to(mut self, to: &mut dyn Write) -> Result<u64, Fault> {
        let mut copied = 0;
        loop {
            let bytes = self.remaining()?;
            if bytes.is_empty() {
                return Ok(copied);
            }
            let len = bytes.len();
            to.write_all(bytes).doing("copy", &self.path)?;
            copied += len as u64;
            self.given += len;
        }
    }

    /// What is left of the chunk, or else the next one; nothing at the end.
    fn remaining(&mut self) -> Result<&[u8], Fault> {
        if self.given == self.chunk.len() && !self.closed {
            self.read_chunk()?;
        }
        Ok(&self.chunk[self.given..])
    }

    fn read_chunk(&mut self) -> Result<(), Fault> {
        let mut head = [0; CHUNK_HEADER];
        fill(&*self.file, &self.path, self.offset, &mut head)?;
        let (len, checksum) = head.split_at(4);
        let len = u32::from_le_bytes(len.try_into().expect("split at four")) as usize;
        let checksum = u32::from_le_bytes(checksum.try_into().expect("four of eight"));
        if len > CHUNK_BYTES {
            return Err(self.damaged(Wrong::Bytes { found: len as u64 }));
        }
        let mut chunk = std::mem::take(&mut self.chunk);
        chunk.resize(len, 0);
        let body = self.offset + CHUNK_HEADER as u64;
        fill(&*self.file, &self.path, body, &mut chunk)?;
        self.checksum = crc32c::crc32c_append(self.checksum, &chunk);
        if self.checksum != checksum {
            return Err(self.damaged(Wrong::PayloadChecksum));
        }
        (self.chunk, self.given) = (chunk, 0);
        self.offset += (CHUNK_HEADER + len) as u64;
        if len == 0 {
            self.close()?;
        }
        Ok(())
    }

    /// Nothing may stand behind the closing chunk.
    fn close(&mut self) -> Result<(), Fault> {
        self.closed = true;
        match self.file.bytes().doing("look at", &self.path)? {
            bytes if bytes == self.offset => Ok(()),
            _ => Err(self.damaged(Wrong::Unused)),
        }
    }

    fn damaged(&self, wrong: Wrong) -> Fault {
        Fault::damaged(&self.path, self.offset, wrong)
    }
}

/// Reads what must be there; a file that ends before is damaged.
fn fill(file: &dyn DiskFile, path: &Path, offset: u64, into: &mut [u8]) -> Result<(), Fault> {
    match file.read_at(offset, into) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err(Fault::damaged(path, offset, Wrong::EndMark))
        }
        filled => filled.doing("read", path),
    }
}

impl Read for Snapshot {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let bytes = self.remaining().map_err(io::Error::other)?;
        let taken = bytes.len().min(into.len());
        into[..taken].copy_from_slice(&bytes[..taken]);
        self.given += taken;
        Ok(taken)
    }
}

/// Copies one snapshot file, checking it on the way; gives its bytes.
pub(crate) fn copy(from: Snapshot, to: &SnapshotStore) -> Result<u64, Fault> {
    let (seq, digest) = (from.seq, from.digest);
    let mut copied = Ok(0);
    let put = to.put(seq, digest, |body| {
        copied = from.copy_to(body);
        match &copied {
            Ok(_) => Ok(()),
            Err(fault) => Err(io::Error::other(fault.clone())),
        }
    });
    let bytes = copied?;
    put?;
    Ok(bytes)
}

/// Whether the snapshot was removed while we looked.
pub(crate) fn is_gone(disk: &dyn Disk, fault: &Fault) -> bool {
    matches!(fault, Fault::Disk { path, source, .. }
        if source.kind() == io::ErrorKind::NotFound && matches!(disk.look(path), Ok(None)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use std::fs;

    use super::*;

    fn store() -> (tempfile::TempDir, SnapshotStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = SnapshotStore::at(folder.path());
        (folder, store)
    }

    fn put(store: &SnapshotStore, seq: u64, body: &[u8]) -> PathBuf {
        store
            .put(seq, u128::from(seq) << 70, |to| to.write_all(body))
            .unwrap()
    }

    fn read(store: &SnapshotStore, seq: u64) -> Result<Vec<u8>, Fault> {
        let mut body = Vec::new();
        store.open(seq)?.copy_to(&mut body)?;
        Ok(body)
    }

    #[test]
    fn bodies_of_every_length_around_a_chunk_come_back() {
        let (_folder, store) = store();
        for len in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 << 20] {
            let body: Vec<u8> = (0..len).map(|at| (at % 251) as u8).collect();
            put(&store, 7, &body);
            let mut streamed = Vec::new();
            let mut snapshot = store.open(7).unwrap();
            snapshot.read_to_end(&mut streamed).unwrap();
            assert_eq!((snapshot.seq, snapshot.digest), (7, 7 << 70));
            assert!(streamed == body, "a body of {len} bytes came back changed");
        }
    }

    #[test]
    fn the_latest_not_newer_than_asked_for_is_found() {
        let (_folder, store) = store();
        for seq in [10, 20, 30] {
            put(&store, seq, b"state");
        }
        for (asked, found) in [(9, None), (10, Some(10)), (29, Some(20)), (99, Some(30))] {
            let snapshot = store.latest_at_most(asked).unwrap();
            assert_eq!(snapshot.map(|snapshot| snapshot.seq), found);
        }
    }

    #[test]
    fn pruning_keeps_the_newest_and_never_all_but_none() {
        let (_folder, store) = store();
        for seq in [10, 20, 30] {
            put(&store, seq, b"state");
        }
        assert_eq!(store.prune(2).unwrap(), [10]);
        assert_eq!(store.prune(0).unwrap(), [20]);
        assert_eq!(store.list().unwrap(), [30]);
    }

    #[test]
    fn a_snapshot_that_fails_half_way_leaves_nothing_and_the_older_ones() {
        let (folder, store) = store();
        put(&store, 10, b"state");
        let failed = store.put(20, 0, |to| {
            to.write_all(&[1; 2 * CHUNK_BYTES])?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert!(matches!(failed, Err(Fault::DiskFull { .. })));
        assert_eq!(access::names(&SystemDisk, folder.path()).unwrap().len(), 1);
        assert_eq!(read(&store, 10).unwrap(), b"state");
    }

    #[test]
    fn every_changed_byte_is_named_with_its_file_and_the_older_snapshot_still_serves() {
        let (_folder, store) = store();
        put(&store, 10, b"older");
        let path = put(&store, 20, b"the newer state of the ledger");
        let sound = fs::read(&path).unwrap();
        for at in 0..sound.len() {
            let mut changed = sound.clone();
            changed[at] ^= 0x40;
            fs::write(&path, changed).unwrap();
            let fault = read(&store, 20).unwrap_err();
            assert!(matches!(&fault, Fault::Damaged { path: named, .. } if *named == path));
        }
        assert_eq!(store.latest_at_most(19).unwrap().unwrap().seq, 10);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn a_cut_off_snapshot_is_never_taken_for_whole(len in 0..5000_usize, kept in 0.0..1.0_f64) {
            let (_folder, store) = store();
            let path = put(&store, 20, &vec![3; len]);
            let whole = fs::metadata(&path).unwrap().len();
            let kept = (whole as f64 * kept) as u64;
            fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(kept).unwrap();
            prop_assert!(read(&store, 20).is_err());
        }
    }
}
