//! Makes a golden journal: the first commands of a seeded stream, decided by the ledger of this
//! version, in the files of a data folder, with the digest they came to beside it.
//!
//! `cargo run -p doorbuster --example golden -- crates/doorbuster/tests/golden/VERSION`

use anyhow::{Context, ensure};
use journal::{
    Access, Batch, BatchHeader, DataFolder, FileJournal, Identity, Journal, JournalId, Options,
    Reader,
};
use ledger::Ledger;
use model::stream::Stream;
use std::path::{Path, PathBuf};
use vocabulary::{Millis, Outcome, Request, encode_request};

/// Of the stream, and of the journal's identity.
const SEED: u64 = 11;
/// How many commands of the stream are handed in; those that are refused leave no trace.
const COMMANDS: usize = 600;
/// Small, so that the journal has several segments.
const SEGMENT_BYTES: u64 = 256 << 10;
/// The first writer.
const EPOCH: u64 = 1;

fn main() -> anyhow::Result<()> {
    let to = std::env::args_os()
        .nth(1)
        .context("say the folder to make")?;
    let to = PathBuf::from(to);
    ensure!(!to.exists(), "{} is there already", to.display());
    let folder = DataFolder::open(&to)?;
    let identity = Identity {
        journal: JournalId(u128::from(SEED).to_be_bytes()),
        shard: 0,
    };
    let options = Options {
        segment_bytes: SEGMENT_BYTES,
        access: Access::Direct,
    };
    let mut journal = FileJournal::create(folder, identity, options)?.journal;
    journal.fence(EPOCH)?;
    let ledger = fill(&mut journal)?;
    drop(journal);
    leave_what_is_read(&to)?;
    let digest = ledger.digest();
    std::fs::write(to.join("DIGEST"), format!("{digest}\n"))?;
    println!("{} ends with digest {digest}", to.display());
    Ok(())
}

/// Journals what is done of the stream; commands of one stamp are a batch.
fn fill(journal: &mut FileJournal) -> anyhow::Result<Ledger> {
    let mut ledger = Ledger::new();
    let stream: Vec<(Millis, Request)> = Stream::new(SEED).take(COMMANDS).collect();
    for stamped in stream.chunk_by(|one, next| one.0 == next.0) {
        let (at, digest_before) = (stamped[0].0, ledger.digest().0);
        let (mut payload, mut count) = (Vec::new(), 0);
        for (_, request) in stamped {
            if let Outcome::Done(_) = ledger.apply(at, request, &mut Vec::new()) {
                encode_request(request, &mut payload);
                count += 1;
            }
        }
        if count == 0 {
            continue;
        }
        let tail = journal.tail();
        let header = BatchHeader {
            shard: 0,
            epoch: EPOCH,
            first_seq: tail.next_seq,
            count,
            stamped_at_ms: at.0,
            digest_before,
            previous_checksum: tail.checksum,
        };
        journal.append(&Batch {
            header,
            payload: &payload,
        })?;
    }
    Ok(ledger)
}

/// The lock and a segment that was only prepared are no part of what is kept.
fn leave_what_is_read(folder: &Path) -> anyhow::Result<()> {
    std::fs::remove_file(folder.join("lock"))?;
    for entry in std::fs::read_dir(folder.join("journal"))? {
        let path = entry?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        if name.is_some_and(|name| name.contains("prepared")) {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}
