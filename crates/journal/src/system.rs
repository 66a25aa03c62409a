//! The real disk: each call is one or two of the system's.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;

use crate::access::Access;
use crate::buffer::AlignedBuffer;
use crate::disk::{Disk, DiskFile, Kind, Lock, Opening};
use crate::fault::{Doing as _, Fault};
use crate::format::SECTOR;

/// The disk of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SystemDisk;

#[derive(Debug)]
struct SystemFile {
    file: File,
    access: Access,
}

impl Disk for SystemDisk {
    fn open(&self, path: &Path, opening: Opening, access: Access) -> io::Result<Box<dyn DiskFile>> {
        let mut options = options(opening);
        if access == Access::Direct
            && let Some(file) = open_direct(path, &mut options)
        {
            return Ok(Box::new(SystemFile { file, access }));
        }
        let file = options.custom_flags(0).open(path)?;
        let access = Access::Buffered;
        Ok(Box::new(SystemFile { file, access }))
    }

    fn look(&self, path: &Path) -> io::Result<Option<Kind>> {
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => Ok(Some(Kind::Folder)),
            Ok(_) => Ok(Some(Kind::File)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            names.extend(entry?.file_name().into_string().ok());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        DirBuilder::new().mode(0o700).create(folder)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn lock(&self, path: &Path) -> Result<Lock, Fault> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(path).doing("open", path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let (path, pid) = (path.to_path_buf(), holder(&mut file));
                return Err(Fault::Locked { path, pid });
            }
            Err(TryLockError::Error(error)) => return Err(error).doing("lock", path),
        }
        file.set_len(0).doing("write", path)?;
        file.rewind().doing("write", path)?;
        writeln!(file, "{}", std::process::id()).doing("write", path)?;
        Ok(Box::new(file))
    }

    fn has_threads(&self) -> bool {
        true
    }
}

impl DiskFile for SystemFile {
    fn access(&self) -> Access {
        self.access
    }

    fn bytes(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(into, offset)
    }

    fn write_at(&self, offset: u64, from: &[u8]) -> io::Result<()> {
        self.file.write_all_at(from, offset)
    }

    fn reserve(&self, bytes: u64) -> io::Result<()> {
        let flags = rustix::fs::FallocateFlags::empty();
        match rustix::fs::fallocate(&self.file, flags, 0, bytes) {
            // Writing the zeros reserves as well, only later.
            Err(rustix::io::Errno::OPNOTSUPP) => Ok(()),
            reserved => Ok(reserved?),
        }
    }

    fn sync_data(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn sync_all(&self) -> io::Result<()> {
        self.file.sync_all()
    }
}

fn options(opening: Opening) -> OpenOptions {
    let mut options = OpenOptions::new();
    match opening {
        Opening::Read => options.read(true),
        Opening::Write => options.read(true).write(true),
        Opening::Create => options.write(true).create(true).truncate(true),
        Opening::CreateNew => options.write(true).create_new(true),
    };
    options
}

/// Opens past the cache and tries a read, since some file systems only refuse then.
fn open_direct(path: &Path, options: &mut OpenOptions) -> Option<File> {
    let flags = (OFlags::DIRECT | OFlags::DSYNC).bits().cast_signed();
    let file = options.custom_flags(flags).open(path).ok()?;
    let mut sector = AlignedBuffer::default();
    file.read_at(sector.slice_mut(SECTOR), 0).ok()?;
    Some(file)
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
