//! Rows in pages, freed rows used again: a table that has grown once allocates no more, and growing
//! moves nothing, so no batch waits while a large table is copied. Row numbers are private to the
//! ledger; no event, digest or order of anything rests on them.

use crate::pages::Pages;
use crate::raw::{self, Raw};
use serde::{Deserialize, Serialize};
use std::ops::{Index, IndexMut};

/// Where something lies in its table.
pub(crate) type Row = u32;
/// No row.
pub(crate) const NONE: Row = Row::MAX;

/// A table whose rows are found by number.
#[derive(Serialize, Deserialize)]
#[serde(bound(serialize = "T: Raw", deserialize = "T: Raw"))]
pub(crate) struct Slab<T> {
    rows: Pages<T>,
    #[serde(with = "raw")]
    free: Vec<Row>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Slab {
            rows: Pages::default(),
            free: Vec::new(),
        }
    }
}

impl<T> Slab<T> {
    /// Puts `row` in the row freed last, else at the end.
    pub(crate) fn insert(&mut self, row: T) -> Row {
        if let Some(at) = self.free.pop() {
            self.rows[at as usize] = row;
            return at;
        }
        let at = Row::try_from(self.rows.len()).expect("a table has fewer than 2^32 - 1 rows");
        assert!(at != NONE, "a table has fewer than 2^32 - 1 rows");
        self.rows.push(row);
        at
    }

    /// Frees a row. What lies in it stays until the row is used again.
    pub(crate) fn free(&mut self, at: Row) {
        self.free.push(at);
    }

    /// Brings a row near.
    pub(crate) fn foresee(&self, at: Row) {
        self.rows.foresee(at as usize);
    }

    /// How many rows are not free.
    pub(crate) fn used(&self) -> usize {
        self.rows.len() - self.free.len()
    }

    /// All rows with their numbers, free ones included: the caller must know its own dead.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Row, &T)> {
        (0..).zip(self.rows.iter())
    }
}

impl<T: Copy> Slab<T> {
    /// Makes room for so many rows more, written over with some row.
    pub(crate) fn make_room(&mut self, rows: usize, with: T) {
        self.rows.make_room(rows, with);
    }
}

impl<T> Index<Row> for Slab<T> {
    type Output = T;

    fn index(&self, at: Row) -> &T {
        &self.rows[at as usize]
    }
}

impl<T> IndexMut<Row> for Slab<T> {
    fn index_mut(&mut self, at: Row) -> &mut T {
        &mut self.rows[at as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_freed_row_is_used_again() {
        let mut slab = Slab::default();
        let (first, second) = (slab.insert('a'), slab.insert('b'));
        slab.free(first);
        assert_eq!(slab.insert('c'), first);
        assert_eq!((slab[first], slab[second]), ('c', 'b'));
        assert_eq!(slab.insert('d'), 2);
    }
}
