//! The weather at work: troubles planned for the disk, clocks set, clerks killed, and bits changed
//! in what lies at rest, which must be noticed.

use super::{WEATHER, World};
use crate::agenda::Deed;
use crate::broken::{Broken, insist};
use crate::disk::{Ending, Moment, Trouble};
use crate::house::Found;
use crate::script::Act;
use crate::weather::{Fault, STORMS, trouble};
use journal::{Disk as _, Fault as JournalFault, FileReader, Reader as _, verify_at};
use std::path::{Path, PathBuf};
use vocabulary::Seq;

const NOTICED: &str = "changed bytes are refused with file and byte, never served";
/// What writes are padded to, in bytes.
const SECTOR: usize = 4_096;

impl World<'_> {
    pub(super) fn storm(&mut self) -> Result<(), Broken> {
        self.storms += 1;
        let act = Act {
            chain: WEATHER,
            number: self.storms,
        };
        if self.takes_place(act) {
            let fault = self.dice.weighted(&STORMS);
            if self.script.faults.contains(&fault) {
                self.bring(fault)?;
            }
        }
        let pause = self.dice.between(400, 2_000);
        self.note(pause, Deed::Storm);
        Ok(())
    }

    fn bring(&mut self, fault: Fault) -> Result<(), Broken> {
        match fault {
            Fault::BitFlipped => return self.flip_something(),
            Fault::ClockSet => self.set_clock(),
            Fault::ClerkDied => {
                self.tally.fault(fault);
                self.clerk_dies = true;
            }
            _ => {
                let calls = self.dice.clock(1, 25);
                if let Some(trouble) = trouble(fault, &mut self.dice) {
                    self.disk.plan(calls, trouble);
                }
            }
        }
        Ok(())
    }

    /// The program ends in the middle of one of the next few calls to the disk.
    pub(super) fn fail_soon(&mut self) {
        let (fault, ending) = self.dice.one_of([
            (Fault::Killed, Ending::Killed),
            (Fault::PowerLost, Ending::PowerLost),
        ]);
        if self.script.faults.contains(&fault) {
            let calls = self.dice.clock(1, 3);
            self.disk.plan(calls, Trouble::End(ending, Moment::During));
        }
    }

    fn set_clock(&mut self) {
        self.tally.fault(Fault::ClockSet);
        let far = self.dice.between(6_000, 90_000).cast_signed();
        let near = self.dice.between(1, 4_900).cast_signed();
        let step = self.dice.one_of([near, -near, near, -near, far, -far]);
        match self.dice.chance(30) {
            true => self.clock.mend_wall(),
            false => self.clock.set_wall(step),
        }
        let moment = self.clock.now();
        self.story.note(moment, &[9], || {
            format!("the wall clock is set, by {step} ms or right")
        });
    }

    /// The power goes, and while the machine is down a bit changes.
    fn flip_something(&mut self) -> Result<(), Broken> {
        if self.house.is_none() {
            return Ok(());
        }
        self.end_program(Ending::PowerLost);
        match self.dice.below(100) {
            0..60 => self.flip_in_segment(),
            60..85 => {
                self.flip_in_snapshot();
                Ok(())
            }
            _ => self.flip_in_mark(),
        }
    }

    /// A bit of a batch that others follow: whoever reads it is told, and told where.
    fn flip_in_segment(&mut self) -> Result<(), Broken> {
        let mut segments = self.segments();
        segments.pop();
        let Some(path) = self.dice.pick(&segments) else {
            return Ok(());
        };
        let (byte, bit) = self.flip(&path, SECTOR);
        let (layout, access) = (&self.settings.layout, self.settings.access);
        let verified = verify_at(layout, access).map(drop);
        let read = FileReader::open_at(layout, access)
            .and_then(|reader| reader.read(0)?.try_for_each(|batch| batch.map(drop)));
        self.disk.flip(&path, byte, bit);
        must_name(verified, &path, byte)?;
        must_name(read, &path, byte)
    }

    /// The mark is read at every start.
    fn flip_in_mark(&mut self) -> Result<(), Broken> {
        let path = self.settings.layout.journal.join("mark");
        if !matches!(self.disk.look(&path), Ok(Some(_))) {
            return Ok(());
        }
        let (byte, bit) = self.flip(&path, 1);
        let opened = FileReader::open_at(&self.settings.layout, self.settings.access).map(drop);
        self.disk.flip(&path, byte, bit);
        must_name(opened, &path, byte)
    }

    /// A snapshot that cannot be used is left where it is: the next start must do without it.
    fn flip_in_snapshot(&mut self) {
        let newest = self
            .settings
            .snapshots()
            .list()
            .ok()
            .and_then(|list| list.last().copied());
        if let Some(seq) = newest {
            let path = self.snapshot_path(seq);
            if !self.damaged.iter().any(|(damaged, ..)| *damaged == path) {
                let (byte, bit) = self.flip(&path, 1);
                self.damaged.push((path, byte, bit));
            }
        }
    }

    /// Mostly a byte that says something: much of a file is padding.
    fn flip(&mut self, path: &Path, sector: usize) -> (u64, u8) {
        self.tally.fault(Fault::BitFlipped);
        let any = self.dice.below(self.disk.written(path, sector));
        let telling = self
            .disk
            .next_written(path, any)
            .filter(|_| self.dice.chance(70));
        let byte = telling.unwrap_or(any);
        let bit = self.dice.below(8) as u8;
        self.disk.flip(path, byte, bit);
        let moment = self.clock.now();
        self.story.note(moment, &[10, byte, u64::from(bit)], || {
            format!("bit {bit} of byte {byte} of {} changes", path.display())
        });
        (byte, bit)
    }

    /// Recovery must have done without the damaged snapshots, and with the sound ones.
    pub(super) fn judge_snapshots(&mut self, found: &Found, views_at: Seq) -> Result<(), Broken> {
        for seq in &found.unusable {
            let path = self.snapshot_path(seq.0);
            let damaged = self.damaged.iter().any(|(damaged, ..)| *damaged == path);
            insist(damaged, NOTICED, || {
                format!("the snapshot at {seq} is sound, but not used")
            })?;
        }
        let Some(seq) = found.snapshot else {
            return Ok(());
        };
        insist(seq <= views_at, NOTICED, || {
            format!("the snapshot at {seq} is too new")
        })?;
        let path = self.snapshot_path(seq.0);
        let damaged = self.damaged.iter().any(|(damaged, ..)| *damaged == path);
        insist(!damaged, NOTICED, || {
            format!("the damaged snapshot at {seq} was served")
        })
    }

    fn snapshot_path(&self, seq: u64) -> PathBuf {
        let name = format!("{seq:020}.snapshot");
        self.settings.layout.snapshots.join(name)
    }

    /// All segments, archived and live, in order.
    fn segments(&self) -> Vec<PathBuf> {
        let layout = &self.settings.layout;
        let mut segments = Vec::new();
        for folder in [&layout.archive, &layout.journal] {
            let names = self.disk.names(folder).unwrap_or_default();
            let named = names.iter().filter(|name| name.ends_with(".segment"));
            segments.extend(named.map(|name| folder.join(name)));
        }
        segments
    }
}

/// A reading of what was changed must fail, naming the file and a byte at or before the changed one.
fn must_name(read: Result<(), JournalFault>, path: &Path, byte: u64) -> Result<(), Broken> {
    let named = matches!(&read, Err(JournalFault::Damaged { path: found, offset, .. })
        if found == path && *offset <= byte);
    insist(named, NOTICED, || {
        format!("byte {byte} of {} changed: {read:?}", path.display())
    })
}
