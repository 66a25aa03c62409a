//! From hashes to rows. One large table would stand still for as long as it takes to double; here many
//! small ones double one after the other, and an entry keeps enough of its hash that no row is
//! looked at for it. What is looked for is compared in the rows, so that no key lies here twice.

use crate::slab::Row;
use hashbrown::HashTable;

const PART_BITS: u32 = 10;

/// A row, and half of the hash it is found by.
#[derive(Clone, Copy)]
struct Entry {
    tag: u32,
    row: Row,
}

/// Rows by hashes that several may share.
pub(crate) struct Index {
    parts: Vec<HashTable<Entry>>,
}

impl Default for Index {
    fn default() -> Self {
        let parts = 1 << PART_BITS;
        Index {
            parts: (0..parts).map(|_| HashTable::new()).collect(),
        }
    }
}

impl Index {
    /// The row under `hash` that `is_it` knows.
    pub(crate) fn find(&self, hash: u64, is_it: impl Fn(Row) -> bool) -> Option<Row> {
        let tag = tag(hash);
        let same = |entry: &Entry| entry.tag == tag && is_it(entry.row);
        let found = self.parts[part(hash)].find(spread(tag), same);
        found.map(|entry| entry.row)
    }

    /// Looks where a row would be found.
    pub(crate) fn touch(&self, hash: u64) -> Row {
        let tag = tag(hash);
        let found = self.parts[part(hash)].find(spread(tag), |entry| entry.tag == tag);
        found.map_or(0, |entry| entry.row)
    }

    /// Enters a row that is not entered yet.
    pub(crate) fn insert(&mut self, hash: u64, row: Row) {
        let tag = tag(hash);
        let again = |entry: &Entry| spread(entry.tag);
        self.parts[part(hash)].insert_unique(spread(tag), Entry { tag, row }, again);
    }

    /// Takes a row out, if it is in.
    pub(crate) fn remove(&mut self, hash: u64, row: Row) {
        let same = |entry: &Entry| entry.row == row;
        if let Ok(entry) = self.parts[part(hash)].find_entry(spread(tag(hash)), same) {
            entry.remove();
        }
    }

    /// Every row, in no order that means anything.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Row> + '_ {
        self.parts.iter().flatten().map(|entry| entry.row)
    }

    pub(crate) fn clear(&mut self) {
        self.parts.iter_mut().for_each(HashTable::clear);
    }
}

fn part(hash: u64) -> usize {
    (hash >> (u64::BITS - PART_BITS)) as usize
}

fn tag(hash: u64) -> u32 {
    hash as u32
}

/// A hash for the small table: it takes its place from the low bits and a check from the high ones.
fn spread(tag: u32) -> u64 {
    u64::from(tag) | u64::from(tag.wrapping_mul(0x9e37_79b9)) << 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_hash_are_told_apart_and_removed_one_by_one() {
        let mut index = Index::default();
        let hash = |row: Row| u64::from(row / 2).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for row in 0..50_000 {
            index.insert(hash(row), row);
        }
        let found = |index: &Index, row| index.find(hash(row), |other| other == row);
        assert!((0..50_000).all(|row| found(&index, row) == Some(row)));
        (0..50_000)
            .step_by(2)
            .for_each(|row| index.remove(hash(row), row));
        assert!((0..50_000).all(|row| found(&index, row).is_some() == (row % 2 == 1)));
        index.remove(hash(0), 0);
        assert_eq!(index.iter().count(), 25_000);
        assert_eq!(index.find(hash(1), |_| false), None);
        index.clear();
        assert_eq!(found(&index, 1), None);
    }
}
