//! Making and opening a file journal: finding its tail, cutting what was torn and never
//! acknowledged, and refusing what is damaged.

use crate::access::{Access, SectorFile};
use crate::archive;
use crate::batch::{FIRST_SEQ, Identity, Tail};
use crate::buffer::AlignedBuffer;
use crate::data_folder::{DataFolder, Layout};
use crate::ending::{self, Cut};
use crate::fault::{Fault, Wrong};
use crate::file::{FileJournal, LiveSegment, Options};
use crate::format::{SECTOR, SegmentHeader};
use crate::mark::Mark;
use crate::prepare::Preparation;
use crate::read::FileReader;
use crate::scan::{SegmentScan, Stop};
use crate::segment::{self, Segment};

/// A journal that was opened, and what was found.
#[derive(Debug)]
pub struct Opened {
    /// The journal, ready to be fenced and appended to.
    pub journal: FileJournal,
    /// Where it ends.
    pub tail: Tail,
    /// The torn, unacknowledged batch that was cut off, if there was one.
    pub cut: Option<Cut>,
}

impl FileJournal {
    /// Whether the data folder holds a journal.
    pub fn exists(folder: &DataFolder) -> bool {
        matches!(Mark::exists(folder.layout()), Ok(true))
    }

    /// Makes an empty journal and opens it.
    ///
    /// # Errors
    /// [`Fault::JournalExists`] where there is one, or segments of one.
    pub fn create(
        folder: DataFolder,
        identity: Identity,
        options: Options,
    ) -> Result<Opened, Fault> {
        options.check()?;
        let layout = folder.layout();
        if Mark::exists(layout)? || !segment::list_all(layout)?.is_empty() {
            let path = layout.journal.clone();
            return Err(Fault::JournalExists { path });
        }
        let tail = Tail::EMPTY;
        Mark { identity, tail }.write(layout)?;
        Self::open(folder, options)
    }

    /// Opens the journal, finds its tail, and cuts a torn batch behind it.
    ///
    /// # Errors
    /// [`Fault::Damaged`] for everything that may have been acknowledged and is not whole; then
    /// nothing was changed. The last two segments are read in full, of the other live ones the
    /// headers; what lies further back is checked when it is read, or by [`verify`](crate::verify()).
    pub fn open(folder: DataFolder, options: Options) -> Result<Opened, Fault> {
        options.check()?;
        let mark = Mark::read(folder.layout())?;
        segment::remove_prepared(folder.layout())?;
        let found = find_end(folder.layout(), &mark, options.access)?;
        let segment = match &found {
            Some(found) => settle(folder.layout(), found, options.access)?,
            None => begin_first(folder.layout(), &mark.identity, &options)?,
        };
        let tail = tail_of(found.as_ref(), &mark);
        let mut journal = assemble(folder, options, &mark, segment, tail);
        journal.mark()?;
        Ok(Opened {
            journal,
            tail,
            cut: found.and_then(|found| found.cut),
        })
    }
}

/// Makes sure that what was found is on disk, and clears what was torn. The last batch is written
/// once more: the writer may have died between writing and syncing it, or after a sync that failed,
/// and then the cache may hold what the disk does not.
fn settle(layout: &Layout, found: &Found, access: Access) -> Result<LiveSegment, Fault> {
    let scan = &found.scan;
    let file = SectorFile::open_to_write(layout.disk(), scan.file().path(), access)?;
    if let Some(cut) = &found.cut {
        file.zero(cut.offset, cut.offset + cut.bytes)?;
    }
    if let Some(offset) = found.last_batch {
        let mut batch = AlignedBuffer::default();
        let len = (scan.offset - offset) as usize;
        file.read_at(offset, batch.slice_mut(len))?;
        file.write_durably(offset, batch.slice(0, len))?;
    }
    file.sync()?;
    Ok(LiveSegment {
        file,
        header: scan.header,
        end: scan.offset,
    })
}

fn assemble(
    folder: DataFolder,
    options: Options,
    mark: &Mark,
    segment: LiveSegment,
    tail: Tail,
) -> FileJournal {
    let layout = folder.layout();
    let preparation = Preparation::start(
        layout.shared_disk(),
        segment::prepared_path(layout),
        options.segment_bytes,
        options.access,
    );
    FileJournal {
        reader: FileReader::at(layout, mark.identity, options.access, tail),
        identity: mark.identity,
        segment,
        preparation,
        marked: mark.tail,
        buffer: AlignedBuffer::default(),
        poison: None,
        options,
        folder,
    }
}

/// The end of the journal, found but not touched.
struct Found {
    /// The last segment, behind its last whole batch.
    scan: SegmentScan,
    /// Where that batch begins, if there is one.
    last_batch: Option<u64>,
    cut: Option<Cut>,
}

/// The tail of the journal at `root`, without changing anything and without the lock.
pub(crate) fn find_tail(layout: &Layout, access: Access) -> Result<(Identity, Tail), Fault> {
    let mark = Mark::read(layout)?;
    let found = find_end(layout, &mark, access)?;
    Ok((mark.identity, tail_of(found.as_ref(), &mark)))
}

fn tail_of(found: Option<&Found>, mark: &Mark) -> Tail {
    let reached = found.map_or(Tail::EMPTY, |found| found.scan.tail);
    Tail {
        fence: reached.fence.max(mark.tail.fence),
        ..reached
    }
}

/// Finds the end in the segments there are; `None` where there is none and none is due.
fn find_end(layout: &Layout, mark: &Mark, access: Access) -> Result<Option<Found>, Fault> {
    let segments = segment::list_all(layout)?;
    let live = segment::list_live(layout)?;
    if segments.is_empty() && mark.tail.next_seq == FIRST_SEQ {
        return Ok(None);
    }
    let Some(last) = live.last() else {
        let first_seq = mark.tail.next_seq;
        let missing = Wrong::SegmentMissing { first_seq };
        return Err(Fault::damaged(&layout.journal, 0, missing));
    };
    archive::must_be_linked(layout, &live, access)?;
    let before = segments.iter().rev().nth(1);
    let mut scan = begin_last(layout, last, before, mark, access)?;
    let (last_batch, stop) = pass_all(&mut scan, mark)?;
    let cut = ending::judge(&mut scan, &stop)?;
    mark.reached_by(&scan.tail)
        .map_err(|wrong| scan.damaged(wrong))?;
    Ok(Some(Found {
        scan,
        last_batch,
        cut,
    }))
}

/// Begins to scan the last segment, once the one before it was found whole up to there.
fn begin_last(
    layout: &Layout,
    last: &Segment,
    before: Option<&Segment>,
    mark: &Mark,
    access: Access,
) -> Result<SegmentScan, Fault> {
    let file = SectorFile::open(layout.disk(), &last.path, access)?;
    let Some(before) = before else {
        return SegmentScan::begin(file, &mark.identity);
    };
    let before = SectorFile::open(layout.disk(), &before.path, access)?;
    let mut scan = SegmentScan::begin(before, &mark.identity)?;
    let (_, stop) = pass_all(&mut scan, mark)?;
    ending::must_be_clean(&mut scan, &stop)?;
    SegmentScan::begin_after(file, &scan)
}

/// Passes all whole batches; gives where the last one begins, and why it stopped.
fn pass_all(scan: &mut SegmentScan, mark: &Mark) -> Result<(Option<u64>, Stop), Fault> {
    let path = scan.file().path().to_path_buf();
    let mut last_batch = None;
    let stop = scan.pass(u64::MAX, |offset, batch| {
        last_batch = Some(offset);
        mark.agrees_with(batch)
            .map_err(|wrong| Fault::damaged(&path, offset, wrong))
    })?;
    Ok((last_batch, stop))
}

/// Makes the segment that a journal without any begins with.
fn begin_first(
    layout: &Layout,
    identity: &Identity,
    options: &Options,
) -> Result<LiveSegment, Fault> {
    let header = SegmentHeader {
        identity: *identity,
        first_seq: FIRST_SEQ,
        previous_checksum: 0,
        previous_first_seq: 0,
        segment_bytes: options.segment_bytes,
    };
    let prepared = segment::prepared_path(layout);
    let (disk, bytes) = (layout.shared_disk(), options.segment_bytes);
    let mut preparation = Preparation::start(disk, prepared, bytes, options.access);
    let path = preparation.finish()?;
    let file = segment::begin(layout, path, &header, options.access)?;
    Ok(LiveSegment {
        file,
        header,
        end: SECTOR as u64,
    })
}
