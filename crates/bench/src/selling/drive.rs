//! Sends shoppers to a till: as many at once as it takes (saturated), or so many a second whatever it
//! does (an open loop). The latency of an open loop counts from when a cohort was due.

use super::cohort::{Cohort, Done, Source};
use super::stand::{Stand, now};
use anyhow::{Context, bail};
use hdrhistogram::Histogram;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};
use till::{Reply, Ticket, Turned};
use vocabulary::Request;

/// How many shoppers go together.
const COHORT: usize = 512;
/// How many cohorts are on their way at once where nothing else says.
const AT_ONCE: usize = 24;
/// Latencies are kept up to this, in microseconds.
const LATENCY_US_MAX: u64 = 60_000_000;

/// How shoppers come.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// As soon as others have left.
    Saturated,
    /// So many a second.
    Rate(f64),
}

/// What came of it.
pub struct Driven {
    /// For how long it was measured, in seconds.
    pub seconds: f64,
    /// Commands that were answered.
    pub commands: u64,
    /// Orders placed.
    pub orders: u64,
    /// Payments captured.
    pub payments: u64,
    /// Answers that were not what was meant.
    pub refused: u64,
    /// From when a ticket was due, or else handed in, to its answer.
    pub latency_us: Histogram<u64>,
}

/// A ticket that was answered.
struct Answered {
    cohort: Cohort,
    since: Instant,
    replies: Vec<Reply>,
    at: Instant,
}

struct Drive<'a> {
    stand: &'a Stand,
    source: &'a mut Source,
    answers: (Sender<Answered>, Receiver<Answered>),
    on_the_way: usize,
    driven: Driven,
}

/// Sends shoppers for so long; what comes in the first quarter of it is not measured.
pub fn drive(
    stand: &Stand,
    source: &mut Source,
    pace: Pace,
    span: Duration,
) -> anyhow::Result<Driven> {
    let mut drive = Drive {
        stand,
        source,
        answers: channel(),
        on_the_way: 0,
        driven: Driven::nothing(),
    };
    drive.run(pace, span / 4)?;
    drive.driven = Driven::nothing();
    let begun = Instant::now();
    drive.run(pace, span)?;
    drive.driven.seconds = begun.elapsed().as_secs_f64();
    let driven = std::mem::replace(&mut drive.driven, Driven::nothing());
    drive.finish()?;
    Ok(driven)
}

impl Drive<'_> {
    fn run(&mut self, pace: Pace, span: Duration) -> anyhow::Result<()> {
        let begun = Instant::now();
        let mut sent: u32 = 0;
        while begun.elapsed() < span {
            match pace {
                Pace::Saturated => {
                    while self.on_the_way < AT_ONCE {
                        self.begin(Instant::now())?;
                    }
                    self.hear_one()?;
                }
                Pace::Rate(a_second) => {
                    let apart = Duration::from_secs_f64(COHORT as f64 / a_second);
                    let due = begun + apart * sent;
                    if Instant::now() >= due {
                        self.begin(due)?;
                        sent += 1;
                    }
                    self.hear_all(due)?;
                }
            }
        }
        Ok(())
    }

    fn begin(&mut self, due: Instant) -> anyhow::Result<()> {
        let (cohort, requests) = self.source.cohort(COHORT, now());
        self.on_the_way += 1;
        self.hand_in(cohort, requests, due)
    }

    fn hand_in(
        &mut self,
        cohort: Cohort,
        requests: Vec<Request>,
        since: Instant,
    ) -> anyhow::Result<()> {
        let answers = self.answers.0.clone();
        let reply = Box::new(move |replies| {
            let at = Instant::now();
            let _ = answers.send(Answered {
                cohort,
                since,
                replies,
                at,
            });
        });
        match self.stand.counter.submit(Ticket { requests, reply }) {
            Ok(()) => Ok(()),
            // An open loop faster than the till: what is turned away is lost, as it would be at a door.
            Err(Turned::Full { .. }) => {
                self.on_the_way -= 1;
                self.driven.refused += COHORT as u64;
                Ok(())
            }
            Err(Turned::Closed(why)) => bail!("the till has stopped: {why}"),
        }
    }

    fn hear_one(&mut self) -> anyhow::Result<()> {
        let answered = self.answers.1.recv().context("the till stopped")?;
        self.hear(answered)
    }

    /// Hears what was answered, and waits for more until `due` at most.
    fn hear_all(&mut self, due: Instant) -> anyhow::Result<()> {
        let patience = due.saturating_duration_since(Instant::now());
        if let Ok(answered) = self.answers.1.recv_timeout(patience) {
            self.hear(answered)?;
        }
        while let Ok(answered) = self.answers.1.try_recv() {
            self.hear(answered)?;
        }
        Ok(())
    }

    fn hear(&mut self, answered: Answered) -> anyhow::Result<()> {
        let Answered {
            cohort,
            since,
            replies,
            at,
        } = answered;
        let commands = replies.len() as u64;
        self.driven.commands += commands;
        let us = at.saturating_duration_since(since).as_micros() as u64;
        self.driven.latency_us.saturating_record_n(us, commands);
        let (done, next) = self.source.next(cohort, &replies, now());
        self.driven.add(done);
        match next {
            Some((cohort, requests)) => self.hand_in(cohort, requests, Instant::now()),
            None => {
                self.on_the_way -= 1;
                Ok(())
            }
        }
    }

    /// Lets those who are on the way finish.
    fn finish(&mut self) -> anyhow::Result<()> {
        while self.on_the_way > 0 {
            self.hear_one()?;
        }
        Ok(())
    }
}

impl Driven {
    fn nothing() -> Driven {
        let latency_us = Histogram::new_with_max(LATENCY_US_MAX, 3);
        Driven {
            seconds: 0.0,
            commands: 0,
            orders: 0,
            payments: 0,
            refused: 0,
            latency_us: latency_us.expect("the bounds are in order"),
        }
    }

    fn add(&mut self, done: Done) {
        self.orders += done.orders;
        self.payments += done.payments;
        self.refused += done.refused;
    }

    /// So many of something a second.
    pub fn a_second(&self, count: u64) -> f64 {
        count as f64 / self.seconds
    }

    /// The latency below which this share of commands was answered, in milliseconds.
    pub fn latency_ms(&self, quantile: f64) -> f64 {
        self.latency_us.value_at_quantile(quantile) as f64 / 1_000.0
    }
}
