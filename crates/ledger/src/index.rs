//! From hashes to rows. A look-up reads one line of a processor's cache: a bucket has tags and rows side
//! by side. One large table would stand still for as long as it takes to double; here many small ones
//! double one after the other, and an entry keeps enough of its hash that no row is looked at for it.
//! What is looked for is compared in the rows, so that no key lies here twice.

use crate::foresight::FORESIGHT;
use crate::slab::{NONE, Row};
use arrayvec::ArrayVec;
use prefetch_index::prefetch_index;

const PART_BITS: u32 = 10;
/// Entries of a bucket.
const SLOTS: usize = 7;
/// A part doubles when more than so many of four slots are taken.
const FULL: (usize, usize) = (3, 4);

/// Rows by hashes that several may share.
pub(crate) struct Index {
    parts: Vec<Part>,
}

#[derive(Clone, Default)]
struct Part {
    buckets: Vec<Bucket>,
    entries: usize,
}

/// Entries whose tags begin alike, as many as go into one line of the cache. An entry that finds its bucket
/// full lies in the next that is not.
#[derive(Clone)]
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

impl Default for Index {
    fn default() -> Self {
        Index {
            parts: vec![Part::default(); 1 << PART_BITS],
        }
    }
}

impl Index {
    /// The row under `hash` that `is_it` knows.
    pub(crate) fn find(&self, hash: u64, is_it: impl Fn(Row) -> bool) -> Option<Row> {
        let part = &self.parts[part(hash)];
        let (bucket, slot) = part.find(tag(hash), is_it)?;
        Some(part.buckets[bucket].rows[slot])
    }

    /// Makes room for so many entries in all, so that no part doubles before.
    pub(crate) fn make_room(&mut self, entries: usize) {
        let slots = entries.div_ceil(self.parts.len()) * FULL.1 / FULL.0;
        let buckets = slots.div_ceil(SLOTS);
        for part in &mut self.parts {
            if part.buckets.len() < buckets {
                part.grow_to(full_block(buckets));
            }
        }
    }

    /// Brings near what `find` and `insert` will read.
    pub(crate) fn foresee(&self, hash: u64) {
        let part = &self.parts[part(hash)];
        if !part.buckets.is_empty() {
            prefetch_index(&part.buckets, part.home(tag(hash)));
        }
    }

    /// Enters a row that is not entered yet.
    pub(crate) fn insert(&mut self, hash: u64, row: Row) {
        self.parts[part(hash)].insert(tag(hash), row);
    }

    /// Takes a row out, if it is in.
    pub(crate) fn remove(&mut self, hash: u64, row: Row) {
        self.parts[part(hash)].remove(tag(hash), row);
    }

    /// Every row, in no order that means anything.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Row> + '_ {
        self.parts
            .iter()
            .flat_map(Part::entries)
            .map(|(_, row)| row)
    }

    /// Makes it anew, of about `count` entries.
    pub(crate) fn fill(&mut self, count: usize, entries: impl Iterator<Item = (u64, Row)>) {
        self.clear();
        self.make_room(count);
        let mut entries = entries.fuse();
        loop {
            let few: ArrayVec<(u64, Row), FORESIGHT> = entries.by_ref().take(FORESIGHT).collect();
            if few.is_empty() {
                return;
            }
            few.iter().for_each(|(hash, _)| self.foresee(*hash));
            for (hash, row) in few {
                self.insert(hash, row);
            }
        }
    }

    pub(crate) fn clear(&mut self) {
        self.parts.fill(Part::default());
    }
}

impl Part {
    /// The bucket of a tag. There must be one.
    fn home(&self, tag: u32) -> usize {
        ((u64::from(tag) * self.buckets.len() as u64) >> u32::BITS) as usize
    }

    /// From a tag's own bucket on, each once.
    fn places(&self, tag: u32) -> impl Iterator<Item = usize> + use<> {
        let home = self.home(tag);
        (home..self.buckets.len()).chain(0..home)
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
            self.grow_to(full_block(self.buckets.len() + 1));
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

    /// More buckets.
    fn grow_to(&mut self, count: usize) {
        let buckets = std::mem::replace(&mut self.buckets, vec![EMPTY; count]);
        for (tag, row) in buckets.iter().flat_map(Bucket::entries) {
            self.put(tag, row);
        }
    }

    fn entries(&self) -> impl Iterator<Item = (u32, Row)> + '_ {
        self.buckets.iter().flat_map(Bucket::entries)
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

    fn entries(&self) -> impl Iterator<Item = (u32, Row)> + '_ {
        let entries = self.tags.iter().copied().zip(self.rows);
        entries.filter(|(_, row)| *row != NONE)
    }
}

/// So many buckets or more that a block of memory is full with them: blocks are powers of two, and the
/// allocator wants a few bytes of each.
fn full_block(buckets: usize) -> usize {
    (buckets + 1).next_power_of_two() - 1
}

fn part(hash: u64) -> usize {
    (hash >> (u64::BITS - PART_BITS)) as usize
}

fn tag(hash: u64) -> u32 {
    hash as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_bucket_is_one_line_of_the_cache() {
        assert_eq!(size_of::<Bucket>(), 64);
    }

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

    #[test]
    fn an_index_that_is_made_anew_has_what_it_is_given_and_nothing_else() {
        let mut index = Index::default();
        let hash = |row: Row| u64::from(row).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        index.insert(hash(7), 7);
        for count in [0, 40_000] {
            index.fill(count, (100..40_100).map(|row| (hash(row), row)));
            let found = |row| index.find(hash(row), |other| other == row);
            assert_eq!(index.iter().count(), 40_000);
            assert!((100..40_100).all(|row| found(row) == Some(row)));
            assert_eq!(found(7), None);
        }
    }

    proptest! {
        /// Few tags in one part, so that buckets overflow again and again.
        #[test]
        fn entries_are_found_until_they_are_removed(
            deeds in prop::collection::vec((0..40_u32, any::<bool>()), 1..600)
        ) {
            let mut part = Part::default();
            let mut plain = std::collections::BTreeSet::new();
            let tag = |row: Row| (row % 5) << 29;
            for (row, enter) in deeds {
                if !enter {
                    part.remove(tag(row), row);
                    plain.remove(&row);
                } else if plain.insert(row) {
                    part.insert(tag(row), row);
                }
                for row in 0..40 {
                    let found = part.find(tag(row), |other| other == row);
                    prop_assert_eq!(found.is_some(), plain.contains(&row));
                }
                prop_assert_eq!(part.entries, plain.len());
                prop_assert_eq!(part.entries().count(), plain.len());
            }
            for row in plain {
                part.remove(tag(row), row);
            }
            prop_assert!(part.buckets.iter().all(|bucket| bucket.passed == 0));
        }
    }
}
