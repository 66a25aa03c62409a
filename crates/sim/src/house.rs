//! The shop's program: the data folder, its journal and the till, driven on one thread.
//!
//! It does what `till::run` does, with the same pieces: a turn is decided, its batch appended and
//! synced, and only then is anything shown; the next turn may be decided before that write is done.

use journal::{
    Access, Cut, DataFolder, Fault, FileJournal, Identity, Journal as _, JournalId, Layout,
    Options, SnapshotStore,
};
use ledger::Ledger;
use std::collections::VecDeque;
use till::{
    Keeping, Published, Reading, RecoveryFault, Sealed, Shutters, Till, Turn, append, recover,
};
use vocabulary::{Request, Seq, Shard};

/// The one shard of the world.
pub const SHARD: Shard = Shard(0);

const IDENTITY: Identity = Identity {
    journal: JournalId([0x51; 16]),
    shard: SHARD.0 as u32,
};

/// How the program is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where its data lie.
    pub layout: Layout,
    /// Bytes of a segment.
    pub segment_bytes: u64,
    /// How segments are written.
    pub access: Access,
    /// After how many commands a snapshot is taken.
    pub snapshots_every: u64,
    /// How many snapshots are kept.
    pub snapshots_keep: usize,
}

/// Why the program did not start.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    /// The journal could not be opened.
    #[error(transparent)]
    Journal(#[from] Fault),
    /// It did not give back the ledger.
    #[error(transparent)]
    Recovery(#[from] RecoveryFault),
}

/// What starting found.
#[derive(Debug)]
pub struct Found {
    /// The epoch that the journal is fenced for.
    pub epoch: u64,
    /// What was cut.
    pub cut: Option<Cut>,
    /// The snapshot that recovery began with.
    pub snapshot: Option<Seq>,
    /// The snapshots that could not be used.
    pub unusable: Vec<Seq>,
}

/// The running program. `T` says who asked.
pub struct House<T> {
    /// The very same till.
    pub till: Till,
    /// Who waits to be served.
    pub waiting: VecDeque<(T, Vec<Request>)>,
    /// Where nobody can buy.
    pub shutters: Shutters,
    journal: FileJournal,
    epoch: u64,
    keeping: Keeping,
    in_flight: Option<Turn<T>>,
    snapshot_at: u64,
    archivable: Option<u64>,
}

impl Settings {
    /// The store of the snapshots.
    pub fn snapshots(&self) -> SnapshotStore {
        SnapshotStore::of(&self.layout)
    }

    fn options(&self) -> Options {
        Options {
            segment_bytes: self.segment_bytes,
            access: self.access,
        }
    }

    fn open_journal(&self) -> Result<(FileJournal, u64, Option<Cut>), Fault> {
        let folder = DataFolder::open_at(self.layout.clone())?;
        let opened = match FileJournal::exists(&folder) {
            true => FileJournal::open(folder, self.options())?,
            false => FileJournal::create(folder, IDENTITY, self.options())?,
        };
        let mut journal = opened.journal;
        let epoch = opened.tail.fence + 1;
        journal.fence(epoch)?;
        Ok((journal, epoch, opened.cut))
    }
}

impl<T> House<T> {
    /// Starts the program. Recovery begins with a snapshot at most as new as `views_at`.
    pub fn start(settings: &Settings, views_at: Seq) -> Result<(Self, Found), NotStarted> {
        let (journal, epoch, cut) = settings.open_journal()?;
        let snapshots = settings.snapshots();
        let recovered = recover(SHARD, &journal, Some(&snapshots), views_at, |_| ())?;
        let found = Found {
            epoch,
            cut,
            snapshot: recovered.snapshot,
            unusable: recovered.unusable.into_iter().map(|(seq, _)| seq).collect(),
        };
        let house = House {
            till: Till::at(SHARD, recovered.ledger, recovered.next_seq),
            waiting: VecDeque::new(),
            shutters: Shutters::default(),
            journal,
            epoch,
            keeping: Keeping {
                snapshots,
                every: settings.snapshots_every,
                keep: settings.snapshots_keep,
            },
            in_flight: None,
            snapshot_at: recovered.next_seq.0 - 1,
            archivable: None,
        };
        Ok((house, found))
    }

    /// The journal, to be read.
    pub fn journal(&self) -> &FileJournal {
        &self.journal
    }

    /// The ledger, where it is not ahead of the disk.
    pub fn settled_ledger(&self) -> Option<&Ledger> {
        self.in_flight.is_none().then(|| self.till.ledger())
    }

    /// Whether a write is under way.
    pub fn is_writing(&self) -> bool {
        self.in_flight.is_some()
    }

    /// Decides a turn, then finishes the write before it. What comes back is durable and may be shown.
    ///
    /// # Errors
    /// The disk's; then nothing more may be shown.
    pub fn turn(&mut self, reading: Reading) -> Result<Vec<Turn<T>>, Fault> {
        let turn = self.till.turn(reading, &mut self.waiting);
        let mut durable = self.settle()?;
        match turn.sealed {
            Some(_) => self.in_flight = Some(turn),
            None => durable.push(turn),
        }
        Ok(durable)
    }

    /// Finishes the write that is under way.
    ///
    /// # Errors
    /// The disk's; then nothing more may be shown.
    pub fn settle(&mut self) -> Result<Vec<Turn<T>>, Fault> {
        let Some(turn) = self.in_flight.take() else {
            return Ok(Vec::new());
        };
        if let Some(sealed) = &turn.sealed {
            append(&mut self.journal, SHARD, self.epoch, sealed)?;
        }
        Ok(vec![turn])
    }

    /// Takes back the room of a turn that was shown.
    pub fn reuse(&mut self, sealed: Option<Sealed>, published: Option<Published>) {
        if let Some(sealed) = sealed {
            self.till.reuse_payload(sealed);
        }
        if let Some(published) = published {
            self.till.reuse_events(published);
        }
    }

    /// What is done between turns, while nothing is under way: a snapshot when it is time for one,
    /// then the archiving of what it made old. Gives true when a snapshot was written.
    ///
    /// # Errors
    /// A failed move of a segment, which poisons the journal.
    pub fn between_turns(&mut self) -> Result<bool, Fault> {
        if let Some(seq) = self.archivable.take() {
            self.journal.archive_before(seq)?;
        }
        let done = self.till.next_seq().0 - 1;
        if self.in_flight.is_some() || done - self.snapshot_at < self.keeping.every {
            return Ok(false);
        }
        let oldest = self.keeping.catch_up(SHARD, &self.journal);
        self.snapshot_at = done;
        self.archivable = oldest.map(|oldest| oldest + 1);
        Ok(self.archivable.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::{Ending, Moment, SimDisk, Trouble};
    use model::stream::Dice;
    use std::path::Path;
    use std::sync::Arc;
    use vocabulary::{Command, Millis, Reference};

    /// Three batches fill a segment, so that a short life has everything in it.
    fn settings(disk: &SimDisk, access: Access) -> Settings {
        Settings {
            layout: Layout::on(Arc::new(disk.clone()), Path::new("/shops/one")),
            segment_bytes: 16 << 10,
            access,
            snapshots_every: 2,
            snapshots_keep: 1,
        }
    }

    /// Serves so many commands, one a batch; where the journal ended when the last was acknowledged.
    fn serve(settings: &Settings, commands: u32) -> Option<Seq> {
        let (mut house, _) = House::start(settings, Seq(u64::MAX)).ok()?;
        let mut acknowledged = house.till.next_seq();
        for _ in 0..commands {
            let reference = Reference(u128::from(house.till.next_seq().0));
            let open_seller = Command::OpenSeller { reference };
            house.waiting.push_back(((), vec![open_seller.into()]));
            let reading = Reading {
                wall: Millis(1),
                monotonic_ms: 0,
            };
            let decided = house.turn(reading).and_then(|_| house.settle());
            if decided.is_err() {
                break;
            }
            acknowledged = house.till.next_seq();
            if house.between_turns().is_err() {
                break;
            }
        }
        Some(acknowledged)
    }

    /// Ends a shop at its so many-th call; false when it never makes that many.
    fn end_at(calls: u32, access: Access, ending: Ending, moment: Moment) -> bool {
        let disk = SimDisk::new(Dice::new(u64::from(calls)), false);
        let settings = settings(&disk, access);
        disk.plan(calls, Trouble::End(ending, moment));
        let before = serve(&settings, 12).unwrap_or_default();
        let reached = disk.ended().is_some();
        disk.end(ending);
        disk.restart(ending);
        let after = serve(&settings, 1).expect("a sound disk serves");
        assert!(after > before, "{calls} {access:?} {ending:?} {moment:?}");
        disk.end(Ending::PowerLost);
        disk.restart(Ending::PowerLost);
        let again = serve(&settings, 0);
        assert_eq!(
            again,
            Some(after),
            "{calls} {access:?} {ending:?} {moment:?}"
        );
        reached
    }

    #[test]
    fn at_whatever_call_a_shop_ends_it_keeps_what_it_served_before_and_after() {
        for access in [Access::Direct, Access::Buffered] {
            for ending in [Ending::Killed, Ending::PowerLost] {
                for moment in [Moment::Before, Moment::During, Moment::After] {
                    let calls = (1..).take_while(|calls| end_at(*calls, access, ending, moment));
                    assert!(calls.count() > 100, "founding, rolling, keeping, archiving");
                }
            }
        }
    }
}
