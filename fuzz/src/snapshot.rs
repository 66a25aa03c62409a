//! The ledger in a snapshot.

use ledger::Ledger;

/// Reads a ledger. What was read must be written and read again with the same digest.
pub(crate) fn read(bytes: &[u8]) {
    let Ok(ledger) = Ledger::read_snapshot(bytes) else {
        return;
    };
    let mut written = Vec::new();
    ledger
        .write_snapshot(&mut written)
        .expect("memory takes every byte");
    let again = Ledger::read_snapshot(&written[..]).expect("it was just written");
    assert_eq!(again.digest(), ledger.digest());
}
