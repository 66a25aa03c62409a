//! What a run is asked to be: its seed, how long it goes on, and which of its acts take place. The
//! same script makes the same run, call by call.

use crate::weather::Fault;
use model::stream::Dice;
use std::collections::BTreeSet;

/// Commands that a seed goes through at least.
pub const COMMANDS_MIN: u64 = 10_000;
/// Faults of disk, machine, clock and clerk that a seed meets at least.
pub const FAULTS_MIN: u64 = 20;

/// Somebody's or something's next deed of its own accord, numbered along its own chain, so that
/// leaving one out leaves the others what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Act {
    /// A client, or the weather.
    pub chain: u32,
    /// The how many-th of it.
    pub number: u32,
}

/// A run, as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// All chances follow from it.
    pub seed: u64,
    /// The kinds of faults that may happen.
    pub faults: BTreeSet<Fault>,
    /// The acts that take place; `None` for all, until there were enough commands and faults.
    pub acts: Option<BTreeSet<Act>>,
}

impl Script {
    /// The whole run of a seed.
    pub fn of(seed: u64) -> Self {
        Self {
            seed,
            faults: Fault::ALL.into(),
            acts: None,
        }
    }

    /// Whether it takes place.
    pub fn allows(&self, act: Act) -> bool {
        self.acts.as_ref().is_none_or(|acts| acts.contains(&act))
    }

    /// The dice of an act.
    pub fn dice(&self, act: Act) -> Dice {
        let chain = u64::from(act.chain) << 32 | u64::from(act.number);
        let mut mixed = Dice::new(chain);
        Dice::new(self.seed ^ mixed.roll())
    }
}
