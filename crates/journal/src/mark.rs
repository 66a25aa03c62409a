//! The mark: a small file that says which journal this is, who is fenced out, and a tail that was
//! certainly reached. Written when a journal is made, opened, fenced and closed, not with every
//! batch: a promise about the least, never about the most.

use std::path::PathBuf;

use crate::access;
use crate::batch::{Identity, OwnedBatch, Tail};
use crate::data_folder::Layout;
use crate::fault::{Fault, Wrong};
use crate::format;

/// What the mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) identity: Identity,
    pub(crate) tail: Tail,
}

impl Mark {
    pub(crate) fn exists(layout: &Layout) -> Result<bool, Fault> {
        access::exists(layout.disk(), &path(layout))
    }

    pub(crate) fn read(layout: &Layout) -> Result<Self, Fault> {
        let path = path(layout);
        if !Self::exists(layout)? {
            return Err(Fault::NoJournal {
                path: layout.journal.clone(),
            });
        }
        let bytes = access::read_whole(layout.disk(), &path)?;
        let (identity, tail) =
            format::decode_mark(&bytes).map_err(|wrong| Fault::damaged(&path, 0, wrong))?;
        Ok(Self { identity, tail })
    }

    pub(crate) fn write(&self, layout: &Layout) -> Result<(), Fault> {
        let bytes = format::encode_mark(&self.identity, &self.tail);
        access::replace(layout.disk(), &path(layout), &bytes)
    }

    /// Whether the batch, where it ends at the marked place, is the one that was marked.
    pub(crate) fn agrees_with(&self, batch: &OwnedBatch) -> Result<(), Wrong> {
        let (expected, found) = (self.tail.checksum, batch.checksum);
        if batch.header.next_seq() == self.tail.next_seq && expected != found {
            return Err(Wrong::Chain { expected, found });
        }
        Ok(())
    }

    /// Whether a journal that ends at `tail` holds all that was marked.
    pub(crate) fn reached_by(&self, tail: &Tail) -> Result<(), Wrong> {
        if tail.next_seq < self.tail.next_seq {
            return Err(Wrong::Acknowledged {
                expected: self.tail.next_seq,
                found: tail.next_seq,
            });
        }
        Ok(())
    }
}

fn path(layout: &Layout) -> PathBuf {
    layout.journal.join("mark")
}
