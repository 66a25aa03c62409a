//! What the crowd counts: answers, refusals, latencies.

use crate::{Answer, Ask, Said, What};
use hdrhistogram::Histogram;
use std::collections::BTreeMap;

/// Latencies are kept up to this, in microseconds, with two digits.
const LATENCY_US_MAX: u64 = 600_000_000;

/// Counts and latencies of a run.
#[derive(Clone, Debug)]
pub struct Tally {
    latencies_us: Vec<Histogram<u64>>,
    door_us: Histogram<u64>,
    refused: BTreeMap<String, u64>,
    retried: BTreeMap<&'static str, u64>,
    /// Visits begun.
    pub visits: u64,
    /// Visits that found the door closed: too many waited before it already.
    pub turned_away: u64,
    /// Asks that never got an answer.
    pub lost: u64,
    /// Answers that are not what the contract says.
    pub malformed: u64,
    /// Places taken in waitlists.
    pub places: u64,
}

impl Default for Tally {
    fn default() -> Tally {
        let empty = Histogram::new_with_max(LATENCY_US_MAX, 2).expect("the bounds are in order");
        Tally {
            latencies_us: vec![empty.clone(); What::NAMES.len()],
            door_us: empty,
            refused: BTreeMap::new(),
            retried: BTreeMap::new(),
            visits: 0,
            turned_away: 0,
            lost: 0,
            malformed: 0,
            places: 0,
        }
    }
}

impl Tally {
    /// An ask was answered `latency_us` after it was meant to be sent: who had to wait to ask waited too, so that a
    /// stalled shop cannot hide its stall (coordinated omission).
    pub fn answered(&mut self, ask: &Ask, answer: &Answer, latency_us: u64) {
        match answer {
            Answer::Lost => self.lost += 1,
            Answer::Refused { name, .. } => *self.refused.entry(name.clone()).or_default() += 1,
            Answer::Said {
                said: Said::Place(_),
                ..
            } => self.places += 1,
            Answer::Said { .. } => {}
        }
        if !matches!(answer, Answer::Lost) {
            self.latencies_us[ask.what.number()].saturating_record(latency_us);
        }
    }

    /// A visit was let in `wait_us` after it was due. As many are inside at once as the run was told,
    /// so a shop that keeps its shoppers waiting shows here, too.
    pub fn let_in(&mut self, wait_us: u64) {
        self.door_us.saturating_record(wait_us);
    }

    /// How long visits waited at the crowd's own door, in microseconds.
    pub fn door(&self) -> &Histogram<u64> {
        &self.door_us
    }

    /// An ask had to be sent again, and why.
    pub fn retried(&mut self, why: &'static str) {
        *self.retried.entry(why).or_default() += 1;
    }

    /// How often each refusal was heard, by its name.
    pub fn refusals(&self) -> &BTreeMap<String, u64> {
        &self.refused
    }

    /// How often asks were sent again, by why.
    pub fn retries(&self) -> &BTreeMap<&'static str, u64> {
        &self.retried
    }

    /// All answers so far.
    pub fn answers(&self) -> u64 {
        self.latencies_us.iter().map(Histogram::len).sum()
    }

    /// For each kind of ask that was answered: its name and latencies in microseconds.
    pub fn latencies(&self) -> impl Iterator<Item = (&'static str, &Histogram<u64>)> {
        let named = What::NAMES.into_iter().zip(&self.latencies_us);
        named.filter(|(_, latencies)| !latencies.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cart() -> Ask {
        Ask {
            what: What::SeeCart,
            session: None,
            key: None,
            at_least: None,
        }
    }

    #[test]
    fn refusals_count_by_name_and_have_latencies_and_the_lost_have_none() {
        let mut tally = Tally::default();
        let refused = Answer::Refused {
            status: 409,
            name: "stock_exhausted".into(),
        };
        tally.answered(&cart(), &refused, 1_000);
        tally.answered(&cart(), &refused, 3_000);
        tally.answered(&cart(), &Answer::Lost, 9_000_000);
        assert_eq!(tally.refusals()["stock_exhausted"], 2);
        assert_eq!(tally.lost, 1);
        let (name, latencies) = tally.latencies().next().expect("one kind was answered");
        assert_eq!((name, latencies.len()), ("cart", 2));
        assert!(latencies.max() < 3_100);
    }
}
