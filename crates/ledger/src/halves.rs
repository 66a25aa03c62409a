//! 128 bits in two halves: a row that holds them so is not rounded up to sixteen bytes. Most of them
//! are hashes or random, and find their rows by their bits.

use crate::raw::Raw;
use foldhash::fast::FixedState;
use std::hash::{BuildHasher, Hash};

/// 128 bits, the high half first.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Halves([u64; 2]);

impl Raw for Halves {
    fn put(&self, to: &mut Vec<u8>) {
        self.0.put(to);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let (high, low) = (u64::take(from)?, u64::take(from)?);
        Some(Halves([high, low]))
    }
}

impl From<u128> for Halves {
    fn from(bits: u128) -> Self {
        Halves([(bits >> 64) as u64, bits as u64])
    }
}

impl From<Halves> for u128 {
    fn from(Halves([high, low]): Halves) -> u128 {
        u128::from(high) << 64 | u128::from(low)
    }
}

/// The hash by which an index finds a row; the same on every machine.
pub(crate) fn hash(key: impl Hash) -> u64 {
    FixedState::default().hash_one(key)
}
