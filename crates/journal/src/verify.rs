//! Verifying a data folder without changing it: every segment, live and archived, every batch, the
//! mark and every snapshot.

use std::io;
use std::path::Path;

use crate::access::Access;
use crate::batch::Tail;
use crate::data_folder::Layout;
use crate::ending::{self, Cut};
use crate::fault::Fault;
use crate::mark::Mark;
use crate::scan::SegmentScan;
use crate::segment::{self, Segment};
use crate::snapshots::SnapshotStore;

/// What a sound data folder holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Segments, archived and live.
    pub segments: u64,
    /// Whole batches in them.
    pub batches: u64,
    /// Bytes of the batches' payloads.
    pub payload_bytes: u64,
    /// The first sequence number that is here: 1, unless old segments were taken elsewhere.
    pub first_seq: u64,
    /// Where the journal ends.
    pub tail: Tail,
    /// A torn batch behind the tail: never acknowledged, and cut at the next opening.
    pub torn: Option<Cut>,
    /// Sound snapshots.
    pub snapshots: u64,
}

/// Reads everything in the data folder at `root` and holds every checksum, link and number.
///
/// While a server writes to it, the batch in flight may look torn or damaged: verify a folder at
/// rest, or a backup.
///
/// # Errors
/// The first damage, with file and byte. The loss or change of a last batch that was written after
/// the mark and left no trace cannot be seen: see the contract.
pub fn verify(root: &Path, access: Access) -> Result<Report, Fault> {
    verify_at(&Layout::of(root), access)
}

/// As [`verify`], on whatever disk the layout names.
///
/// # Errors
/// As [`verify`].
pub fn verify_at(layout: &Layout, access: Access) -> Result<Report, Fault> {
    layout.must_be_data_folder()?;
    let mark = Mark::read(layout)?;
    let mut report = Report {
        segments: 0,
        batches: 0,
        payload_bytes: 0,
        first_seq: Tail::EMPTY.next_seq,
        tail: mark.tail,
        torn: None,
        snapshots: 0,
    };
    let segments = segment::list_all(layout)?;
    verify_segments(layout, &segments, &mark, access, &mut report)?;
    report.snapshots = verify_snapshots(layout)?;
    Ok(report)
}

fn verify_segments(
    layout: &Layout,
    segments: &[Segment],
    mark: &Mark,
    access: Access,
    report: &mut Report,
) -> Result<(), Fault> {
    let mut before: Option<SegmentScan> = None;
    for segment in segments {
        let file = segment::open(layout, segment.first_seq, access)?;
        let mut scan = match &mut before {
            None => SegmentScan::begin(file, &mark.identity)?,
            Some(before) => SegmentScan::begin_after(file, before)?,
        };
        report.segments += 1;
        if report.segments == 1 {
            report.first_seq = segment.first_seq;
        }
        let stop = scan.pass(u64::MAX, |offset, batch| {
            report.batches += 1;
            report.payload_bytes += batch.payload.len() as u64;
            mark.agrees_with(batch)
                .map_err(|wrong| Fault::damaged(&segment.path, offset, wrong))
        })?;
        if segment == segments.last().expect("this one is in it") {
            report.torn = ending::judge(&mut scan, &stop)?;
        } else {
            ending::must_be_clean(&mut scan, &stop)?;
        }
        before = Some(scan);
    }
    report.tail = reached(layout, before, mark)?;
    Ok(())
}

/// Holds the end against the mark, and gives the tail.
fn reached(layout: &Layout, last: Option<SegmentScan>, mark: &Mark) -> Result<Tail, Fault> {
    let Some(scan) = last else {
        return match mark.reached_by(&Tail::EMPTY) {
            Ok(()) => Ok(mark.tail),
            Err(wrong) => Err(Fault::damaged(&layout.journal, 0, wrong)),
        };
    };
    mark.reached_by(&scan.tail)
        .map_err(|wrong| scan.damaged(wrong))?;
    Ok(Tail {
        fence: scan.tail.fence.max(mark.tail.fence),
        ..scan.tail
    })
}

fn verify_snapshots(layout: &Layout) -> Result<u64, Fault> {
    let store = SnapshotStore::of(layout);
    let seqs = store.list()?;
    for seq in &seqs {
        store.open(*seq)?.copy_to(&mut io::sink())?;
    }
    Ok(seqs.len() as u64)
}
