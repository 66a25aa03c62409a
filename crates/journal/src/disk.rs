//! The wall between the journal and a disk: the few calls it makes of one, as small as the system's
//! own. What they add up to (a durable rename, a file replaced as a whole) lives in `access`.
//!
//! The real disk is [`SystemDisk`](crate::SystemDisk). A simulated one may stand in its place: it
//! then sees every call, in order, and may fail any of them or end the world at it.

use std::any::Any;
use std::fmt::Debug;
use std::io;
use std::path::Path;

use crate::access::Access;
use crate::fault::Fault;

/// How a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// It is there, and is read.
    Read,
    /// It is there, and is read and written.
    Write,
    /// Whether it is there or not, it is empty now, and is written.
    Create,
    /// It must not be there, and is written.
    CreateNew,
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Bytes.
    File,
    /// Names.
    Folder,
}

/// Given back when it is dropped, or by the system when the process dies.
pub type Lock = Box<dyn Any + Send + Sync>;

/// A disk. Names and bytes are durable when they were synced, and not before.
pub trait Disk: Debug + Send + Sync {
    /// Opens a file; `access` is a wish, [`DiskFile::access`] says what came of it.
    fn open(&self, path: &Path, opening: Opening, access: Access) -> io::Result<Box<dyn DiskFile>>;

    /// What is at `path`, if anything is.
    fn look(&self, path: &Path) -> io::Result<Option<Kind>>;

    /// The names in a folder, in order; those that are not text are left out.
    fn names(&self, folder: &Path) -> io::Result<Vec<String>>;

    /// Makes a folder for its owner's eyes only, in one that is there.
    fn create_folder(&self, folder: &Path) -> io::Result<()>;

    /// Makes the names in a folder durable.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;

    /// Gives a file another name, over one that may be taken; after a crash it has one of the two.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Takes the lock at `path`, a file that is made where there is none.
    ///
    /// # Errors
    /// [`Fault::Locked`] while another holds it.
    fn lock(&self, path: &Path) -> Result<Lock, Fault>;

    /// Whether work may go on beside the caller, on a thread. Where not, all is done in turn.
    fn has_threads(&self) -> bool;
}

/// A file that is open. It stays the same file whatever happens to its name.
pub trait DiskFile: Debug + Send + Sync {
    /// The way in force. After a write by [`Access::Direct`] no sync is needed.
    fn access(&self) -> Access;

    /// How many bytes it has.
    fn bytes(&self) -> io::Result<u64>;

    /// Fills `into` from `offset` on.
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()>;

    /// Writes all of `from` at `offset`; the file grows where it must.
    fn write_at(&self, offset: u64, from: &[u8]) -> io::Result<()>;

    /// Reserves room for so many bytes, so that a lack of it shows now; the file then has as many.
    fn reserve(&self, bytes: u64) -> io::Result<()>;

    /// Makes what was written durable.
    fn sync_data(&self) -> io::Result<()>;

    /// Makes what was written durable, with all that the file system keeps about the file.
    fn sync_all(&self) -> io::Result<()>;
}
