//! Recovery: the newest usable snapshot, then every batch after it, with the running digest held
//! against the one that each batch carries (invariant 6).

use crate::events::Events;
use crate::turn::Published;
use journal::{Batches, Fault, OwnedBatch, Reader, SnapshotStore};
use ledger::{FORESIGHT, Ledger, SnapshotError};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use vocabulary::{Digest, Millis, Outcome, Request, Seq, Shard, WireError, decode_request};

/// How many batches are read and decoded ahead of the one that is applied.
const BATCHES_AHEAD: usize = 8;

/// Why the journal does not give back the ledger it was written by.
#[derive(Debug, thiserror::Error)]
pub enum RecoveryFault {
    /// The disk.
    #[error(transparent)]
    Journal(#[from] Fault),
    /// A batch whose payload is not requests.
    #[error("the batch of sequence {first_seq} is no batch of commands: {cause}")]
    Wire {
        /// The batch's first sequence.
        first_seq: u64,
        /// What is wrong with it.
        cause: WireError,
    },
    /// A journaled command that the ledger does not do again.
    #[error("command {seq} was done when it was journaled, but replay answers {outcome:?}")]
    NotDone {
        /// Which command.
        seq: u64,
        /// What replay answered.
        outcome: Outcome,
    },
    /// The ledger came to something else than the one that wrote the journal.
    #[error(
        "before sequence {seq} the journal has digest {journaled}, but replay comes to {replayed}"
    )]
    Diverged {
        /// Where.
        seq: u64,
        /// What the journal says.
        journaled: Digest,
        /// What replay came to.
        replayed: Digest,
    },
    /// The batch does not begin where the ledger stands.
    #[error("the ledger stands before sequence {expected}, but the journal goes on with {found}")]
    Gap {
        /// The next sequence.
        expected: u64,
        /// What came.
        found: u64,
    },
}

/// Why a snapshot cannot be used. No danger: an older one, or the whole journal, serves as well.
#[derive(Debug, thiserror::Error)]
pub enum UnusableSnapshot {
    /// Its file is damaged.
    #[error(transparent)]
    Damaged(#[from] Fault),
    /// Its bytes are no ledger of this version.
    #[error(transparent)]
    NotALedger(#[from] SnapshotError),
    /// The ledger in it is not the one it was put with.
    #[error("the ledger in it has another digest than it was put with")]
    OtherDigest,
}

/// A ledger brought up to date.
pub struct Recovered {
    /// Having applied everything in the journal.
    pub ledger: Ledger,
    /// The sequence of the next command.
    pub next_seq: Seq,
    /// The snapshot it began with; none when from the very beginning.
    pub snapshot: Option<Seq>,
    /// Snapshots that could not be used, and why.
    pub unusable: Vec<(Seq, UnusableSnapshot)>,
    /// How many commands were replayed.
    pub replayed: u64,
}

/// What replaying one batch came to.
#[derive(Debug)]
pub struct Replayed {
    /// As it was published when it was first decided.
    pub published: Published,
    /// Its commands.
    pub requests: Vec<Request>,
}

/// Brings a ledger up to the journal's tail, beginning with the newest usable snapshot whose
/// sequence is at most `views_at`, so that views that reached `views_at` see every event after it
/// once more. `each` is given every replayed batch in order.
///
/// # Errors
/// [`RecoveryFault`] when the journal is damaged or replay comes to something else.
pub fn recover(
    shard: Shard,
    reader: &dyn Reader,
    snapshots: Option<&SnapshotStore>,
    views_at: Seq,
    mut each: impl FnMut(Replayed),
) -> Result<Recovered, RecoveryFault> {
    let mut recovered = begin(snapshots, views_at)?;
    let batches = reader.read(recovered.next_seq.0)?;
    thread::scope(|scope| {
        let (decoded, ahead) = sync_channel(BATCHES_AHEAD);
        scope.spawn(move || read_ahead(batches, &decoded));
        for decoded in ahead {
            let decoded = decoded?;
            let header = decoded.batch.header;
            let replayed = decoded.apply(shard, &mut recovered.ledger, recovered.next_seq)?;
            recovered.next_seq = Seq(header.next_seq());
            recovered.replayed += u64::from(header.count);
            each(replayed);
        }
        Ok(recovered)
    })
}

/// Reads and decodes beside whoever applies, until the end or the first fault.
fn read_ahead(batches: Batches, decoded: &SyncSender<Result<Decoded, RecoveryFault>>) {
    for batch in batches {
        let read = batch.map_err(RecoveryFault::from).and_then(Decoded::of);
        let is_last = read.is_err();
        if decoded.send(read).is_err() || is_last {
            return;
        }
    }
}

/// The newest snapshot at or before `at_most` that can be read, or nothing at all.
fn begin(snapshots: Option<&SnapshotStore>, at_most: Seq) -> Result<Recovered, RecoveryFault> {
    let mut unusable = Vec::new();
    let mut candidates = match snapshots {
        Some(store) => store.list()?,
        None => Vec::new(),
    };
    candidates.retain(|seq| *seq <= at_most.0);
    for seq in candidates.into_iter().rev() {
        let store = snapshots.expect("candidates come from a store");
        match open_snapshot(store, seq) {
            Ok(ledger) => {
                let (next_seq, snapshot) = (Seq(seq + 1), Some(Seq(seq)));
                return Ok(Recovered {
                    ledger,
                    next_seq,
                    snapshot,
                    unusable,
                    replayed: 0,
                });
            }
            Err(fault) => unusable.push((Seq(seq), fault)),
        }
    }
    let (ledger, next_seq) = (Ledger::new(), Seq(journal::FIRST_SEQ));
    Ok(Recovered {
        ledger,
        next_seq,
        snapshot: None,
        unusable,
        replayed: 0,
    })
}

fn open_snapshot(store: &SnapshotStore, seq: u64) -> Result<Ledger, UnusableSnapshot> {
    let mut snapshot = store.open(seq)?;
    let ledger = Ledger::read_snapshot(&mut snapshot)?;
    if ledger.digest().0 != snapshot.digest {
        return Err(UnusableSnapshot::OtherDigest);
    }
    Ok(ledger)
}

/// Applies one batch of the journal, all of it.
///
/// # Errors
/// [`RecoveryFault`] when it does not follow, is not requests, or comes to something else.
pub fn replay(
    shard: Shard,
    ledger: &mut Ledger,
    next_seq: Seq,
    batch: OwnedBatch,
) -> Result<Replayed, RecoveryFault> {
    Decoded::of(batch)?.apply(shard, ledger, next_seq)
}

/// A batch of the journal with its requests.
struct Decoded {
    batch: OwnedBatch,
    requests: Vec<Request>,
    /// Where each request ends in the payload.
    ends: Vec<usize>,
}

impl Decoded {
    fn of(batch: OwnedBatch) -> Result<Decoded, RecoveryFault> {
        let (requests, ends) = decode_batch(&batch)?;
        Ok(Decoded {
            batch,
            requests,
            ends,
        })
    }

    fn apply(
        self,
        shard: Shard,
        ledger: &mut Ledger,
        next_seq: Seq,
    ) -> Result<Replayed, RecoveryFault> {
        let Decoded {
            batch,
            requests,
            ends,
        } = self;
        follow(ledger, next_seq, &batch)?;
        let at = Millis(batch.header.stamped_at_ms);
        let mut events = Events::from(next_seq);
        let (mut seq, mut start) = (next_seq.0, 0);
        for (place, (request, end)) in requests.iter().zip(ends).enumerate() {
            if place % FORESIGHT == 0 {
                ledger.foresee(&requests[place..]);
            }
            let written = &batch.payload[start..end];
            match ledger.apply_written(at, request, written, events.open()) {
                Outcome::Done(_) => events.close(),
                outcome => return Err(RecoveryFault::NotDone { seq, outcome }),
            }
            (seq, start) = (seq + 1, end);
        }
        let last_seq = Seq(batch.header.next_seq() - 1);
        let digest = ledger.digest();
        let published = Published {
            shard,
            at,
            events,
            last_seq,
            digest,
        };
        Ok(Replayed {
            published,
            requests,
        })
    }
}

fn follow(ledger: &Ledger, next_seq: Seq, batch: &OwnedBatch) -> Result<(), RecoveryFault> {
    let (seq, replayed) = (batch.header.first_seq, ledger.digest());
    if seq != next_seq.0 {
        return Err(RecoveryFault::Gap {
            expected: next_seq.0,
            found: seq,
        });
    }
    let journaled = Digest(batch.header.digest_before);
    if journaled != replayed {
        return Err(RecoveryFault::Diverged {
            seq,
            journaled,
            replayed,
        });
    }
    Ok(())
}

/// The requests of a batch, and where each ends in its payload.
fn decode_batch(batch: &OwnedBatch) -> Result<(Vec<Request>, Vec<usize>), RecoveryFault> {
    let first_seq = batch.header.first_seq;
    let wire = |cause| RecoveryFault::Wire { first_seq, cause };
    let count = batch.header.count as usize;
    let (mut requests, mut ends) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut offset = 0;
    for _ in 0..count {
        let (request, next) = decode_request(&batch.payload, offset).map_err(wire)?;
        requests.push(request);
        ends.push(next);
        offset = next;
    }
    Ok((requests, ends))
}
