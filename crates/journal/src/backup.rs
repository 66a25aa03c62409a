//! Backup and restore: copying a data folder up to a durable tail, batch by batch, each checked on
//! the way. The copy is a data folder itself. The records (SQL) are copied by their own room.

use std::path::Path;

use crate::access::{self, Access};
use crate::batch::Tail;
use crate::data_folder::Layout;
use crate::disk::{Disk, Opening};
use crate::fault::{Doing as _, Fault};
use crate::format::{self, HEADER, SECTOR};
use crate::mark::Mark;
use crate::scan::SegmentScan;
use crate::segment::{self, Segment};
use crate::snapshots::{self, SnapshotStore};
use crate::verify::verify;

/// What a copy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Segments.
    pub segments: u64,
    /// Batches in them.
    pub batches: u64,
    /// Snapshots.
    pub snapshots: u64,
    /// Where the copy ends.
    pub tail: Tail,
}

/// Copies the data folder at `from` up to `tail` into `to`, a folder that is empty or not there.
/// May be called while the journal is written and archived: take `tail` from its reader. The copy
/// holds every batch acknowledged before that, and opens as any data folder.
///
/// # Errors
/// [`Fault::TargetNotEmpty`]; [`Fault::NoSuchTail`]; damage met on the way. A copy that failed has
/// no format file, so is not taken for a data folder.
pub fn backup(from: &Path, to: &Path, tail: Tail, access: Access) -> Result<Copied, Fault> {
    let from = Layout::of(from);
    from.must_be_data_folder()?;
    let to = empty_target(to)?;
    let mark = Mark::read(&from)?;
    let mut copied = Copied {
        segments: 0,
        batches: 0,
        snapshots: copy_snapshots(&from, &to, tail.next_seq)?,
        tail,
    };
    copy_segments(&from, &to, &mark, access, &mut copied)?;
    let identity = mark.identity;
    Mark { identity, tail }.write(&to)?;
    to.write_format()?;
    Ok(copied)
}

/// Verifies the backup at `from` and copies it into `to`, a folder that is empty or not there.
///
/// # Errors
/// As [`backup`]; and any damage that [`verify`] finds, before anything is written.
pub fn restore(from: &Path, to: &Path, access: Access) -> Result<Copied, Fault> {
    empty_target(to)?;
    let report = verify(from, access)?;
    backup(from, to, report.tail, access)
}

fn empty_target(to: &Path) -> Result<Layout, Fault> {
    let layout = Layout::of(to);
    access::create_folder(layout.disk(), to)?;
    if !access::names(layout.disk(), to)?.is_empty() {
        let path = layout.root;
        return Err(Fault::TargetNotEmpty { path });
    }
    Ok(layout)
}

/// Copies the snapshots that the copied journal reaches.
fn copy_snapshots(from: &Layout, to: &Layout, until: u64) -> Result<u64, Fault> {
    to.create()?;
    let (source, target) = (SnapshotStore::of(from), SnapshotStore::of(to));
    let mut copied = 0;
    for seq in source.list()?.into_iter().filter(|seq| *seq <= until) {
        match source.open(seq) {
            // The server may prune old ones meanwhile.
            Err(fault) if snapshots::is_gone(from.disk(), &fault) => continue,
            opened => snapshots::copy(opened?, &target)?,
        };
        copied += 1;
    }
    Ok(copied)
}

fn copy_segments(
    from: &Layout,
    to: &Layout,
    mark: &Mark,
    access: Access,
    copied: &mut Copied,
) -> Result<(), Fault> {
    let tail = copied.tail;
    let mut segments = segment::list_all(from)?;
    segments.retain(|segment| segment.first_seq < tail.next_seq);
    let mut before: Option<SegmentScan> = None;
    for segment in &segments {
        let file = segment::open(from, segment.first_seq, access)?;
        let mut scan = match &before {
            None => SegmentScan::begin(file, &mark.identity)?,
            Some(before) => SegmentScan::begin_after(file, before)?,
        };
        let is_last = segments.last() == Some(segment);
        let folder = folder_of(segment, from, to, is_last);
        let path = folder.join(segment::name(segment.first_seq));
        copied.batches += copy_segment(&mut scan, to.disk(), &path, tail.next_seq)?;
        copied.segments += 1;
        before = Some(scan);
    }
    access::sync_folder(to.disk(), &to.journal)?;
    access::sync_folder(to.disk(), &to.archive)?;
    must_end_at(before.map_or(Tail::EMPTY, |scan| scan.tail), tail)
}

/// Each segment goes where it was; the last must be live, whatever happened to it meanwhile.
fn folder_of<'a>(segment: &Segment, from: &Layout, to: &'a Layout, is_last: bool) -> &'a Path {
    if segment.path.starts_with(&from.archive) && !is_last {
        &to.archive
    } else {
        &to.journal
    }
}

fn must_end_at(reached: Tail, tail: Tail) -> Result<(), Fault> {
    if (reached.next_seq, reached.checksum) == (tail.next_seq, tail.checksum) {
        return Ok(());
    }
    Err(Fault::NoSuchTail {
        next_seq: tail.next_seq,
        checksum: tail.checksum,
    })
}

/// Copies the batches below `until`, each at its place, and fills the rest with zeros.
fn copy_segment(
    scan: &mut SegmentScan,
    disk: &dyn Disk,
    path: &Path,
    until: u64,
) -> Result<u64, Fault> {
    let file = disk.open(path, Opening::CreateNew, Access::Buffered);
    let file = file.doing("create", path)?;
    let write = |offset, bytes: &[u8]| file.write_at(offset, bytes).doing("write", path);
    let mut sector = vec![0; SECTOR];
    sector[..HEADER].copy_from_slice(&scan.header.encode());
    write(0, &sector)?;
    let journal = scan.header.identity.journal;
    let mut batches = 0;
    let stop = scan.pass(until, |offset, batch| {
        let mut extent = vec![0; format::extent(batch.payload.len())];
        format::encode_batch(&journal, &batch.as_batch(), &mut extent);
        batches += 1;
        write(offset, &extent)
    })?;
    if let Some(wrong) = stop.wrong {
        return Err(scan.damaged(wrong));
    }
    // In full, so that a journal that goes on in this segment never grows a file.
    let zeros = vec![0; 1 << 20];
    let end = scan.header.segment_bytes;
    for offset in (scan.offset..end).step_by(zeros.len()) {
        write(offset, &zeros[..zeros.len().min((end - offset) as usize)])?;
    }
    file.sync_all().doing("sync", path)?;
    Ok(batches)
}
