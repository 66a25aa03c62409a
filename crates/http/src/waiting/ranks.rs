//! Turns in their order: who is first, and how many stand before somebody, without walking through all of
//! them. Sorted pieces of a bounded size in a row; a million turns are some thousand pieces.

use vocabulary::{Millis, PersonKey};

/// A piece is cut in two when it gets longer.
const PIECE_MAX: usize = 1_024;

/// Where a turn stands among the others: lower is earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank {
    /// When the shopper came; 0 for all who came before the bell.
    pub at: Millis,
    /// What was drawn for who came before the bell; how many had come before to who came after it.
    pub lot: u64,
}

/// Who waits, in the order of their ranks.
#[derive(Debug, Default)]
pub struct Ranks {
    pieces: Vec<Vec<(Rank, PersonKey)>>,
    len: usize,
}

impl Ranks {
    /// How many wait.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True when nobody waits.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Who is first.
    pub fn first(&self) -> Option<(Rank, PersonKey)> {
        self.pieces.first()?.first().copied()
    }

    /// How many stand before this one.
    pub fn ahead_of(&self, rank: Rank, person: PersonKey) -> usize {
        let piece = self.piece_of(rank, person);
        let before: usize = self.pieces[..piece].iter().map(Vec::len).sum();
        let within = self.pieces.get(piece);
        before + within.map_or(0, |it| it.partition_point(|it| *it < (rank, person)))
    }

    /// Puts somebody in their place; nothing happens when they stand there already.
    pub fn insert(&mut self, rank: Rank, person: PersonKey) {
        let number = self
            .piece_of(rank, person)
            .min(self.pieces.len().saturating_sub(1));
        if self.pieces.is_empty() {
            self.pieces.push(Vec::new());
        }
        let piece = &mut self.pieces[number];
        let Err(at) = piece.binary_search(&(rank, person)) else {
            return;
        };
        piece.insert(at, (rank, person));
        self.len += 1;
        if piece.len() > PIECE_MAX {
            let behind = piece.split_off(PIECE_MAX / 2);
            self.pieces.insert(number + 1, behind);
        }
    }

    /// Takes somebody out.
    pub fn remove(&mut self, rank: Rank, person: PersonKey) {
        let number = self.piece_of(rank, person);
        let Some(piece) = self.pieces.get_mut(number) else {
            return;
        };
        let Ok(at) = piece.binary_search(&(rank, person)) else {
            return;
        };
        piece.remove(at);
        self.len -= 1;
        if piece.is_empty() {
            self.pieces.remove(number);
        }
    }

    /// The first piece that ends at or behind this one.
    fn piece_of(&self, rank: Rank, person: PersonKey) -> usize {
        let ends_before = |piece: &Vec<(Rank, PersonKey)>| {
            let last = piece.last();
            last.is_some_and(|last| *last < (rank, person))
        };
        self.pieces.partition_point(ends_before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::StdRng;
    use rand::{Rng, RngExt, SeedableRng};
    use std::collections::BTreeSet;

    fn rank(lot: u64) -> Rank {
        Rank { at: Millis(0), lot }
    }

    #[test]
    fn whatever_comes_and_goes_the_order_and_the_counts_are_those_of_a_sorted_set() {
        let mut random = StdRng::seed_from_u64(7);
        let (mut ranks, mut set) = (Ranks::default(), BTreeSet::new());
        for _ in 0..20_000 {
            let (lot, person) = (
                random.next_u64() % 4_000,
                PersonKey(random.next_u64().into()),
            );
            if random.random_ratio(2, 3) {
                ranks.insert(rank(lot), person);
                set.insert((rank(lot), person));
            } else if let Some((rank, person)) =
                set.range((rank(lot), PersonKey(0))..).next().copied()
            {
                assert_eq!(
                    ranks.ahead_of(rank, person),
                    set.range(..(rank, person)).count()
                );
                ranks.remove(rank, person);
                set.remove(&(rank, person));
            }
            assert_eq!(
                (ranks.len(), ranks.first()),
                (set.len(), set.first().copied())
            );
        }
        assert!(ranks.pieces.len() > 2, "pieces were cut");
        while let Some((rank, person)) = set.pop_first() {
            assert_eq!(ranks.ahead_of(rank, person), 0);
            ranks.remove(rank, person);
        }
        assert!(ranks.is_empty() && ranks.pieces.is_empty());
    }

    #[test]
    fn who_stands_there_is_not_put_there_twice_and_who_does_not_is_not_taken_out() {
        let mut ranks = Ranks::default();
        ranks.remove(rank(1), PersonKey(1));
        ranks.insert(rank(1), PersonKey(1));
        ranks.insert(rank(1), PersonKey(1));
        ranks.remove(rank(1), PersonKey(2));
        assert_eq!(ranks.len(), 1);
    }
}
