//! A snapshot whose file or content was damaged is never believed: an older one serves, and recovery comes
//! to the same ledger.

use crate::festival::{OPENS, at, commands, hold};
use journal::{Identity, JournalId, MemoryJournal, SnapshotStore};
use ledger::Ledger;
use std::fs;
use std::path::PathBuf;
use till::{Till, append, recover};
use vocabulary::{Digest, Seq, Shard};

/// A journal of two batches, with what a snapshot behind each of them is made of.
struct World {
    journal: MemoryJournal,
    states: Vec<State>,
    store: SnapshotStore,
    _folder: tempfile::TempDir,
}

struct State {
    seq: u64,
    digest: Digest,
    bytes: Vec<u8>,
}

impl World {
    fn new() -> World {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let identity = Identity {
            journal: JournalId([1; 16]),
            shard: 0,
        };
        let mut world = World {
            journal: MemoryJournal::new(identity),
            states: Vec::new(),
            store: SnapshotStore::at(folder.path()),
            _folder: folder,
        };
        let mut till = Till::at(Shard(0), Ledger::new(), Seq(1));
        for (ms, requests) in [(1, commands(20)), (OPENS, vec![hold(1), hold(2)])] {
            let turn = till.turn(at(ms), &mut [((), requests)].into());
            let sealed = turn.sealed.expect("something is done");
            let appended = append(&mut world.journal, Shard(0), 1, &sealed);
            appended.expect("memory takes every batch");
            world.states.push(State::of(&till));
        }
        world
    }

    fn put(&self, seq: u64, digest: Digest, bytes: &[u8]) -> PathBuf {
        let path = self.store.put(seq, digest.0, |to| to.write_all(bytes));
        path.expect("it is written")
    }

    /// Which snapshot serves; whichever it is, the ledger must be the same.
    fn serves(&self) -> u64 {
        let store = Some(&self.store);
        let back = recover(Shard(0), &self.journal, store, Seq(u64::MAX), |_| ());
        let back = back.expect("the journal is whole");
        assert_eq!(back.ledger.digest(), self.states[1].digest);
        let serves = back.snapshot.expect("the older one is whole").0;
        let passed_over = back.unusable.iter().map(|(seq, _)| seq.0);
        let mut newer = self.store.list().expect("they are listed");
        newer.retain(|seq| *seq > serves);
        assert!(passed_over.eq(newer));
        serves
    }
}

impl State {
    fn of(till: &Till) -> State {
        let mut bytes = Vec::new();
        let written = till.ledger().write_snapshot(&mut bytes);
        written.expect("memory takes a snapshot");
        State {
            seq: till.next_seq().0 - 1,
            digest: till.ledger().digest(),
            bytes,
        }
    }
}

#[test]
fn a_file_that_is_changed_cut_or_longer_is_passed_over() {
    let world = World::new();
    let [older, newer] = &world.states[..] else {
        unreachable!("there were two turns");
    };
    world.put(older.seq, older.digest, &older.bytes);
    let path = world.put(newer.seq, newer.digest, &newer.bytes);
    assert_eq!(world.serves(), newer.seq);
    let whole = fs::read(&path).expect("it is there");
    let longer = [&whole[..], &[0]].concat();
    fs::write(&path, longer).expect("it is written");
    assert_eq!(world.serves(), older.seq);
    for byte in (0..whole.len()).step_by(7) {
        let mut changed = whole.clone();
        changed[byte] ^= 0x10;
        for damaged in [&changed[..], &whole[..byte]] {
            fs::write(&path, damaged).expect("it is written");
            assert_eq!(world.serves(), older.seq, "byte {byte}");
        }
    }
}

#[test]
fn a_whole_file_that_is_not_the_ledger_of_its_sequence_is_passed_over() {
    let world = World::new();
    let [older, newer] = &world.states[..] else {
        unreachable!("there were two turns");
    };
    world.put(older.seq, older.digest, &older.bytes);
    let longer = [&newer.bytes[..], &[0]].concat();
    for wrong in [&longer, &newer.bytes[..newer.bytes.len() - 1], &[]] {
        world.put(newer.seq, newer.digest, wrong);
        assert_eq!(world.serves(), older.seq, "{} bytes", wrong.len());
    }
    world.put(newer.seq, newer.digest, &older.bytes);
    assert_eq!(world.serves(), older.seq);
    let mut version = newer.bytes.clone();
    version[8] -= 1;
    world.put(newer.seq, newer.digest, &version);
    assert_eq!(world.serves(), older.seq);
}
