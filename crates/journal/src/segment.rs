//! Segments as files: their names, which there are and where, and the making of one from a
//! prepared file. What they hold is read in `scan` and written in `file`.

use std::path::{Path, PathBuf};

use crate::access::{self, Access, SectorFile};
use crate::buffer::AlignedBuffer;
use crate::data_folder::Layout;
use crate::fault::{Fault, Wrong};
use crate::format::{HEADER, SECTOR, SegmentHeader};

const SUFFIX: &str = ".segment";

/// A segment that a folder holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) first_seq: u64,
    pub(crate) path: PathBuf,
}

/// The name of the segment that begins at `first_seq`; names sort as numbers do.
pub(crate) fn name(first_seq: u64) -> String {
    format!("{first_seq:020}{SUFFIX}")
}

/// The live segments, in order.
///
/// # Errors
/// Damage where a file has a segment's suffix, but no segment's name.
pub(crate) fn list_live(layout: &Layout) -> Result<Vec<Segment>, Fault> {
    named(
        &layout.journal,
        &access::names(layout.disk(), &layout.journal)?,
    )
}

fn named(folder: &Path, names: &[String]) -> Result<Vec<Segment>, Fault> {
    let segments = names.iter().filter(|name| name.ends_with(SUFFIX));
    segments
        .map(|file_name| {
            let path = folder.join(file_name);
            let digits = file_name.trim_end_matches(SUFFIX);
            match digits.parse() {
                Ok(first_seq) if name(first_seq) == *file_name => Ok(Segment { first_seq, path }),
                _ => Err(Fault::damaged(&path, 0, Wrong::Magic)),
            }
        })
        .collect()
}

/// All segments, archived and live, in order. One that was moved while we looked counts once.
pub(crate) fn list_all(layout: &Layout) -> Result<Vec<Segment>, Fault> {
    // The live ones first: a move goes from there to the archive, so none is missed.
    let mut segments = list_live(layout)?;
    let archived = access::names_if_any(layout.disk(), &layout.archive)?;
    segments.extend(named(&layout.archive, &archived)?);
    segments.sort_by_key(|segment| segment.first_seq);
    segments.dedup_by_key(|segment| segment.first_seq);
    Ok(segments)
}

/// Opens a segment wherever it lies now.
pub(crate) fn open(layout: &Layout, first_seq: u64, access: Access) -> Result<SectorFile, Fault> {
    let (disk, name) = (layout.disk(), name(first_seq));
    let live = layout.journal.join(&name);
    let archived = layout.archive.join(&name);
    let opened = SectorFile::open(disk, &live, access);
    if opened.is_ok() || access::exists(disk, &live)? {
        return opened;
    }
    // It may have been moved between the look and the opening, so the archive is asked second.
    if access::exists(disk, &archived)? {
        return SectorFile::open(disk, &archived, access);
    }
    let missing = Wrong::SegmentMissing { first_seq };
    Err(Fault::damaged(&live, 0, missing))
}

/// Turns a prepared file into the segment that `header` describes, durably, opened to write.
pub(crate) fn begin(
    layout: &Layout,
    prepared: &Path,
    header: &SegmentHeader,
    access: Access,
) -> Result<SectorFile, Fault> {
    let mut sector = AlignedBuffer::default();
    sector.slice_mut(SECTOR)[..HEADER].copy_from_slice(&header.encode());
    let disk = layout.disk();
    let file = SectorFile::open_to_write(disk, prepared, access)?;
    file.write_durably(0, sector.slice(0, SECTOR))?;
    let path = layout.journal.join(name(header.first_seq));
    access::rename(disk, prepared, &path)?;
    SectorFile::open_to_write(disk, &path, file.access())
}

/// Reads a segment's header and holds the file's name and length against it.
pub(crate) fn read_header(file: &SectorFile) -> Result<SegmentHeader, Fault> {
    let damaged = |wrong| Fault::damaged(file.path(), 0, wrong);
    let found = file.bytes()?;
    if found < SECTOR as u64 {
        let expected = 2 * SECTOR as u64;
        return Err(damaged(Wrong::FileBytes { expected, found }));
    }
    let mut sector = AlignedBuffer::default();
    file.read_at(0, sector.slice_mut(SECTOR))?;
    let header = SegmentHeader::decode(sector.slice(0, SECTOR)).map_err(damaged)?;
    let expected = header.segment_bytes;
    if expected != found {
        return Err(damaged(Wrong::FileBytes { expected, found }));
    }
    let named = file.path().file_name().and_then(|name| name.to_str());
    if named != Some(name(header.first_seq).as_str()) {
        return Err(damaged(Wrong::Magic));
    }
    Ok(header)
}

/// Removes what an interrupted preparation left behind.
pub(crate) fn remove_prepared(layout: &Layout) -> Result<(), Fault> {
    access::remove_leftover(layout.disk(), &prepared_path(layout))
}

/// Where the next segment is prepared.
pub(crate) fn prepared_path(layout: &Layout) -> PathBuf {
    layout.journal.join("next.prepared")
}

/// Moves a segment into the archive, durably.
pub(crate) fn archive(layout: &Layout, segment: &Segment) -> Result<PathBuf, Fault> {
    let to = layout.archive.join(name(segment.first_seq));
    if access::exists(layout.disk(), &to)? {
        let doubled = Wrong::Sequence {
            expected: segment.first_seq.saturating_add(1),
            found: segment.first_seq,
        };
        return Err(Fault::damaged(&to, 0, doubled));
    }
    access::rename(layout.disk(), &segment.path, &to)?;
    Ok(to)
}
