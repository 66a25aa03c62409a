//! What a row expects: the outcome at its end and the events under it, held against what happened.

use super::facts;
use super::fault::Fault;
use super::moment::parse_span;
use super::names::{Names, Thing};
use super::rows::{Cell, Row};
use vocabulary::{Event, EventKind, Outcome, Receipt, Refusal};

/// Holds the outcome against the row's last column.
pub(super) fn outcome(expected: Cell<'_>, outcome: Outcome) -> Result<(), Fault> {
    let mut phrases = phrases(expected.text);
    let answer = phrases.remove(0);
    let right = match (answer, outcome) {
        ("ok", Outcome::Done(receipt)) | ("repeated", Outcome::Repeated(receipt)) => {
            in_order(&phrases, &facts::of_receipt(&receipt))
        }
        (_, Outcome::Refused(refusal)) => {
            phrases.is_empty() && (answer == refusal.name() || answer == refusal.to_string())
        }
        _ => false,
    };
    match right {
        true => Ok(()),
        false => {
            check_answer(expected, answer)?;
            let happened = show_outcome(&outcome);
            Err(expected.fault(format!("expected `{}`: {happened}", expected.text)))
        }
    }
}

/// Holds the events against those written under the row, naming what they bring for the first
/// time; tells the kinds that were shown.
pub(super) fn events(
    row: &Row<'_>,
    events: &[Event],
    names: &mut Names,
) -> Result<Vec<EventKind>, Fault> {
    if !row.exactly.is_empty() {
        return exactly(&row.exactly, events, names);
    }
    let mut rest = events.iter();
    let mut shown = Vec::new();
    for line in &row.among {
        let found = rest.find(|event| matches(*line, event, names));
        let event = found.ok_or_else(|| misses(*line, "is not among", events, names))?;
        adopt(*line, event, names)?;
        shown.push(event.kind());
    }
    Ok(shown)
}

/// True when every phrase of `said` stands in `facts`, in this order. Spans of time are equal
/// however they are written.
pub(super) fn in_order(said: &[&str], facts: &[String]) -> bool {
    let mut facts = facts.iter();
    said.iter()
        .all(|phrase| facts.any(|fact| says_the_same(phrase, fact)))
}

/// The phrases of a text, between its commas.
pub(super) fn phrases(text: &str) -> Vec<&str> {
    text.split(',').map(str::trim).collect()
}

fn exactly(
    lines: &[Cell<'_>],
    events: &[Event],
    names: &mut Names,
) -> Result<Vec<EventKind>, Fault> {
    for (index, line) in lines.iter().enumerate() {
        let event = events
            .get(index)
            .filter(|event| matches(*line, event, names))
            .ok_or_else(|| misses(*line, "is not the next of", events, names))?;
        adopt(*line, event, names)?;
    }
    match events.len() > lines.len() {
        true => Err(misses(
            lines[lines.len() - 1],
            "is not the last of",
            events,
            names,
        )),
        false => Ok(events.iter().map(Event::kind).collect()),
    }
}

/// An event answers a line when it has the name and every fact the line tells, its subject first.
fn matches(line: Cell<'_>, event: &Event, names: &Names) -> bool {
    let (kind, said) = parts(line.text);
    if kind != event.kind().name() {
        return false;
    }
    let facts = facts::of_event(names, event);
    let Some((subject, rest)) = said.split_first() else {
        return true;
    };
    if in_order(&said, &facts) {
        return true;
    }
    let nameable = brought(event).is_some_and(|thing| names.could_name(subject, thing));
    nameable && in_order(rest, &facts)
}

/// Gives what the event brings the name that the line has for it.
fn adopt(line: Cell<'_>, event: &Event, names: &mut Names) -> Result<(), Fault> {
    let (_, said) = parts(line.text);
    let subject = said.first().copied().unwrap_or_default();
    match brought(event) {
        Some(thing) if names.could_name(subject, thing) => names.name(
            Cell {
                text: subject,
                ..line
            },
            thing,
        ),
        _ => Ok(()),
    }
}

/// The numbered thing that an event brings into the world.
fn brought(event: &Event) -> Option<Thing> {
    match event {
        Event::HoldPlaced { hold, .. } => Some((*hold).into()),
        Event::WaitlistJoined { place, .. } => Some((*place).into()),
        Event::RefundOrdered { refund, .. } => Some((*refund).into()),
        _ => None,
    }
}

/// `Name subject, fact, fact`.
fn parts(line: &str) -> (&str, Vec<&str>) {
    match line.split_once(' ') {
        Some((kind, said)) => (kind, phrases(said)),
        None => (line, Vec::new()),
    }
}

fn says_the_same(phrase: &str, fact: &str) -> bool {
    let said: Vec<&str> = phrase.split(' ').collect();
    let meant: Vec<&str> = fact.split(' ').collect();
    said.len() == meant.len()
        && said.iter().zip(&meant).all(|(left, right)| {
            left == right || (parse_span(left).is_some() && parse_span(left) == parse_span(right))
        })
}

fn misses(line: Cell<'_>, how: &str, events: &[Event], names: &Names) -> Fault {
    let happened: Vec<String> = events
        .iter()
        .map(|event| {
            let facts = facts::of_event(names, event).join(", ");
            format!("      > {} {facts}", event.kind().name())
        })
        .collect();
    line.fault(format!(
        "`{}` {how} what happened:\n{}",
        line.text,
        happened.join("\n")
    ))
}

fn show_outcome(outcome: &Outcome) -> String {
    let show = |word: &str, receipt: &Receipt| {
        let facts = facts::of_receipt(receipt);
        let said = [vec![word.to_owned()], facts].concat();
        format!("the answer was `{}`", said.join(", "))
    };
    match outcome {
        Outcome::Done(receipt) => show("ok", receipt),
        Outcome::Repeated(receipt) => show("repeated", receipt),
        Outcome::Refused(refusal) => format!("refused with `{refusal}`: {}", refusal.sentence()),
    }
}

/// An answer that can never be is a fault of the table.
fn check_answer(expected: Cell<'_>, answer: &str) -> Result<(), Fault> {
    let name = answer.split(' ').next_back().unwrap_or_default();
    match answer == "ok" || answer == "repeated" || Refusal::named(name).is_some() {
        true => Ok(()),
        false => Err(expected.fault(format!(
            "expected `ok`, `repeated` or the name of a refusal, found `{answer}`"
        ))),
    }
}
