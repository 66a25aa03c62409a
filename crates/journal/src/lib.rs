//! The journal of a shard: append, fence, read. It knows bytes, not meaning.
//!
//! Here live the batch and its byte format, the journal in memory and in files, what belongs to
//! those bytes (the data folder and its lock, snapshots, backup, verify), and nothing else: what a
//! batch's payload says is the till's affair. No clock and no randomness: ids, epochs and stamps
//! are given. The contract, with the byte format, is docs/contracts/journal.md.

mod access;
mod archive;
mod backup;
mod batch;
mod buffer;
mod chunks;
mod data_folder;
mod disk;
mod ending;
mod fault;
mod file;
mod format;
mod journal;
mod mark;
mod memory;
mod open;
mod prepare;
mod read;
mod scan;
mod segment;
mod snapshots;
mod system;
mod verify;

pub use access::Access;
pub use backup::{Copied, backup, restore};
pub use batch::{Batch, BatchHeader, FIRST_SEQ, Identity, JournalId, OwnedBatch, Tail};
pub use data_folder::{DATA_FORMAT, DataFolder, Layout};
pub use disk::{Disk, DiskFile, Kind, Lock, Opening};
pub use ending::Cut;
pub use fault::{Fault, Wrong};
pub use file::{FileJournal, Options};
pub use format::{FORMAT_VERSION, PAYLOAD_BYTES_MAX};
pub use journal::{Batches, Journal, Reader};
pub use memory::MemoryJournal;
pub use open::Opened;
pub use read::FileReader;
pub use snapshots::{Snapshot, SnapshotStore};
pub use system::SystemDisk;
pub use verify::{Report, verify, verify_at};
