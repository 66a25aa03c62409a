//! Snapshots. While the till sells, none is taken of its ledger: writing millions of rows down takes
//! longer than a shopper waits. Another ledger is brought up from the newest snapshot by the journal
//! instead, beside the till, and written; so each snapshot proves once more that the journal gives back
//! what was decided.

use crate::recover::recover;
use journal::{Reader, SnapshotStore};
use ledger::Ledger;
use vocabulary::{Seq, Shard};

/// When snapshots are taken and how many are kept.
#[derive(Clone, Debug)]
pub struct Keeping {
    /// Where they lie.
    pub snapshots: SnapshotStore,
    /// After how many commands another one is taken.
    pub every: u64,
    /// How many are kept; segments before the oldest of them are archived.
    pub keep: usize,
}

impl Keeping {
    /// The sequence of the newest snapshot, 0 where there is none: a till that ends again and again before
    /// the next is due would replay more at each start.
    pub(crate) fn newest(&self) -> u64 {
        let list = self.snapshots.list().unwrap_or_default();
        list.last().copied().unwrap_or_default()
    }

    /// Makes a snapshot of what is durable now; the sequence of the oldest kept then. Takes as much memory
    /// as the ledger while it runs. A failure is no danger: the journal has everything.
    pub fn catch_up(&self, shard: Shard, reader: &dyn Reader) -> Option<u64> {
        match recover(shard, reader, Some(&self.snapshots), Seq(u64::MAX), |_| ()) {
            Ok(recovered) => self.put(&recovered.ledger, Seq(recovered.next_seq.0 - 1)),
            Err(fault) => {
                tracing::error!(%fault, "no snapshot: the journal does not give back what was decided");
                None
            }
        }
    }

    /// Writes a ledger as it stands behind `seq`, which must be durable, and drops the oldest
    /// snapshot; the sequence of the oldest kept.
    pub fn put(&self, ledger: &Ledger, seq: Seq) -> Option<u64> {
        let digest = ledger.digest().0;
        let written = self.snapshots.put(seq.0, digest, |to| {
            ledger.write_snapshot(to).map_err(std::io::Error::other)
        });
        let done = written
            .and_then(|_| self.snapshots.prune(self.keep))
            .and_then(|_| self.snapshots.list());
        match done {
            Ok(list) => list.first().copied(),
            Err(fault) => {
                tracing::error!(%fault, %seq, "the snapshot could not be written");
                None
            }
        }
    }
}

/// Whoever sells goes first: this thread gets what the others leave. Where that cannot be said, it is
/// only less polite.
pub(crate) fn give_way() {
    const POLITE: i32 = 10;
    let _ = rustix::process::setpriority_process(None, POLITE);
}
