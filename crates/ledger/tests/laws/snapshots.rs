//! Prefix plus suffix equals the whole: a ledger that was read from a snapshot goes on as the
//! written one would have.

use ledger::{Ledger, SnapshotError};
use model::stream::Stream;
use std::io::{self, Read};
use vocabulary::{Millis, Request};

const WORLDS: u64 = 8;
const COMMANDS_A_WORLD: usize = 1_500;
/// A prime, so that cuts fall everywhere.
const EVERY: usize = 37;

#[test]
fn a_ledger_that_goes_through_snapshots_stays_equal_to_one_that_does_not() {
    for seed in 0..WORLDS {
        let (mut whole, mut cut) = (Ledger::new(), Ledger::new());
        for (index, stamped) in Stream::new(seed).take(COMMANDS_A_WORLD).enumerate() {
            if index % EVERY == 0 {
                cut = through_a_snapshot(&cut);
            }
            assert_eq!(
                answer(&mut whole, &stamped),
                answer(&mut cut, &stamped),
                "seed {seed}, command {index}: {stamped:?}"
            );
            assert_eq!(whole.next_due(), cut.next_due());
            assert_eq!(whole.digest(), cut.digest());
        }
        assert_eq!(described(&whole), described(&cut));
    }
}

#[test]
fn a_ledger_that_was_read_writes_the_same_bytes() {
    for seed in 0..WORLDS {
        let bytes = written(&lived(seed));
        let read = Ledger::read_snapshot(&bytes[..]).expect("a snapshot reads back");
        assert!(written(&read) == bytes, "seed {seed}");
    }
}

#[test]
fn other_bytes_are_refused() {
    let mut bytes = written(&Ledger::new());
    let read = |bytes: &[u8]| Ledger::read_snapshot(bytes).err();
    assert!(read(&bytes).is_none());
    for empty in [&[][..], &bytes[..9]] {
        assert!(matches!(read(empty), Some(SnapshotError::NotASnapshot)));
    }
    let mut newer = bytes.clone();
    newer[8] += 1;
    assert!(matches!(read(&newer), Some(SnapshotError::OtherVersion(_))));
    bytes[0] ^= 1;
    assert!(matches!(read(&bytes), Some(SnapshotError::NotASnapshot)));
}

#[test]
fn a_snapshot_that_lacks_bytes_or_has_more_is_refused() {
    let mut bytes = written(&lived(1));
    for kept in (10..bytes.len()).step_by(EVERY) {
        let read = Ledger::read_snapshot(&bytes[..kept]).err();
        assert!(matches!(read, Some(SnapshotError::Damaged(_))), "{kept}");
    }
    bytes.push(0);
    let read = Ledger::read_snapshot(&bytes[..]).err();
    assert!(matches!(read, Some(SnapshotError::Longer)));
}

#[test]
fn a_stream_that_fails_is_named_wherever_it_does() {
    let bytes = written(&lived(1));
    for kept in [0, 3, 9, 100, bytes.len() / 2, bytes.len()] {
        let read = Ledger::read_snapshot(bytes[..kept].chain(Failing)).err();
        assert!(matches!(read, Some(SnapshotError::Stream(_))), "{kept}");
    }
}

/// A stream whose disk is gone.
struct Failing;

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the disk is gone"))
    }
}

/// A ledger to which much has happened.
fn lived(seed: u64) -> Ledger {
    let mut ledger = Ledger::new();
    for stamped in Stream::new(seed).take(COMMANDS_A_WORLD) {
        answer(&mut ledger, &stamped);
    }
    ledger
}

fn written(ledger: &Ledger) -> Vec<u8> {
    let mut bytes = Vec::new();
    let written = ledger.write_snapshot(&mut bytes);
    written.expect("memory takes a snapshot");
    bytes
}

fn through_a_snapshot(ledger: &Ledger) -> Ledger {
    Ledger::read_snapshot(&written(ledger)[..]).expect("a snapshot reads back")
}

fn answer(ledger: &mut Ledger, (at, request): &(Millis, Request)) -> String {
    let mut events = Vec::new();
    let outcome = ledger.apply(*at, request, &mut events);
    format!("{outcome:?} {events:?}")
}

fn described(ledger: &Ledger) -> String {
    let mut text = String::new();
    ledger.describe(&mut text);
    text
}
