//! The journal with a meter on it: how many commands a batch has, how long it takes to the disk,
//! and how far the journal goes. The till knows nothing of it.

use journal::{Batch, Batches, Fault, FileJournal, Journal, Reader, Tail};
use metrics::{Counter, Gauge, Histogram};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use till::Store;

/// The journal's last sequence, for whoever watches.
#[derive(Clone, Debug, Default)]
pub struct Journaled(Arc<AtomicU64>);

impl Journaled {
    /// The last sequence on disk.
    pub fn seq(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

pub(super) struct Metered {
    journal: FileJournal,
    journaled: Journaled,
    commands: Histogram,
    seconds: Histogram,
    bytes: Counter,
    sequence: Gauge,
}

impl Metered {
    pub(super) fn of(journal: FileJournal) -> Metered {
        let metered = Metered {
            journaled: Journaled::default(),
            commands: metrics::histogram!("doorbuster_batch_commands"),
            seconds: metrics::histogram!("doorbuster_journal_append_seconds"),
            bytes: metrics::counter!("doorbuster_journal_bytes_total"),
            sequence: metrics::gauge!("doorbuster_journal_sequence"),
            journal,
        };
        metered.note(metered.journal.tail());
        metered
    }

    pub(super) fn journaled(&self) -> Journaled {
        self.journaled.clone()
    }

    fn note(&self, tail: Tail) {
        let last = tail.next_seq - 1;
        self.journaled.0.store(last, Ordering::Relaxed);
        self.sequence.set(last as f64);
    }
}

impl Reader for Metered {
    fn tail(&self) -> Tail {
        self.journal.tail()
    }

    fn read(&self, from_seq: u64) -> Result<Batches, Fault> {
        self.journal.read(from_seq)
    }
}

impl Journal for Metered {
    fn append(&mut self, batch: &Batch<'_>) -> Result<Tail, Fault> {
        let begun = Instant::now();
        let tail = self.journal.append(batch)?;
        self.seconds.record(begun.elapsed().as_secs_f64());
        self.commands.record(f64::from(batch.header.count));
        self.bytes.increment(batch.payload.len() as u64);
        self.note(tail);
        Ok(tail)
    }

    fn fence(&mut self, epoch: u64) -> Result<Tail, Fault> {
        self.journal.fence(epoch)
    }

    fn reader(&self) -> Arc<dyn Reader> {
        self.journal.reader()
    }
}

impl Store for Metered {
    fn archive_before(&mut self, seq: u64) -> Result<(), Fault> {
        Store::archive_before(&mut self.journal, seq)
    }
}
