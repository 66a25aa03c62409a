//! Things in pages, freed rows used again: growing moves nothing, and who has grown once takes no more
//! memory. Where a thing lies means nothing: no answer, checkpoint or comparison rests on it.

use prefetch_index::prefetch_index;
use std::ops::{Index, IndexMut};

/// Where something lies in its slab.
pub(crate) type Row = u32;
/// No row.
pub(crate) const NONE: Row = Row::MAX;

const PAGE_BITS: u32 = 10;
const PAGE: usize = 1 << PAGE_BITS;

/// Things that are found by row.
#[derive(Clone, Debug)]
pub(crate) struct Slab<T> {
    /// All pages but the last are full; a freed row is empty.
    pages: Vec<Vec<Option<T>>>,
    free: Vec<Row>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Slab {
            pages: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl<T> Slab<T> {
    /// How many things there are.
    pub(crate) fn len(&self) -> usize {
        self.rows() - self.free.len()
    }

    /// What lies at `row`, if anything does.
    pub(crate) fn get(&self, row: Row) -> Option<&T> {
        let page = self.pages.get((row >> PAGE_BITS) as usize)?;
        page.get(row as usize % PAGE)?.as_ref()
    }

    /// Brings near what lies at `row`.
    pub(crate) fn foresee(&self, row: Row) {
        if let Some(page) = self.pages.get((row >> PAGE_BITS) as usize) {
            prefetch_index(page, row as usize % PAGE);
        }
    }

    /// Puts `thing` in the row freed last, else at the end.
    pub(crate) fn insert(&mut self, thing: T) -> Row {
        if let Some(row) = self.free.pop() {
            *self.place(row) = Some(thing);
            return row;
        }
        let row = Row::try_from(self.rows()).expect("a slab has fewer than 2^32 - 1 rows");
        assert!(row != NONE, "a slab has fewer than 2^32 - 1 rows");
        match self.pages.last_mut() {
            Some(last) if last.len() < PAGE => last.push(Some(thing)),
            _ => {
                let mut page = Vec::with_capacity(PAGE);
                page.push(Some(thing));
                self.pages.push(page);
            }
        }
        row
    }

    /// Takes out what lies at `row`, which is free from then on.
    ///
    /// # Panics
    /// When nothing lies there.
    pub(crate) fn remove(&mut self, row: Row) -> T {
        let thing = self.place(row).take().expect("a row is freed once");
        self.free.push(row);
        thing
    }

    /// All there is, in no order that means anything.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.pages.iter().flatten().flatten()
    }

    fn rows(&self) -> usize {
        let before = self.pages.len().saturating_sub(1) * PAGE;
        before + self.pages.last().map_or(0, Vec::len)
    }

    fn place(&mut self, row: Row) -> &mut Option<T> {
        &mut self.pages[(row >> PAGE_BITS) as usize][row as usize % PAGE]
    }
}

impl<T> Index<Row> for Slab<T> {
    type Output = T;

    fn index(&self, row: Row) -> &T {
        self.get(row).expect("something lies in every row in use")
    }
}

impl<T> IndexMut<Row> for Slab<T> {
    fn index_mut(&mut self, row: Row) -> &mut T {
        let thing = self.place(row).as_mut();
        thing.expect("something lies in every row in use")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_freed_row_is_used_again_and_nothing_else_moves() {
        let mut slab = Slab::default();
        let rows: Vec<Row> = (0..3 * PAGE).map(|thing| slab.insert(thing)).collect();
        let (freed, thing) = (rows[PAGE + 7], PAGE + 7);
        assert_eq!(slab.remove(freed), thing);
        assert_eq!((slab.get(freed), slab.len()), (None, 3 * PAGE - 1));
        assert_eq!(slab.insert(1), freed);
        assert_eq!(slab[freed], 1);
        assert!((0..3 * PAGE).all(|n| n == thing || slab[rows[n]] == n));
        assert_eq!(slab.iter().count(), slab.len());
        assert_eq!(slab.get(NONE), None);
    }
}
