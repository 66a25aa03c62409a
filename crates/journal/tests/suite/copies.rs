//! Backup and restore: a copy holds all that was acknowledged, and is itself a data folder.

use std::fs;

use journal::{Access, Fault, FileReader, Journal as _, Reader as _, SnapshotStore};

use crate::scene::{SECTOR, Scene, append, read_all};

const SEGMENT_BYTES: u64 = 16 << 10;

fn empty() -> Scene {
    Scene::new(SEGMENT_BYTES, Access::Direct)
}

fn busy_journal() -> (Scene, journal::FileJournal) {
    let scene = empty();
    let mut journal = scene.create();
    journal.fence(2).unwrap();
    for batch in 0..12_u8 {
        append(&mut journal, 10, &[batch; 3000]).unwrap();
    }
    journal.archive_before(60).unwrap();
    let snapshots = SnapshotStore::at(&scene.layout().snapshots);
    for seq in [51, 101] {
        snapshots.put(seq, 5, |to| to.write_all(b"state")).unwrap();
    }
    (scene, journal)
}

#[test]
fn a_backup_made_while_serving_opens_with_all_that_was_acknowledged() {
    let (scene, mut journal) = busy_journal();
    let (tail, all) = (journal.tail(), read_all(&journal).unwrap());
    append(&mut journal, 1, b"after the call").unwrap();

    let target = empty();
    let copied = journal::backup(scene.root(), target.root(), tail, Access::Direct).unwrap();
    assert_eq!(
        (copied.batches, copied.snapshots, copied.tail),
        (12, 2, tail)
    );
    assert_eq!(target.verify().unwrap().tail, tail);

    let mut copy = target.open().unwrap().journal;
    assert_eq!((copy.tail(), read_all(&copy).unwrap()), (tail, all));
    append(&mut copy, 1, b"the copy goes on").unwrap();
}

#[test]
fn a_backup_up_to_an_older_tail_leaves_out_batches_and_snapshots_after_it() {
    let (scene, journal) = busy_journal();
    let batch = journal.read(0).unwrap().nth(7).unwrap().unwrap();
    let tail = journal::Tail {
        next_seq: batch.header.next_seq(),
        checksum: batch.checksum,
        fence: 2,
    };
    let target = empty();
    let copied = journal::backup(scene.root(), target.root(), tail, Access::Direct).unwrap();
    assert_eq!((copied.batches, copied.snapshots), (8, 1));
    assert_eq!(target.open().unwrap().tail, tail);
}

/// The tail's segment may be archived between the asking for the tail and the copying.
#[test]
fn a_backup_that_ends_in_the_archive_still_opens() {
    let (scene, mut journal) = busy_journal();
    let tail = journal.tail();
    for _ in 0..12 {
        append(&mut journal, 10, &[1; 3000]).unwrap();
    }
    journal.archive_before(u64::MAX).unwrap();
    let target = empty();
    journal::backup(scene.root(), target.root(), tail, Access::Direct).unwrap();
    assert_eq!(target.open().unwrap().tail, tail);
}

#[test]
fn a_tail_that_the_journal_never_had_is_refused_and_leaves_no_data_folder() {
    let (scene, journal) = busy_journal();
    for (next_seq, checksum) in [(121, 1), (115, 1), (500, 1)] {
        let tail = journal::Tail {
            next_seq,
            checksum,
            ..journal.tail()
        };
        let target = empty();
        let fault = journal::backup(scene.root(), target.root(), tail, Access::Direct);
        assert!(matches!(fault, Err(Fault::NoSuchTail { .. })), "{fault:?}");
        assert!(matches!(target.verify(), Err(Fault::NotADataFolder { .. })));
    }
}

#[test]
fn what_is_restored_equals_what_was_backed_up() {
    let (scene, journal) = busy_journal();
    let (tail, all) = (journal.tail(), read_all(&journal).unwrap());
    let (copy, restored) = (empty(), empty());
    journal::backup(scene.root(), copy.root(), tail, Access::Direct).unwrap();
    journal::restore(copy.root(), restored.root(), Access::Direct).unwrap();

    assert_eq!(restored.verify().unwrap(), copy.verify().unwrap());
    let reader = FileReader::open(restored.root(), Access::Direct).unwrap();
    assert_eq!((reader.tail(), read_all(&reader).unwrap()), (tail, all));
    let store = SnapshotStore::at(&restored.layout().snapshots);
    assert_eq!(store.list().unwrap(), [51, 101]);
}

#[test]
fn a_folder_that_holds_something_is_never_written_to() {
    let (scene, journal) = busy_journal();
    let target = empty();
    fs::write(target.root().join("letter"), "dear").unwrap();
    let access = Access::Direct;
    let backup = journal::backup(scene.root(), target.root(), journal.tail(), access);
    assert!(matches!(backup, Err(Fault::TargetNotEmpty { .. })));
    let restore = journal::restore(scene.root(), target.root(), access);
    assert!(matches!(restore, Err(Fault::TargetNotEmpty { .. })));
    assert_eq!(fs::read_dir(target.root()).unwrap().count(), 1);
}

#[test]
fn a_damaged_backup_is_not_restored() {
    let (scene, journal) = busy_journal();
    let (copy, target) = (empty(), empty());
    journal::backup(scene.root(), copy.root(), journal.tail(), Access::Direct).unwrap();
    let path = &copy.segments()[1];
    let mut bytes = fs::read(path).unwrap();
    bytes[SECTOR as usize + 500] ^= 1;
    fs::write(path, bytes).unwrap();
    let fault = journal::restore(copy.root(), target.root(), Access::Direct).unwrap_err();
    assert!(matches!(fault, Fault::Damaged { .. }), "{fault}");
    assert_eq!(fs::read_dir(target.root()).unwrap().count(), 0);
}

#[test]
fn an_empty_journal_is_backed_up_and_restored_as_well() {
    let (scene, target) = (empty(), empty());
    let journal = scene.create();
    journal::backup(scene.root(), target.root(), journal.tail(), Access::Direct).unwrap();
    assert_eq!(target.open().unwrap().tail, journal.tail());
}

#[test]
fn a_backup_can_be_made_while_the_writer_writes_and_archives() {
    let (scene, mut journal) = busy_journal();
    let reader = journal.reader();
    std::thread::scope(|scope| {
        let writing = scope.spawn(move || {
            for _ in 0..150 {
                let tail = append(&mut journal, 1, &[7; 3000]).unwrap();
                journal.archive_before(tail.next_seq - 10).unwrap();
            }
        });
        while !writing.is_finished() {
            let (tail, target) = (reader.tail(), empty());
            journal::backup(scene.root(), target.root(), tail, Access::Direct).unwrap();
            assert_eq!(target.verify().unwrap().tail, tail);
        }
    });
}
