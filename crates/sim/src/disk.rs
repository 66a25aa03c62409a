//! The simulated disk: names and bytes that are durable when they were synced and not before, and
//! that fails as disks and machines fail. It lies about nothing: what a sync vouched for stays.
//!
//! What lies on it is in `platter`, a file's bytes in `node`, what goes wrong in `trouble`.

mod node;
mod platter;
mod trouble;

use journal::{Access, Disk, DiskFile, Fault, Kind, Lock, Opening};
use model::stream::Dice;
use platter::{NodeId, Platter};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use trouble::Verdict;
pub use trouble::{Ending, Moment, Trouble};

/// A disk in memory. Clones are handles to the same one.
#[derive(Clone, Debug)]
pub struct SimDisk(Arc<Mutex<Platter>>);

#[derive(Debug)]
struct SimFile {
    disk: SimDisk,
    node: NodeId,
    access: Access,
}

/// Gives the lock back, unless the machine went down meanwhile.
struct HeldLock {
    disk: SimDisk,
    boot: u32,
}

impl SimDisk {
    /// An empty disk; which sectors survive and which do not, `dice` say. One that `lies` says that
    /// bytes are durable when they are not.
    pub fn new(dice: Dice, lies: bool) -> Self {
        Self(Arc::new(Mutex::new(Platter::new(dice, lies))))
    }

    /// Something goes wrong at the `calls`-th call from now that changes anything.
    pub fn plan(&self, calls: u32, trouble: Trouble) {
        self.held().troubles.plan(calls, trouble);
    }

    /// How the machine or the process ended, if it has.
    pub fn ended(&self) -> Option<Ending> {
        self.held().troubles.ended()
    }

    /// The program ends between two calls.
    pub fn end(&self, ending: Ending) {
        self.held().troubles.end(ending);
    }

    /// The process is gone, or the machine with it: what was not synced may be lost then, sector by
    /// sector and name by name. Afterwards there is room, and nothing is planned.
    pub fn restart(&self, ending: Ending) {
        self.held().restart(ending);
    }

    /// What went wrong since it was asked last.
    pub fn take_troubles(&self) -> Vec<Trouble> {
        self.held().troubles.take_met()
    }

    /// How long calls were stalled since it was asked last, in ms.
    pub fn take_stalled_ms(&self) -> u64 {
        self.held().troubles.take_stalled_ms()
    }

    /// A hash over every call so far: two runs that agree in it did the same to the disk.
    pub fn trace(&self) -> u64 {
        self.held().trace
    }

    /// Changes one bit where it lies; a second time changes it back.
    pub fn flip(&self, path: &Path, byte: u64, bit: u8) {
        self.held().flip(path, byte, bit);
    }

    /// Up to the end of the last sector of the file that is not all zeros, in bytes.
    pub fn written(&self, path: &Path, sector: usize) -> u64 {
        let platter = self.held();
        platter.at_rest(path).map_or(0, |node| node.written(sector))
    }

    /// The first byte of the file from `from` on that is not zero.
    pub fn next_written(&self, path: &Path, from: u64) -> Option<u64> {
        self.held().at_rest(path)?.next_written(from)
    }

    fn held(&self) -> MutexGuard<'_, Platter> {
        self.0.lock().expect("no holder of the platter panics")
    }
}

fn full() -> io::Error {
    io::ErrorKind::StorageFull.into()
}

impl Disk for SimDisk {
    fn open(&self, path: &Path, opening: Opening, access: Access) -> io::Result<Box<dyn DiskFile>> {
        let mut platter = self.held();
        platter.troubles.must_run()?;
        let node = match opening {
            Opening::Read | Opening::Write => platter.find_file(path)?,
            Opening::Create | Opening::CreateNew => {
                platter.change("create", path, |platter| {
                    platter.create(path, opening == Opening::CreateNew)
                })?;
                platter.find_file(path)?
            }
        };
        let disk = self.clone();
        Ok(Box::new(SimFile { disk, node, access }))
    }

    fn look(&self, path: &Path) -> io::Result<Option<Kind>> {
        self.held().look(path)
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.held().names(folder)
    }

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        self.held()
            .change("create", folder, |platter| platter.create_folder(folder))
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.held()
            .change("sync", folder, |platter| platter.sync_folder(folder))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.held()
            .change("rename", from, |platter| platter.rename(from, to))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.held()
            .change("remove", path, |platter| platter.remove(path))
    }

    fn lock(&self, path: &Path) -> Result<Lock, Fault> {
        let locked = || Fault::Locked {
            path: path.to_path_buf(),
            pid: None,
        };
        let boot = self.held().lock().ok_or_else(locked)?;
        let created = match self.look(path) {
            Ok(None) => self.open(path, Opening::Create, Access::Buffered).map(drop),
            looked => looked.map(drop),
        };
        created.map_err(|error| Fault::Disk {
            doing: "lock",
            path: PathBuf::from(path),
            source: Arc::new(error),
        })?;
        let disk = self.clone();
        Ok(Box::new(HeldLock { disk, boot }))
    }

    fn has_threads(&self) -> bool {
        false
    }
}

impl Drop for HeldLock {
    fn drop(&mut self) {
        self.disk.held().unlock(self.boot);
    }
}

impl DiskFile for SimFile {
    fn access(&self) -> Access {
        self.access
    }

    fn bytes(&self) -> io::Result<u64> {
        let platter = self.disk.held();
        platter.troubles.must_run()?;
        Ok(platter.node(self.node).bytes())
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        let platter = self.disk.held();
        platter.troubles.must_run()?;
        platter.node(self.node).read_at(offset, into)
    }

    fn write_at(&self, offset: u64, from: &[u8]) -> io::Result<()> {
        let mut platter = self.disk.held();
        let through = self.access == Access::Direct && !platter.lies;
        let grows = offset + from.len() as u64 > platter.node(self.node).bytes();
        let verdict = platter.begin("write", self.node, offset)?;
        match verdict {
            Verdict::Full if grows => return Err(full()),
            Verdict::Fail | Verdict::EndDuring => platter.tear(self.node, offset, from, through),
            _ => platter.node_mut(self.node).write(offset, from, through),
        }
        verdict.conclude()
    }

    fn reserve(&self, bytes: u64) -> io::Result<()> {
        let mut platter = self.disk.held();
        let verdict = platter.begin("reserve", self.node, bytes)?;
        match verdict {
            Verdict::Full => return Err(full()),
            Verdict::Fail | Verdict::EndDuring => {}
            Verdict::Go | Verdict::EndAfter => platter.node_mut(self.node).reserve(bytes),
        }
        verdict.conclude()
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut platter = self.disk.held();
        let verdict = platter.begin("sync", self.node, 0)?;
        match verdict {
            Verdict::Fail | Verdict::EndDuring => platter.half_sync(self.node),
            _ if platter.lies => {}
            Verdict::Go | Verdict::Full | Verdict::EndAfter => platter.node_mut(self.node).sync(),
        }
        verdict.conclude()
    }

    fn sync_all(&self) -> io::Result<()> {
        self.sync_data()
    }
}
