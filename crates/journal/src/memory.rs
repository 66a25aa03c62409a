//! The journal in memory, for tests and for the simulated world. It keeps the same rules as the
//! file journal and forgets everything with its last handle.

use std::sync::{Arc, Mutex, MutexGuard};

use crate::batch::{Batch, Identity, OwnedBatch, Tail};
use crate::fault::Fault;
use crate::format;
use crate::journal::{Batches, Journal, Reader};

/// A journal in memory. Clones are handles to the same journal, as two writers on one disk.
#[derive(Debug, Clone)]
pub struct MemoryJournal {
    identity: Identity,
    held: Arc<Mutex<Held>>,
}

#[derive(Debug)]
struct Held {
    tail: Tail,
    batches: Vec<Arc<OwnedBatch>>,
}

impl MemoryJournal {
    /// An empty journal.
    pub fn new(identity: Identity) -> Self {
        let held = Held {
            tail: Tail::EMPTY,
            batches: Vec::new(),
        };
        Self {
            identity,
            held: Arc::new(Mutex::new(held)),
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held
            .lock()
            .expect("no holder of this lock can panic between its two writes")
    }
}

impl Reader for MemoryJournal {
    fn tail(&self) -> Tail {
        self.held().tail
    }

    fn read(&self, from_seq: u64) -> Result<Batches, Fault> {
        let held = self.held();
        let from = held
            .batches
            .partition_point(|batch| batch.header.next_seq() <= from_seq);
        let batches = held.batches[from..].to_vec();
        Ok(Box::new(
            batches
                .into_iter()
                .map(|batch| Ok(OwnedBatch::clone(&batch))),
        ))
    }
}

impl Journal for MemoryJournal {
    fn append(&mut self, batch: &Batch<'_>) -> Result<Tail, Fault> {
        let mut held = self.held();
        held.tail.admit(&self.identity, batch)?;
        let checksum = format::batch_checksum(&self.identity.journal, batch);
        held.batches.push(Arc::new(OwnedBatch {
            header: batch.header,
            payload: batch.payload.to_vec(),
            checksum,
        }));
        held.tail = held.tail.after(&batch.header, checksum);
        Ok(held.tail)
    }

    fn fence(&mut self, epoch: u64) -> Result<Tail, Fault> {
        let mut held = self.held();
        held.tail = held.tail.fenced(epoch)?;
        Ok(held.tail)
    }

    fn reader(&self) -> Arc<dyn Reader> {
        Arc::new(self.clone())
    }
}
