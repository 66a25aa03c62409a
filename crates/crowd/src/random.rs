//! Seeded randomness: the same seed makes the same crowd. Not for secrets.

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The stream of this seed.
    pub const fn seeded(seed: u64) -> Random {
        Random { state: seed }
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 when the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.bits()) * (bound as u128);
        usize::try_from(wide >> 64).expect("it is below a usize")
    }

    /// True `in_10_000` times out of 10,000.
    pub fn chance(&mut self, in_10_000: u32) -> bool {
        self.below(10_000) < in_10_000 as usize
    }

    /// One of a slice; none when it is empty.
    pub fn one_of<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        choices.get(self.below(choices.len()))
    }

    /// A value of a distribution given by its percentiles 0 to 100, even between two of them.
    pub fn draw(&mut self, percentiles: &[u32; 101]) -> u32 {
        let percent = self.below(100);
        let (low, high) = (percentiles[percent], percentiles[percent + 1]);
        let room = high.saturating_sub(low) as usize;
        low + u32::try_from(self.below(room + 1)).expect("it is at most a u32")
    }

    /// A wait in microseconds until the next of events that come `per_second`, one independent of the other.
    pub fn wait_us(&mut self, per_second: f64) -> u64 {
        let unit = (self.bits() >> 11) as f64 / (1_u64 << 53) as f64;
        (-(1.0 - unit).ln() * 1_000_000.0 / per_second) as u64
    }

    /// A stream of its own, so that what one shopper draws moves no other.
    pub fn fork(&mut self) -> Random {
        Random::seeded(self.bits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_stream_and_forks_go_their_own_way() {
        let (mut one, mut other) = (Random::seeded(7), Random::seeded(7));
        assert_eq!(one.fork().bits(), other.fork().bits());
        assert_ne!(one.fork().bits(), other.bits());
    }

    #[test]
    fn a_chance_comes_about_as_often_as_told() {
        let mut random = Random::seeded(1);
        let came = (0..100_000).filter(|_| random.chance(2_500)).count();
        assert!((24_500..25_500).contains(&came), "{came}");
    }

    #[test]
    fn draws_lie_within_the_percentiles_and_half_of_them_below_the_median() {
        let percentiles = std::array::from_fn(|at| u32::try_from(at * 2).expect("it is small"));
        let mut random = Random::seeded(2);
        let drawn: Vec<u32> = (0..10_000).map(|_| random.draw(&percentiles)).collect();
        assert!(drawn.iter().all(|value| *value <= 200));
        let low = drawn.iter().filter(|value| **value < 100).count();
        assert!((4_700..5_300).contains(&low), "{low}");
    }
}
