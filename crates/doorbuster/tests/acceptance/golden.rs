//! The journals of older versions, kept in tests/golden: this version opens, verifies and replays
//! them to the digest they came to, and goes on from there.

use super::festival::on;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_golden_journal_replays_to_its_digest_and_can_be_gone_on_with() {
    let journals = golden();
    assert!(!journals.is_empty(), "there are no golden journals");
    for golden in journals {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        copy_all(&golden, &data);
        let digest = fs::read_to_string(data.join("DIGEST")).expect("a digest");
        fs::remove_file(data.join("DIGEST")).expect("a copy");
        // Only journals are golden; these records hold nothing.
        fs::write(data.join("records.sqlite"), "").expect("a file");
        let name = golden.display();

        let verified = on(&data, &["verify", "--model"]).done().out;
        assert!(verified.contains(digest.trim()), "{name}: {verified}");
        let replayed = on(&data, &["replay", "--from", "1", "--to", "0"])
            .done()
            .err;
        assert!(replayed.contains(digest.trim()), "{name}: {replayed}");

        let sellers = folder.path().join("sellers.jsonl");
        let line = "{\"id\":\"new\",\"name\":{\"en\":\"New\"}}\n";
        fs::write(&sellers, line).expect("a file");
        let sellers = sellers.to_str().expect("a readable path");
        on(&data, &["import", "sellers", sellers]).done();
        let gone_on = on(&data, &["verify", "--model"]).done().out;
        assert!(!gone_on.contains(digest.trim()), "{name}: {gone_on}");
    }
}

fn golden() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let entries = fs::read_dir(folder).expect("the folder is committed");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    paths.filter(|path| path.is_dir()).collect()
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("it can be listed").path();
        let copy = to.join(path.file_name().expect("a name"));
        match path.is_dir() {
            true => copy_all(&path, &copy),
            false => drop(fs::copy(&path, &copy).expect("it can be copied")),
        }
    }
}
