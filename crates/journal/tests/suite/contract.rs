//! The contract: what every journal keeps, in memory or in files, whichever way they are written.

use std::os::unix::fs::FileExt as _;

use journal::{
    Access, Batch, FIRST_SEQ, Fault, Journal, MemoryJournal, PAYLOAD_BYTES_MAX, Reader, Tail,
};
use proptest::prelude::*;

use crate::scene::{IDENTITY, Scene, append, header_at, read_all};

const SEGMENT_BYTES: u64 = 64 << 10;

fn an_empty_journal_begins_at_the_first_sequence(journal: &mut dyn Journal) {
    assert_eq!(journal.tail(), Tail::EMPTY);
    assert_eq!(journal.tail().next_seq, FIRST_SEQ);
    assert!(read_all(journal).unwrap().is_empty());
}

fn what_is_appended_is_read_back_whole_and_in_order(journal: &mut dyn Journal) {
    let mut appended = Vec::new();
    for (count, payload) in [(1, &b"one"[..]), (700, &[9; 50_000]), (3, b"")] {
        let header = header_at(journal.tail(), count);
        let tail = journal.append(&Batch { header, payload }).unwrap();
        appended.push((header, payload.to_vec(), tail.checksum));
    }
    assert_eq!(journal.tail().next_seq, FIRST_SEQ + 704);
    let read = read_all(journal).unwrap().into_iter();
    let read: Vec<_> = read
        .map(|batch| (batch.header, batch.payload, batch.checksum))
        .collect();
    assert_eq!(read, appended);
}

fn reading_from_within_a_batch_gives_that_batch_whole(journal: &mut dyn Journal) {
    for _ in 0..30 {
        append(journal, 10, &[1; 5000]).unwrap();
    }
    for (from, first) in [(0, 1), (1, 1), (10, 1), (11, 11), (155, 151), (300, 291)] {
        let batch = journal.read(from).unwrap().next().unwrap().unwrap();
        assert_eq!(batch.header.first_seq, first, "read from {from}");
    }
    assert!(journal.read(301).unwrap().next().is_none());
    assert!(journal.read(u64::MAX).unwrap().next().is_none());
}

fn a_batch_that_leaves_a_gap_or_repeats_is_refused(journal: &mut dyn Journal) {
    append(journal, 5, b"five").unwrap();
    for found in [0, 1, 5, 100] {
        let mut header = header_at(journal.tail(), 1);
        let expected = header.first_seq;
        header.first_seq = found;
        let fault = refused(journal, header, b"x").to_string();
        assert_eq!(fault, Fault::OutOfSequence { expected, found }.to_string());
    }
}

fn a_batch_built_on_another_predecessor_is_refused(journal: &mut dyn Journal) {
    append(journal, 1, b"first").unwrap();
    let mut header = header_at(journal.tail(), 1);
    header.previous_checksum ^= 1;
    assert!(matches!(
        refused(journal, header, b"x"),
        Fault::ChainBroken { .. }
    ));
}

fn a_fenced_writer_is_shut_out_and_the_newer_one_goes_on(journal: &mut dyn Journal) {
    journal.fence(4).unwrap();
    append(journal, 1, b"by four").unwrap();
    let older = header_at(journal.tail(), 1);
    journal.fence(5).unwrap();
    let fault = refused(journal, older, b"by four");
    assert!(matches!(fault, Fault::Fenced { epoch: 4, fence: 5 }));
    let epochs = read_all(journal).unwrap().into_iter();
    let epochs: Vec<_> = epochs.map(|batch| batch.header.epoch).collect();
    assert_eq!(epochs, [4, 5]);
}

fn a_fence_only_ever_rises(journal: &mut dyn Journal) {
    journal.fence(4).unwrap();
    for epoch in [0, 3, 4] {
        let fault = journal.fence(epoch).unwrap_err();
        assert!(matches!(fault, Fault::Fenced { fence: 4, .. }));
    }
    assert_eq!(journal.tail().fence, 4);
}

fn a_batch_of_a_newer_epoch_raises_the_fence(journal: &mut dyn Journal) {
    let mut header = header_at(journal.tail(), 1);
    header.epoch = 9;
    let payload = b"x";
    assert_eq!(journal.append(&Batch { header, payload }).unwrap().fence, 9);
    let mut older = header_at(journal.tail(), 1);
    older.epoch = 8;
    assert!(matches!(
        refused(journal, older, b"x"),
        Fault::Fenced { .. }
    ));
}

fn a_batch_without_commands_or_beyond_the_last_number_is_refused(journal: &mut dyn Journal) {
    let header = header_at(journal.tail(), 0);
    assert!(matches!(
        refused(journal, header, b"x"),
        Fault::BatchEmpty { .. }
    ));
    let mut header = header_at(journal.tail(), 2);
    header.first_seq = u64::MAX - 1;
    assert!(matches!(
        refused(journal, header, b"x"),
        Fault::BatchEmpty { .. }
    ));
}

fn another_shards_batch_is_refused(journal: &mut dyn Journal) {
    let mut header = header_at(journal.tail(), 1);
    header.shard += 1;
    assert!(matches!(
        refused(journal, header, b"x"),
        Fault::OtherShard { .. }
    ));
}

fn a_batch_over_the_limit_is_refused(journal: &mut dyn Journal) {
    let header = header_at(journal.tail(), 1);
    let fault = refused(journal, header, &vec![1; PAYLOAD_BYTES_MAX + 1]);
    assert!(matches!(fault, Fault::BatchTooLarge { .. }));
}

fn a_read_ends_at_the_tail_of_its_moment_and_the_reader_sees_it_move(journal: &mut dyn Journal) {
    append(journal, 1, b"before").unwrap();
    let reader = journal.reader();
    let begun = reader.read(0).unwrap();
    let tail = append(journal, 1, b"after").unwrap();
    assert_eq!(begun.count(), 1);
    assert_eq!(reader.tail(), tail);
    assert_eq!(reader.read(0).unwrap().count(), 2);
}

/// Appends what must be refused, and sees that nothing came of it.
fn refused(journal: &mut dyn Journal, header: journal::BatchHeader, payload: &[u8]) -> Fault {
    let before = (journal.tail(), read_all(journal).unwrap());
    let fault = journal.append(&Batch { header, payload }).unwrap_err();
    assert_eq!((journal.tail(), read_all(journal).unwrap()), before);
    append(journal, 1, b"the journal goes on").unwrap();
    fault
}

macro_rules! every_journal_keeps {
    ($($law:ident,)*) => {
        mod memory {
            $(#[test] fn $law() {
                super::$law(&mut journal::MemoryJournal::new(crate::scene::IDENTITY));
            })*
        }
        every_journal_keeps!(@file direct, Direct, $($law,)*);
        every_journal_keeps!(@file buffered, Buffered, $($law,)*);
    };
    (@file $name:ident, $access:ident, $($law:ident,)*) => {
        mod $name {
            $(#[test] fn $law() {
                let scene = super::Scene::new(super::SEGMENT_BYTES, journal::Access::$access);
                super::$law(&mut scene.create());
            })*
        }
    };
}

every_journal_keeps! {
    an_empty_journal_begins_at_the_first_sequence,
    what_is_appended_is_read_back_whole_and_in_order,
    reading_from_within_a_batch_gives_that_batch_whole,
    a_batch_that_leaves_a_gap_or_repeats_is_refused,
    a_batch_built_on_another_predecessor_is_refused,
    a_fenced_writer_is_shut_out_and_the_newer_one_goes_on,
    a_fence_only_ever_rises,
    a_batch_of_a_newer_epoch_raises_the_fence,
    a_batch_without_commands_or_beyond_the_last_number_is_refused,
    another_shards_batch_is_refused,
    a_batch_over_the_limit_is_refused,
    a_read_ends_at_the_tail_of_its_moment_and_the_reader_sees_it_move,
}

#[test]
fn a_fence_and_its_writers_survive_a_restart() {
    let scene = Scene::new(SEGMENT_BYTES, Access::Direct);
    let mut journal = scene.create();
    journal.fence(7).unwrap();
    drop(journal);
    let mut journal = scene.open().unwrap().journal;
    assert_eq!(journal.tail().fence, 7);
    assert!(matches!(journal.fence(7), Err(Fault::Fenced { .. })));
}

#[test]
fn a_journal_is_made_once() {
    let scene = Scene::new(SEGMENT_BYTES, Access::Direct);
    let folder = journal::DataFolder::open(scene.root()).unwrap();
    let options = scene.options.clone();
    assert!(matches!(scene.open(), Err(Fault::Locked { .. })));
    let missing = journal::FileJournal::open(folder.clone(), options.clone());
    assert!(matches!(missing, Err(Fault::NoJournal { .. })));
    journal::FileJournal::create(folder.clone(), IDENTITY, options.clone()).unwrap();
    let twice = journal::FileJournal::create(folder, IDENTITY, options);
    assert!(matches!(twice, Err(Fault::JournalExists { .. })));
}

#[test]
fn a_batch_must_fit_a_segment_and_the_limit_says_how_large_it_may_be() {
    let scene = Scene::new(2 * SECTOR_BYTES, Access::Direct);
    let mut journal = scene.create();
    let fault = append(&mut journal, 1, &[1; SECTOR_BYTES as usize]).unwrap_err();
    let Fault::BatchTooLarge { bytes_max, .. } = fault else {
        panic!("{fault}");
    };
    append(&mut journal, 1, &vec![1; bytes_max as usize]).unwrap();
    append(&mut journal, 1, &vec![2; bytes_max as usize]).unwrap();
    assert_eq!(read_all(&journal).unwrap().len(), 2);
}

const SECTOR_BYTES: u64 = crate::scene::SECTOR;

#[test]
fn a_segment_without_a_batch_that_is_too_small_for_the_first_is_replaced() {
    for batches_before in [0, 1] {
        let small = Scene::new(2 * SECTOR_BYTES, Access::Direct);
        let mut journal = small.create();
        for _ in 0..batches_before {
            append(&mut journal, 1, b"fills a small segment").unwrap();
        }
        append(&mut journal, 1, b"to be wiped").unwrap();
        let mut crashed = small.crashed();
        let wiped = std::fs::File::options()
            .write(true)
            .open(crashed.last_segment());
        let zeros = [0; SECTOR_BYTES as usize];
        wiped.unwrap().write_all_at(&zeros, SECTOR_BYTES).unwrap();

        crashed.options.segment_bytes = SEGMENT_BYTES;
        let mut journal = crashed.open().unwrap().journal;
        append(&mut journal, 1, &[1; 30_000]).unwrap();
        append(&mut journal, 1, &[2; 30_000]).unwrap();
        drop(journal);
        assert_eq!(crashed.open_and_read().unwrap().len(), 2 + batches_before);
        assert_eq!(crashed.verify().unwrap().batches, 2 + batches_before as u64);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The journal in memory is the naive model: the one in files agrees with it on everything,
    /// checksums included, over restarts and over the ends of segments.
    #[test]
    fn the_file_journal_agrees_with_the_one_in_memory(
        deeds in proptest::collection::vec((0..12_u8, 1..500_u32, 0..20_000_usize), 1..40),
        direct: bool,
    ) {
        let access = if direct { Access::Direct } else { Access::Buffered };
        let scene = Scene::new(32 << 10, access);
        let mut memory = MemoryJournal::new(IDENTITY);
        let mut file = scene.create();
        for (deed, count, len) in deeds {
            match deed {
                0 => { drop(file); file = scene.open().unwrap().journal; }
                1 => {
                    let epoch = memory.tail().fence + 1;
                    prop_assert_eq!(file.fence(epoch).unwrap(), memory.fence(epoch).unwrap());
                }
                2 => { file.archive_before(memory.tail().next_seq / 2).unwrap(); }
                _ => {
                    let payload = vec![deed; len];
                    let appended = append(&mut file, count, &payload).unwrap();
                    prop_assert_eq!(appended, append(&mut memory, count, &payload).unwrap());
                }
            }
        }
        prop_assert_eq!(file.tail(), memory.tail());
        prop_assert_eq!(read_all(&file).unwrap(), read_all(&memory).unwrap());
        drop(file);
        prop_assert_eq!(scene.verify().unwrap().tail, memory.tail());
    }
}
