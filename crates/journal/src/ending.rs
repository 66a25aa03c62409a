//! Judging where a journal ends: a clean end, a torn tail that was never acknowledged and may be
//! cut, or damage, which is never cut.
//!
//! One write is in flight at a time, and every segment is zeroed before use. So a write that power
//! or the process abandoned can leave only this: bytes of one batch, right behind the last whole
//! one, of which some sectors or everything from some byte on are still zero. Whatever has another
//! shape was whole once, may have been acknowledged, and is reported.

use std::path::PathBuf;

use crate::batch::Identity;
use crate::fault::{Fault, Wrong};
use crate::format::{self, ATOM, BATCH_END, BatchFrame, EXTENT_MAX, HEADER, SECTOR};
use crate::scan::{SegmentScan, Stop};

/// A torn tail: bytes of one batch that never became whole, so was never acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The segment.
    pub path: PathBuf,
    /// The byte where the torn batch begins.
    pub offset: u64,
    /// How many bytes, in whole sectors, it left.
    pub bytes: u64,
    /// Why it is not whole.
    pub wrong: Wrong,
}

/// Judges the end of the last segment; `None` is a clean end.
pub(crate) fn judge(scan: &mut SegmentScan, stop: &Stop) -> Result<Option<Cut>, Fault> {
    let (from, identity) = (scan.offset, scan.header.identity);
    let known = stop.frame.map(|frame| frame.extent());
    let residue = survey(scan, from, known.unwrap_or(SECTOR))?;
    if residue.reach == from {
        return Ok(None);
    }
    if let Some(later) = residue.later {
        return Err(scan.damaged(later));
    }
    let wrong = stop.wrong.unwrap_or(Wrong::Magic);
    if residue.reach > from + known.unwrap_or(EXTENT_MAX) as u64 {
        return Err(scan.damaged(Wrong::Unused));
    }
    let bytes = residue.reach - from;
    let torn = match &stop.frame {
        // Everything up to the end mark is whole, so the write was; no torn write adds to padding.
        _ if wrong == Wrong::Padding => false,
        Some(frame) => is_torn_payload(frame, scan.bytes(from, frame.extent())?),
        None => is_torn_header(&identity, scan.bytes(from, bytes as usize)?),
    };
    if !torn {
        return Err(scan.damaged(wrong));
    }
    let path = scan.file().path().to_path_buf();
    Ok(Some(Cut {
        path,
        offset: from,
        bytes,
        wrong,
    }))
}

/// Insists on a clean end: in a segment that another one follows, everything was acknowledged.
pub(crate) fn must_be_clean(scan: &mut SegmentScan, stop: &Stop) -> Result<(), Fault> {
    if let Some(wrong) = stop.wrong {
        return Err(scan.damaged(wrong));
    }
    match survey(scan, scan.offset, SECTOR)? {
        residue if residue.reach == scan.offset => Ok(()),
        residue => Err(scan.damaged(residue.later.unwrap_or(Wrong::Unused))),
    }
}

/// What lies behind the last whole batch.
struct Residue {
    /// The end of the last sector that is not zero.
    reach: u64,
    /// A batch of this journal that stands whole where none can.
    later: Option<Wrong>,
}

/// Looks at every sector from `from` to the segment's end; headers of batches are sought from
/// `from + skip` on, behind what the torn batch itself may hold.
fn survey(scan: &mut SegmentScan, from: u64, skip: usize) -> Result<Residue, Fault> {
    let identity = scan.header.identity;
    let mut residue = Residue {
        reach: from,
        later: None,
    };
    for offset in (from..scan.header.segment_bytes).step_by(SECTOR) {
        let sector = scan.bytes(offset, SECTOR)?;
        if format::is_zero(sector) {
            continue;
        }
        residue.reach = offset + SECTOR as u64;
        if residue.later.is_none() && offset >= from + skip as u64 {
            let frame = BatchFrame::decode(sector).ok();
            residue.later = frame
                .filter(|frame| frame.identity == identity)
                .map(|frame| Wrong::LaterBatch {
                    offset,
                    first_seq: frame.header.first_seq,
                });
        }
    }
    Ok(residue)
}

/// No whole header: either its first piece was never written, or the write stopped within it.
fn is_torn_header(identity: &Identity, left: &[u8]) -> bool {
    let (header, behind) = left.split_at(HEADER);
    let unwritten = format::is_zero(&left[..ATOM]);
    let stopped = format::header_stops_short(header, identity) && format::is_zero(behind);
    unwritten || stopped
}

/// A whole header, but not what follows: a piece of it was never written, or the write stopped
/// before the end mark was complete.
fn is_torn_payload(frame: &BatchFrame, extent: &[u8]) -> bool {
    let end = &extent[frame.payload_end()..][..BATCH_END.len()];
    let unwritten = extent[..frame.payload_end() + BATCH_END.len()]
        .chunks(ATOM)
        .any(format::is_zero);
    let stopped = format::stops_short(end, &BATCH_END)
        && format::is_zero(&extent[frame.payload_end() + BATCH_END.len()..]);
    unwritten || stopped
}
