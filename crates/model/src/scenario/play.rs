//! Plays a scenario, row by row: lets time pass, sends the command, holds what happens against what
//! the row expects and against the laws that hold after every command.

use super::deed::{self, Scene};
use super::expectation;
use super::fault::Fault;
use super::report::Report;
use super::rows::{Cell, Row, Scenario};
use super::words::Words;
use super::{check, moment::parse_moment};
use crate::Decider;
use vocabulary::{Command, Event, Millis, Outcome, Receipt, Request};

/// How many timers a sweep lets fire at once.
const SWEEP_LIMIT: u32 = 1000;

/// Plays `scenario` on a fresh decider; its first fault ends it.
pub(super) fn play<D: Decider>(
    scenario: &Scenario<'_>,
    decider: &mut D,
    report: &mut Report,
) -> Result<(), Fault> {
    *decider = D::fresh();
    let scene = Scene::default();
    let mut play = Play {
        decider,
        scene,
        report,
    };
    for row in &scenario.rows {
        play.row(row)?;
    }
    play.report.scenarios += 1;
    Ok(())
}

/// Tells the line at which a decider's own assertion broke: dropped before the deed is over.
struct ToldOnPanic {
    line: usize,
    is_over: bool,
}

impl Drop for ToldOnPanic {
    fn drop(&mut self) {
        if !self.is_over {
            eprintln!("the decider panicked at line {} of the table", self.line);
        }
    }
}

struct Play<'p, D> {
    decider: &'p mut D,
    scene: Scene,
    report: &'p mut Report,
}

impl<D: Decider> Play<'_, D> {
    fn row(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let until = self.moment(row)?;
        self.report.rows += 1;
        match row.who.text {
            "clock" => self.clock(row, until),
            "check" => {
                self.sweep(row, until)?;
                self.scene.now = until;
                no_events(row)?;
                check::check(row, &self.scene, self.decider)
            }
            who => {
                if who != "till" {
                    self.sweep(row, until)?;
                }
                self.scene.now = until;
                self.deed(row)
            }
        }
    }

    fn moment(&self, row: &Row<'_>) -> Result<Millis, Fault> {
        let moment = parse_moment(row.time.text)
            .ok_or_else(|| row.time.fault("expected a time (29.999, 30m, 1h0.500)"))?;
        match moment >= self.scene.now {
            true => Ok(moment),
            false => Err(row.time.fault("time runs backwards here")),
        }
    }

    /// `clock  passes`: what falls due until then.
    fn clock(&mut self, row: &Row<'_>, until: Millis) -> Result<(), Fault> {
        let mut words = Words::of(row.deed);
        words.expect("passes")?;
        words.end()?;
        let events = self.sweep(row, until)?;
        self.scene.now = until;
        match (row.outcome.text, events.is_empty()) {
            ("ok", false) | ("nothing", true) => self.events(row, &events),
            ("ok" | "nothing", _) => {
                let names = events.iter().map(|event| event.kind().name());
                let names = names.collect::<Vec<_>>().join(", ");
                let expected = row.outcome.text;
                Err(row
                    .outcome
                    .fault(format!("expected `{expected}`, but happened: [{names}]")))
            }
            _ => Err(row.outcome.fault("expected `ok` or `nothing`")),
        }
    }

    fn deed(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let deed = deed::read(row, &mut self.scene)?;
        let mut events = Vec::new();
        let outcome = self.apply(row.outcome, self.scene.now, &deed.request, &mut events)?;
        expectation::outcome(row.outcome, outcome)?;
        match outcome {
            Outcome::Done(receipt) | Outcome::Repeated(receipt) => {
                self.call(deed.called, receipt)?;
            }
            Outcome::Refused(refusal) => {
                self.report.refusals.insert(refusal);
            }
        }
        self.events(row, &events)
    }

    /// Gives the number on a receipt the name that the row has for it.
    fn call(&mut self, called: Option<Cell<'_>>, receipt: Receipt) -> Result<(), Fault> {
        let Some(word) = called else {
            return Ok(());
        };
        let thing = match receipt {
            Receipt::Seller(id) => id.into(),
            Receipt::Sku(id) => id.into(),
            Receipt::Deal(id) => id.into(),
            Receipt::Hold { hold, .. } => hold.into(),
            Receipt::Place { place, .. } => place.into(),
            Receipt::Payment { payment, .. } => payment.into(),
            Receipt::Refund { refund, .. } => refund.into(),
            Receipt::Checkout { checkout, .. } => checkout.into(),
            Receipt::Done | Receipt::Advanced { .. } => {
                return Err(word.fault("the receipt has no number to be named"));
            }
        };
        self.scene.names.name(word, thing)
    }

    fn events(&mut self, row: &Row<'_>, events: &[Event]) -> Result<(), Fault> {
        let shown = expectation::events(row, events, &mut self.scene.names)?;
        self.report.events.extend(shown);
        Ok(())
    }

    /// Lets everything due until `until` fall due, each at its moment, as a till does that keeps up.
    fn sweep(&mut self, row: &Row<'_>, until: Millis) -> Result<Vec<Event>, Fault> {
        let mut events = Vec::new();
        while let Some(due) = self.decider.next_due().filter(|due| *due <= until) {
            let at = due.max(self.scene.now);
            let advance = Command::AdvanceTo { limit: SWEEP_LIMIT }.into();
            match self.apply(row.time, at, &advance, &mut events)? {
                Outcome::Done(Receipt::Advanced { fired }) if fired > 0 => {}
                other => {
                    let message = format!("a timer is due, but AdvanceTo answers {other:?}");
                    return Err(row.time.fault(message));
                }
            }
        }
        Ok(events)
    }

    fn apply(
        &mut self,
        cell: Cell<'_>,
        at: Millis,
        request: &Request,
        events: &mut Vec<Event>,
    ) -> Result<Outcome, Fault> {
        let before = events.len();
        let state = (self.decider.digest(), self.decider.state_digest());
        let outcome = {
            let mut told = ToldOnPanic {
                line: cell.line,
                is_over: false,
            };
            let outcome = self.decider.apply(at, request, events);
            told.is_over = true;
            outcome
        };
        let fresh = &events[before..];
        for event in fresh {
            self.scene.seen.fold(event);
        }
        let expected = match outcome {
            Outcome::Done(receipt) => {
                self.report.commands.insert(request.command.kind());
                let after = state.0.after(at, request, receipt, fresh);
                (after, self.decider.state_digest())
            }
            Outcome::Repeated(_) | Outcome::Refused(_) => state,
        };
        if expected != (self.decider.digest(), self.decider.state_digest()) {
            return Err(cell.fault(format!("the digests are not those after {outcome:?}")));
        }
        self.laws(cell)?;
        Ok(outcome)
    }

    fn laws(&self, cell: Cell<'_>) -> Result<(), Fault> {
        if let Some(broken) = self.scene.seen.broken_law() {
            return Err(cell.fault(broken));
        }
        match self.decider.outbox() == self.scene.seen.outbox {
            true => Ok(()),
            false => {
                Err(cell.fault("the outbox is not what the events ordered and did not finish"))
            }
        }
    }
}

fn no_events(row: &Row<'_>) -> Result<(), Fault> {
    match row.exactly.first().or(row.among.first()) {
        Some(line) => Err(line.fault("a check has no events")),
        None => Ok(()),
    }
}
