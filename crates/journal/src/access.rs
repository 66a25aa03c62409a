//! How the journal's files are read and written: past the kernel's cache where the file system
//! allows it, else through it and synced. And the small deeds on folders that make names durable.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use crate::buffer::AlignedBuffer;
use crate::fault::{Doing as _, Fault};
use crate::format::SECTOR;

/// How files of sectors are read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// `O_DIRECT | O_DSYNC`: one call writes and syncs, and reads see the disk rather than a cache.
    /// A file system that does not know it is written as `Buffered`.
    #[default]
    Direct,
    /// Through the kernel's cache, `fdatasync` after each write.
    Buffered,
}

/// A file that is read and written in whole sectors.
#[derive(Debug)]
pub(crate) struct SectorFile {
    file: File,
    path: PathBuf,
    access: Access,
}

impl SectorFile {
    /// Opens an existing file to read.
    pub(crate) fn open(path: &Path, access: Access) -> Result<Self, Fault> {
        Self::open_as(path, access, OpenOptions::new().read(true))
    }

    /// Opens an existing file to read and write.
    pub(crate) fn open_to_write(path: &Path, access: Access) -> Result<Self, Fault> {
        Self::open_as(path, access, OpenOptions::new().read(true).write(true))
    }

    fn open_as(path: &Path, access: Access, options: &mut OpenOptions) -> Result<Self, Fault> {
        if access == Access::Direct
            && let Some(file) = open_direct(path, options)
        {
            return Ok(Self::of(file, path, Access::Direct));
        }
        let file = options.custom_flags(0).open(path).doing("open", path)?;
        Ok(Self::of(file, path, Access::Buffered))
    }

    fn of(file: File, path: &Path, access: Access) -> Self {
        Self {
            file,
            path: path.to_path_buf(),
            access,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The way in force, which the file system may have had a say in.
    pub(crate) fn access(&self) -> Access {
        self.access
    }

    pub(crate) fn bytes(&self) -> Result<u64, Fault> {
        Ok(self.file.metadata().doing("look at", &self.path)?.len())
    }

    /// Fills `into`, an aligned buffer of whole sectors, from `offset`.
    pub(crate) fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<(), Fault> {
        let read = self.file.read_exact_at(into, offset);
        read.doing("read", &self.path)
    }

    /// Writes whole sectors from an aligned buffer; they are on disk when it returns. A failure
    /// leaves unknown what is, and must never be followed by another try (fsync may then lie).
    pub(crate) fn write_durably(&self, offset: u64, from: &[u8]) -> Result<(), Fault> {
        let written = self.file.write_all_at(from, offset);
        written.doing("write", &self.path)?;
        match self.access {
            Access::Direct => Ok(()),
            Access::Buffered => self.file.sync_data().doing("sync", &self.path),
        }
    }

    /// Writes zeros over `from..to`, durably.
    pub(crate) fn zero(&self, from: u64, to: u64) -> Result<(), Fault> {
        const STEP: usize = 512 << 10;
        let mut zeros = AlignedBuffer::default();
        for offset in (from..to).step_by(STEP) {
            let len = STEP.min((to - offset) as usize);
            self.write_durably(offset, zeros.slice_mut(len))?;
        }
        Ok(())
    }

    /// Reserves room for `bytes` on the disk, so that a lack of it shows now.
    pub(crate) fn reserve(&self, bytes: u64) -> Result<(), Fault> {
        let flags = rustix::fs::FallocateFlags::empty();
        match rustix::fs::fallocate(&self.file, flags, 0, bytes) {
            // Writing the zeros reserves as well, only later.
            Err(rustix::io::Errno::OPNOTSUPP) => Ok(()),
            reserved => reserved.doing("reserve room for", &self.path),
        }
    }

    /// Syncs the file with all that the file system keeps about it.
    pub(crate) fn sync(&self) -> Result<(), Fault> {
        self.file.sync_all().doing("sync", &self.path)
    }
}

/// Opens past the cache and tries a read, since some file systems only refuse then.
fn open_direct(path: &Path, options: &mut OpenOptions) -> Option<File> {
    let flags = (OFlags::DIRECT | OFlags::DSYNC).bits().cast_signed();
    let file = options.custom_flags(flags).open(path).ok()?;
    let mut sector = AlignedBuffer::default();
    file.read_at(sector.slice_mut(SECTOR), 0).ok()?;
    Some(file)
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Fault> {
    File::open(folder)
        .and_then(|opened| opened.sync_all())
        .doing("sync", folder)
}

/// Creates a folder, and those above it, durably. It is for its owner's eyes only: records and secrets
/// come to lie in it.
pub(crate) fn create_folder(folder: &Path) -> Result<(), Fault> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent().filter(|above| *above != Path::new("")) {
        create_folder(above)?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        created => created.doing("create", folder),
    }?;
    sync_folder(&above(folder))
}

/// The folder that holds `path`.
pub(crate) fn above(path: &Path) -> PathBuf {
    match path.parent() {
        Some(above) if above != Path::new("") => above.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// Renames durably, within a folder or between two.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), Fault> {
    fs::rename(from, to).doing("rename", from)?;
    sync_folder(&above(to))?;
    if above(from) != above(to) {
        sync_folder(&above(from))?;
    }
    Ok(())
}

/// Replaces a small file as a whole: after a crash it is the old one or this one.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let partial = path.with_extension("partial");
    let mut file = File::create(&partial).doing("create", &partial)?;
    file.write_all(bytes).doing("write", &partial)?;
    file.sync_all().doing("sync", &partial)?;
    rename(&partial, path)
}

/// Removes a file that may not be there.
pub(crate) fn remove_leftover(path: &Path) -> Result<(), Fault> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.doing("remove", path),
    }
}

/// The names in a folder, in order; names that are not text are left out.
pub(crate) fn names(folder: &Path) -> Result<Vec<String>, Fault> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).doing("list", folder)? {
        let name = entry.doing("list", folder)?.file_name();
        names.extend(name.into_string().ok());
    }
    names.sort_unstable();
    Ok(names)
}

/// As [`names`]; none where there is no folder: many a way to copy leaves out what is empty.
pub(crate) fn names_if_any(folder: &Path) -> Result<Vec<String>, Fault> {
    match folder.try_exists().doing("look at", folder)? {
        true => names(folder),
        false => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_of_two_sectors(folder: &Path) -> PathBuf {
        let path = folder.join("sectors");
        fs::write(&path, [7; 2 * SECTOR]).unwrap();
        path
    }

    #[test]
    fn what_is_written_either_way_is_read_the_other_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = file_of_two_sectors(folder.path());
        let mut buffer = AlignedBuffer::default();
        for (write, read, byte) in [
            (Access::Direct, Access::Buffered, 1),
            (Access::Buffered, Access::Direct, 2),
        ] {
            buffer.slice_mut(SECTOR).fill(byte);
            let file = SectorFile::open_to_write(&path, write).unwrap();
            file.write_durably(SECTOR as u64, buffer.slice(0, SECTOR))
                .unwrap();
            buffer.slice_mut(SECTOR).fill(0);
            let file = SectorFile::open(&path, read).unwrap();
            file.read_at(SECTOR as u64, buffer.slice_mut(SECTOR))
                .unwrap();
            assert_eq!(buffer.slice(0, SECTOR), [byte; SECTOR]);
        }
    }

    #[test]
    fn a_full_disk_is_told_from_other_faults() {
        let full = SectorFile::open_to_write(Path::new("/dev/full"), Access::Buffered).unwrap();
        let fault = full.zero(0, SECTOR as u64).unwrap_err();
        assert!(matches!(fault, Fault::DiskFull { .. }), "{fault}");

        let gone = SectorFile::open(Path::new("/nowhere/at-all"), Access::Direct).unwrap_err();
        assert!(matches!(gone, Fault::Disk { doing: "open", .. }), "{gone}");
    }
}
