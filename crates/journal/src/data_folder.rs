//! The data folder: where everything lies, which format it has, and the lock that keeps a second
//! server out. What lies in the journal and the snapshots is written elsewhere; what other rooms
//! keep beside them (the records) is theirs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::access;
use crate::disk::{Disk, Lock};
use crate::fault::Fault;
use crate::system::SystemDisk;

/// The format of data folders that this code writes and reads. Format 1 came before the first release.
pub const DATA_FORMAT: u32 = 2;

const FORMAT_NAME: &str = "doorbuster data folder, format ";

/// Where things lie in a data folder, and on which disk.
#[derive(Debug, Clone)]
pub struct Layout {
    disk: Arc<dyn Disk>,
    /// The data folder itself.
    pub root: PathBuf,
    /// Live segments and the mark.
    pub journal: PathBuf,
    /// Segments that no restart needs; kept for ever.
    pub archive: PathBuf,
    /// Snapshots of the ledger.
    pub snapshots: PathBuf,
}

impl Layout {
    /// The layout of the data folder at `root`, whether it exists or not.
    pub fn of(root: &Path) -> Self {
        Self::on(Arc::new(SystemDisk), root)
    }

    /// As [`Layout::of`], on this disk.
    pub fn on(disk: Arc<dyn Disk>, root: &Path) -> Self {
        Self {
            disk,
            root: root.to_path_buf(),
            journal: root.join("journal"),
            archive: root.join("archive"),
            snapshots: root.join("snapshots"),
        }
    }

    pub(crate) fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    pub(crate) fn shared_disk(&self) -> &Arc<dyn Disk> {
        &self.disk
    }

    pub(crate) fn create(&self) -> Result<(), Fault> {
        for folder in [&self.journal, &self.archive, &self.snapshots] {
            access::create_folder(self.disk(), folder)?;
        }
        Ok(())
    }

    /// Says what the folder is; written last, so that a folder half made is not taken for whole.
    pub(crate) fn write_format(&self) -> Result<(), Fault> {
        let text = format!("{FORMAT_NAME}{DATA_FORMAT}\n");
        access::replace(self.disk(), &self.format_file(), text.as_bytes())
    }

    /// The folder's format, `None` where it names none.
    pub(crate) fn read_format(&self) -> Result<Option<u32>, Fault> {
        let path = self.format_file();
        if !access::exists(self.disk(), &path)? {
            return Ok(None);
        }
        let text = access::read_whole(self.disk(), &path)?;
        let found = str::from_utf8(&text)
            .ok()
            .and_then(|text| text.strip_prefix(FORMAT_NAME))
            .and_then(|rest| rest.trim_end().parse().ok());
        match found {
            None | Some(0) => Err(Fault::FormatUnreadable { path }),
            Some(found) if found > DATA_FORMAT => Err(Fault::FormatNewer {
                path,
                found,
                known: DATA_FORMAT,
            }),
            Some(found) if found < DATA_FORMAT => Err(Fault::FormatOlder {
                path,
                found,
                known: DATA_FORMAT,
            }),
            known => Ok(known),
        }
    }

    /// Refuses a folder that is no data folder, or a newer one.
    pub(crate) fn must_be_data_folder(&self) -> Result<(), Fault> {
        match self.read_format()? {
            Some(_) => Ok(()),
            None => Err(Fault::NotADataFolder {
                path: self.root.clone(),
            }),
        }
    }

    fn format_file(&self) -> PathBuf {
        self.root.join("FORMAT")
    }
}

/// A data folder that this process, and no other, may write. Clones share the lock, which is given
/// back with the last of them, or by the system when the process dies.
#[derive(Debug, Clone)]
pub struct DataFolder {
    layout: Layout,
    _lock: Arc<Lock>,
}

impl DataFolder {
    /// Locks the data folder at `root`, and makes it where there is nothing yet.
    ///
    /// # Errors
    /// [`Fault::Locked`] while another holds it; [`Fault::FormatNewer`], [`Fault::FormatOlder`]; [`Fault::NotADataFolder`]
    /// where the folder holds something else.
    pub fn open(root: &Path) -> Result<Self, Fault> {
        Self::open_at(Layout::of(root))
    }

    /// As [`DataFolder::open`], on whatever disk the layout names.
    ///
    /// # Errors
    /// As [`DataFolder::open`].
    pub fn open_at(layout: Layout) -> Result<Self, Fault> {
        let known = layout.read_format()?.is_some();
        if !known {
            must_be_unused(&layout)?;
        }
        access::create_folder(layout.disk(), &layout.root)?;
        let lock = layout.disk().lock(&layout.root.join("lock"))?;
        layout.create()?;
        if !known {
            layout.write_format()?;
        }
        Ok(Self {
            layout,
            _lock: Arc::new(lock),
        })
    }

    /// Where things lie.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }
}

/// Nothing may be there but what an interrupted making of this very folder leaves.
fn must_be_unused(layout: &Layout) -> Result<(), Fault> {
    let ours = ["lock", "journal", "archive", "snapshots", "FORMAT.partial"];
    let refused = || Fault::NotADataFolder {
        path: layout.root.clone(),
    };
    let disk = layout.disk();
    for name in access::names_if_any(disk, &layout.root)? {
        let path = layout.root.join(&name);
        let used = access::is_folder(disk, &path)? && !access::names(disk, &path)?.is_empty();
        if used || !ours.contains(&name.as_str()) {
            return Err(refused());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_second_opener_is_told_who_holds_the_folder() {
        let parent = tempfile::tempdir().unwrap();
        let root = parent.path().join("data");
        let held = DataFolder::open(&root).unwrap();
        let also_held = held.clone();
        drop(held);

        let fault = DataFolder::open(&root).unwrap_err();
        let us = Some(std::process::id());
        assert!(matches!(&fault, Fault::Locked { pid, .. } if *pid == us));

        drop(also_held);
        DataFolder::open(&root).unwrap();
    }

    #[test]
    fn a_newer_format_is_refused_by_its_number() {
        let root = tempfile::tempdir().unwrap();
        drop(DataFolder::open(root.path()).unwrap());
        let newer = format!("{FORMAT_NAME}{}\n", DATA_FORMAT + 1);
        fs::write(root.path().join("FORMAT"), newer).unwrap();

        let fault = DataFolder::open(root.path()).unwrap_err();
        assert!(matches!(fault, Fault::FormatNewer { found, .. } if found == DATA_FORMAT + 1));
    }

    #[test]
    fn an_older_format_is_refused_and_told_what_to_do() {
        let root = tempfile::tempdir().unwrap();
        drop(DataFolder::open(root.path()).unwrap());
        fs::write(root.path().join("FORMAT"), format!("{FORMAT_NAME}1\n")).unwrap();
        let fault = DataFolder::open(root.path()).unwrap_err();
        assert!(
            matches!(fault, Fault::FormatOlder { found: 1, .. }),
            "{fault}"
        );
        assert!(fault.to_string().contains("`export` there"), "{fault}");
    }

    #[test]
    fn an_unreadable_format_is_refused() {
        let root = tempfile::tempdir().unwrap();
        drop(DataFolder::open(root.path()).unwrap());
        fs::write(root.path().join("FORMAT"), "something else\n").unwrap();
        let fault = DataFolder::open(root.path()).unwrap_err();
        assert!(matches!(fault, Fault::FormatUnreadable { .. }), "{fault}");
    }

    #[test]
    fn a_folder_with_other_things_in_it_is_left_alone() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("letter"), "dear").unwrap();
        let fault = DataFolder::open(root.path()).unwrap_err();
        assert!(matches!(fault, Fault::NotADataFolder { .. }), "{fault}");
        assert_eq!(access::names(&SystemDisk, root.path()).unwrap(), ["letter"]);
    }

    #[test]
    fn an_interrupted_making_is_finished_by_the_next_opener() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("lock"), "1\n").unwrap();
        fs::create_dir(root.path().join("journal")).unwrap();
        let folder = DataFolder::open(root.path()).unwrap();
        assert_eq!(folder.layout().read_format().unwrap(), Some(DATA_FORMAT));
        assert!(folder.layout().snapshots.is_dir());
    }
}
