//! How many are admitted in a second: as many as the house can bear. It is found by trying: a little more
//! as long as nobody is late, some less as soon as somebody is. The operator may set a bound.

use vocabulary::Millis;

/// With how many a second a rush begins.
const START: f64 = 200.0;
/// Never fewer: a house that is late for another reason must not stand still.
const LEAST: f64 = 20.0;
/// Nobody looks further than this.
const MOST: f64 = 100_000.0;
/// By how many times more is tried a second until it was too much for the first time, and after that.
const FIRST_GROWTH: f64 = 4.0;
const GROWTH: f64 = 2.0;
/// What is left of it when somebody is late.
const SLOWED: f64 = 0.7;
/// How long after fewer were tried it is seen whether that was enough.
const SEEN_MS: u64 = 500;
/// So much of a second is saved up while nobody comes.
const SAVED_MS: f64 = 250.0;

/// The pace of admissions.
#[derive(Debug)]
pub struct Pace {
    bound: f64,
    per_second: f64,
    growth: f64,
    allowance: f64,
    at: Millis,
    slowed_at: Millis,
}

impl Pace {
    /// As the operator bounds it; none: as the house can bear it.
    pub fn bounded(per_second: Option<u32>) -> Pace {
        let bound = per_second.map_or(MOST, f64::from);
        Pace {
            bound,
            per_second: START.min(bound),
            growth: FIRST_GROWTH,
            allowance: 0.0,
            at: Millis(0),
            slowed_at: Millis(0),
        }
    }

    /// Time went on. `late`: the house does not keep up; `wanted`: somebody waits who could be admitted.
    pub fn go_on(&mut self, now: Millis, late: bool, wanted: bool) {
        let ms = now.since(self.at) as f64;
        self.at = self.at.max(now);
        if late && now.since(self.slowed_at) >= SEEN_MS {
            self.per_second = (self.per_second * SLOWED).max(LEAST.min(self.bound));
            self.slowed_at = now;
            self.growth = GROWTH;
        } else if wanted && !late {
            let seconds = (ms / 1_000.0).min(1.0);
            self.per_second = (self.per_second * self.growth.powf(seconds)).min(self.bound);
        }
        let saved = (self.per_second * SAVED_MS / 1_000.0).max(1.0);
        self.allowance = (self.allowance + self.per_second * ms / 1_000.0).min(saved);
    }

    /// Lets one in, if that is borne.
    pub fn take(&mut self) -> bool {
        let borne = self.allowance >= 1.0;
        if borne {
            self.allowance -= 1.0;
        }
        borne
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(pace: &mut Pace, from: u64, late: bool) -> usize {
        let mut admitted = 0;
        for tick in 1..=10 {
            pace.go_on(Millis(from + tick * 100), late, true);
            admitted += std::iter::from_fn(|| pace.take().then_some(())).count();
        }
        admitted
    }

    #[test]
    fn more_are_admitted_while_nobody_is_late_and_fewer_when_somebody_is_but_never_none() {
        let mut pace = Pace::bounded(None);
        pace.go_on(Millis(0), false, false);
        let first = admitted(&mut pace, 0, false);
        let second = admitted(&mut pace, 1_000, false);
        assert!((200..800).contains(&first) && second > 2 * first);
        let late = (2..5).map(|s| admitted(&mut pace, s * 1_000, true)).last();
        assert!(late < Some(second));
        let after = (5..20).map(|s| admitted(&mut pace, s * 1_000, true)).last();
        assert!(
            after.is_some_and(|after| (19..=21).contains(&after)),
            "{after:?}"
        );
        let again = admitted(&mut pace, 20_000, false);
        assert!(
            (20..=35).contains(&again),
            "it is tried more carefully: {again}"
        );
    }

    #[test]
    fn the_operators_bound_holds_and_little_is_saved_up_while_nobody_comes() {
        let mut pace = Pace::bounded(Some(20));
        pace.go_on(Millis(1_000_000), false, false);
        let at_once = std::iter::from_fn(|| pace.take().then_some(())).count();
        assert_eq!(at_once, 5);
        let second = admitted(&mut pace, 1_000_000, false);
        assert!((19..=20).contains(&second), "{second}");
    }
}
