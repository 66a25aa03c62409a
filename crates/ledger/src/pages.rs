//! A list in pages of fixed size: it grows at the end and may lose its front, and nothing ever moves.
//! A vector would be copied whole each time it outgrew its room.

use crate::raw::{self, Raw};
use prefetch_index::prefetch_index;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::VecDeque;
use std::ops::{Index, IndexMut};

/// Bytes of a page: a block of memory, less what the allocator wants of it. Were a page a power of two, it
/// would lie in a block of the next size, and a quarter of the memory would lie idle.
const PAGE_BYTES: usize = (256 << 10) - 64;

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
    /// Items of a page.
    const PAGE: usize = PAGE_BYTES / size_of::<T>();

    /// How many items there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Puts `item` at the end.
    pub(crate) fn push(&mut self, item: T) {
        match self.pages.back_mut() {
            Some(last) if last.len() < Self::PAGE => last.push(item),
            _ => {
                let spare = self.spare.pop();
                let mut page = spare.unwrap_or_else(|| Vec::with_capacity(Self::PAGE));
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
        while self.gone >= Self::PAGE {
            let mut page = self.pages.pop_front().expect("what is gone lay in it");
            page.clear();
            self.spare.push(page);
            self.gone -= Self::PAGE;
        }
    }

    /// Brings the item at `at` near.
    pub(crate) fn foresee(&self, at: usize) {
        let at = at + self.gone;
        prefetch_index(&self.pages[at / Self::PAGE], at % Self::PAGE);
    }

    /// All items, first to last.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.pages.iter().flatten().skip(self.gone)
    }
}

/// Fills page after page, without asking at each item whether there is room.
impl<T> Extend<T> for Pages<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        let mut items = items.into_iter();
        while let Some(item) = items.next() {
            self.push(item);
            let last = self.pages.back_mut().expect("an item was just put into it");
            let before = last.len();
            last.extend(items.by_ref().take(Self::PAGE - before));
            self.len += last.len() - before;
        }
    }
}

impl<T: Copy> Pages<T> {
    /// Makes pages for so many items more, written over once so that the memory is there; with what, is
    /// all one.
    pub(crate) fn make_room(&mut self, items: usize, with: T) {
        while self.spare.len() < items.div_ceil(Self::PAGE) {
            let mut page = vec![with; Self::PAGE];
            page.clear();
            self.spare.push(page);
        }
    }
}

impl<T> Index<usize> for Pages<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        let at = at + self.gone;
        &self.pages[at / Self::PAGE][at % Self::PAGE]
    }
}

impl<T> IndexMut<usize> for Pages<T> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        let at = at + self.gone;
        &mut self.pages[at / Self::PAGE][at % Self::PAGE]
    }
}

impl<T: Raw> Serialize for Pages<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        raw::write(self.len, self.iter(), serializer)
    }
}

impl<'de, T: Raw> Deserialize<'de> for Pages<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        raw::read(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = Pages::<usize>::PAGE;

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
    fn pages_are_read_back_and_go_on_where_they_were() {
        for count in [0, 1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE + 7] {
            let mut pages = Pages::default();
            (0..3).for_each(|item| pages.push(item));
            pages.drop_front(3);
            (0..count).for_each(|item| pages.push(item as u64));
            let bytes = postcard::to_allocvec(&pages).expect("it is written");
            assert!(bytes.len() >= 8 * count, "numbers are written as they are");
            let mut back: Pages<u64> = postcard::from_bytes(&bytes).expect("it is read");
            back.push(count as u64);
            assert_eq!(back.len(), count + 1);
            assert!(back.iter().copied().eq(0..=count as u64), "{count}");
            assert!((0..=count).all(|at| back[at] == at as u64), "{count}");
        }
    }
}
