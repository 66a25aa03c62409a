//! Prefix plus suffix equals the whole: a ledger that was read from a snapshot goes on as the
//! written one would have.

use ledger::{Ledger, SnapshotError};
use model::stream::Stream;
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
fn other_bytes_are_refused() {
    let mut bytes = Vec::new();
    let ledger = Ledger::new();
    ledger.write_snapshot(&mut bytes).expect("memory takes it");
    let read = |bytes: &[u8]| Ledger::read_snapshot(bytes, bytes.len() as u64).err();
    assert!(read(&bytes).is_none());
    assert!(matches!(
        read(&bytes[..bytes.len() - 1]),
        Some(SnapshotError::Damaged(_))
    ));
    let mut newer = bytes.clone();
    newer[8] += 1;
    assert!(matches!(read(&newer), Some(SnapshotError::OtherVersion(_))));
    bytes[0] ^= 1;
    assert!(matches!(read(&bytes), Some(SnapshotError::NotASnapshot)));
}

fn through_a_snapshot(ledger: &Ledger) -> Ledger {
    let mut bytes = Vec::new();
    let written = ledger.write_snapshot(&mut bytes);
    written.expect("memory takes a snapshot");
    Ledger::read_snapshot(&bytes[..], 0).expect("a snapshot reads back")
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
