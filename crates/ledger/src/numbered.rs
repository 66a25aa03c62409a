//! Rows that are numbered from 1 in the order in which they came and never leave: sellers, SKUs,
//! deals; and the index by which a listed thing is found by its reference.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use prefetch_index::prefetch_index;
use serde::{Deserialize, Serialize};
use vocabulary::Reference;

/// A hash map whose hashes are the same on every machine; its order still never shows.
pub(crate) type Map<K, V> = HashMap<K, V, FixedState>;

/// Something that the shop lists under an id of its own.
pub(crate) trait Listed {
    /// The hash of the shop's own id.
    fn reference(&self) -> Reference;
}

/// The rows, number 1 first.
#[derive(Serialize, Deserialize)]
pub(crate) struct Numbered<T> {
    rows: Vec<T>,
    #[serde(skip)]
    by_reference: Map<Reference, u32>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Numbered {
            rows: Vec::new(),
            by_reference: Map::default(),
        }
    }
}

impl<T: Listed> Numbered<T> {
    /// Adds a row; returns its number.
    pub(crate) fn add(&mut self, row: T) -> u32 {
        let number = u32::try_from(self.rows.len() + 1).expect("numbers fit into 32 bits");
        let known = self.by_reference.insert(row.reference(), number);
        assert!(known.is_none(), "a reference is listed once");
        self.rows.push(row);
        number
    }

    /// The row of a number that may be unknown.
    pub(crate) fn find(&self, number: u32) -> Option<&T> {
        self.rows.get((number as usize).checked_sub(1)?)
    }

    /// Brings near the row of a number that may be unknown.
    pub(crate) fn foresee(&self, number: u32) {
        let at = (number as usize).wrapping_sub(1);
        if at < self.rows.len() {
            prefetch_index(&self.rows, at);
        }
    }

    /// The row of a number that the ledger gave itself.
    pub(crate) fn row(&self, number: u32) -> &T {
        &self.rows[number as usize - 1]
    }

    /// The same, to be changed.
    pub(crate) fn row_mut(&mut self, number: u32) -> &mut T {
        &mut self.rows[number as usize - 1]
    }

    /// The number listed under `reference`.
    pub(crate) fn by_reference(&self, reference: Reference) -> Option<u32> {
        self.by_reference.get(&reference).copied()
    }

    /// All rows with their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        (1..).zip(&self.rows)
    }

    /// Makes the index anew, after reading a snapshot.
    pub(crate) fn reindex(&mut self) {
        let numbered = (1..).zip(&self.rows);
        self.by_reference = numbered
            .map(|(number, row)| (row.reference(), number))
            .collect();
    }
}
