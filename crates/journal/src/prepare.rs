//! Preparing the next segment ahead of need: reserved, filled with zeros and synced, on a thread of
//! its own, so that no append waits for a file to grow.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use crate::access::{self, Access, SectorFile};
use crate::fault::{Doing as _, Fault};

/// A segment's file being prepared.
#[derive(Debug)]
pub(crate) struct Preparation {
    path: PathBuf,
    bytes: u64,
    access: Access,
    thread: Option<JoinHandle<Result<(), Fault>>>,
}

impl Preparation {
    /// Begins to prepare `path`. Where no thread can be had, `finish` does the work.
    pub(crate) fn start(path: PathBuf, bytes: u64, access: Access) -> Self {
        let target = path.clone();
        let thread = thread::Builder::new()
            .name("journal-prepare".into())
            .spawn(move || prepare(&target, bytes, access))
            .ok();
        Self {
            path,
            bytes,
            access,
            thread,
        }
    }

    /// Waits until the file is ready and gives its path. A preparation that failed is tried once
    /// more: the disk may have room by now, and a file that nothing was written to loses nothing.
    pub(crate) fn finish(&mut self) -> Result<&Path, Fault> {
        let prepared = self.thread.take().map(JoinHandle::join);
        if !matches!(prepared, Some(Ok(Ok(())))) {
            prepare(&self.path, self.bytes, self.access)?;
        }
        Ok(&self.path)
    }
}

impl Drop for Preparation {
    /// Waits for the thread, so that none writes into a folder whose lock was given back.
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            // Whether it succeeded no longer matters: an unused preparation is made anew.
            let _ = thread.join();
        }
    }
}

fn prepare(path: &Path, bytes: u64, access: Access) -> Result<(), Fault> {
    access::remove_leftover(path)?;
    File::create(path).doing("create", path)?;
    let file = SectorFile::open_to_write(path, access)?;
    file.reserve(bytes)?;
    file.zero(0, bytes)?;
    file.sync()?;
    access::sync_folder(&access::above(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prepared_file_is_all_zeros_even_where_a_leftover_lay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("next.prepared");
        std::fs::write(&path, [9; 100_000]).unwrap();
        let mut preparation = Preparation::start(path.clone(), 65_536, Access::Direct);
        preparation.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), [0; 65_536]);
    }

    #[test]
    fn no_room_for_a_segment_is_a_full_disk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("next.prepared");
        let too_much = 1 << 42;
        let mut preparation = Preparation::start(path, too_much, Access::Direct);
        let fault = preparation.finish().unwrap_err();
        assert!(matches!(fault, Fault::DiskFull { .. }), "{fault}");
    }
}
