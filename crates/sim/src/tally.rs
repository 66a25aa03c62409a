//! What a run went through, in numbers.

use crate::weather::Fault;
use std::collections::BTreeMap;
use std::fmt;
use vocabulary::Outcome;

/// Counts over one or more runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Commands that were done.
    pub done: u64,
    /// Commands that were done before.
    pub repeated: u64,
    /// Commands that a rule refused.
    pub refused: u64,
    /// Commands that came to a shutter that was down.
    pub turned_away: u64,
    /// Batches that were journaled.
    pub batches: u64,
    /// Starts of the program.
    pub starts: u64,
    /// Starts that ended before they were done.
    pub starts_cut_short: u64,
    /// Torn batches that were cut off, never having been acknowledged.
    pub cuts: u64,
    /// Batches that were whole though their writer died before it told anybody.
    pub found: u64,
    /// Snapshots that were written.
    pub snapshots: u64,
    /// Starts that began with a snapshot.
    pub from_snapshot: u64,
    /// Faults, by kind.
    pub faults: BTreeMap<Fault, u64>,
}

impl Tally {
    /// All commands that were decided.
    pub fn commands(&self) -> u64 {
        self.done + self.repeated + self.refused
    }

    /// Faults that count.
    pub fn rare_faults(&self) -> u64 {
        let rare = self.faults.iter().filter(|(fault, _)| fault.is_rare());
        rare.map(|(_, count)| count).sum()
    }

    /// The ends of the program that nobody asked for.
    pub fn crashes(&self) -> u64 {
        let crashes = [Fault::Killed, Fault::PowerLost];
        crashes
            .iter()
            .filter_map(|fault| self.faults.get(fault))
            .sum()
    }

    pub(crate) fn answer(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Done(_) => self.done += 1,
            Outcome::Repeated(_) => self.repeated += 1,
            Outcome::Refused(_) => self.refused += 1,
        }
    }

    pub(crate) fn fault(&mut self, fault: Fault) {
        *self.faults.entry(fault).or_default() += 1;
    }

    /// Adds the counts of another run.
    pub fn add(&mut self, other: &Tally) {
        self.done += other.done;
        self.repeated += other.repeated;
        self.refused += other.refused;
        self.turned_away += other.turned_away;
        self.batches += other.batches;
        self.starts += other.starts;
        self.starts_cut_short += other.starts_cut_short;
        self.cuts += other.cuts;
        self.found += other.found;
        self.snapshots += other.snapshots;
        self.from_snapshot += other.from_snapshot;
        for (fault, count) in &other.faults {
            *self.faults.entry(*fault).or_default() += count;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = [
            (self.commands(), "commands"),
            (self.done, "done"),
            (self.repeated, "repeated"),
            (self.refused, "refused"),
            (self.turned_away, "turned away at a shutter"),
            (self.batches, "batches journaled"),
            (self.snapshots, "snapshots written"),
            (self.starts, "starts of the program"),
            (
                self.starts_cut_short,
                "starts that ended before they were done",
            ),
            (self.from_snapshot, "starts from a snapshot"),
            (self.cuts, "torn batches cut, told to nobody"),
            (self.found, "whole batches found, told to nobody"),
            (self.crashes(), "crashes"),
        ];
        for (count, what) in rows {
            writeln!(f, "{count:>12}  {what}")?;
        }
        for (fault, count) in &self.faults {
            writeln!(f, "{count:>12}  fault: {}", fault.name())?;
        }
        Ok(())
    }
}
