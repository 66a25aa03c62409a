//! How the journal's files are read and written: past the kernel's cache where the file system
//! allows it, else through it and synced. And the small deeds on folders that make names durable.

use std::io;
use std::path::{Path, PathBuf};

use crate::buffer::AlignedBuffer;
use crate::disk::{Disk, DiskFile, Kind, Opening};
use crate::fault::{Doing as _, Fault};

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
    file: Box<dyn DiskFile>,
    path: PathBuf,
}

impl SectorFile {
    /// Opens an existing file to read.
    pub(crate) fn open(disk: &dyn Disk, path: &Path, access: Access) -> Result<Self, Fault> {
        Self::open_as(disk, path, Opening::Read, access)
    }

    /// Opens an existing file to read and write.
    pub(crate) fn open_to_write(
        disk: &dyn Disk,
        path: &Path,
        access: Access,
    ) -> Result<Self, Fault> {
        Self::open_as(disk, path, Opening::Write, access)
    }

    fn open_as(
        disk: &dyn Disk,
        path: &Path,
        opening: Opening,
        access: Access,
    ) -> Result<Self, Fault> {
        let file = disk.open(path, opening, access).doing("open", path)?;
        let path = path.to_path_buf();
        Ok(Self { file, path })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The way in force, which the file system may have had a say in.
    pub(crate) fn access(&self) -> Access {
        self.file.access()
    }

    pub(crate) fn bytes(&self) -> Result<u64, Fault> {
        self.file.bytes().doing("look at", &self.path)
    }

    /// Fills `into`, an aligned buffer of whole sectors, from `offset`.
    pub(crate) fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<(), Fault> {
        self.file.read_at(offset, into).doing("read", &self.path)
    }

    /// Writes whole sectors from an aligned buffer; they are on disk when it returns. A failure
    /// leaves unknown what is, and must never be followed by another try (fsync may then lie).
    pub(crate) fn write_durably(&self, offset: u64, from: &[u8]) -> Result<(), Fault> {
        self.file
            .write_at(offset, from)
            .doing("write", &self.path)?;
        match self.file.access() {
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
        let reserved = self.file.reserve(bytes);
        reserved.doing("reserve room for", &self.path)
    }

    /// Syncs the file with all that the file system keeps about it.
    pub(crate) fn sync(&self) -> Result<(), Fault> {
        self.file.sync_all().doing("sync", &self.path)
    }
}

/// Creates an empty file, or empties the one that is there.
pub(crate) fn create(disk: &dyn Disk, path: &Path) -> Result<Box<dyn DiskFile>, Fault> {
    let created = disk.open(path, Opening::Create, Access::Buffered);
    created.doing("create", path)
}

/// All bytes of a small file.
pub(crate) fn read_whole(disk: &dyn Disk, path: &Path) -> Result<Vec<u8>, Fault> {
    let file = disk.open(path, Opening::Read, Access::Buffered);
    let file = file.doing("open", path)?;
    let mut bytes = vec![0; file.bytes().doing("look at", path)? as usize];
    file.read_at(0, &mut bytes).doing("read", path)?;
    Ok(bytes)
}

/// Whether there is anything at `path`.
pub(crate) fn exists(disk: &dyn Disk, path: &Path) -> Result<bool, Fault> {
    Ok(disk.look(path).doing("look at", path)?.is_some())
}

/// Whether there is a folder at `path`.
pub(crate) fn is_folder(disk: &dyn Disk, path: &Path) -> Result<bool, Fault> {
    Ok(disk.look(path).doing("look at", path)? == Some(Kind::Folder))
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(disk: &dyn Disk, folder: &Path) -> Result<(), Fault> {
    disk.sync_folder(folder).doing("sync", folder)
}

/// Creates a folder, and those above it, durably. It is for its owner's eyes only: records and secrets
/// come to lie in it.
pub(crate) fn create_folder(disk: &dyn Disk, folder: &Path) -> Result<(), Fault> {
    if is_folder(disk, folder)? {
        return settle_name(disk, folder);
    }
    if let Some(above) = folder.parent().filter(|above| *above != Path::new("")) {
        create_folder(disk, above)?;
    }
    match disk.create_folder(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        created => created.doing("create", folder),
    }?;
    sync_folder(disk, &above(folder))
}

/// Makes the name of a folder that is there durable: whoever created it may have died before it was.
/// What lies above our reach was not created by us.
fn settle_name(disk: &dyn Disk, folder: &Path) -> Result<(), Fault> {
    match disk.sync_folder(&above(folder)) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        synced => synced.doing("sync", &above(folder)),
    }
}

/// The folder that holds `path`; nothing holds the root but itself.
pub(crate) fn above(path: &Path) -> PathBuf {
    match path.parent() {
        Some(above) if above != Path::new("") => above.to_path_buf(),
        None if path.has_root() => path.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// Renames durably, within a folder or between two.
pub(crate) fn rename(disk: &dyn Disk, from: &Path, to: &Path) -> Result<(), Fault> {
    disk.rename(from, to).doing("rename", from)?;
    sync_folder(disk, &above(to))?;
    if above(from) != above(to) {
        sync_folder(disk, &above(from))?;
    }
    Ok(())
}

/// Replaces a small file as a whole: after a crash it is the old one or this one.
pub(crate) fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let partial = path.with_extension("partial");
    let file = create(disk, &partial)?;
    file.write_at(0, bytes).doing("write", &partial)?;
    file.sync_all().doing("sync", &partial)?;
    rename(disk, &partial, path)
}

/// Removes a file that may not be there.
pub(crate) fn remove_leftover(disk: &dyn Disk, path: &Path) -> Result<(), Fault> {
    match disk.remove(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.doing("remove", path),
    }
}

/// The names in a folder, in order; names that are not text are left out.
pub(crate) fn names(disk: &dyn Disk, folder: &Path) -> Result<Vec<String>, Fault> {
    disk.names(folder).doing("list", folder)
}

/// As [`names`]; none where there is no folder: many a way to copy leaves out what is empty.
pub(crate) fn names_if_any(disk: &dyn Disk, folder: &Path) -> Result<Vec<String>, Fault> {
    match exists(disk, folder)? {
        true => names(disk, folder),
        false => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::format::SECTOR;
    use crate::system::SystemDisk;

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
            let file = SectorFile::open_to_write(&SystemDisk, &path, write).unwrap();
            file.write_durably(SECTOR as u64, buffer.slice(0, SECTOR))
                .unwrap();
            buffer.slice_mut(SECTOR).fill(0);
            let file = SectorFile::open(&SystemDisk, &path, read).unwrap();
            file.read_at(SECTOR as u64, buffer.slice_mut(SECTOR))
                .unwrap();
            assert_eq!(buffer.slice(0, SECTOR), [byte; SECTOR]);
        }
    }

    #[test]
    fn a_full_disk_is_told_from_other_faults() {
        let full = SectorFile::open_to_write(&SystemDisk, Path::new("/dev/full"), Access::Buffered)
            .unwrap();
        let fault = full.zero(0, SECTOR as u64).unwrap_err();
        assert!(matches!(fault, Fault::DiskFull { .. }), "{fault}");

        let gone = SectorFile::open(&SystemDisk, Path::new("/nowhere/at-all"), Access::Direct)
            .unwrap_err();
        assert!(matches!(gone, Fault::Disk { doing: "open", .. }), "{gone}");
    }
}
