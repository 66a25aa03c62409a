//! Two deciders, one stream: they agree in every outcome, event and digest, or the shortest stream
//! on which they do not is told.

use crate::Decider;
use crate::stream::Stream;
use crate::tally::Tally;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use vocabulary::{CommandKind, Event, Millis, Outcome, Request};

/// After how many commands the whole state is compared.
const STATE_EVERY: usize = 50;
/// How many streams are tried at most in search of a shorter one.
const SHRINKS_MAX: usize = 2_000;

/// A stamped request.
pub type Stamped = (Millis, Request);

/// Two deciders did not agree.
#[derive(Clone, Debug)]
pub struct Disagreement {
    /// Of the stream in which it showed.
    pub seed: u64,
    /// The how many-th command of that stream, from 0.
    pub index: usize,
    /// What differs, in a few lines.
    pub difference: String,
    /// The shortest stream found on which they still differ; they differ at its last command.
    pub shortest: Vec<Stamped>,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}, command {}:", self.seed, self.index)?;
        writeln!(f, "{}", self.difference)?;
        writeln!(f, "the shortest stream that shows it:")?;
        for (at, request) in &self.shortest {
            match request.key {
                Some(key) => writeln!(f, "  {at} {:?} ({key:?})", request.command)?,
                None => writeln!(f, "  {at} {:?}", request.command)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Disagreement {}

/// Feeds both deciders with the first `commands` of the stream of `seed`.
///
/// # Errors
/// The first disagreement in outcome, events, digest, open work, next timer or state, with a
/// stream as short as could be found. A decider that panics disagrees.
pub fn agree<A: Decider, B: Decider>(
    seed: u64,
    commands: usize,
) -> Result<Tally, Box<Disagreement>> {
    let stream: Vec<Stamped> = Stream::new(seed).take(commands).collect();
    let Err((index, difference)) = compare::<A, B>(&stream) else {
        return Ok(tally::<A>(&stream));
    };
    let shortest = shrink::<A, B>(stream[..=index].to_vec(), kind_of(&difference));
    let last = compare::<A, B>(&shortest).err();
    Err(Box::new(Disagreement {
        seed,
        index,
        difference: last.map_or(difference, |(_, difference)| difference),
        shortest,
    }))
}

/// What one decider made of a command.
struct Answer {
    outcome: Outcome,
    events: Vec<Event>,
}

/// The index of the first command after which both differ, and how.
fn compare<A: Decider, B: Decider>(stream: &[Stamped]) -> Result<(), (usize, String)> {
    let mut reached = 0;
    let run = catch_unwind(AssertUnwindSafe(|| {
        let (mut one, mut other) = (A::fresh(), B::fresh());
        for (index, stamped) in stream.iter().enumerate() {
            reached = index;
            let whole = index % STATE_EVERY == 0 || index + 1 == stream.len();
            step(&mut one, &mut other, stamped, whole)?;
        }
        Ok(())
    }));
    match run {
        Ok(result) => result.map_err(|difference| (reached, difference)),
        Err(panic) => Err((reached, format!("a decider panicked: {}", said(&*panic)))),
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    text.or(owned).unwrap_or("without a word")
}

fn step<A: Decider, B: Decider>(
    one: &mut A,
    other: &mut B,
    stamped: &Stamped,
    whole: bool,
) -> Result<(), String> {
    if comes_too_early(one, stamped) {
        return Ok(());
    }
    let (mine, theirs) = (answer(one, stamped), answer(other, stamped));
    same("outcomes", &mine.outcome, &theirs.outcome)?;
    same("events", &mine.events, &theirs.events)?;
    same("next timers", &one.next_due(), &other.next_due())?;
    same("open work", &one.outbox(), &other.outbox())?;
    same("digests", &one.digest(), &other.digest())?;
    if whole && one.state_digest() != other.state_digest() {
        return Err(differing_lines(&one.describe(), &other.describe()));
    }
    Ok(())
}

/// Only `AdvanceTo` may be sent while something is due. A stream keeps to that until commands are
/// dropped from it.
fn comes_too_early<A: Decider>(decider: &A, (at, request): &Stamped) -> bool {
    let due = decider.next_due().is_some_and(|due| due <= *at);
    due && request.command.kind() != CommandKind::AdvanceTo
}

fn answer<A: Decider>(decider: &mut A, (at, request): &Stamped) -> Answer {
    let mut events = Vec::new();
    let outcome = decider.apply(*at, request, &mut events);
    Answer { outcome, events }
}

fn same<T: PartialEq + fmt::Debug>(what: &str, mine: &T, theirs: &T) -> Result<(), String> {
    if mine == theirs {
        return Ok(());
    }
    Err(format!(
        "{what} differ\n  one:   {mine:?}\n  other: {theirs:?}"
    ))
}

/// The lines that only one of two descriptions has.
fn differing_lines(mine: &str, theirs: &str) -> String {
    let mut text = String::from("states differ");
    for line in mine
        .lines()
        .filter(|line| !theirs.lines().any(|other| other == *line))
    {
        text.push_str(&format!("\n  one:   {line}"));
    }
    for line in theirs
        .lines()
        .filter(|line| !mine.lines().any(|other| other == *line))
    {
        text.push_str(&format!("\n  other: {line}"));
    }
    text
}

/// What differs, without the facts. A stream without its first half may differ for another reason:
/// what it recalls was never filed.
fn kind_of(difference: &str) -> &str {
    difference.lines().next().unwrap_or_default()
}

/// Drops commands, in ever smaller runs, as long as the two still differ at the end, and in the
/// same way.
fn shrink<A: Decider, B: Decider>(mut stream: Vec<Stamped>, kind: &str) -> Vec<Stamped> {
    let mut run = stream.len() / 2;
    let mut tries = 0;
    while run > 0 {
        let mut start = 0;
        while start + run < stream.len() && tries < SHRINKS_MAX {
            tries += 1;
            let mut shorter = stream.clone();
            shorter.drain(start..start + run);
            match compare::<A, B>(&shorter) {
                Err((index, found)) if kind_of(&found) == kind => {
                    shorter.truncate(index + 1);
                    stream = shorter;
                }
                _ => start += run,
            }
        }
        run /= 2;
    }
    stream
}

/// What the stream brought about.
fn tally<A: Decider>(stream: &[Stamped]) -> Tally {
    let mut tally = Tally::default();
    let mut decider = A::fresh();
    for stamped in stream {
        let Answer { outcome, events } = answer(&mut decider, stamped);
        tally.count(stamped.1.command.kind(), &outcome, &events);
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Model;
    use vocabulary::{Digest, Work};

    /// A model that goes wrong where it is told to.
    struct Wrong<const PANICS: bool>(Model);

    impl<const PANICS: bool> Decider for Wrong<PANICS> {
        fn fresh() -> Self {
            Wrong(Model::fresh())
        }

        fn apply(&mut self, at: Millis, request: &Request, events: &mut Vec<Event>) -> Outcome {
            let before = events.len();
            let outcome = self.0.apply(at, request, events);
            let lapses = |event: &Event| matches!(event, Event::HoldLapsed { .. });
            if events[before..].iter().any(lapses) {
                assert!(!PANICS, "no hold may lapse");
                events.retain(|event| !lapses(event));
            }
            outcome
        }

        fn next_due(&self) -> Option<Millis> {
            self.0.next_due()
        }

        fn digest(&self) -> Digest {
            self.0.digest()
        }

        fn outbox(&self) -> Vec<Work> {
            self.0.outbox()
        }

        fn state_digest(&self) -> Digest {
            self.0.state_digest()
        }
    }

    /// Sellers, SKUs up to the one that is held, stock, deal, bell, hold, lapse.
    const SHORT: usize = 15;

    #[test]
    fn a_decider_that_hides_events_is_found_on_a_short_stream() {
        let found = agree::<Wrong<false>, Model>(1, 2_000).expect_err("events are missing");
        assert!(found.difference.starts_with("events differ"), "{found}");
        assert!(found.shortest.len() <= SHORT, "{found}");
    }

    #[test]
    fn a_decider_that_panics_disagrees() {
        let found = agree::<Wrong<true>, Model>(5, 2_000).expect_err("it panics");
        let told = "a decider panicked: no hold may lapse";
        assert!(found.difference.starts_with(told), "{found}");
    }
}
