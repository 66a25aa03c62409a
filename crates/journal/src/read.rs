//! Reading a file journal, beside its writer or without one, from the archive on where need be.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::access::Access;
use crate::batch::{FIRST_SEQ, Identity, OwnedBatch, Tail};
use crate::data_folder::Layout;
use crate::fault::{Fault, Wrong};
use crate::journal::{Batches, Reader};
use crate::open;
use crate::scan::{SegmentScan, Step};
use crate::segment;

/// Reads what the journal's writer has made durable so far. Clones see the same tail move.
#[derive(Debug, Clone)]
pub struct FileReader {
    layout: Layout,
    identity: Identity,
    access: Access,
    tail: Arc<Mutex<Tail>>,
}

impl FileReader {
    /// Reads the journal in the data folder at `root` up to the end that it has now, without
    /// changing anything and without the lock: for a folder at rest, or a backup.
    ///
    /// # Errors
    /// As [`FileJournal::open`](crate::FileJournal::open), but a torn tail is left alone.
    pub fn open(root: &Path, access: Access) -> Result<Self, Fault> {
        Self::open_at(&Layout::of(root), access)
    }

    /// As [`FileReader::open`], on whatever disk the layout names.
    ///
    /// # Errors
    /// As [`FileReader::open`].
    pub fn open_at(layout: &Layout, access: Access) -> Result<Self, Fault> {
        layout.must_be_data_folder()?;
        let (identity, tail) = open::find_tail(layout, access)?;
        Ok(Self::at(layout, identity, access, tail))
    }

    /// Which journal this is.
    pub fn identity(&self) -> Identity {
        self.identity
    }

    pub(crate) fn at(layout: &Layout, identity: Identity, access: Access, tail: Tail) -> Self {
        Self {
            layout: layout.clone(),
            identity,
            access,
            tail: Arc::new(Mutex::new(tail)),
        }
    }

    /// The writer tells how far the disk now reaches.
    pub(crate) fn reach(&self, tail: Tail) {
        *self.held() = tail;
    }

    fn held(&self) -> MutexGuard<'_, Tail> {
        self.tail
            .lock()
            .expect("nobody can panic while copying a tail")
    }
}

impl Reader for FileReader {
    fn tail(&self) -> Tail {
        *self.held()
    }

    fn read(&self, from_seq: u64) -> Result<Batches, Fault> {
        let until = self.tail().next_seq;
        let from_seq = from_seq.max(FIRST_SEQ);
        if from_seq >= until {
            return Ok(Box::new(std::iter::empty()));
        }
        let segments = segment::list_all(&self.layout)?;
        let begins_before = segments.partition_point(|segment| segment.first_seq <= from_seq);
        let Some(first) = segments[..begins_before].last() else {
            let oldest = segments.first().map_or(until, |segment| segment.first_seq);
            return Err(Fault::BeforeOldest { from_seq, oldest });
        };
        let file = segment::open(&self.layout, first.first_seq, self.access)?;
        Ok(Box::new(FileBatches {
            scan: SegmentScan::begin(file, &self.identity)?,
            layout: self.layout.clone(),
            access: self.access,
            from_seq,
            until,
            failed: false,
        }))
    }
}

/// The batches from one sequence until another, segment after segment.
struct FileBatches {
    layout: Layout,
    access: Access,
    scan: SegmentScan,
    from_seq: u64,
    until: u64,
    failed: bool,
}

impl FileBatches {
    fn advance(&mut self) -> Result<Option<OwnedBatch>, Fault> {
        while self.scan.tail.next_seq < self.until {
            match self.scan.step()? {
                Step::Batch(batch) if batch.header.next_seq() > self.from_seq => {
                    return Ok(Some(batch));
                }
                Step::Batch(_) => {}
                Step::Stop(stop) => match stop.wrong {
                    Some(wrong) => return Err(self.scan.damaged(wrong)),
                    None => self.turn_over()?,
                },
            }
        }
        Ok(None)
    }

    /// Goes on to the segment that begins where this one ended.
    fn turn_over(&mut self) -> Result<(), Fault> {
        let next_seq = self.scan.tail.next_seq;
        if next_seq == self.scan.header.first_seq {
            let (expected, found) = (self.until, next_seq);
            return Err(self.scan.damaged(Wrong::Acknowledged { expected, found }));
        }
        let file = segment::open(&self.layout, next_seq, self.access)
            .map_err(|fault| self.name_the_gap(fault))?;
        self.scan = SegmentScan::begin_after(file, &self.scan)?;
        Ok(())
    }

    /// A missing next segment means that this one's rest is missing: that is where to look.
    fn name_the_gap(&self, fault: Fault) -> Fault {
        match fault {
            Fault::Damaged { wrong, .. } => self.scan.damaged(wrong),
            other => other,
        }
    }
}

impl Iterator for FileBatches {
    type Item = Result<OwnedBatch, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let next = self.advance();
        self.failed = next.is_err();
        next.transpose()
    }
}
