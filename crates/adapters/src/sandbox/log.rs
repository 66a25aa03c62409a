//! The log: lines of JSON, appended and synced in groups. What was synced survives a crash; a torn
//! last line was acknowledged to nobody and is cut. It knows lines, not what they mean.

use super::fact::Entry;
use super::fault::SandboxFault;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;

const FILE: &str = "books.jsonl";
const LOCK: &str = "lock";
const HEAD: Head = Head { sandbox_books: 1 };

/// Bytes that may wait for the disk; past them, what is asked for is refused.
const WAITING_BYTES_MAX: usize = 16 << 20;

/// Lines that come within this time are synced together. A real provider is no quicker, and its
/// disk is not the shop's.
const LINGER: Duration = Duration::from_millis(3);

/// The first line: which format the others have.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Head {
    sandbox_books: u32,
}

/// The log of one folder, open for appending.
pub(super) struct Log {
    queue: Arc<Queue>,
    synced: watch::Receiver<Synced>,
    writer: Option<JoinHandle<()>>,
    _lock: File,
}

/// The log cannot take lines any more: its disk failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LogStopped;

#[derive(Clone, Copy)]
struct Synced {
    lines: u64,
    stopped: bool,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    woken: Condvar,
}

#[derive(Default)]
struct Waiting {
    bytes: Vec<u8>,
    /// Lines ever appended, those that wait among them.
    lines: u64,
    closing: bool,
    /// Nobody writes any more, so nothing may pile up.
    stopped: bool,
}

impl Log {
    /// Opens the log of `folder`, made if need be, and hands every entry in it to `replay`,
    /// which says what is wrong with an entry that cannot be.
    pub(super) fn open(
        folder: &Path,
        replay: impl FnMut(Entry) -> Result<(), String>,
    ) -> Result<Log, SandboxFault> {
        std::fs::create_dir_all(folder).map_err(|e| file_fault(folder, e))?;
        let lock = lock(&folder.join(LOCK))?;
        let path = folder.join(FILE);
        let file = open_file(&path).map_err(|e| file_fault(&path, e))?;
        let end = read(&path, &file, replay)?;
        prepare(&file, end, folder).map_err(|e| file_fault(&path, e))?;
        let queue = Arc::new(Queue::default());
        let start = Synced {
            lines: 0,
            stopped: false,
        };
        let (told, synced) = watch::channel(start);
        let writer = Writer {
            path,
            file,
            queue: queue.clone(),
            told,
        };
        let writer = std::thread::Builder::new()
            .name("sandbox-log".into())
            .spawn(move || writer.run())
            .map_err(|e| file_fault(folder, e))?;
        Ok(Log {
            queue,
            synced,
            writer: Some(writer),
            _lock: lock,
        })
    }

    /// Appends a line and returns its place, to be waited for with [`Log::synced`].
    pub(super) fn append(&self, entry: &Entry) -> u64 {
        let mut waiting = self.queue.waiting();
        waiting.lines += 1;
        if waiting.stopped {
            return waiting.lines;
        }
        serde_json::to_writer(&mut waiting.bytes, entry).expect("an entry is JSON");
        waiting.bytes.push(b'\n');
        self.queue.woken.notify_one();
        waiting.lines
    }

    /// The place of the last line appended.
    pub(super) fn place(&self) -> u64 {
        self.queue.waiting().lines
    }

    /// Waits until the line at `place` and all before it are on disk.
    pub(super) async fn synced(&self, place: u64) -> Result<(), LogStopped> {
        let mut synced = self.synced.clone();
        let reached = synced
            .wait_for(|synced| synced.stopped || synced.lines >= place)
            .await;
        match reached {
            Ok(synced) if synced.lines >= place => Ok(()),
            _ => Err(LogStopped),
        }
    }

    /// Whether lines come faster than the disk takes them.
    pub(super) fn is_full(&self) -> bool {
        self.queue.waiting().bytes.len() > WAITING_BYTES_MAX
    }

    /// Whether the disk failed.
    pub(super) fn is_stopped(&self) -> bool {
        self.synced.borrow().stopped
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.queue.waiting().closing = true;
        self.queue.woken.notify_one();
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has already said why.
            let _ = writer.join();
        }
    }
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().expect("nobody panics while appending")
    }

    /// Waits until something does; false when the log closes and nothing is left.
    fn something_waits(&self) -> bool {
        let idle = |waiting: &mut Waiting| waiting.bytes.is_empty() && !waiting.closing;
        let waiting = self
            .woken
            .wait_while(self.waiting(), idle)
            .expect("nobody panics while appending");
        !waiting.bytes.is_empty()
    }

    /// What waits, swapped for the emptied `spare`, and the place of its last line.
    fn take(&self, spare: &mut Vec<u8>) -> u64 {
        spare.clear();
        let mut waiting = self.waiting();
        std::mem::swap(&mut waiting.bytes, spare);
        waiting.lines
    }
}

struct Writer {
    path: PathBuf,
    file: File,
    queue: Arc<Queue>,
    told: watch::Sender<Synced>,
}

impl Writer {
    fn run(mut self) {
        let mut bytes = Vec::new();
        while self.queue.something_waits() {
            std::thread::sleep(LINGER);
            let lines = self.queue.take(&mut bytes);
            let written = self
                .file
                .write_all(&bytes)
                .and_then(|()| self.file.sync_data());
            if let Err(error) = written {
                tracing::error!(path = %self.path.display(), %error, "the sandbox's log stopped");
                return self.stop();
            }
            self.told.send_modify(|synced| synced.lines = lines);
        }
    }

    /// A failed sync is never retried: what is on disk is no longer known.
    fn stop(&self) {
        let mut waiting = self.queue.waiting();
        waiting.stopped = true;
        waiting.bytes = Vec::new();
        drop(waiting);
        self.told.send_modify(|synced| synced.stopped = true);
    }
}

fn file_fault(path: &Path, source: io::Error) -> SandboxFault {
    let path = path.to_owned();
    SandboxFault::File { path, source }
}

fn open_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
}

fn lock(path: &Path) -> Result<File, SandboxFault> {
    let file = open_file(path).map_err(|e| file_fault(path, e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(SandboxFault::Locked {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(e)) => Err(file_fault(path, e)),
    }
}

/// Reads every whole line and returns where they end.
fn read(
    path: &Path,
    file: &File,
    mut replay: impl FnMut(Entry) -> Result<(), String>,
) -> Result<u64, SandboxFault> {
    let damaged = |offset, why: String| SandboxFault::Damaged {
        path: path.to_owned(),
        offset,
        why,
    };
    let (mut reader, mut line, mut offset) = (BufReader::new(file), Vec::new(), 0);
    loop {
        line.clear();
        reader
            .read_until(b'\n', &mut line)
            .map_err(|e| file_fault(path, e))?;
        if !line.ends_with(b"\n") {
            return Ok(offset);
        }
        if offset == 0 {
            check_head(&line).map_err(|why| damaged(0, why))?;
        } else {
            let entry = serde_json::from_slice(&line).map_err(|e| e.to_string());
            entry
                .and_then(&mut replay)
                .map_err(|why| damaged(offset, why))?;
        }
        offset += line.len() as u64;
    }
}

fn check_head(line: &[u8]) -> Result<(), String> {
    match serde_json::from_slice::<Head>(line) {
        Ok(head) if head == HEAD => Ok(()),
        Ok(head) => Err(format!(
            "books of format {}, not {}",
            head.sandbox_books, HEAD.sandbox_books
        )),
        Err(_) => Err("not the books of a sandbox".into()),
    }
}

/// Cuts what follows the last whole line, and begins a log that is empty.
fn prepare(mut file: &File, end: u64, folder: &Path) -> io::Result<()> {
    file.set_len(end)?;
    file.seek(SeekFrom::Start(end))?;
    if end == 0 {
        let mut head = serde_json::to_vec(&HEAD).expect("the head is JSON");
        head.push(b'\n');
        file.write_all(&head)?;
    }
    file.sync_all()?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::super::fact::Fact;
    use super::*;
    use vocabulary::Millis;

    fn entry(n: u64) -> Entry {
        Entry {
            at: Millis(n),
            reference: format!("r{n}"),
            fact: Fact::Voided,
        }
    }

    fn reopen(folder: &Path) -> Result<(Log, Vec<Entry>), SandboxFault> {
        let mut entries = Vec::new();
        let log = Log::open(folder, |entry| {
            entries.push(entry);
            Ok(())
        })?;
        Ok((log, entries))
    }

    async fn write(folder: &Path, numbers: std::ops::Range<u64>) {
        let (log, _) = reopen(folder).expect("a log");
        numbers.for_each(|n| {
            log.append(&entry(n));
        });
        log.synced(log.place()).await.expect("a disk that works");
    }

    #[tokio::test]
    async fn what_was_appended_is_read_again_in_order() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), 0..3).await;
        write(folder.path(), 3..5).await;
        let (_, entries) = reopen(folder.path()).unwrap();
        assert_eq!(entries, (0..5).map(entry).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_torn_last_line_is_cut_wherever_it_tore() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), 0..2).await;
        let path = folder.path().join(FILE);
        let whole = std::fs::read(&path).unwrap();
        let last = whole[..whole.len() - 1]
            .iter()
            .rposition(|b| *b == b'\n')
            .unwrap()
            + 1;
        for end in last..whole.len() {
            std::fs::write(&path, &whole[..end]).unwrap();
            let (log, entries) = reopen(folder.path()).unwrap();
            assert_eq!(entries, [entry(0)]);
            log.append(&entry(9));
            drop(log);
            assert_eq!(reopen(folder.path()).unwrap().1, [entry(0), entry(9)]);
        }
    }

    #[tokio::test]
    async fn damage_before_the_last_line_is_refused_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), 0..2).await;
        let path = folder.path().join(FILE);
        let mut bytes = std::fs::read(&path).unwrap();
        let second = bytes.iter().position(|b| *b == b'\n').unwrap() + 1;
        bytes[second] = b'#';
        std::fs::write(&path, bytes).unwrap();
        let fault = reopen(folder.path()).err().unwrap();
        assert!(matches!(fault, SandboxFault::Damaged { offset, .. } if offset == second as u64));
    }

    #[test]
    fn another_file_is_not_taken_for_books() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "{\"sandbox_books\":2}\n").unwrap();
        assert!(matches!(
            reopen(folder.path()),
            Err(SandboxFault::Damaged { offset: 0, .. })
        ));
    }

    #[test]
    fn books_are_open_once() {
        let folder = tempfile::tempdir().unwrap();
        let first = reopen(folder.path()).unwrap();
        assert!(matches!(
            reopen(folder.path()),
            Err(SandboxFault::Locked { .. })
        ));
        drop(first);
        assert!(reopen(folder.path()).is_ok());
    }
}
