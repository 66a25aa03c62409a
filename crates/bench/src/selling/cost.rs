//! What an order costs in processor time, stage by stage, on one thread: the till's own work without
//! the queue before it. Beside it what one read costs that misses every cache, since that is what such
//! work is made of.

use super::cohort::{Cohort, Source, Step};
use super::mix::Mix;
use super::stand::{furnishing, new_journal, now};
use crate::figure::{Figure, Runs};
use anyhow::ensure;
use journal::FileJournal;
use ledger::Ledger;
use rustix::time::{ClockId, clock_gettime};
use std::collections::VecDeque;
use std::hint::black_box;
use std::path::Path;
use till::{Reading, Till, Turn, append};
use vocabulary::{Event, Millis, Outcome, Request, Seq, Shard, encode_request};

/// Shoppers who go together, and come in one millisecond: about the peak of the original.
const COHORT: usize = 512;
/// How many cohorts are between their steps: what a shopper's hold has touched has left the caches
/// when their order comes.
const ON_THE_WAY: usize = 64;
/// The first writer of its journal.
const EPOCH: u64 = 1;
/// Entries of the table that is read at random: 1 GiB.
const TABLE: usize = 1 << 27;
const READS: usize = 2_000_000;

/// Measures so many orders, with their payments, of a mix, so many times.
///
/// # Errors
/// When the shop or its disk fails.
pub fn run(mix: Mix, orders: u64, runs: u32, folder: &Path) -> anyhow::Result<Vec<Figure>> {
    let mut spent = Vec::new();
    let mut reads = Vec::new();
    for run in 0..runs {
        eprintln!("{} ({}): run {} of {runs}", mix.name, mix.about, run + 1);
        let place = tempfile::tempdir_in(folder)?;
        let journal = new_journal(&place.path().join("data"))?;
        spent.push(Shop::furnished(&mix, orders as usize, journal)?.sell(
            &mix,
            orders,
            u64::from(run),
        )?);
        reads.push(a_read());
    }
    Ok(figures(&mix, &spent, reads))
}

/// Processor time and how often, by stage.
#[derive(Clone, Copy, Default)]
struct Stage {
    ns: u64,
    times: u64,
}

impl Stage {
    fn each(&self) -> f64 {
        self.ns as f64 / self.times.max(1) as f64
    }

    fn measure<T>(&mut self, times: usize, work: impl FnOnce() -> T) -> T {
        let before = processor_ns();
        let done = work();
        self.ns += processor_ns() - before;
        self.times += times as u64;
        done
    }
}

#[derive(Clone, Default)]
struct Spent {
    steps: [Stage; 5],
    written: Stage,
    digested: Stage,
    appended: Stage,
    orders: u64,
    payments: u64,
}

impl Spent {
    fn all_ns(&self) -> u64 {
        self.steps.iter().map(|step| step.ns).sum::<u64>() + self.appended.ns
    }
}

struct Shop {
    till: Till,
    journal: FileJournal,
    monotonic_ms: u64,
    opened_at: Millis,
}

impl Shop {
    fn furnished(mix: &Mix, room: usize, journal: FileJournal) -> anyhow::Result<Shop> {
        let mut ledger = Ledger::new();
        ledger.make_room(room);
        let till = Till::at(Shard(0), ledger, Seq(1));
        let (monotonic_ms, opened_at) = (0, now());
        let mut shop = Shop {
            till,
            journal,
            monotonic_ms,
            opened_at,
        };
        let mut commands = furnishing(mix).map(Request::from);
        loop {
            let requests: Vec<Request> = commands.by_ref().take(COHORT).collect();
            if requests.is_empty() {
                return Ok(shop);
            }
            let (turn, _) = shop.turn(requests, &mut Stage::default());
            let replies = turn.answers.iter().flat_map(|(_, replies)| replies);
            let done = replies
                .clone()
                .all(|reply| matches!(reply.outcome, Outcome::Done(_)));
            ensure!(done, "the shop cannot be furnished");
            shop.append(&turn, &mut Stage::default())?;
        }
    }

    fn sell(mut self, mix: &Mix, orders: u64, seed: u64) -> anyhow::Result<Spent> {
        let mut source = Source::of(*mix, seed);
        let mut spent = Spent::default();
        let mut on_the_way: VecDeque<(Cohort, Vec<Request>)> = VecDeque::new();
        while spent.orders < orders {
            if on_the_way.len() < ON_THE_WAY {
                self.monotonic_ms += 1;
                on_the_way.push_back(source.cohort(COHORT, self.now()));
            }
            let (cohort, requests) = on_the_way.pop_front().expect("one was put in");
            let (turn, requests) = self.turn(requests, &mut spent.steps[cohort.step as usize]);
            self.append(&turn, &mut spent.appended)?;
            audit(&turn, &requests, &mut spent);
            let replies = &turn.answers[0].1;
            let (done, next) = source.next(cohort, replies, self.now());
            spent.orders += done.orders;
            spent.payments += done.payments;
            on_the_way.extend(next);
            self.give_back(turn);
        }
        Ok(spent)
    }

    fn now(&self) -> Millis {
        self.opened_at.plus(self.monotonic_ms)
    }

    /// One ticket, in a turn of its own.
    fn turn(&mut self, requests: Vec<Request>, stage: &mut Stage) -> (Turn<()>, Vec<Request>) {
        let (wall, monotonic_ms) = (self.now(), self.monotonic_ms);
        let kept = requests.clone();
        let mut waiting = VecDeque::from([((), requests)]);
        let reading = Reading { wall, monotonic_ms };
        let turn = stage.measure(kept.len(), || self.till.turn(reading, &mut waiting));
        (turn, kept)
    }

    fn give_back(&mut self, turn: Turn<()>) {
        if let (Some(sealed), Some(published)) = (turn.sealed, turn.published) {
            self.till.reuse_payload(sealed);
            self.till.reuse_events(published);
        }
    }

    fn append(&mut self, turn: &Turn<()>, stage: &mut Stage) -> anyhow::Result<()> {
        let Some(sealed) = &turn.sealed else {
            return Ok(());
        };
        let Shop { till, journal, .. } = self;
        let count = sealed.count as usize;
        stage.measure(count, || append(journal, till.shard(), EPOCH, sealed))?;
        Ok(())
    }
}

/// What of a turn is writing commands down and digesting, by doing that part once more.
fn audit(turn: &Turn<()>, requests: &[Request], spent: &mut Spent) {
    let (Some(sealed), Some(published)) = (&turn.sealed, &turn.published) else {
        return;
    };
    let mut payload = Vec::with_capacity(sealed.payload.len());
    spent.written.measure(requests.len(), || {
        for request in requests {
            encode_request(request, &mut payload);
        }
    });
    black_box(payload);
    let mut digest = sealed.digest_before;
    let whole = (&requests[0], turn.answers[0].1[0].outcome);
    let events: Vec<Event> = published
        .events
        .iter()
        .map(|(_, event)| event.clone())
        .collect();
    if let (request, Outcome::Done(receipt)) = whole {
        let mut written = Vec::new();
        encode_request(request, &mut written);
        spent.digested.measure(requests.len(), || {
            // Commands follow each other in the digest as their events do: it is one long chain.
            digest = digest.after_written(sealed.at, &written, receipt, &events);
        });
    }
    black_box(digest);
}

/// What a read costs that misses every cache, in nanoseconds.
fn a_read() -> f64 {
    let table: Vec<u64> = (0..TABLE as u64).collect();
    let mut stage = Stage::default();
    let mut at = 1_u64;
    stage.measure(READS, || {
        for _ in 0..READS {
            let seen = table[(at >> 37) as usize];
            // The next place depends on what was read.
            at = (at ^ seen)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .wrapping_add(1);
        }
    });
    black_box(at);
    stage.each()
}

/// The processor time of this thread, in nanoseconds.
pub fn processor_ns() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

fn figures(mix: &Mix, spent: &[Spent], reads: Vec<f64>) -> Vec<Figure> {
    let reads = Runs::of(reads);
    let figure = |what: &str, each: &dyn Fn(&Spent) -> f64| Figure {
        name: format!("{}: {what}", mix.name),
        unit: "ns",
        ours: Runs::of(spent.iter().map(each).collect()),
        baseline_name: "a read that misses every cache".to_owned(),
        baseline: reads.clone(),
    };
    let steps = [
        (Step::Hold, "hold decided"),
        (Step::Order, "order decided"),
        (Step::Start, "payment begun"),
        (Step::Approve, "approval recorded"),
        (Step::Capture, "capture recorded"),
    ];
    let taken = |step: Step| spent[0].steps[step as usize].times > 0;
    let steps = steps.into_iter().filter(|(step, _)| taken(*step));
    let mut figures: Vec<Figure> = steps
        .map(|(step, name)| figure(name, &|spent| spent.steps[step as usize].each()))
        .collect();
    figures.extend([
        figure("of each: written down", &|spent| spent.written.each()),
        figure("of each: digested", &|spent| spent.digested.each()),
        figure("each: put on disk", &|spent| spent.appended.each()),
        figure("all of an order with its share of payments", &|spent| {
            spent.all_ns() as f64 / spent.orders as f64
        }),
    ]);
    figures
}
