//! A snapshot whose file was damaged. The ledger itself trusts its bytes; the checksums of the file are what it may trust.

use crate::journal::damage;
use journal::SnapshotStore;
use ledger::Ledger;
use std::fs;
use std::io;
use std::sync::LazyLock;
use tempfile::TempDir;
use vocabulary::{Command, Millis, Outcome, Reference};

const SEQ: u64 = 50;
/// As the store names it.
const NAME: &str = "00000000000000000050.snapshot";

/// A ledger that knows some sellers, and its snapshot's file.
static SOUND: LazyLock<(Ledger, Vec<u8>)> = LazyLock::new(|| {
    let mut ledger = Ledger::new();
    for number in 1..=u128::from(SEQ) {
        let reference = Reference(number);
        let command = Command::OpenSeller { reference };
        let outcome = ledger.apply(Millis(1), &command.into(), &mut Vec::new());
        assert!(matches!(outcome, Outcome::Done(_)));
    }
    let place = TempDir::new().expect("a temporary folder");
    let store = SnapshotStore::at(place.path());
    let digest = ledger.digest().0;
    let path = store.put(SEQ, digest, |to| {
        ledger.write_snapshot(to).map_err(io::Error::other)
    });
    let file = fs::read(path.expect("the disk has room")).expect("it was just written");
    (ledger, file)
});

/// Damages the file, then reads it. The ledger that comes out, if any, must be the one that went in.
pub(crate) fn read(bytes: &[u8]) {
    let (ledger, sound) = &*SOUND;
    let mut files = [(NAME.to_owned(), sound.clone())];
    for deed in bytes.chunks(crate::journal::DEED) {
        damage(&mut files, deed);
    }
    let place = TempDir::new().expect("a temporary folder");
    fs::write(place.path().join(NAME), &files[0].1).expect("a file");
    let Ok(snapshot) = SnapshotStore::at(place.path()).open(SEQ) else {
        return;
    };
    if let Ok(read) = Ledger::read_snapshot(snapshot) {
        assert_eq!(read.digest(), ledger.digest());
    }
}
