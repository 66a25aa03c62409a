//! Preparing the next segment ahead of need: reserved, filled with zeros and synced, on a thread of
//! its own, so that no append waits for a file to grow.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crate::access::{self, Access, SectorFile};
use crate::disk::Disk;
use crate::fault::Fault;

/// A segment's file being prepared.
#[derive(Debug)]
pub(crate) struct Preparation {
    work: Work,
    progress: Progress,
}

/// What is to be prepared.
#[derive(Debug, Clone)]
struct Work {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    bytes: u64,
    access: Access,
}

#[derive(Debug)]
enum Progress {
    OnThread(JoinHandle<Result<(), Fault>>),
    Ready,
    /// Not begun, or failed.
    ToDo,
}

impl Preparation {
    /// Begins to prepare `path`. Where no thread can be had, `finish` does the work; on a disk
    /// where all is done in turn, it is done here.
    pub(crate) fn start(disk: &Arc<dyn Disk>, path: PathBuf, bytes: u64, access: Access) -> Self {
        let disk = Arc::clone(disk);
        let work = Work {
            disk,
            path,
            bytes,
            access,
        };
        let progress = match work.disk.has_threads() {
            true => work.clone().on_thread(),
            false => Progress::of(work.prepare()),
        };
        Self { work, progress }
    }

    /// Waits until the file is ready and gives its path. A preparation that failed is tried once
    /// more: the disk may have room by now, and a file that nothing was written to loses nothing.
    pub(crate) fn finish(&mut self) -> Result<&Path, Fault> {
        self.wait();
        if matches!(self.progress, Progress::ToDo) {
            self.work.prepare()?;
            self.progress = Progress::Ready;
        }
        Ok(&self.work.path)
    }

    fn wait(&mut self) {
        self.progress = match std::mem::replace(&mut self.progress, Progress::ToDo) {
            Progress::OnThread(thread) => thread.join().map_or(Progress::ToDo, Progress::of),
            other => other,
        };
    }
}

impl Drop for Preparation {
    /// Waits for the thread, so that none writes into a folder whose lock was given back.
    fn drop(&mut self) {
        self.wait();
    }
}

impl Progress {
    fn of(prepared: Result<(), Fault>) -> Self {
        match prepared {
            Ok(()) => Self::Ready,
            Err(_) => Self::ToDo,
        }
    }
}

impl Work {
    fn on_thread(self) -> Progress {
        let thread = thread::Builder::new()
            .name("journal-prepare".into())
            .spawn(move || self.prepare());
        thread.map_or(Progress::ToDo, Progress::OnThread)
    }

    fn prepare(&self) -> Result<(), Fault> {
        let disk = &*self.disk;
        access::remove_leftover(disk, &self.path)?;
        access::create(disk, &self.path)?;
        let file = SectorFile::open_to_write(disk, &self.path, self.access)?;
        file.reserve(self.bytes)?;
        file.zero(0, self.bytes)?;
        file.sync()?;
        access::sync_folder(disk, &access::above(&self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::SystemDisk;

    fn start(path: PathBuf, bytes: u64) -> Preparation {
        let disk: Arc<dyn Disk> = Arc::new(SystemDisk);
        Preparation::start(&disk, path, bytes, Access::Direct)
    }

    #[test]
    fn a_prepared_file_is_all_zeros_even_where_a_leftover_lay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("next.prepared");
        std::fs::write(&path, [9; 100_000]).unwrap();
        let mut preparation = start(path.clone(), 65_536);
        preparation.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), [0; 65_536]);
    }

    #[test]
    fn no_room_for_a_segment_is_a_full_disk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("next.prepared");
        let too_much = 1 << 42;
        let mut preparation = start(path, too_much);
        let fault = preparation.finish().unwrap_err();
        assert!(matches!(fault, Fault::DiskFull { .. }), "{fault}");
    }
}
