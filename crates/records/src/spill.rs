//! What waits and has no room in memory: packed events in files without a name, in their order. They go
//! with the process, since the journal has everything.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use views::PackedEvents;
use vocabulary::{Millis, Seq};

/// A file of this length is followed by another, so that the disk has back what was read.
const FILE_BYTES: u64 = 64 << 20;
/// Stamp, sequence and length before the events of a batch.
const HEAD_BYTES: usize = 24;

/// Batches on disk, first in, first out.
pub(crate) struct Spill {
    folder: PathBuf,
    files: VecDeque<SpillFile>,
}

struct SpillFile {
    file: File,
    written: u64,
    read: u64,
}

impl Spill {
    /// Nothing yet; files will lie in `folder`.
    pub fn into_folder(folder: PathBuf) -> Spill {
        let files = VecDeque::new();
        Spill { folder, files }
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Puts a batch behind all others.
    ///
    /// # Errors
    /// The disk's; then it is not in.
    pub fn put(&mut self, batch: &PackedEvents) -> io::Result<()> {
        if self
            .files
            .back()
            .is_none_or(|file| file.written >= FILE_BYTES)
        {
            let file = tempfile::tempfile_in(&self.folder)?;
            let (written, read) = (0, 0);
            self.files.push_back(SpillFile {
                file,
                written,
                read,
            });
        }
        let last = self.files.back_mut().expect("there is one now");
        let written = last.put(batch);
        // A file that could not even be begun is none.
        self.files.retain(|file| file.written > 0);
        written
    }

    /// Takes the oldest batch out, if there is one.
    ///
    /// # Errors
    /// The disk's.
    pub fn take(&mut self) -> io::Result<Option<PackedEvents>> {
        let Some(first) = self.files.front_mut() else {
            return Ok(None);
        };
        let batch = first.take()?;
        if first.read == first.written {
            self.files.pop_front();
        }
        Ok(Some(batch))
    }
}

impl SpillFile {
    fn put(&mut self, batch: &PackedEvents) -> io::Result<()> {
        let (at, last_seq, events) = batch.parts();
        let mut bytes = Vec::with_capacity(HEAD_BYTES + events.len());
        for number in [at.0, last_seq.0, events.len() as u64] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(events);
        self.file.write_all_at(&bytes, self.written)?;
        self.written += bytes.len() as u64;
        Ok(())
    }

    fn take(&mut self) -> io::Result<PackedEvents> {
        let mut head = [[0; 8]; 3];
        self.file
            .read_exact_at(head.as_flattened_mut(), self.read)?;
        let [at, last_seq, length] = head.map(u64::from_le_bytes);
        let mut events = vec![0; length as usize];
        let behind = self.read + HEAD_BYTES as u64;
        self.file.read_exact_at(&mut events, behind)?;
        self.read = behind + length;
        Ok(PackedEvents::of_parts(Millis(at), Seq(last_seq), events))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(seq: u64, bytes: usize) -> PackedEvents {
        PackedEvents::of_parts(Millis(seq + 7), Seq(seq), vec![seq as u8; bytes])
    }

    #[test]
    fn what_was_put_in_comes_out_in_its_order_over_several_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut spill = Spill::into_folder(folder.path().to_owned());
        let large = FILE_BYTES as usize / 3;
        for seq in 1..=7 {
            spill.put(&batch(seq, large)).expect("there is room");
        }
        assert_eq!(spill.files.len(), 3);
        for seq in 1..=7 {
            assert_eq!(spill.take().expect("it reads"), Some(batch(seq, large)));
            if seq == 4 {
                spill.put(&batch(8, 0)).expect("there is room");
            }
        }
        assert_eq!(spill.take().expect("it reads"), Some(batch(8, 0)));
        assert_eq!(spill.take().expect("it reads"), None);
        assert!(spill.is_empty());
        let left = std::fs::read_dir(folder.path())
            .expect("it is there")
            .count();
        assert_eq!(left, 0, "nothing has a name");
    }

    #[test]
    fn where_nothing_can_be_written_nothing_is_in() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut spill = Spill::into_folder(folder.path().join("gone"));
        assert!(spill.put(&batch(1, 9)).is_err());
        assert!(spill.is_empty());
        assert_eq!(spill.take().expect("nothing to read"), None);
    }
}
