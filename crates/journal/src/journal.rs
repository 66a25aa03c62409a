//! The walls of the journal: what a writer and a reader may ask, whatever lies beneath. The
//! contract suite in tests/ holds every implementation to what is said here.

use std::sync::Arc;

use crate::batch::{Batch, OwnedBatch, Tail};
use crate::fault::Fault;

/// Batches in order; ends at the tail that stood when it was asked for, or at the first fault.
pub type Batches = Box<dyn Iterator<Item = Result<OwnedBatch, Fault>> + Send>;

/// Reads what is on disk; may be kept and used beside the writer, from any thread.
pub trait Reader: Send + Sync {
    /// Where the journal ends: the last batch that is durable, and the fence.
    fn tail(&self) -> Tail;

    /// Every durable batch that reaches `from_seq` or further, in order. The first may begin before
    /// `from_seq`, since batches are whole.
    ///
    /// # Errors
    /// [`Fault::BeforeOldest`] where `from_seq` is no longer here. Damage is an item, not an error here.
    fn read(&self, from_seq: u64) -> Result<Batches, Fault>;
}

/// The one writer of a shard's journal. Synchronous: a call returns when it is done.
pub trait Journal: Reader {
    /// Appends `batch` and returns the new tail, only when the batch is durable.
    ///
    /// # Errors
    /// A batch that does not continue the journal (sequence, chain, epoch, shard, size) is refused
    /// and nothing is changed. After a failed write or sync the journal is poisoned: this and every
    /// later call that writes returns the same fault, and nothing is ever tried again.
    fn append(&mut self, batch: &Batch<'_>) -> Result<Tail, Fault>;

    /// Shuts out every writer whose epoch is older than `epoch`; durable when it returns.
    ///
    /// # Errors
    /// [`Fault::Fenced`] unless `epoch` is newer than the fence that stands.
    fn fence(&mut self, epoch: u64) -> Result<Tail, Fault>;

    /// A reader to hand to others.
    fn reader(&self) -> Arc<dyn Reader>;
}
