//! Moving segments that no restart needs out of the way. Nothing is ever deleted here.

use std::path::PathBuf;

use crate::access::{Access, SectorFile};
use crate::data_folder::Layout;
use crate::fault::{Fault, Wrong};
use crate::file::FileJournal;
use crate::segment::{self, Segment};

impl FileJournal {
    /// Moves each live segment whose every batch lies below `seq` into the archive, durably, oldest
    /// first; gives where they are now. The segment being written always stays. Readers notice nothing.
    ///
    /// # Errors
    /// A failed move poisons the journal; every segment is then in one of the two folders.
    pub fn archive_before(&mut self, seq: u64) -> Result<Vec<PathBuf>, Fault> {
        self.must_be_sound()?;
        let moved = self.move_before(seq);
        let moved = self.poisoning(moved)?;
        self.mark()?;
        Ok(moved)
    }

    fn move_before(&self, seq: u64) -> Result<Vec<PathBuf>, Fault> {
        let layout = self.folder().layout();
        let live = segment::list_live(layout)?;
        // A segment ends where the next one begins.
        live.windows(2)
            .filter(|pair| pair[1].first_seq <= seq)
            .map(|pair| segment::archive(layout, &pair[0]))
            .collect()
    }
}

/// Each segment but the first must name the one before it as its predecessor.
pub(crate) fn must_be_linked(
    layout: &Layout,
    segments: &[Segment],
    access: Access,
) -> Result<(), Fault> {
    for pair in segments.windows(2) {
        let file = SectorFile::open(layout.disk(), &pair[1].path, access)?;
        let first_seq = segment::read_header(&file)?.previous_first_seq;
        if first_seq != pair[0].first_seq {
            let missing = Wrong::SegmentMissing { first_seq };
            return Err(Fault::damaged(&pair[1].path, 0, missing));
        }
    }
    Ok(())
}
