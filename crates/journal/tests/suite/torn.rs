//! Torn writes: whatever a dying machine leaves of the last, unacknowledged batch, the batches
//! before it are all there and the journal goes on.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt as _;

use journal::{Access, Journal as _, OwnedBatch, Reader as _, Tail};
use proptest::prelude::*;

use crate::scene::{SECTOR, Scene, append, read_all};

const SEGMENT_BYTES: u64 = 128 << 10;

/// A journal whose last batch was being written when the machine died, and the truth about it.
struct Torn {
    scene: Scene,
    acknowledged: Vec<OwnedBatch>,
    tail: Tail,
    /// Where the last batch begins in its segment, and its bytes.
    offset: u64,
    batch: Vec<u8>,
}

fn journal_of(payloads: &[Vec<u8>], last: &[u8]) -> Torn {
    let living = Scene::new(SEGMENT_BYTES, Access::Buffered);
    let mut journal = living.create();
    for payload in payloads {
        append(&mut journal, 3, payload).unwrap();
    }
    let (acknowledged, tail) = (read_all(&journal).unwrap(), journal.tail());
    let before = living.crashed();
    append(&mut journal, 3, last).unwrap();
    let scene = living.crashed();
    let (offset, batch) = written_since(&before, &scene);
    Torn {
        scene,
        acknowledged,
        tail,
        offset,
        batch,
    }
}

/// The bytes of the one batch by which two folders differ.
fn written_since(before: &Scene, after: &Scene) -> (u64, Vec<u8>) {
    let new = fs::read(after.last_segment()).unwrap();
    let old = before
        .layout()
        .journal
        .join(after.last_segment().file_name().unwrap());
    let old = fs::read(old).unwrap_or_else(|_| {
        let mut header = new.clone();
        header[SECTOR as usize..].fill(0);
        header
    });
    let sectors = new.len() / SECTOR as usize;
    let differs = |at: &usize| {
        let range = at * SECTOR as usize..(at + 1) * SECTOR as usize;
        new[range.clone()] != old[range]
    };
    let first = (0..sectors).find(differs).unwrap() * SECTOR as usize;
    let end = (0..sectors).rfind(differs).unwrap() * SECTOR as usize + SECTOR as usize;
    (first as u64, new[first..end].to_vec())
}

impl Torn {
    fn leave(&self, bytes: &[u8]) {
        let path = self.scene.last_segment();
        let file = OpenOptions::new().write(true).open(path).unwrap();
        file.write_all_at(bytes, self.offset).unwrap();
    }

    /// Everything acknowledged is there; the batch in flight is there whole or not at all; and the
    /// journal takes the next batch and survives another restart.
    fn must_recover(&self, left: &[u8]) {
        let whole = left == self.batch;
        let opened = self.scene.open().unwrap();
        let mut journal = opened.journal;
        let mut read = read_all(&journal).unwrap();
        assert_eq!(
            opened.cut.is_some(),
            !whole && left.iter().any(|byte| *byte != 0)
        );
        if whole {
            assert_eq!(read.pop().unwrap().header.first_seq, self.tail.next_seq);
        } else {
            assert_eq!(journal.tail(), self.tail);
        }
        assert_eq!(read, self.acknowledged);

        append(&mut journal, 1, b"after the crash").unwrap();
        let tail = journal.tail();
        drop(journal);
        let again = self.scene.open().unwrap();
        assert_eq!((again.cut, again.tail), (None, tail));
    }
}

fn payloads() -> impl Strategy<Value = Vec<Vec<u8>>> {
    // Some are zeros through and through: what was written and what was not look alike in them.
    let payload = (0..14_000_usize, 0..3_u8).prop_map(|(len, kind)| match kind {
        0 => vec![0; len],
        _ => (0..len).map(|at| (at * 31 % 253) as u8).collect(),
    });
    proptest::collection::vec(payload, 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_write_that_stopped_at_any_byte_is_cut_and_nothing_else_is_lost(
        mut payloads in payloads(),
        stopped in 0.0..=1.0_f64,
    ) {
        let last = payloads.pop().unwrap();
        let torn = journal_of(&payloads, &last);
        let mut left = torn.batch.clone();
        let kept = (left.len() as f64 * stopped) as usize;
        left[kept..].fill(0);
        torn.leave(&left);
        torn.must_recover(&left);
    }

    #[test]
    fn a_write_of_which_any_sectors_are_missing_is_cut_and_nothing_else_is_lost(
        mut payloads in payloads(),
        sector_bytes in prop_oneof![Just(512_usize), Just(4096)],
        missing in proptest::collection::vec(any::<bool>(), 40),
    ) {
        let last = payloads.pop().unwrap();
        let torn = journal_of(&payloads, &last);
        let mut left = torn.batch.clone();
        for (sector, missing) in left.chunks_mut(sector_bytes).zip(missing.iter().cycle()) {
            if *missing {
                sector.fill(0);
            }
        }
        torn.leave(&left);
        torn.must_recover(&left);
    }
}

#[test]
fn a_write_that_stopped_at_each_byte_of_a_sector_is_seen_as_torn() {
    let torn = journal_of(&[vec![1; 100]], &[2; 3000]);
    let written = torn.batch.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    for kept in 1..written {
        let mut left = torn.batch.clone();
        left[kept..].fill(0);
        torn.leave(&left);
        let report = torn.scene.verify().unwrap();
        assert_eq!(
            (report.tail, report.torn.is_some()),
            (torn.tail, true),
            "{kept} bytes kept"
        );
    }
}

#[test]
fn a_whole_batch_that_nobody_was_told_of_is_kept() {
    let torn = journal_of(&[vec![1; 100]], &[2; 3000]);
    torn.must_recover(&torn.batch);
}

#[test]
fn a_segment_that_was_begun_but_never_written_to_is_gone_on_with() {
    let scene = Scene::new(2 * SECTOR, Access::Buffered);
    let mut journal = scene.create();
    append(&mut journal, 1, b"fills the first segment").unwrap();
    append(&mut journal, 1, b"begins the second").unwrap();
    let crashed = scene.crashed();
    let path = crashed.last_segment();
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.write_all_at(&[0; SECTOR as usize], SECTOR).unwrap();

    let mut journal = crashed.open().unwrap().journal;
    assert_eq!(journal.tail().next_seq, 2);
    append(&mut journal, 1, b"begins it again").unwrap();
    assert_eq!(read_all(&journal).unwrap().len(), 2);
}

#[test]
fn an_interrupted_making_of_a_journal_is_finished_when_it_is_opened() {
    let scene = Scene::new(2 * SECTOR, Access::Direct);
    drop(scene.create());
    let crashed = scene.crashed();
    fs::remove_file(crashed.last_segment()).unwrap();
    fs::write(crashed.layout().journal.join("next.prepared"), [7; 100]).unwrap();
    let mut journal = crashed.open().unwrap().journal;
    append(&mut journal, 1, b"first").unwrap();
    journal.fence(1).unwrap();
}
