//! Which ids have been seen, in a few bytes an id: 128-bit hashes, so that millions fit.

use std::collections::{HashMap, HashSet};
use xxhash_rust::xxh3::xxh3_128;

/// A set of ids.
#[derive(Default)]
pub(crate) struct Seen(HashSet<u128>);

impl Seen {
    /// Notes the id; true when it is new.
    pub fn insert(&mut self, id: &str) -> bool {
        self.0.insert(xxh3_128(id.as_bytes()))
    }

    /// True when the id was noted.
    pub fn contains(&self, id: &str) -> bool {
        self.0.contains(&xxh3_128(id.as_bytes()))
    }
}

/// The last position of each id.
#[derive(Default)]
pub(crate) struct LastPositions(HashMap<u128, u64>);

impl LastPositions {
    /// Notes that the id stood at `position`, later than before.
    pub fn note(&mut self, id: &str, position: u64) {
        self.0.insert(xxh3_128(id.as_bytes()), position);
    }

    /// True when the id stands later than at `position` too.
    pub fn stands_later(&self, id: &str, position: u64) -> bool {
        self.0
            .get(&xxh3_128(id.as_bytes()))
            .is_some_and(|last| *last > position)
    }
}
