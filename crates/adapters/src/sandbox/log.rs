//! The sandbox's log: JSON lines, appended and synced in groups. Nothing is answered before what it
//! rests on is on disk; a log that failed to sync takes nothing more.

use super::SandboxFault;
use super::entry::Entry;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use tokio::sync::watch;

/// The log failed to sync; what was appended since may be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LogBroken;

/// Appends entries; a thread of its own writes and syncs them.
pub(super) struct Log {
    shared: Arc<Shared>,
    synced: watch::Receiver<Result<u64, LogBroken>>,
}

#[derive(Default)]
struct Shared {
    pending: Mutex<Pending>,
    wake: Condvar,
}

#[derive(Default)]
struct Pending {
    lines: Vec<u8>,
    /// The number of the last entry appended.
    last: u64,
    closed: bool,
}

impl Log {
    /// Opens the log in `folder` and gives every entry in it to `each` with its number, from 1.
    pub(super) fn open(
        folder: &Path,
        mut each: impl FnMut(&Entry, u64) -> Result<(), &'static str>,
    ) -> Result<Log, SandboxFault> {
        let path = folder.join("log.jsonl");
        std::fs::create_dir_all(folder).map_err(|cause| in_file(folder, cause))?;
        let (file, last) = recover(&path, &mut each)?;
        sync_folder(folder)?;
        let shared = Arc::new(Shared::default());
        shared.pending.lock().expect("nobody holds it yet").last = last;
        let (tell, synced) = watch::channel(Ok(last));
        let writer = shared.clone();
        let name = "sandbox-log".to_owned();
        let thread = std::thread::Builder::new().name(name);
        let thread = thread.spawn(move || write_all(&writer, file, last, &tell));
        thread.map_err(|cause| in_file(&path, cause))?;
        Ok(Log { shared, synced })
    }

    /// Puts an entry at the end; returns its number.
    pub(super) fn append(&self, entry: &Entry) -> u64 {
        let mut line = serde_json::to_vec(entry).expect("an entry is plain data");
        line.push(b'\n');
        let mut pending = self.shared.lock();
        pending.lines.append(&mut line);
        pending.last += 1;
        self.shared.wake.notify_one();
        pending.last
    }

    /// Waits until the entry of that number is on disk.
    pub(super) async fn synced(&self, number: u64) -> Result<(), LogBroken> {
        let mut synced = self.synced.clone();
        let reached = synced
            .wait_for(|synced| synced.is_ok_and(|last| last >= number) || synced.is_err())
            .await;
        reached.map_err(|_| LogBroken)?.map(|_| ())
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.wake.notify_one();
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Pending> {
        self.pending.lock().expect("no holder of the lock panics")
    }

    /// The lines to write next and the number of the last of them; none when the log is closed.
    fn next_lines(&self) -> Option<(Vec<u8>, u64)> {
        let mut pending = self.lock();
        while pending.lines.is_empty() && !pending.closed {
            pending = self
                .wake
                .wait(pending)
                .expect("no holder of the lock panics");
        }
        let lines = std::mem::take(&mut pending.lines);
        (!lines.is_empty()).then_some((lines, pending.last))
    }
}

fn write_all(
    shared: &Shared,
    mut file: File,
    mut synced: u64,
    tell: &watch::Sender<Result<u64, LogBroken>>,
) {
    while let Some((lines, last)) = shared.next_lines() {
        if let Err(fault) = file.write_all(&lines).and_then(|()| file.sync_data()) {
            tracing::error!(%fault, synced, "the sandbox cannot keep its books; it answers no more");
            let _written_last = tell.send_replace(Err(LogBroken));
            return;
        }
        synced = last;
        let _synced_before = tell.send_replace(Ok(synced));
    }
}

/// Reads the log, cuts a torn last line, and leaves the file ready to append.
fn recover(
    path: &Path,
    each: &mut impl FnMut(&Entry, u64) -> Result<(), &'static str>,
) -> Result<(File, u64), SandboxFault> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(cause) => return Err(in_file(path, cause)),
    };
    let whole = text
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |end| end + 1);
    let mut number = 0;
    for (index, line) in text[..whole].split(|byte| *byte == b'\n').enumerate() {
        if line.is_empty() {
            continue;
        }
        let damaged = |cause: String| SandboxFault::Damaged {
            path: path.to_owned(),
            line: index + 1,
            cause,
        };
        let entry = serde_json::from_slice(line).map_err(|cause| damaged(cause.to_string()))?;
        number += 1;
        each(&entry, number).map_err(|cause| damaged(cause.to_owned()))?;
    }
    let file = OpenOptions::new().create(true).append(true).open(path);
    let file = file.map_err(|cause| in_file(path, cause))?;
    let cut = file.set_len(whole as u64).and_then(|()| file.sync_all());
    cut.map_err(|cause| in_file(path, cause))?;
    Ok((file, number))
}

fn sync_folder(folder: &Path) -> Result<(), SandboxFault> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|cause| in_file(folder, cause))
}

fn in_file(path: &Path, cause: std::io::Error) -> SandboxFault {
    SandboxFault::File {
        path: PathBuf::from(path),
        cause,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::entry::What;

    fn entry(reference: &str) -> Entry {
        Entry {
            at: 1,
            reference: reference.into(),
            what: What::Voided,
        }
    }

    fn read(folder: &Path) -> Result<Vec<String>, SandboxFault> {
        let mut seen = Vec::new();
        Log::open(folder, |entry, number| {
            assert_eq!(number, seen.len() as u64 + 1);
            seen.push(entry.reference.clone());
            Ok(())
        })?;
        Ok(seen)
    }

    async fn write(folder: &Path, references: &[&str]) {
        let log = Log::open(folder, |_, _| Ok(())).expect("it opens");
        for reference in references {
            let number = log.append(&entry(reference));
            log.synced(number).await.expect("it is on disk");
        }
    }

    #[tokio::test]
    async fn what_was_synced_is_read_again_and_a_torn_line_is_cut() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), &["a", "b"]).await;
        let path = folder.path().join("log.jsonl");
        let mut text = std::fs::read(&path).expect("the log");
        text.extend_from_slice(b"{\"at\":1,\"refer");
        std::fs::write(&path, text).expect("it is torn");
        assert_eq!(read(folder.path()).expect("it opens"), ["a", "b"]);
        write(folder.path(), &["c"]).await;
        assert_eq!(read(folder.path()).expect("it opens"), ["a", "b", "c"]);
    }

    #[tokio::test]
    async fn damage_before_the_last_line_is_refused_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), &["a", "b"]).await;
        let path = folder.path().join("log.jsonl");
        let text = std::fs::read_to_string(&path).expect("the log");
        std::fs::write(&path, text.replacen("voided", "vxided", 1)).expect("it is damaged");
        let fault = read(folder.path());
        assert!(
            matches!(fault, Err(SandboxFault::Damaged { line: 1, .. })),
            "{fault:?}"
        );
    }
}
