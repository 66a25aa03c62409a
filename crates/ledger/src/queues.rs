//! Many short queues in one table: the lines of an order, the timers of a moment. Items join at the
//! end and leave from the front; a queue is two row numbers. What may leave from the middle lies in
//! `chains.rs`.

use crate::raw::{Raw, raw_row};
use crate::slab::{NONE, Row, Slab};
use serde::{Deserialize, Serialize};
use std::ops::{Index, IndexMut};

/// The two ends of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Queue {
    first: Row,
    last: Row,
}

raw_row!(Queue { first, last });

impl Default for Queue {
    fn default() -> Self {
        Queue {
            first: NONE,
            last: NONE,
        }
    }
}

impl Queue {
    /// True when nothing is in it.
    pub(crate) fn is_empty(self) -> bool {
        self.first == NONE
    }

    /// Where the item lies that came last.
    pub(crate) fn last(self) -> Option<Row> {
        (self.last != NONE).then_some(self.last)
    }
}

#[derive(Clone, Copy)]
struct Link<T> {
    item: T,
    after: Row,
}

impl<T: Raw> Raw for Link<T> {
    fn put(&self, to: &mut Vec<u8>) {
        self.item.put(to);
        self.after.put(to);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Some(Link {
            item: Raw::take(from)?,
            after: Raw::take(from)?,
        })
    }
}

/// The table that the queues lie in.
#[derive(Serialize, Deserialize)]
#[serde(bound(serialize = "T: Raw", deserialize = "T: Raw"))]
pub(crate) struct Queues<T> {
    links: Slab<Link<T>>,
}

impl<T> Default for Queues<T> {
    fn default() -> Self {
        Queues {
            links: Slab::default(),
        }
    }
}

impl<T: Copy> Queues<T> {
    /// Makes room for so many items more, written over with some item.
    pub(crate) fn make_room(&mut self, items: usize, with: T) {
        let link = Link {
            item: with,
            after: NONE,
        };
        self.links.make_room(items, link);
    }

    /// How many items there are in all queues.
    pub(crate) fn used(&self) -> usize {
        self.links.used()
    }

    /// Puts `item` at the end of `queue`; returns where it lies.
    pub(crate) fn append(&mut self, queue: &mut Queue, item: T) -> Row {
        let row = self.links.insert(Link { item, after: NONE });
        match queue.last {
            NONE => queue.first = row,
            last => self.links[last].after = row,
        }
        queue.last = row;
        row
    }

    /// The first item of `queue`, to be changed.
    pub(crate) fn first_mut(&mut self, queue: Queue) -> Option<&mut T> {
        (!queue.is_empty()).then(|| &mut self.links[queue.first].item)
    }

    /// Takes the first item out of `queue`.
    pub(crate) fn take_first(&mut self, queue: &mut Queue) -> Option<T> {
        let Queue { first, .. } = *queue;
        if first == NONE {
            return None;
        }
        let Link { item, after } = self.links[first];
        self.links.free(first);
        queue.first = after;
        if after == NONE {
            queue.last = NONE;
        }
        Some(item)
    }

    /// Brings the first item of `queue` near.
    pub(crate) fn foresee_first(&self, queue: Queue) {
        if !queue.is_empty() {
            self.links.foresee(queue.first);
        }
    }

    /// Brings the last item of `queue` near.
    pub(crate) fn foresee_last(&self, queue: Queue) {
        if let Some(last) = queue.last() {
            self.links.foresee(last);
        }
    }

    /// Frees all that is in `queue`.
    pub(crate) fn clear(&mut self, mut queue: Queue) {
        while self.take_first(&mut queue).is_some() {}
    }

    /// Where the items of `queue` lie, first to last.
    pub(crate) fn rows(&self, queue: Queue) -> impl Iterator<Item = Row> + use<'_, T> {
        let mut next = queue.first;
        std::iter::from_fn(move || {
            let row = (next != NONE).then_some(next)?;
            next = self.links[row].after;
            Some(row)
        })
    }

    /// The items of `queue`, first to last.
    pub(crate) fn items(&self, queue: Queue) -> impl Iterator<Item = &T> {
        self.rows(queue).map(|row| &self[row])
    }
}

impl<T> Index<Row> for Queues<T> {
    type Output = T;

    fn index(&self, row: Row) -> &T {
        &self.links[row].item
    }
}

impl<T> IndexMut<Row> for Queues<T> {
    fn index_mut(&mut self, row: Row) -> &mut T {
        &mut self.links[row].item
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_leave_from_the_front_of_their_own_queue() {
        let mut queues = Queues::default();
        let (mut odd, mut even) = (Queue::default(), Queue::default());
        for n in 1..=5 {
            let queue = if n % 2 == 1 { &mut odd } else { &mut even };
            let row = queues.append(queue, n);
            assert_eq!(queue.last(), Some(row));
        }
        assert_eq!(queues.items(odd).copied().collect::<Vec<_>>(), [1, 3, 5]);
        assert_eq!(queues.take_first(&mut even), Some(2));
        assert_eq!(queues.take_first(&mut even), Some(4));
        assert_eq!(queues.take_first(&mut even), None);
        assert!(even.is_empty() && queues.first_mut(even).is_none());
        queues.append(&mut even, 6);
        *queues.first_mut(even).expect("it is there") += 1;
        assert_eq!(queues.items(even).copied().collect::<Vec<_>>(), [7]);
        queues.clear(odd);
        assert!(queues.append(&mut even, 8) < 5, "freed rows are used again");
    }
}
