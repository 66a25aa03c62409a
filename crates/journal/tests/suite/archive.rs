//! Archiving: whole segments move, nothing is lost from sight.

use journal::{Access, Journal as _, Reader as _};

use crate::scene::{SECTOR, Scene, append, read_all};

fn journal_of_ten() -> (Scene, journal::FileJournal) {
    let scene = Scene::new(3 * SECTOR, Access::Direct);
    let mut journal = scene.create();
    for batch in 0..10_u8 {
        append(&mut journal, 10, &[batch; 10]).unwrap();
    }
    (scene, journal)
}

#[test]
fn only_whole_segments_below_the_sequence_move() {
    for (before, moved) in [
        (0, 0),
        (20, 0),
        (21, 1),
        (40, 1),
        (41, 2),
        (80, 3),
        (u64::MAX, 4),
    ] {
        let (_scene, mut journal) = journal_of_ten();
        let archived = journal.archive_before(before).unwrap();
        assert_eq!(archived.len(), moved, "before {before}");
    }
}

#[test]
fn the_archive_is_read_as_if_it_had_not_moved() {
    let (scene, mut journal) = journal_of_ten();
    let all = read_all(&journal).unwrap();
    let mut begun = journal.read(0).unwrap();
    begun.next().unwrap().unwrap();
    journal.archive_before(70).unwrap();

    let rest: Vec<_> = begun.map(Result::unwrap).collect();
    assert_eq!(rest, all[1..], "a reader under way notices nothing");
    assert_eq!(read_all(&journal).unwrap(), all);
    drop(journal);
    assert_eq!(scene.open_and_read().unwrap(), all);
    assert_eq!(scene.verify().unwrap().batches, 10);
}

#[test]
fn a_reader_beside_the_writer_reads_while_segments_turn_over_and_move() {
    let (_scene, mut journal) = journal_of_ten();
    let reader = journal.reader();
    std::thread::scope(|scope| {
        let writing = scope.spawn(move || {
            for _ in 0..60 {
                let tail = append(&mut journal, 10, &[1; 10]).unwrap();
                journal.archive_before(tail.next_seq).unwrap();
            }
            journal
        });
        while !writing.is_finished() {
            let tail = reader.tail();
            let last = reader.read(0).unwrap().map(Result::unwrap).last().unwrap();
            assert!(last.header.next_seq() >= tail.next_seq);
        }
    });
    assert_eq!(reader.tail().next_seq, 701);
}
