//! Damage to what was acknowledged: always found, named with its file, and never cut.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use journal::{Access, Fault, Wrong};

use crate::scene::{SECTOR, Scene, append, read_all};

const SEGMENT_BYTES: u64 = 3 * SECTOR;

/// Five batches, two a segment: an archived segment, a full one, and one with room. Closed in order.
fn small_journal() -> Scene {
    let scene = Scene::new(SEGMENT_BYTES, Access::Buffered);
    let mut journal = scene.create();
    for batch in 0..5_u8 {
        append(&mut journal, 2, &[batch + 1; 200]).unwrap();
    }
    assert_eq!(journal.archive_before(5).unwrap().len(), 1);
    drop(journal);
    assert_eq!(scene.verify().unwrap().batches, 5);
    scene
}

fn change(path: &Path, offset: u64, bytes: &[u8]) {
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.write_all_at(bytes, offset).unwrap();
}

fn batch_at(bytes: &[u8], place: usize) -> Vec<u8> {
    let sector = SECTOR as usize;
    bytes[(place + 1) * sector..(place + 2) * sector].to_vec()
}

/// Both the verifier and a restart that replays everything must say so.
fn must_be_noticed(scene: &Scene, deed: &str) -> Fault {
    let Err(verified) = scene.verify() else {
        panic!("verify saw nothing wrong: {deed}");
    };
    assert!(
        matches!(verified, Fault::Damaged { .. }),
        "{deed}: {verified}"
    );
    let reopened = scene.crashed().open_and_read();
    assert!(reopened.is_err(), "a restart saw nothing wrong: {deed}");
    verified
}

#[test]
fn every_changed_byte_of_the_journal_is_noticed() {
    let scene = small_journal();
    let mut files = scene.segments();
    files.push(scene.layout().journal.join("mark"));
    for path in files {
        let sound = fs::read(&path).unwrap();
        for (offset, byte) in sound.iter().enumerate() {
            let flip = 1 << (offset % 8);
            change(&path, offset as u64, &[byte ^ flip]);
            let found = scene.verify();
            let named = match &found {
                Err(Fault::Damaged { path: named, .. }) => *named == path || path.ends_with("mark"),
                // Behind the tail no batch was ever written: what lies there is nobody's.
                Ok(report) => report.torn.is_some() && offset as u64 >= 2 * SECTOR,
                Err(_) => false,
            };
            assert!(named, "byte {offset} of {}: {found:?}", path.display());
            change(&path, offset as u64, &[*byte]);
        }
    }
    scene.verify().unwrap();
}

#[test]
fn a_restart_that_replays_refuses_a_changed_byte_wherever_it_is() {
    let scene = small_journal();
    let tail_at = 2 * SECTOR as usize;
    for (path, end) in scene
        .segments()
        .iter()
        .zip([usize::MAX, usize::MAX, tail_at])
    {
        let sound = fs::read(path).unwrap();
        for offset in (0..sound.len().min(end)).step_by(389) {
            change(path, offset as u64, &[sound[offset] ^ 0x10]);
            must_be_noticed(&scene, &format!("byte {offset} of {}", path.display()));
            change(path, offset as u64, &[sound[offset]]);
        }
    }
}

#[test]
fn every_batch_that_was_wiped_is_missed() {
    let scene = small_journal();
    for (at, place) in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)] {
        let path = &scene.segments()[at];
        let sound = fs::read(path).unwrap();
        change(path, (place + 1) * SECTOR, &[0; SECTOR as usize]);
        must_be_noticed(&scene, &format!("batch {place} of segment {at} wiped"));
        fs::write(path, sound).unwrap();
    }
}

#[test]
fn every_batch_that_was_cut_out_is_missed() {
    let scene = small_journal();
    for (at, place) in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)] {
        let path = &scene.segments()[at];
        let sound = fs::read(path).unwrap();
        let from = (place + 1) * SECTOR as usize;
        let mut shorter = sound.clone();
        shorter.drain(from..from + SECTOR as usize);
        fs::write(path, &shorter).unwrap();
        must_be_noticed(&scene, &format!("batch {place} of segment {at} cut out"));
        shorter.resize(sound.len(), 0);
        fs::write(path, &shorter).unwrap();
        must_be_noticed(&scene, &format!("batch {place} of segment {at} closed up"));
        fs::write(path, sound).unwrap();
    }
}

#[test]
fn any_two_swapped_batches_are_noticed() {
    let scene = small_journal();
    let segments = scene.segments();
    let places = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)];
    let sound: Vec<_> = segments
        .iter()
        .map(|path| fs::read(path).unwrap())
        .collect();
    for (nth, (at, place)) in places.iter().enumerate() {
        for (other_at, other_place) in &places[nth + 1..] {
            let offset = |place: usize| (place as u64 + 1) * SECTOR;
            change(
                &segments[*at],
                offset(*place),
                &batch_at(&sound[*other_at], *other_place),
            );
            change(
                &segments[*other_at],
                offset(*other_place),
                &batch_at(&sound[*at], *place),
            );
            must_be_noticed(&scene, "two batches swapped");
            for (path, bytes) in segments.iter().zip(&sound) {
                fs::write(path, bytes).unwrap();
            }
        }
    }
}

#[test]
fn a_missing_or_swapped_segment_is_noticed() {
    let scene = small_journal();
    let segments = scene.segments();
    for path in &segments[1..] {
        let hidden = path.with_extension("hidden");
        fs::rename(path, &hidden).unwrap();
        must_be_noticed(&scene, &format!("{} missing", path.display()));
        fs::rename(&hidden, path).unwrap();
    }
    let (one, other) = (
        fs::read(&segments[1]).unwrap(),
        fs::read(&segments[2]).unwrap(),
    );
    fs::write(&segments[1], other).unwrap();
    fs::write(&segments[2], one).unwrap();
    must_be_noticed(&scene, "two segments swapped");
}

#[test]
fn the_oldest_segment_may_be_taken_elsewhere_but_not_be_read() {
    let scene = small_journal();
    fs::remove_file(&scene.segments()[0]).unwrap();
    assert_eq!(scene.verify().unwrap().first_seq, 5);
    let journal = scene.open().unwrap().journal;
    assert!(matches!(
        read_all(&journal),
        Err(Fault::BeforeOldest { oldest: 5, .. })
    ));
}

#[test]
fn a_batch_of_another_journal_is_refused_even_if_it_would_fit() {
    let (scene, other) = (small_journal(), Scene::new(SEGMENT_BYTES, Access::Buffered));
    let identity = journal::Identity {
        journal: journal::JournalId([1; 16]),
        ..crate::scene::IDENTITY
    };
    let folder = journal::DataFolder::open(other.root()).unwrap();
    let options = other.options.clone();
    let created = journal::FileJournal::create(folder, identity, options);
    append(&mut created.unwrap().journal, 2, &[1; 200]).unwrap();

    let stray = batch_at(&fs::read(other.last_segment()).unwrap(), 0);
    change(&scene.last_segment(), 2 * SECTOR, &stray);
    let fault = must_be_noticed(&scene, "another journal's batch appended");
    assert!(
        matches!(fault, Fault::Damaged { wrong: Wrong::OtherJournal, offset, .. }
        if offset == 2 * SECTOR)
    );
}

/// A copy of the folder went its own way: its batches have the right ids and numbers.
#[test]
fn a_batch_of_another_history_of_the_same_journal_is_refused() {
    let scene = Scene::new(4 * SECTOR, Access::Buffered);
    let mut journal = scene.create();
    append(&mut journal, 2, &[1; 200]).unwrap();
    let other = scene.crashed();
    let mut forked = other.open().unwrap().journal;
    for batch in [2, 3] {
        append(&mut journal, 2, &[batch; 200]).unwrap();
        append(&mut forked, 2, &[batch + 1; 200]).unwrap();
    }
    drop((journal, forked));
    let path = scene.last_segment();
    let (own, forked) = (
        fs::read(&path).unwrap(),
        fs::read(other.last_segment()).unwrap(),
    );
    for place in [1, 2] {
        let offset = (place as u64 + 1) * SECTOR;
        change(&path, offset, &batch_at(&forked, place));
        let fault = must_be_noticed(&scene, &format!("batch {place} of another history"));
        let is_chain = matches!(
            fault,
            Fault::Damaged {
                wrong: Wrong::Chain { .. },
                ..
            }
        );
        assert!(is_chain, "{fault}");
        change(&path, offset, &batch_at(&own, place));
    }
    let both = [batch_at(&forked, 1), batch_at(&forked, 2)].concat();
    change(&path, 2 * SECTOR, &both);
    must_be_noticed(&scene, "the end of another history, whole in itself");
}

#[test]
fn a_segment_missing_among_many_live_ones_is_refused_on_opening() {
    let scene = Scene::new(SEGMENT_BYTES, Access::Buffered);
    let mut journal = scene.create();
    for batch in 0..12_u8 {
        append(&mut journal, 2, &[batch; 200]).unwrap();
    }
    drop(journal);
    fs::remove_file(&scene.segments()[2]).unwrap();
    let fault = scene.crashed().open().unwrap_err();
    let missing = Wrong::SegmentMissing { first_seq: 9 };
    assert!(
        matches!(fault, Fault::Damaged { wrong, .. } if wrong == missing),
        "{fault}"
    );
    must_be_noticed(&scene, "a segment in the middle missing");
}

/// Without the mark that a clean close leaves: the shape alone tells a changed batch from a torn one.
#[test]
fn every_changed_byte_of_the_last_batch_is_refused_after_a_crash_as_well() {
    let scene = Scene::new(SEGMENT_BYTES, Access::Buffered);
    let mut journal = scene.create();
    append(&mut journal, 2, &[1; 200]).unwrap();
    append(&mut journal, 2, &[2; 2000]).unwrap();
    let crashed = scene.crashed();
    let path = crashed.last_segment();
    let sound = fs::read(&path).unwrap();
    for (offset, byte) in sound.iter().enumerate().skip(2 * SECTOR as usize) {
        change(&path, offset as u64, &[byte ^ 0x55]);
        let fault = crashed
            .verify()
            .expect_err("a changed byte passed for a torn write");
        assert!(matches!(fault, Fault::Damaged { offset, .. } if offset == 2 * SECTOR));
        change(&path, offset as u64, &[*byte]);
    }
}

/// Three batches of which the last has zeros in it, as after a crash: no mark vouches for them.
fn crashed_journal() -> Scene {
    let scene = Scene::new(6 * SECTOR, Access::Buffered);
    let mut journal = scene.create();
    for payload in [&[1; 2000][..], &[2; 2000], &[0; 2000]] {
        append(&mut journal, 2, payload).unwrap();
    }
    scene.crashed()
}

/// What verify and a restart, of one mind, find wrong at the byte.
fn damaged_at(scene: &Scene, byte: u64) -> Wrong {
    let faults = [
        scene.verify().unwrap_err(),
        scene.crashed().open().unwrap_err(),
    ];
    let [verified, opened] = faults.map(|fault| match fault {
        Fault::Damaged { offset, wrong, .. } if offset == byte => wrong,
        other => panic!("{other}"),
    });
    assert_eq!(verified, opened);
    verified
}

#[test]
fn what_looks_torn_is_damage_if_a_later_batch_stands_whole() {
    let scene = crashed_journal();
    let path = scene.last_segment();
    let sound = fs::read(&path).unwrap();
    for torn_from in [0, 60, 1000] {
        let wiped = vec![0; SECTOR as usize - torn_from];
        change(&path, 2 * SECTOR + torn_from as u64, &wiped);
        let wrong = damaged_at(&scene, 2 * SECTOR);
        assert!(matches!(wrong, Wrong::LaterBatch { offset, .. } if offset == 3 * SECTOR));
        fs::write(&path, &sound).unwrap();
    }
}

#[test]
fn changed_padding_behind_a_whole_batch_is_never_cut() {
    let scene = crashed_journal();
    change(&scene.last_segment(), 3 * SECTOR + 4000, &[1]);
    assert_eq!(damaged_at(&scene, 3 * SECTOR), Wrong::Padding);
}

#[test]
fn bytes_further_behind_than_a_torn_batch_reaches_are_damage() {
    let scene = crashed_journal();
    change(&scene.last_segment(), 3 * SECTOR + 1000, &[0; 3096]);
    assert!(scene.verify().unwrap().torn.is_some());
    change(&scene.last_segment(), 5 * SECTOR + 9, &[1]);
    assert_eq!(damaged_at(&scene, 3 * SECTOR), Wrong::Unused);
}
