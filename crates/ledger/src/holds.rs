//! The holds that are running: who keeps which units at which price until when.

use crate::directory::Directory;
use crate::slab::{Row, Slab};
use money::Amount;
use serde::{Deserialize, Serialize};
use vocabulary::{HoldId, Millis};

/// A hold. Whose it is stands in the row `count_row` of the persons' counts.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Hold {
    pub(crate) price: Amount,
    pub(crate) expires_at: Millis,
    pub(crate) pool: Row,
    pub(crate) count_row: Row,
    pub(crate) units: u16,
}

/// Every running hold.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Holds {
    rows: Slab<Hold>,
    directory: Directory,
    last: u64,
}

impl Holds {
    pub(crate) fn place(&mut self, hold: Hold) -> HoldId {
        let row = self.rows.insert(hold);
        self.last += 1;
        self.directory.insert(self.last, row);
        HoldId(self.last)
    }

    pub(crate) fn find(&self, hold: HoldId) -> Option<&Hold> {
        self.directory.row(hold.0).map(|row| &self.rows[row])
    }

    /// Ends a hold, if it still runs.
    pub(crate) fn end(&mut self, hold: HoldId) -> Option<Hold> {
        let row = self.directory.row(hold.0)?;
        self.directory.remove(hold.0);
        self.rows.free(row);
        Some(self.rows[row])
    }

    /// All running holds in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (HoldId, &Hold)> {
        let rows = self.directory.iter();
        rows.map(|(number, row)| (HoldId(number), &self.rows[row]))
    }
}
