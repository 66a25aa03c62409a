//! When shoppers come: an open loop. Arrivals follow the clock alone, however slow the shop answers.

use crate::Random;
use vocabulary::Millis;

/// After a bell the rush falls to 1/e in this time.
const RUSH_FADES_MS: f64 = 8_000.0;
/// A rush is over after this time.
const RUSH_ENDS_MS: u64 = 60_000;

/// A Poisson stream of arrivals whose rate leaps at each bell and fades (an inhomogeneous process by thinning:
/// Lewis and Shedler 1979).
#[derive(Clone, Debug)]
pub struct Arrivals {
    random: Random,
    per_second: f64,
    rush: f64,
    bells: Vec<Millis>,
    at_us: u64,
}

impl Arrivals {
    /// From `start` on, `per_second` between the bells and `1 + rush` times as many at a bell's first instant.
    pub fn new(random: Random, start: Millis, per_second: f64, rush: f64) -> Arrivals {
        Arrivals {
            random,
            per_second,
            rush,
            bells: Vec::new(),
            at_us: start.0 * 1_000,
        }
    }

    /// The bells that are known now, in any order.
    pub fn learn(&mut self, mut bells: Vec<Millis>) {
        bells.sort_unstable();
        bells.dedup();
        self.bells = bells;
    }

    /// When the next shopper comes, in microseconds since the epoch; never earlier than the one before.
    pub fn next_us(&mut self) -> u64 {
        let most = self.per_second * (1.0 + self.rush);
        loop {
            self.at_us += self.random.wait_us(most);
            let wanted = self.per_second * self.height(Millis(self.at_us / 1_000)) / most;
            if self.random.below(1 << 20) < (wanted * f64::from(1 << 20)) as usize {
                return self.at_us;
            }
        }
    }

    /// How many times the rate between bells it is at a moment.
    fn height(&self, at: Millis) -> f64 {
        let rung = self.bells.partition_point(|bell| *bell <= at);
        let Some(bell) = rung.checked_sub(1).map(|last| self.bells[last]) else {
            return 1.0;
        };
        let since = at.since(bell);
        if since > RUSH_ENDS_MS {
            return 1.0;
        }
        1.0 + self.rush * (-(since as f64) / RUSH_FADES_MS).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(bells: Vec<Millis>, seconds: u64) -> Vec<usize> {
        let mut arrivals = Arrivals::new(Random::seeded(3), Millis(0), 200.0, 5.0);
        arrivals.learn(bells);
        let mut counts = vec![0; usize::try_from(seconds).expect("it is small")];
        loop {
            let second = usize::try_from(arrivals.next_us() / 1_000_000).expect("it is small");
            match counts.get_mut(second) {
                Some(count) => *count += 1,
                None => return counts,
            }
        }
    }

    #[test]
    fn between_bells_the_rate_is_the_one_asked_for() {
        let all: usize = counted(Vec::new(), 100).iter().sum();
        assert!((19_400..20_600).contains(&all), "{all}");
    }

    #[test]
    fn at_the_bell_they_come_in_a_rush_that_fades() {
        let counts = counted(vec![Millis(30_000)], 100);
        assert!(counts[30] > 900, "{}", counts[30]);
        assert!(counts[29] < 300, "nobody rushes before the bell");
        assert!(counts[60] < 300, "{}", counts[60]);
    }
}
