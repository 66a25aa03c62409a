//! A list in pages of fixed size: it grows at the end and may lose its front, and nothing ever moves.
//! A vector would be copied whole each time it outgrew its room.

use prefetch_index::prefetch_index;
use serde::de::{SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

const PAGE_BITS: u32 = 13;
const PAGE: usize = 1 << PAGE_BITS;

/// Items by place, from the first one that is left.
pub(crate) struct Pages<T> {
    pages: VecDeque<Vec<T>>,
    /// Empty pages, of which the next ones are made: memory that is new to the process is dear.
    spare: Vec<Vec<T>>,
    /// Items that have left the first page; they lie there until the page goes.
    gone: usize,
    len: usize,
}

impl<T> Default for Pages<T> {
    fn default() -> Self {
        Pages {
            pages: VecDeque::new(),
            spare: Vec::new(),
            gone: 0,
            len: 0,
        }
    }
}

impl<T> Pages<T> {
    /// How many items there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Puts `item` at the end.
    pub(crate) fn push(&mut self, item: T) {
        match self.pages.back_mut() {
            Some(last) if last.len() < PAGE => last.push(item),
            _ => {
                let spare = self.spare.pop();
                let mut page = spare.unwrap_or_else(|| Vec::with_capacity(PAGE));
                page.push(item);
                self.pages.push_back(page);
            }
        }
        self.len += 1;
    }

    /// Drops as many items from the front, or all there are; the others move up.
    pub(crate) fn drop_front(&mut self, count: usize) {
        let count = count.min(self.len);
        (self.gone, self.len) = (self.gone + count, self.len - count);
        while self.gone >= PAGE {
            let mut page = self.pages.pop_front().expect("what is gone lay in it");
            page.clear();
            self.spare.push(page);
            self.gone -= PAGE;
        }
    }

    /// Brings the item at `at` near.
    pub(crate) fn foresee(&self, at: usize) {
        let at = at + self.gone;
        prefetch_index(&self.pages[at >> PAGE_BITS], at % PAGE);
    }

    /// All items, first to last.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.pages.iter().flatten().skip(self.gone)
    }
}

impl<T: Copy> Pages<T> {
    /// Makes pages for so many items more, written over once so that the memory is there; with what, is
    /// all one.
    pub(crate) fn make_room(&mut self, items: usize, with: T) {
        while self.spare.len() < items.div_ceil(PAGE) {
            let mut page = vec![with; PAGE];
            page.clear();
            self.spare.push(page);
        }
    }
}

impl<T> Index<usize> for Pages<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        let at = at + self.gone;
        &self.pages[at >> PAGE_BITS][at % PAGE]
    }
}

impl<T> IndexMut<usize> for Pages<T> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        let at = at + self.gone;
        &mut self.pages[at >> PAGE_BITS][at % PAGE]
    }
}

/// As a sequence, as a vector is written.
impl<T: Serialize> Serialize for Pages<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(self.len))?;
        for item in self.iter() {
            sequence.serialize_element(item)?;
        }
        sequence.end()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pages<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Filling(PhantomData))
    }
}

struct Filling<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Filling<T> {
    type Value = Pages<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Pages<T>, A::Error> {
        let mut pages = Pages::default();
        while let Some(item) = sequence.next_element()? {
            pages.push(item);
        }
        Ok(pages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_found_by_place_while_the_front_leaves() {
        let mut pages = Pages::default();
        for item in 0..5 * PAGE {
            pages.push(item);
            if item % 2 == 1 {
                pages.drop_front(1);
            }
        }
        let first = 5 * PAGE / 2;
        assert_eq!(
            (pages.len(), pages[0], pages[7]),
            (5 * PAGE - first, first, first + 7)
        );
        assert!(pages.iter().copied().eq(first..5 * PAGE));
        pages[7] = 1;
        assert_eq!(pages[7], 1);
        while pages.len() > 0 {
            pages.drop_front(1);
        }
        pages.drop_front(1);
        pages.push(9);
        assert_eq!((pages[0], pages.len()), (9, 1));
    }

    #[test]
    fn pages_are_written_as_a_vector_is() {
        let mut pages = Pages::default();
        let vector: Vec<u32> = (3..3 * PAGE as u32).collect();
        (0..3 * PAGE as u32).for_each(|item| pages.push(item));
        (0..3).for_each(|_| pages.drop_front(1));
        let bytes = postcard::to_allocvec(&pages).expect("it is written");
        assert_eq!(
            bytes,
            postcard::to_allocvec(&vector).expect("it is written")
        );
        let back: Pages<u32> = postcard::from_bytes(&bytes).expect("it is read");
        assert!(back.iter().eq(&vector));
    }
}
