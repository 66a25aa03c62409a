//! A data folder is proven whole, copied, brought back and exported; every damage is found.

use super::festival::{CATALOGUE, DEALS, Festival, on, state};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Segment headers and batches stand at multiples of it (docs/contracts/journal.md).
const SECTOR: usize = 4_096;
/// Where a batch's header says how long its payload is.
const PAYLOAD_BYTES_AT: usize = 80;
/// Bytes of a batch beside its payload: the header and the end mark.
const FRAME_BYTES: usize = 128 + 8;

#[test]
fn a_festival_comes_back_out_of_its_backup_equal() {
    let festival = quiet_festival();
    let (copy, back) = (festival.beside("copy"), festival.beside("back"));
    let said = festival.run(&["verify", "--model"]).done();
    assert!(said.out.contains("model      agrees"), "{}", said.out);

    festival.run(&["backup", "--to", path(&copy)]).done();
    let copied = on(&copy, &["verify", "--model"]).done();
    assert_eq!(digest(&copied.out), digest(&said.out));

    on(&back, &["restore", "--from", path(&copy)]).done();
    assert_eq!(state(&back), festival.state());
    for what in ["catalogue", "sellers", "deals"] {
        let export = |data: &Path| on(data, &["export", what]).done().out;
        assert_eq!(export(&back), export(&festival.data()), "{what}");
    }
    let again = on(
        &back,
        &["import", "deals", path(&festival.beside("deals.csv"))],
    )
    .done();
    assert_eq!(
        again.count("deals scheduled before"),
        2,
        "its keys came back too"
    );
}

#[test]
fn records_that_are_missing_or_damaged_are_found_before_anything_is_served() {
    let festival = quiet_festival();
    let copy = festival.beside("copy");
    festival.run(&["backup", "--to", path(&copy)]).done();
    let records = copy.join("records.sqlite");
    let sound = fs::read(&records).expect("records");
    let mut garbled = sound.clone();
    garbled[4_096..40_960].fill(0x5a);
    fs::write(&records, garbled).expect("it can be written");
    let back = festival.beside("back");
    for said in [
        on(&copy, &["verify"]).refused(),
        on(&back, &["restore", "--from", path(&copy)]).refused(),
    ] {
        assert!(said.contains("records.sqlite"), "{said}");
    }
    assert!(!back.exists(), "nothing was restored");

    fs::remove_file(&records).expect("it was there");
    let sellers = festival.write("more.jsonl", "");
    for said in [
        on(&copy, &["verify"]).refused(),
        on(&copy, &["import", "sellers", path(&sellers)]).refused(),
    ] {
        assert!(said.contains("records.sqlite is missing"), "{said}");
    }
    assert!(!records.exists(), "none were made");
}

#[test]
fn what_a_festival_knows_is_for_its_owner_alone() {
    let festival = quiet_festival();
    let copy = festival.beside("copy");
    festival.run(&["backup", "--to", path(&copy)]).done();
    for folder in [festival.data(), copy] {
        let mode = fs::metadata(&folder)
            .expect("a folder")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700, "{}", folder.display());
    }
}

#[test]
fn a_backup_into_a_folder_with_something_in_it_is_refused() {
    let festival = quiet_festival();
    let taken = festival.beside("taken");
    fs::create_dir(&taken).expect("a folder");
    fs::write(taken.join("mine"), "precious").expect("a file");
    let said = festival.run(&["backup", "--to", path(&taken)]).refused();
    assert!(said.contains(path(&taken)), "{said}");
    let kept = fs::read_to_string(taken.join("mine")).expect("it is still there");
    assert_eq!(kept, "precious");
}

#[test]
fn what_is_exported_changes_nothing_when_it_is_imported() {
    let festival = quiet_festival();
    let (before, fresh) = (festival.state(), Festival::nowhere());
    for what in ["sellers", "catalogue", "deals"] {
        let ending = if what == "sellers" { "jsonl" } else { "csv" };
        let file = festival.beside(&format!("{what}.exported.{ending}"));
        festival.run(&["export", what, "--to", path(&file)]).done();
        festival.import(what, &file).done();
        fresh.import(what, &file).done();
        let export = |data: &Path| on(data, &["export", what]).done().out;
        assert_eq!(export(&fresh.data()), export(&festival.data()), "{what}");
    }
    assert_eq!(festival.state(), before);
    let again = festival
        .import("catalogue", &festival.beside("catalogue.csv"))
        .done();
    assert_eq!(
        (
            again.count("products the same"),
            again.count("stock changed")
        ),
        (3, 0)
    );
    assert_eq!(festival.state(), before);
}

#[test]
fn a_dry_run_says_what_would_change_and_changes_nothing() {
    let festival = quiet_festival();
    let before = festival.state();
    let dearer = festival.write("dearer.csv", &CATALOGUE.replace("25260", "26000"));
    let said = festival
        .run(&["import", "catalogue", path(&dearer), "--dry-run"])
        .done();
    assert_eq!(
        (
            said.count("products changed"),
            said.count("products the same")
        ),
        (1, 2)
    );
    let said = festival.import("catalogue", &dearer).done();
    assert_eq!(
        (
            said.count("products changed"),
            said.count("products the same")
        ),
        (1, 2)
    );
    assert_eq!(
        festival.state(),
        before,
        "a price outside deals is not the ledger's"
    );
}

#[test]
fn verify_names_file_and_byte_where_a_byte_was_changed() {
    let festival = quiet_festival();
    let (segment, batches) = journal_of(&festival);
    let sound = fs::read(&segment).expect("a segment");
    for (at, length) in batches {
        for offset in [at, at + 40, at + 128 + length / 2] {
            let mut bytes = sound.clone();
            bytes[offset] ^= 0x10;
            fs::write(&segment, bytes).expect("it can be written");
            found(&festival, &segment, &format!("byte {offset} changed"));
        }
    }
    fs::write(&segment, sound).expect("it can be written");
    festival.run(&["verify"]).done();
}

#[test]
fn verify_names_file_and_byte_where_a_batch_was_dropped() {
    let festival = quiet_festival();
    let (segment, batches) = journal_of(&festival);
    let sound = fs::read(&segment).expect("a segment");
    for (at, length) in batches {
        let mut bytes = sound.clone();
        bytes.drain(at..at + in_sectors(length));
        bytes.resize(sound.len(), 0);
        fs::write(&segment, bytes).expect("it can be written");
        found(&festival, &segment, &format!("the batch at {at} dropped"));
    }
}

#[test]
fn verify_names_file_and_byte_where_two_batches_were_swapped() {
    let festival = quiet_festival();
    let (segment, batches) = journal_of(&festival);
    let sound = fs::read(&segment).expect("a segment");
    for pair in batches.windows(2) {
        let [(first, _), (second, length)] = pair else {
            unreachable!("windows of two");
        };
        let mut bytes = sound.clone();
        bytes[*first..second + in_sectors(*length)].rotate_left(second - first);
        fs::write(&segment, bytes).expect("it can be written");
        found(
            &festival,
            &segment,
            &format!("the batches at {first} and {second} swapped"),
        );
    }
}

/// A festival whose bell is an hour away: time alone changes nothing in it meanwhile.
fn quiet_festival() -> Festival {
    Festival::of(CATALOGUE, &DEALS.replace("+1s,+1h", "+1h,+2h"))
}

/// `verify` must refuse, name the file and a byte of it.
#[track_caller]
fn found(festival: &Festival, segment: &Path, deed: &str) {
    let said = festival.run(&["verify"]);
    assert_eq!(said.status.code(), Some(1), "{deed}: {}", said.out);
    let place = format!("{} is damaged at byte ", path(segment));
    let (_, byte) = said
        .err
        .split_once(&place)
        .unwrap_or_else(|| panic!("{deed}: {}", said.err));
    assert!(
        byte.starts_with(|c: char| c.is_ascii_digit()),
        "{deed}: {}",
        said.err
    );
}

/// The one segment of a small journal, and where its batches stand with the length of their payloads.
fn journal_of(festival: &Festival) -> (PathBuf, Vec<(usize, usize)>) {
    let segment = festival.data().join("journal/00000000000000000001.segment");
    let bytes = fs::read(&segment).expect("a segment");
    let (mut batches, mut at) = (Vec::new(), SECTOR);
    while bytes[at..].starts_with(b"DRBBATCH") {
        let length = bytes[at + PAYLOAD_BYTES_AT..]
            .first_chunk()
            .expect("a header");
        let length = u32::from_le_bytes(*length) as usize;
        batches.push((at, length));
        at += in_sectors(length);
    }
    assert!(
        batches.len() > 3,
        "too few batches to tell anything: {batches:?}"
    );
    (segment, batches)
}

fn in_sectors(payload_bytes: usize) -> usize {
    (FRAME_BYTES + payload_bytes).next_multiple_of(SECTOR)
}

fn digest(verified: &str) -> &str {
    let line = verified
        .lines()
        .find_map(|line| line.strip_prefix("digest"));
    line.expect("verify prints a digest").trim()
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a readable path")
}
