//! Chance that repeats itself: dice are thrown for a named thing under a seed, so that what befalls
//! it depends neither on the order in which requests arrive nor on restarts.
//! SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.

const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// A stream of numbers for one thing.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// The dice of the thing called `name`.
    pub(super) fn of(seed: u64, name: &str) -> Dice {
        let absorb = |state: u64, byte: u8| mix(state.wrapping_add(GAMMA) ^ u64::from(byte));
        Dice(name.bytes().fold(mix(seed), absorb))
    }

    pub(super) fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        mix(self.0)
    }

    /// True with the chance `rate`, which lies between 0 and 1.
    pub(super) fn happens(&mut self, rate: f64) -> bool {
        ((self.throw() >> 11) as f64) < rate * (1u64 << 53) as f64
    }

    /// A number from `least` to `most`, both included.
    pub(super) fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.throw() % (most - least + 1)
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_published_generator() {
        let mut dice = Dice(0);
        assert_eq!(dice.throw(), 0xe220_a839_7b1d_cdaf);
        assert_eq!(dice.throw(), 0x6e78_9e6a_a1b9_65f4);
    }

    #[test]
    fn a_rate_happens_about_as_often_as_it_says() {
        let count = |rate| {
            let happens = |n: &u32| Dice::of(7, &n.to_string()).happens(rate);
            (0..10_000).filter(happens).count()
        };
        assert_eq!((count(0.0), count(1.0)), (0, 10_000));
        assert!((2_800..3_200).contains(&count(0.3)), "{}", count(0.3));
    }

    #[test]
    fn a_thing_has_the_same_fate_under_the_same_seed_and_another_under_another() {
        assert_eq!(Dice::of(1, "a").throw(), Dice::of(1, "a").throw());
        assert_ne!(Dice::of(1, "a").throw(), Dice::of(2, "a").throw());
        assert_ne!(Dice::of(1, "ab").throw(), Dice::of(1, "ba").throw());
    }

    #[test]
    fn a_range_is_met_at_both_ends_and_never_left() {
        let mut dice = Dice::of(1, "range");
        let mut thrown: Vec<u64> = (0..200).map(|_| dice.between(3, 5)).collect();
        thrown.sort_unstable();
        thrown.dedup();
        assert_eq!(thrown, [3, 4, 5]);
    }
}
