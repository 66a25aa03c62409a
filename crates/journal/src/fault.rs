//! Every way in which the journal can fail or refuse, with the file and the byte where it did.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

/// Why the journal could not do what it was asked.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum Fault {
    /// The operating system failed a call.
    #[error("cannot {doing} {}: {source}", path.display())]
    Disk {
        /// What was being done, as in "write".
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: Arc<io::Error>,
    },
    /// The file system, or the quota on it, is full.
    #[error("the disk is full: cannot {doing} {}", path.display())]
    DiskFull {
        /// What was being done, as in "prepare".
        doing: &'static str,
        /// The file that found no room.
        path: PathBuf,
    },
    /// Bytes that were written, or should have been, are not as they were. Never repaired by guessing.
    #[error("{} is damaged at byte {offset}: {wrong}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The byte where the damaged thing begins.
        offset: u64,
        /// What is wrong with it.
        wrong: Wrong,
    },
    /// The batch does not begin where the journal ends.
    #[error("the next batch must begin with sequence {expected}, this one begins with {found}")]
    OutOfSequence {
        /// The tail's next sequence.
        expected: u64,
        /// What the batch carries.
        found: u64,
    },
    /// The batch was built on another predecessor.
    #[error(
        "the next batch must follow checksum {expected:016x}, this one was built on {found:016x}"
    )]
    ChainBroken {
        /// The tail's checksum.
        expected: u64,
        /// What the batch carries.
        found: u64,
    },
    /// A newer writer has taken over.
    #[error("epoch {epoch} is shut out: the fence stands at epoch {fence}")]
    Fenced {
        /// The epoch that asked.
        epoch: u64,
        /// The fence.
        fence: u64,
    },
    /// A batch holds at least one command, and its numbers stay below 2^64.
    #[error("a batch of {count} commands from sequence {first_seq} cannot be numbered")]
    BatchEmpty {
        /// Where it would begin.
        first_seq: u64,
        /// How many commands it names.
        count: u32,
    },
    /// The batch is larger than the journal, or its segments, can take.
    #[error("a payload of {bytes} bytes is over the limit of {bytes_max}")]
    BatchTooLarge {
        /// The payload's size.
        bytes: u64,
        /// The limit.
        bytes_max: u64,
    },
    /// The batch was written by another shard.
    #[error("this journal belongs to shard {expected}, the batch to shard {found}")]
    OtherShard {
        /// The journal's shard.
        expected: u32,
        /// The batch's.
        found: u32,
    },
    /// Segments must be whole sectors, and hold at least a header and one batch.
    #[error("a segment of {bytes} bytes is not possible: give a multiple of 4096, at least 8192")]
    SegmentBytes {
        /// What was asked.
        bytes: u64,
    },
    /// There is no journal in this folder.
    #[error("{} holds no journal", path.display())]
    NoJournal {
        /// The folder.
        path: PathBuf,
    },
    /// There is a journal in this folder already.
    #[error("{} holds a journal already", path.display())]
    JournalExists {
        /// The folder.
        path: PathBuf,
    },
    /// What is asked for lies before the oldest segment that is still in the folder.
    #[error("sequence {from_seq} is not here any more: the oldest segment begins at {oldest}")]
    BeforeOldest {
        /// What was asked for.
        from_seq: u64,
        /// What there is.
        oldest: u64,
    },
    /// Another process serves from this data folder.
    #[error("{} is locked by {}", path.display(), pid.map_or("another process".into(), |pid| format!("process {pid}")))]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// Who holds it, where it said so.
        pid: Option<u32>,
    },
    /// The folder has things in it, but is no data folder of Doorbuster.
    #[error("{} is not empty and is no data folder of Doorbuster", path.display())]
    NotADataFolder {
        /// The folder.
        path: PathBuf,
    },
    /// The data folder was written by a newer Doorbuster.
    #[error("{} says format {found}; this Doorbuster knows formats up to {known}: use a newer one", path.display())]
    FormatNewer {
        /// The format file.
        path: PathBuf,
        /// The folder's format.
        found: u32,
        /// The newest format known here.
        known: u32,
    },
    /// The data folder was written before this format; only the Doorbuster that wrote it reads it.
    #[error("{} says format {found}, which this Doorbuster (format {known}) does not read: open the folder with the version that wrote it, `export` there and `import` here", path.display())]
    FormatOlder {
        /// The format file.
        path: PathBuf,
        /// The folder's format.
        found: u32,
        /// The format known here.
        known: u32,
    },
    /// The format file cannot be understood.
    #[error("{} does not name a format of Doorbuster", path.display())]
    FormatUnreadable {
        /// The format file.
        path: PathBuf,
    },
    /// A backup or a restore never writes into a folder that holds something.
    #[error("{} is not empty", path.display())]
    TargetNotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// The tail that a backup was asked for lies beyond what the folder holds, or within a batch.
    #[error("no batch ends before sequence {next_seq} with checksum {checksum:016x}")]
    NoSuchTail {
        /// The tail's next sequence.
        next_seq: u64,
        /// The tail's checksum.
        checksum: u64,
    },
}

/// What is wrong with damaged bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Wrong {
    /// The first bytes are not those of the thing that should be here.
    #[error("what begins here is not what should")]
    Magic,
    /// The bytes that close a header or a payload are not there.
    #[error("its end mark is missing")]
    EndMark,
    /// The header was changed.
    #[error("its header's checksum does not hold")]
    HeaderChecksum,
    /// The payload was changed.
    #[error("its payload's checksum does not hold")]
    PayloadChecksum,
    /// The bytes between the end and the next sector are not zero.
    #[error("the padding behind it is not zero")]
    Padding,
    /// A format version that is not known here.
    #[error("it has format version {found}, which is not known here")]
    Version {
        /// The version it names.
        found: u32,
    },
    /// It carries another journal's id or shard.
    #[error("it belongs to another journal")]
    OtherJournal,
    /// A batch or a segment is missing, doubled or out of place.
    #[error("sequence {expected} should be here, but {found} is")]
    Sequence {
        /// What should be here.
        expected: u64,
        /// What is.
        found: u64,
    },
    /// It was not written behind what stands before it.
    #[error("it follows checksum {found:016x}, but the one before has {expected:016x}")]
    Chain {
        /// The checksum of what stands before it.
        expected: u64,
        /// The checksum it names.
        found: u64,
    },
    /// Its epoch is older than its predecessor's.
    #[error("epoch {found} stands behind epoch {fence}")]
    Epoch {
        /// The epoch before it.
        fence: u64,
        /// Its own.
        found: u64,
    },
    /// It claims more bytes than there are.
    #[error("it claims to take {found} bytes, which do not fit")]
    Bytes {
        /// What it claims.
        found: u64,
    },
    /// The file is longer or shorter than it says.
    #[error("the file should have {expected} bytes, it has {found}")]
    FileBytes {
        /// What its header says.
        expected: u64,
        /// What it has.
        found: u64,
    },
    /// A later batch stands whole behind bytes that are not.
    #[error("what is here is not whole, yet batch {first_seq} stands whole at byte {offset}")]
    LaterBatch {
        /// Where the later batch stands.
        offset: u64,
        /// Its first sequence.
        first_seq: u64,
    },
    /// There are bytes where nothing was ever written.
    #[error("bytes that were never written are not zero")]
    Unused,
    /// The journal is known to have reached further than it does.
    #[error("the journal was on disk up to sequence {expected}, but ends here at {found}")]
    Acknowledged {
        /// The sequence that was marked as reached.
        expected: u64,
        /// The one it reaches now.
        found: u64,
    },
    /// A segment that must exist does not.
    #[error("the segment that begins at sequence {first_seq} is missing")]
    SegmentMissing {
        /// The missing segment.
        first_seq: u64,
    },
}

/// Names the file and the deed in a failed call's error.
pub(crate) trait Doing<T> {
    fn doing(self, doing: &'static str, path: &Path) -> Result<T, Fault>;
}

impl<T, E: Into<io::Error>> Doing<T> for Result<T, E> {
    fn doing(self, doing: &'static str, path: &Path) -> Result<T, Fault> {
        self.map_err(|error| {
            let (path, source) = (path.to_path_buf(), error.into());
            match source.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    Fault::DiskFull { doing, path }
                }
                _ => Fault::Disk {
                    doing,
                    path,
                    source: Arc::new(source),
                },
            }
        })
    }
}

impl Fault {
    pub(crate) fn damaged(path: &Path, offset: u64, wrong: Wrong) -> Self {
        Self::Damaged {
            path: path.to_path_buf(),
            offset,
            wrong,
        }
    }
}
