//! From ids to rows. A look-up reads one line of a processor's cache: a bucket has tags and rows side by side, and an
//! entry keeps enough of its hash that no row is looked at when the table grows. The ids themselves are compared in the
//! rows.

use crate::slab::{NONE, Row};
use hashbrown::DefaultHashBuilder;
use prefetch_index::prefetch_index;
use std::hash::{BuildHasher, Hash};

/// One large table would stand still while it doubles; so many small ones double one after the other.
const PARTS: usize = 64;
/// Entries of a bucket.
const SLOTS: usize = 7;
/// A part doubles when more than so many of four slots are taken.
const FULL: (usize, usize) = (3, 4);

/// Rows by ids. Ids are clients' choice, so they are hashed with a seed that nobody knows.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    parts: Vec<Part>,
    seed: DefaultHashBuilder,
}

#[derive(Clone, Debug, Default)]
struct Part {
    /// None, or a power of two of them.
    buckets: Vec<Bucket>,
    entries: usize,
}

/// Entries whose tags end alike, as many as go into one line of the cache. An entry that finds its bucket full lies in
/// the next that is not.
#[derive(Clone, Debug)]
#[repr(align(64))]
struct Bucket {
    /// How many entries have found this bucket full and lie further on.
    passed: u32,
    tags: [u32; SLOTS],
    /// Free slots have no row.
    rows: [Row; SLOTS],
}

const EMPTY: Bucket = Bucket {
    passed: 0,
    tags: [0; SLOTS],
    rows: [NONE; SLOTS],
};

/// Where an id belongs.
#[derive(Clone, Copy)]
struct Home {
    part: usize,
    tag: u32,
}

impl Default for Index {
    fn default() -> Self {
        Index {
            parts: vec![Part::default(); PARTS],
            seed: DefaultHashBuilder::default(),
        }
    }
}

impl Index {
    /// The row under `id` that `is_it` knows.
    pub(crate) fn find(&self, id: impl Hash, is_it: impl Fn(Row) -> bool) -> Option<Row> {
        let Home { part, tag } = self.home(id);
        let part = &self.parts[part];
        let (bucket, slot) = part.find(tag, is_it)?;
        Some(part.buckets[bucket].rows[slot])
    }

    /// Brings near what the other methods will read of `id`.
    pub(crate) fn foresee(&self, id: impl Hash) {
        let Home { part, tag } = self.home(id);
        let buckets = &self.parts[part].buckets;
        if !buckets.is_empty() {
            prefetch_index(buckets, tag as usize & (buckets.len() - 1));
        }
    }

    /// Enters a row that is not entered yet.
    pub(crate) fn insert(&mut self, id: impl Hash, row: Row) {
        let Home { part, tag } = self.home(id);
        self.parts[part].insert(tag, row);
    }

    /// Enters `to` in the place of `from`, if that is in.
    pub(crate) fn replace(&mut self, id: impl Hash, from: Row, to: Row) {
        let Home { part, tag } = self.home(id);
        let part = &mut self.parts[part];
        if let Some((bucket, slot)) = part.find(tag, |row| row == from) {
            part.buckets[bucket].rows[slot] = to;
        }
    }

    /// Takes a row out, if it is in.
    pub(crate) fn remove(&mut self, id: impl Hash, row: Row) {
        let Home { part, tag } = self.home(id);
        self.parts[part].remove(tag, row);
    }

    /// Every row, in no order that means anything.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row> {
        let buckets = self.parts.iter().flat_map(|part| &part.buckets);
        buckets.flat_map(Bucket::entries).map(|(_, row)| row)
    }

    fn home(&self, id: impl Hash) -> Home {
        let hash = self.seed.hash_one(id);
        Home {
            part: (hash >> 32) as usize % PARTS,
            tag: hash as u32,
        }
    }
}

impl Part {
    /// From a tag's own bucket on, each once.
    fn places(&self, tag: u32) -> impl Iterator<Item = usize> + use<> {
        let (count, mask) = (self.buckets.len(), self.buckets.len().wrapping_sub(1));
        (0..count).map(move |step| (tag as usize).wrapping_add(step) & mask)
    }

    fn find(&self, tag: u32, is_it: impl Fn(Row) -> bool) -> Option<(usize, usize)> {
        for place in self.places(tag) {
            let bucket = &self.buckets[place];
            if let Some(slot) = bucket.find(tag, &is_it) {
                return Some((place, slot));
            }
            if bucket.passed == 0 {
                return None;
            }
        }
        None
    }

    fn insert(&mut self, tag: u32, row: Row) {
        if self.entries * FULL.1 >= self.buckets.len() * SLOTS * FULL.0 {
            self.double();
        }
        self.put(tag, row);
        self.entries += 1;
    }

    fn put(&mut self, tag: u32, row: Row) {
        for place in self.places(tag) {
            let bucket = &mut self.buckets[place];
            if let Some(slot) = bucket.free() {
                (bucket.tags[slot], bucket.rows[slot]) = (tag, row);
                return;
            }
            bucket.passed += 1;
        }
        unreachable!("a quarter of the slots is free");
    }

    fn remove(&mut self, tag: u32, row: Row) {
        let Some((found, slot)) = self.find(tag, |other| other == row) else {
            return;
        };
        self.buckets[found].rows[slot] = NONE;
        self.entries -= 1;
        for place in self.places(tag).take_while(|place| *place != found) {
            self.buckets[place].passed -= 1;
        }
    }

    fn double(&mut self) {
        let count = (self.buckets.len() * 2).max(1);
        let buckets = std::mem::replace(&mut self.buckets, vec![EMPTY; count]);
        for (tag, row) in buckets.iter().flat_map(Bucket::entries) {
            self.put(tag, row);
        }
    }
}

impl Bucket {
    fn find(&self, tag: u32, is_it: impl Fn(Row) -> bool) -> Option<usize> {
        // All tags are compared before any is looked at, which compilers do at once.
        let mut same = [false; SLOTS];
        for (same, other) in same.iter_mut().zip(self.tags) {
            *same = other == tag;
        }
        let slots = (0..SLOTS).filter(|slot| same[*slot] && self.rows[*slot] != NONE);
        let mut slots = slots.filter(|slot| is_it(self.rows[*slot]));
        slots.next()
    }

    fn free(&self) -> Option<usize> {
        self.rows.iter().position(|row| *row == NONE)
    }

    fn entries(&self) -> impl Iterator<Item = (u32, Row)> {
        let entries = self.tags.iter().copied().zip(self.rows);
        entries.filter(|(_, row)| *row != NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_one_line_of_the_cache() {
        assert_eq!(size_of::<Bucket>(), 64);
    }

    #[test]
    fn rows_are_found_under_their_ids_until_they_are_taken_out() {
        let mut index = Index::default();
        let id = |row: Row| u128::from(row / 2) << 64;
        let found = |index: &Index, row| index.find(id(row), |other| other == row);
        (0..50_000).for_each(|row| index.insert(id(row), row));
        assert!((0..50_000).all(|row| found(&index, row) == Some(row)));
        (0..50_000)
            .step_by(2)
            .for_each(|row| index.remove(id(row), row));
        index.replace(id(1), 1, 90_001);
        index.remove(id(0), 0);
        assert_eq!(index.find(id(1), |_| true), Some(90_001));
        assert!((2..50_000).all(|row| found(&index, row).is_some() == (row % 2 == 1)));
        assert_eq!(index.rows().count(), 25_000);
    }

    #[test]
    fn a_bucket_that_was_too_full_forgets_it_when_its_entries_go() {
        let mut part = Part::default();
        (0..20).for_each(|row| part.insert(row % 2, row));
        let taken = |part: &Part| part.buckets.iter().flat_map(Bucket::entries).count();
        assert!((0..20).all(|row| part.find(row % 2, |other| other == row).is_some()));
        assert!(part.buckets[0].passed > 0);
        for row in 0..20 {
            part.remove(row % 2, row);
            assert_eq!(
                (part.entries, taken(&part)),
                (19 - row as usize, part.entries)
            );
            assert!((row + 1..20).all(|row| part.find(row % 2, |other| other == row).is_some()));
        }
        assert!(part.buckets.iter().all(|bucket| bucket.passed == 0));
    }
}
