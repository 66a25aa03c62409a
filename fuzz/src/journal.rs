//! A data folder that was damaged: a small journal, sound and closed in order, to whose files the bytes are done as deeds.

use journal::{
    Access, Batch, BatchHeader, DataFolder, FileJournal, Identity, Journal, JournalId, Options,
    OwnedBatch, Reader, verify,
};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use tempfile::TempDir;

const SECTOR: usize = 4_096;
const EPOCH: u64 = 1;
const OPTIONS: Options = Options {
    segment_bytes: 3 * SECTOR as u64,
    access: Access::Buffered,
};

/// Every file of the sound journal by its path in the data folder, and what was appended.
struct Sound {
    files: Vec<(String, Vec<u8>)>,
    batches: Vec<OwnedBatch>,
}

static SOUND: LazyLock<Sound> = LazyLock::new(Sound::write);

/// Damages the journal, then verifies and opens it. What is read, if anything, must be what was appended.
pub(crate) fn read(bytes: &[u8]) {
    let place = TempDir::new().expect("a temporary folder");
    let mut files = SOUND.files.clone();
    for deed in bytes.chunks(DEED) {
        damage(&mut files, deed);
    }
    for (name, content) in &files {
        let path = place.path().join(name);
        fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("a folder");
        fs::write(path, content).expect("a file");
    }
    // Sound or damaged: both are told, nothing else happens.
    drop(verify(place.path(), Access::Buffered));
    for batch in opened(place.path()) {
        assert!(SOUND.batches.contains(&batch), "never appended: {batch:?}");
    }
}

/// What a server that opens the folder reads before the first fault.
fn opened(root: &Path) -> Vec<OwnedBatch> {
    let Ok(opened) = DataFolder::open(root).and_then(|folder| FileJournal::open(folder, OPTIONS))
    else {
        return Vec::new();
    };
    match opened.journal.read(journal::FIRST_SEQ) {
        Ok(batches) => batches.map_while(Result::ok).collect(),
        Err(_) => Vec::new(),
    }
}

/// Bytes of a deed: which file, what, where (two bytes), and four for what is done there.
const DEED: usize = 8;

fn damage(files: &mut [(String, Vec<u8>)], deed: &[u8]) {
    let [file, what, high, low, rest @ ..] = deed else {
        return;
    };
    let index = usize::from(*file) % files.len();
    let other = files[(index + 1) % files.len()].1.clone();
    let content = &mut files[index].1;
    let at = usize::from(u16::from_be_bytes([*high, *low])) % (content.len() + 1);
    let end = (at + 512).min(content.len());
    match what % 6 {
        0 => content.truncate(at),
        1 => content[at..end].fill(0),
        2 => content.extend_from_slice(rest),
        3 => drop(content.splice(at..end, rest.iter().copied())),
        4 => {
            let sector = other
                .get(at..(at + SECTOR).min(other.len()))
                .unwrap_or_default();
            let end = (at + sector.len()).min(content.len());
            content[at..end].copy_from_slice(&sector[..end - at]);
        }
        _ => content[at..]
            .iter_mut()
            .zip(rest)
            .for_each(|(byte, change)| *byte ^= change),
    }
}

impl Sound {
    fn write() -> Sound {
        let place = TempDir::new().expect("a temporary folder");
        let folder = DataFolder::open(place.path()).expect("an empty folder");
        let identity = Identity {
            journal: JournalId([7; 16]),
            shard: 0,
        };
        let mut journal = FileJournal::create(folder, identity, OPTIONS)
            .expect("a journal")
            .journal;
        journal.fence(EPOCH).expect("nobody was here before");
        for byte in 1..=5 {
            append(&mut journal, &[byte; 200]);
        }
        journal.archive_before(4).expect("two segments are full");
        let batches = journal.read(journal::FIRST_SEQ).expect("all is here");
        let batches = batches.map(|batch| batch.expect("it is sound")).collect();
        drop(journal);
        let mut files = Vec::new();
        collect(place.path(), "", &mut files);
        files.sort();
        Sound { files, batches }
    }
}

fn append(journal: &mut FileJournal, payload: &[u8]) {
    let tail = journal.tail();
    let header = BatchHeader {
        shard: 0,
        epoch: EPOCH,
        first_seq: tail.next_seq,
        count: 2,
        stamped_at_ms: tail.next_seq,
        digest_before: 0,
        previous_checksum: tail.checksum,
    };
    journal
        .append(&Batch { header, payload })
        .expect("the disk has room");
}

fn collect(root: &Path, below: &str, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(root.join(below)).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(root, &format!("{name}/"), files);
        } else {
            files.push((name, fs::read(entry.path()).expect("a file")));
        }
    }
}
