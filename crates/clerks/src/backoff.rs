//! How long to wait before the next try. The jitter follows from a seed, so that a clerk stays a
//! pure function of what it was told.

/// Doubles from `first_ms` up to `most_ms`, and adds up to a quarter so that those who failed
/// together do not come back together. `tries` counts the failures so far, from 1.
pub(crate) fn doubling(tries: u32, first_ms: u64, most_ms: u64, seed: u64) -> u64 {
    let exponent = tries.saturating_sub(1).min(20);
    let wait = (first_ms << exponent).min(most_ms);
    wait + mixed(seed ^ u64::from(tries)) % (wait / 4 + 1)
}

/// The `tries`-th of `steps`, from 1; the last one for ever after.
pub(crate) fn stepped(tries: u32, steps: &[u64]) -> u64 {
    let last = steps.len() - 1;
    steps[(tries.saturating_sub(1) as usize).min(last)]
}

/// Spreads the bits of a number: the finish of SplitMix64 (Steele, Lea, Flood 2014).
fn mixed(seed: u64) -> u64 {
    let z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_most_and_a_quarter() {
        for seed in 0..50 {
            for (tries, wait) in [(1, 500), (2, 1_000), (3, 2_000), (40, 60_000)] {
                let waited = doubling(tries, 500, 60_000, seed);
                assert!((wait..=wait + wait / 4).contains(&waited), "{waited}");
            }
        }
        assert_ne!(doubling(3, 500, 60_000, 1), doubling(3, 500, 60_000, 2));
    }

    #[test]
    fn the_last_step_goes_on_for_ever() {
        let waits: Vec<u64> = (1..=5).map(|tries| stepped(tries, &[1, 5, 30])).collect();
        assert_eq!(waits, [1, 5, 30, 30, 30]);
    }
}
