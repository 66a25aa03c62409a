//! Who waits for which pool, in the order in which they came.

use crate::chains::{Chain, Chains};
use crate::directory::Directory;
use crate::numbered::Map;
use crate::raw::raw_row;
use crate::slab::Row;
use serde::{Deserialize, Serialize};
use vocabulary::{PersonKey, PlaceId};

/// A place in a waitlist. Whose it is stands in the row `count_row` of the persons' counts.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) id: PlaceId,
    pub(crate) pool: Row,
    pub(crate) count_row: Row,
    pub(crate) person: PersonKey,
}

raw_row!(Place {
    id,
    pool,
    count_row,
    person,
});

/// Every place of every pool.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Waitlist {
    places: Chains<Place>,
    queues: Vec<Queue>,
    directory: Directory,
    last: u64,
    #[serde(skip)]
    waiting: Map<(Row, PersonKey), ()>,
}

/// Those who wait for one pool.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
struct Queue {
    chain: Chain,
    length: u32,
}

impl Waitlist {
    /// Puts somebody at the end of a pool's queue.
    pub(crate) fn join(&mut self, pool: Row, count_row: Row, person: PersonKey) -> PlaceId {
        let at = pool as usize;
        if self.queues.len() <= at {
            self.queues.resize_with(at + 1, Queue::default);
        }
        self.last += 1;
        let id = PlaceId(self.last);
        let queue = &mut self.queues[at];
        queue.length += 1;
        let place = Place {
            id,
            pool,
            count_row,
            person,
        };
        let row = self.places.append(&mut queue.chain, place);
        self.directory.insert(self.last, row);
        self.waiting.insert((pool, person), ());
        id
    }

    pub(crate) fn find(&self, place: PlaceId) -> Option<&Place> {
        self.directory.row(place.0).map(|row| &self.places[row])
    }

    /// Takes a place out of its queue.
    pub(crate) fn leave(&mut self, place: PlaceId) -> Option<Place> {
        let row = self.directory.row(place.0)?;
        let place = self.places[row];
        let queue = &mut self.queues[place.pool as usize];
        queue.length -= 1;
        self.places.remove(&mut queue.chain, row);
        self.directory.remove(place.id.0);
        self.waiting.remove(&(place.pool, place.person));
        Some(place)
    }

    /// Who came first.
    pub(crate) fn first(&self, pool: Row) -> Option<PlaceId> {
        let chain = self.queues.get(pool as usize)?.chain;
        self.places.items(chain).next().map(|place| place.id)
    }

    /// Takes out who came first.
    pub(crate) fn leave_first(&mut self, pool: Row) -> Option<Place> {
        let first = self.first(pool)?;
        self.leave(first)
    }

    /// How many wait for a pool.
    pub(crate) fn length(&self, pool: Row) -> u32 {
        self.queues
            .get(pool as usize)
            .map_or(0, |queue| queue.length)
    }

    /// True when the person waits for this pool.
    pub(crate) fn waits(&self, pool: Row, person: PersonKey) -> bool {
        self.waiting.contains_key(&(pool, person))
    }

    /// How many wait before a place. Counts them one by one.
    pub(crate) fn ahead(&self, place: &Place) -> u32 {
        let chain = self.queues[place.pool as usize].chain;
        let before = self.places.items(chain);
        before.take_while(|other| other.id != place.id).count() as u32
    }

    /// All places in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Place> {
        self.directory.iter().map(|(_, row)| &self.places[row])
    }

    pub(crate) fn reindex(&mut self) {
        let waiting = self.directory.iter().map(|(_, row)| {
            let place = &self.places[row];
            ((place.pool, place.person), ())
        });
        self.waiting = waiting.collect();
    }
}
