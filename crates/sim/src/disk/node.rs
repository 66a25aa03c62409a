//! The bytes of one file: as programs see them, as they lie on the disk, and the writes between.

use model::stream::Dice;
use std::io;

/// The smallest piece that is written whole or not at all, in bytes.
const ATOM: usize = 512;

/// A file's bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// What a program reads.
    seen: Vec<u8>,
    /// What is there after the power was lost.
    stored: Vec<u8>,
    /// Writes that only the cache has, oldest first.
    unsynced: Vec<(usize, Vec<u8>)>,
}

impl Node {
    pub fn bytes(&self) -> u64 {
        self.seen.len() as u64
    }

    pub fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        let offset = offset as usize;
        let found = self.seen.get(offset..offset + into.len());
        into.copy_from_slice(found.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    /// Writes into the cache, or, `through` it, onto the disk as well.
    pub fn write(&mut self, offset: u64, bytes: &[u8], through: bool) {
        let offset = offset as usize;
        put(&mut self.seen, offset, bytes);
        match through {
            true => put(&mut self.stored, offset, bytes),
            false => self.unsynced.push((offset, bytes.to_vec())),
        }
    }

    pub fn reserve(&mut self, bytes: u64) {
        let bytes = self.seen.len().max(bytes as usize);
        self.seen.resize(bytes, 0);
    }

    pub fn sync(&mut self) {
        for (offset, bytes) in self.unsynced.drain(..) {
            put(&mut self.stored, offset, &bytes);
        }
        self.stored.resize(self.seen.len(), 0);
    }

    /// Some pieces of a write arrive, in no order; the rest never does.
    pub fn tear(&mut self, offset: u64, bytes: &[u8], through: bool, dice: &mut Dice) {
        for (at, piece) in pieces(offset as usize, bytes, dice) {
            self.write(at as u64, piece, through);
        }
    }

    /// Some pieces of what only the cache had arrive; of the rest the system believes that they did.
    pub fn half_sync(&mut self, dice: &mut Dice) {
        for (offset, bytes) in std::mem::take(&mut self.unsynced) {
            for (at, piece) in pieces(offset, &bytes, dice) {
                put(&mut self.stored, at, piece);
            }
        }
    }

    /// The power is lost: of what only the cache had some pieces are on the disk.
    pub fn lose_power(&mut self, dice: &mut Dice) {
        self.half_sync(dice);
        self.seen = self.stored.clone();
    }

    pub fn flip(&mut self, byte: u64, bit: u8) {
        for bytes in [&mut self.seen, &mut self.stored] {
            bytes[byte as usize] ^= 1 << bit;
        }
    }

    /// The first byte from `from` on that is not zero.
    pub fn next_written(&self, from: u64) -> Option<u64> {
        let rest = self.seen.get(from as usize..)?;
        let found = rest.iter().position(|byte| *byte != 0)?;
        Some(from + found as u64)
    }

    /// Up to the end of the last sector that is not all zeros.
    pub fn written(&self, sector: usize) -> u64 {
        let last = self.seen.iter().rposition(|byte| *byte != 0);
        last.map_or(0, |last| (last + 1).next_multiple_of(sector) as u64)
    }
}

fn put(into: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let end = offset + bytes.len();
    if into.len() < end {
        into.resize(end, 0);
    }
    into[offset..end].copy_from_slice(bytes);
}

/// The pieces of a write that arrive: all, none, those up to some point, or any.
fn pieces<'a>(offset: usize, bytes: &'a [u8], dice: &mut Dice) -> Vec<(usize, &'a [u8])> {
    let count = bytes.len().div_ceil(ATOM) as u64;
    let way = dice.below(4);
    let stop = dice.below(count + 1);
    let all = (0..).zip(bytes.chunks(ATOM));
    let arrives = |number: u64, dice: &mut Dice| match way {
        0 => false,
        1 => true,
        2 => number < stop,
        _ => dice.chance(50),
    };
    let mut arrived = Vec::new();
    for (number, piece) in all {
        if arrives(number, dice) {
            arrived.push((offset + number as usize * ATOM, piece));
        }
    }
    arrived
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_synced_survives_and_what_was_not_may_be_torn() {
        let mut torn = 0;
        for seed in 0..50 {
            let mut node = Node::default();
            node.write(0, &[1; 4 * ATOM], false);
            node.sync();
            node.write(4 * ATOM as u64, &[2; 4 * ATOM], false);
            node.lose_power(&mut Dice::new(seed));
            assert_eq!(node.seen[..4 * ATOM], [1; 4 * ATOM]);
            let kept = node.seen[4 * ATOM..]
                .iter()
                .filter(|byte| **byte == 2)
                .count();
            torn += usize::from(kept > 0 && kept < 4 * ATOM);
        }
        assert!(torn > 10, "{torn} of 50 were torn");
    }

    #[test]
    fn after_a_failed_sync_the_cache_shows_what_the_disk_may_lack() {
        let mut lacked = 0;
        for seed in 0..50 {
            let mut node = Node::default();
            node.write(0, &[3; 4 * ATOM], false);
            node.half_sync(&mut Dice::new(seed));
            assert_eq!(node.seen, [3; 4 * ATOM]);
            node.sync();
            lacked += usize::from(node.stored != node.seen);
        }
        assert!(lacked > 10, "{lacked} of 50 lacked something");
    }
}
