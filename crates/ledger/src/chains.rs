//! Many short lists in one table: the places of a waitlist, the works of the outbox. A list is two row
//! numbers; joining and leaving from anywhere are O(1). What leaves from the front only lies in
//! `queues.rs`.

use crate::raw::Raw;
use crate::slab::{NONE, Row, Slab};
use serde::{Deserialize, Serialize};
use std::ops::{Index, IndexMut};

/// The two ends of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Chain {
    first: Row,
    last: Row,
}

impl Default for Chain {
    fn default() -> Self {
        Chain {
            first: NONE,
            last: NONE,
        }
    }
}

#[derive(Clone, Copy)]
struct Link<T> {
    item: T,
    before: Row,
    after: Row,
}

impl<T: Raw> Raw for Link<T> {
    fn put(&self, to: &mut Vec<u8>) {
        self.item.put(to);
        self.before.put(to);
        self.after.put(to);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Some(Link {
            item: Raw::take(from)?,
            before: Raw::take(from)?,
            after: Raw::take(from)?,
        })
    }
}

/// The table that the lists lie in.
#[derive(Serialize, Deserialize)]
#[serde(bound(serialize = "T: Raw", deserialize = "T: Raw"))]
pub(crate) struct Chains<T> {
    links: Slab<Link<T>>,
}

impl<T> Default for Chains<T> {
    fn default() -> Self {
        Chains {
            links: Slab::default(),
        }
    }
}

impl<T: Copy> Chains<T> {
    /// Makes room for so many items more, written over with some item.
    pub(crate) fn make_room(&mut self, items: usize, with: T) {
        let link = Link {
            item: with,
            before: NONE,
            after: NONE,
        };
        self.links.make_room(items, link);
    }

    /// Puts `item` at the end of `chain`; returns where it lies.
    pub(crate) fn append(&mut self, chain: &mut Chain, item: T) -> Row {
        let row = self.links.insert(Link {
            item,
            before: chain.last,
            after: NONE,
        });
        match chain.last {
            NONE => chain.first = row,
            last => self.links[last].after = row,
        }
        chain.last = row;
        row
    }

    /// Takes the item at `row` out of `chain`, in which it must be.
    pub(crate) fn remove(&mut self, chain: &mut Chain, row: Row) -> T {
        let link = self.links[row];
        match link.before {
            NONE => chain.first = link.after,
            before => self.links[before].after = link.after,
        }
        match link.after {
            NONE => chain.last = link.before,
            after => self.links[after].before = link.before,
        }
        self.links.free(row);
        link.item
    }

    /// Brings the item at `row` near.
    pub(crate) fn foresee(&self, row: Row) {
        self.links.foresee(row);
    }

    /// Where the items of `chain` lie, first to last.
    pub(crate) fn rows(&self, chain: Chain) -> impl Iterator<Item = Row> + use<'_, T> {
        let mut next = chain.first;
        std::iter::from_fn(move || {
            let row = (next != NONE).then_some(next)?;
            next = self.links[row].after;
            Some(row)
        })
    }

    /// The items of `chain`, first to last.
    pub(crate) fn items(&self, chain: Chain) -> impl Iterator<Item = &T> {
        self.rows(chain).map(|row| &self[row])
    }
}

impl<T> Index<Row> for Chains<T> {
    type Output = T;

    fn index(&self, row: Row) -> &T {
        &self.links[row].item
    }
}

impl<T> IndexMut<Row> for Chains<T> {
    fn index_mut(&mut self, row: Row) -> &mut T {
        &mut self.links[row].item
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_leave_from_the_front_the_middle_and_the_end() {
        let mut chains = Chains::default();
        let (mut odd, mut even) = (Chain::default(), Chain::default());
        let rows: Vec<Row> = (1..=7)
            .map(|n| chains.append(if n % 2 == 1 { &mut odd } else { &mut even }, n))
            .collect();
        for (row, left) in [(2, &[1, 5, 7][..]), (0, &[5, 7]), (6, &[5]), (4, &[])] {
            assert_eq!(chains.remove(&mut odd, rows[row]), row + 1);
            assert!(chains.items(odd).eq(left));
        }
        chains.append(&mut odd, 9);
        assert!(chains.items(odd).eq(&[9]) && chains.items(even).eq(&[2, 4, 6]));
    }
}
