//! How often which command, event and refusal occurred, and some ways through the rules.

use std::collections::BTreeMap;
use std::fmt;
use vocabulary::{CommandKind, Event, EventKind, Outcome, Refusal};

/// Ways through the rules that no single word tells.
const WAYS: [&str; 3] = [
    "confirmed from free stock",
    "reinstated from free stock",
    "a checkout overflows",
];

/// Counts over one or more streams.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    commands: BTreeMap<CommandKind, u64>,
    events: BTreeMap<EventKind, u64>,
    refusals: BTreeMap<Refusal, u64>,
    ways: BTreeMap<&'static str, u64>,
    repeated: u64,
}

impl Tally {
    /// Counts a command with what came of it.
    pub fn count(&mut self, command: CommandKind, outcome: &Outcome, events: &[Event]) {
        *self.commands.entry(command).or_default() += 1;
        for event in events {
            *self.events.entry(event.kind()).or_default() += 1;
        }
        for way in ways(command, outcome, events) {
            *self.ways.entry(way).or_default() += 1;
        }
        match outcome {
            Outcome::Done(_) => {}
            Outcome::Repeated(_) => self.repeated += 1,
            Outcome::Refused(refusal) => *self.refusals.entry(*refusal).or_default() += 1,
        }
    }

    /// Adds the counts of another stream.
    pub fn add(&mut self, other: &Tally) {
        merge(&mut self.commands, &other.commands);
        merge(&mut self.events, &other.events);
        merge(&mut self.refusals, &other.refusals);
        merge(&mut self.ways, &other.ways);
        self.repeated += other.repeated;
    }

    /// How many commands were counted.
    pub fn commands(&self) -> u64 {
        self.commands.values().sum()
    }

    /// Every command, event and refusal of the language (and "repeated"), and every way that is
    /// counted, that occurred fewer than `minimum` times, with how often.
    pub fn rarer_than(&self, minimum: u64) -> Vec<(String, u64)> {
        let mut rare = self.rows();
        rare.retain(|(_, count)| *count < minimum);
        rare
    }

    /// Every name of the language, and every way, with its count.
    fn rows(&self) -> Vec<(String, u64)> {
        let of = |count: Option<&u64>| count.copied().unwrap_or(0);
        let mut rows = Vec::new();
        for kind in CommandKind::ALL {
            rows.push((kind.name().to_owned(), of(self.commands.get(kind))));
        }
        for kind in EventKind::ALL {
            rows.push((kind.name().to_owned(), of(self.events.get(kind))));
        }
        for refusal in Refusal::ALL {
            rows.push((refusal.to_string(), of(self.refusals.get(refusal))));
        }
        for way in WAYS {
            rows.push((way.to_owned(), of(self.ways.get(way))));
        }
        rows.push(("repeated".to_owned(), self.repeated));
        rows
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>10}  commands", self.commands())?;
        for (name, count) in self.rows() {
            writeln!(f, "{count:>10}  {name}")?;
        }
        Ok(())
    }
}

/// The ways that a command took.
fn ways(command: CommandKind, outcome: &Outcome, events: &[Event]) -> Vec<&'static str> {
    let takes_free = |first: EventKind| {
        let mut pairs = events.windows(2);
        pairs.any(|pair| pair[0].kind() == first && pair[1].kind() == EventKind::StockChanged)
    };
    let orders = matches!(command, CommandKind::PlaceCheckout | CommandKind::BuyNow);
    let overflows = orders && *outcome == Outcome::Refused(Refusal::AmountOverflow);
    let taken = [
        takes_free(EventKind::OrderConfirmed),
        takes_free(EventKind::OrderReinstated),
        overflows,
    ];
    let ways = WAYS.into_iter().zip(taken);
    ways.filter(|(_, taken)| *taken)
        .map(|(way, _)| way)
        .collect()
}

fn merge<K: Ord + Copy>(into: &mut BTreeMap<K, u64>, from: &BTreeMap<K, u64>) {
    for (kind, count) in from {
        *into.entry(*kind).or_default() += count;
    }
}
