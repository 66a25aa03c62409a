//! What the shoppers of a bench buy, and what becomes of it.

use crowd::Random;

/// Draws are taken from a table of so many.
const DRAWS: usize = 1 << 20;

/// A kind of festival.
#[derive(Clone, Copy, Debug)]
pub struct Mix {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What is in it.
    pub about: &'static str,
    /// How many SKUs there are, each with a deal of its own.
    pub skus: u32,
    /// The n-th SKU is wanted 1/n as often as the first (Zipf 1.0); else all alike.
    pub zipf: bool,
    /// An order has 1 up to so many lines.
    pub lines_max: usize,
    /// Of 10,000 shoppers, so many let their holds lapse.
    pub lapsing: u32,
    /// Of 10,000 payments, so many are late deposits into virtual accounts.
    pub deposits: u32,
    /// Shoppers buy without holding first, and pay in one step.
    pub at_once: bool,
}

/// An order of one line, that is paid or not.
const PLAIN: Mix = Mix {
    name: "hot",
    about: "one hot SKU",
    skus: 1,
    zipf: false,
    lines_max: 1,
    lapsing: 0,
    deposits: 0,
    at_once: false,
};

/// Every mix.
pub const MIXES: [Mix; 7] = [
    PLAIN,
    Mix {
        name: "zipf",
        about: "10,000 SKUs, Zipf 1.0",
        skus: 10_000,
        zipf: true,
        ..PLAIN
    },
    Mix {
        name: "now",
        about: "10,000 SKUs, Zipf 1.0, bought without a hold, paid in one step",
        skus: 10_000,
        zipf: true,
        at_once: true,
        ..PLAIN
    },
    Mix {
        name: "lines",
        about: "10,000 SKUs, Zipf 1.0, 1 to 5 lines an order",
        skus: 10_000,
        zipf: true,
        lines_max: 5,
        ..PLAIN
    },
    Mix {
        name: "lapsing",
        about: "10,000 SKUs, Zipf 1.0, 20 % of the holds lapse",
        skus: 10_000,
        zipf: true,
        lapsing: 2_000,
        ..PLAIN
    },
    Mix {
        name: "million",
        about: "1,000,000 SKUs, all alike",
        skus: 1_000_000,
        ..PLAIN
    },
    Mix {
        name: "deposits",
        about: "10,000 SKUs, Zipf 1.0, 5 % of the payments are late deposits",
        skus: 10_000,
        zipf: true,
        deposits: 500,
        ..PLAIN
    },
];

impl Mix {
    /// The mix of this name.
    pub fn named(name: &str) -> Option<Mix> {
        MIXES.into_iter().find(|mix| mix.name == name)
    }

    /// SKUs from 0, drawn as they are wanted; to be taken from anywhere in it.
    pub fn draws(&self, random: &mut Random) -> Vec<u32> {
        if !self.zipf {
            let all = self.skus as usize;
            return (0..DRAWS).map(|_| random.below(all) as u32).collect();
        }
        let mut reach = Vec::with_capacity(self.skus as usize);
        let mut sum = 0.0;
        for rank in 1..=self.skus {
            sum += 1.0 / f64::from(rank);
            reach.push(sum);
        }
        let draw = |random: &mut Random| {
            let point = sum * (random.bits() >> 11) as f64 / (1_u64 << 53) as f64;
            reach.partition_point(|reached| *reached <= point) as u32
        };
        (0..DRAWS).map(|_| draw(random)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sku_of_a_zipf_mix_is_wanted_twice_as_often_as_the_second() {
        let mix = Mix::named("zipf").expect("it is there");
        let draws = mix.draws(&mut Random::seeded(1));
        let count = |sku| draws.iter().filter(|drawn| **drawn == sku).count() as f64;
        let ratio = count(0) / count(1);
        assert!((1.9..2.1).contains(&ratio), "{ratio}");
        assert!(draws.iter().all(|sku| *sku < mix.skus));
    }
}
