//! Where a stream's chances come from: SplitMix64 (Steele, Lea and Flood, 2014), seeded.

/// Dice that fall the same way for the same seed.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The dice of this seed.
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// Any 64 bits.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Any 128 bits.
    pub fn wide(&mut self) -> u128 {
        u128::from(self.roll()) << 64 | u128::from(self.roll())
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: u64) -> u64 {
        let scaled = u128::from(self.roll()) * u128::from(end);
        (scaled >> 64) as u64
    }

    /// A number from `first` to `last`, both included.
    pub fn between(&mut self, first: u64, last: u64) -> u64 {
        first + self.below(last - first + 1)
    }

    /// A number from `first` to `last`, both included, as 32 bits.
    pub fn clock(&mut self, first: u32, last: u32) -> u32 {
        let number = self.between(u64::from(first), u64::from(last));
        u32::try_from(number).expect("between two numbers of 32 bits")
    }

    /// A number from `first` to `last`, both included, as 16 bits.
    pub fn few(&mut self, first: u16, last: u16) -> u16 {
        let number = self.between(u64::from(first), u64::from(last));
        u16::try_from(number).expect("between two numbers of 16 bits")
    }

    /// True `percent` times out of a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of `these`, if there is any.
    pub fn pick<T: Clone>(&mut self, these: &[T]) -> Option<T> {
        if these.is_empty() {
            return None;
        }
        let index = self.below(these.len() as u64) as usize;
        Some(these[index].clone())
    }

    /// One of the few `these`, which are not empty.
    pub fn one_of<T: Copy, const N: usize>(&mut self, these: [T; N]) -> T {
        these[self.below(N as u64) as usize]
    }

    /// One of `table`, each as often as its weight says.
    pub fn weighted<T: Copy>(&mut self, table: &[(u64, T)]) -> T {
        let sum = table.iter().map(|(weight, _)| weight).sum();
        let mut left = self.below(sum);
        for (weight, item) in table {
            if left < *weight {
                return *item;
            }
            left -= weight;
        }
        unreachable!("a number below the sum of the weights falls on one of them")
    }
}
