//! The loop: one thread decides, one writes. One write is in flight; the next turn is executed
//! meanwhile. Answers and events leave only when their batch is durable.

use crate::counter::{Answer, Counter, Look};
use crate::keeper::{Keeping, give_way};
use crate::stamp::Clock;
use crate::turn::{Published, Sealed, Till, Turn};
use journal::{Batch, BatchHeader, Fault, Journal, Reader};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use vocabulary::{Request, Seq, Shard};

/// A turn of fewer tickets is decided in no time: it is cut when the write before it is done, with
/// all that came meanwhile, so that one write carries as much as it can. A longer one is decided
/// while that write is under way.
const OVERLAPPED_MIN: usize = 256;

/// How many batches are kept for their room.
const SHOWN_MAX: usize = 32;

/// Told of every durable batch, on the till's thread: it hands on and returns at once.
pub type Subscriber = Box<dyn FnMut(&Arc<Published>) + Send>;

/// A journal that can also put old segments away.
pub trait Store: Journal {
    /// Moves segments whose every command is before `seq` out of the way, never dropping them.
    ///
    /// # Errors
    /// The disk's.
    fn archive_before(&mut self, seq: u64) -> Result<(), Fault>;
}

impl Store for journal::FileJournal {
    fn archive_before(&mut self, seq: u64) -> Result<(), Fault> {
        journal::FileJournal::archive_before(self, seq).map(|_| ())
    }
}

impl Store for journal::MemoryJournal {
    fn archive_before(&mut self, _seq: u64) -> Result<(), Fault> {
        Ok(())
    }
}

/// How the loop ended.
#[derive(Debug)]
pub enum Stopped {
    /// It was drained: everything handed in was decided and is durable.
    Drained,
    /// The disk failed. Nothing acknowledged is lost; nothing more is acknowledged.
    Fault(Fault),
}

/// Runs the till until it is drained or the disk fails. The calling thread becomes the till's.
///
/// `epoch` is the writer's; the journal must be fenced for it.
pub fn run<J: Store + 'static>(
    till: Till,
    journal: J,
    epoch: u64,
    counter: Counter,
    clock: impl Clock,
    keeping: Option<Keeping>,
    subscribers: Vec<Subscriber>,
) -> Stopped {
    let snapshot_at = keeping.as_ref().map_or(0, Keeping::newest);
    let _falls = FallGuard(counter.clone());
    let writer = Writer::start(journal, till.shard(), epoch);
    let mut house = House {
        till,
        counter,
        writer,
        keeping,
        subscribers,
        shown: VecDeque::new(),
        snapshot_at,
    };
    let stopped = match house.keep_open(&clock) {
        Ok(()) => Stopped::Drained,
        Err(fault) => Stopped::Fault(fault),
    };
    let reason = match &stopped {
        Stopped::Drained => "the server is shutting down".to_owned(),
        Stopped::Fault(fault) => fault.to_string(),
    };
    house.counter.close(&reason);
    house.writer.finish();
    stopped
}

/// Whoever waits for a till that fell is told, instead of waiting for ever.
struct FallGuard(Counter);

impl Drop for FallGuard {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.close("it fell; the log says how");
        }
    }
}

struct House<J> {
    till: Till,
    counter: Counter,
    writer: Writer<J>,
    keeping: Option<Keeping>,
    subscribers: Vec<Subscriber>,
    /// Batches that a subscriber may still be reading.
    shown: VecDeque<Arc<Published>>,
    snapshot_at: u64,
}

impl<J: Store + 'static> House<J> {
    fn keep_open(&mut self, clock: &impl Clock) -> Result<(), Fault> {
        let mut waiting: VecDeque<(Answer, Vec<Request>)> = VecDeque::new();
        let mut looks: Vec<Look> = Vec::new();
        let mut in_flight: Option<Turn<Answer>> = None;
        loop {
            let idle = waiting.is_empty() && looks.is_empty() && in_flight.is_none();
            let taken = self.counter.take(self.patience(clock, idle));
            waiting.extend(taken.tickets);
            looks.extend(taken.looks);
            if waiting.is_empty() && !self.till.is_due(clock.read()) {
                self.settle(in_flight.take())?;
                self.between_turns(&mut looks)?;
                if taken.closing && waiting.is_empty() {
                    return self.close_up();
                }
                continue;
            }
            if in_flight.is_some() && waiting.len() < OVERLAPPED_MIN {
                self.settle(in_flight.take())?;
                self.between_turns(&mut looks)?;
                continue;
            }
            let turn = self.turn(clock, &mut waiting);
            self.settle(in_flight.take())?;
            in_flight = self.hand_over(turn)?;
            if in_flight.is_none() || !looks.is_empty() {
                self.settle(in_flight.take())?;
                self.between_turns(&mut looks)?;
            }
        }
    }

    /// How long the counter may sleep: not at all while something is under way, else until the
    /// next timer, and without end when there is none.
    fn patience(&self, clock: &impl Clock, idle: bool) -> Option<Duration> {
        if !idle {
            return Some(Duration::ZERO);
        }
        let due = self.till.ledger().next_due()?;
        Some(Duration::from_millis(
            due.since(self.till.now(clock.read())),
        ))
    }

    fn turn(
        &mut self,
        clock: &impl Clock,
        waiting: &mut VecDeque<(Answer, Vec<Request>)>,
    ) -> Turn<Answer> {
        let turn = self.till.turn(clock.read(), waiting);
        if let Some(leap) = turn.leap {
            tracing::error!(said = %leap.said, expected = %leap.expected,
                "the wall clock leapt against the monotonic clock; stamps go on without it");
        }
        self.counter
            .forget(turn.answers.iter().map(|(_, replies)| replies.len()).sum());
        turn
    }

    /// Gives the turn's batch to the writer; a turn without one is settled at once, since all
    /// before it is.
    fn hand_over(&mut self, mut turn: Turn<Answer>) -> Result<Option<Turn<Answer>>, Fault> {
        match turn.sealed.take() {
            Some(sealed) => {
                self.writer.write(sealed);
                Ok(Some(turn))
            }
            None => {
                self.show(turn);
                Ok(None)
            }
        }
    }

    /// Waits until the turn's batch is durable, then shows it.
    fn settle(&mut self, turn: Option<Turn<Answer>>) -> Result<(), Fault> {
        let Some(turn) = turn else { return Ok(()) };
        let written = self.writer.wait()?;
        self.till.reuse_payload(written);
        self.show(turn);
        Ok(())
    }

    fn show(&mut self, turn: Turn<Answer>) {
        let shutters = self.counter.shutters();
        shutters.learn(&turn.vain, turn.published.as_ref());
        for (reply, answers) in turn.answers {
            reply(answers);
        }
        if let Some(published) = turn.published {
            let published = Arc::new(published);
            for subscriber in &mut self.subscribers {
                subscriber(&published);
            }
            self.shown.push_back(published);
            self.take_back();
        }
    }

    /// The room of batches that everybody has read; of slow readers only so much is waited for.
    fn take_back(&mut self) {
        let read = |published: &Arc<Published>| Arc::strong_count(published) == 1;
        while self.shown.front().is_some_and(read) || self.shown.len() > SHOWN_MAX {
            let oldest = self.shown.pop_front().expect("there is one");
            if let Some(published) = Arc::into_inner(oldest) {
                self.till.reuse_events(published);
            }
        }
    }

    /// Everything executed is durable here.
    fn between_turns(&mut self, looks: &mut Vec<Look>) -> Result<(), Fault> {
        for look in looks.drain(..) {
            look(self.till.ledger());
        }
        let done = self.till.next_seq().0 - 1;
        if let Some(keeping) = &self.keeping
            && done - self.snapshot_at >= keeping.every
            && !self.writer.is_keeping()
        {
            self.writer.keep(self.till.shard(), keeping.clone());
            self.snapshot_at = done;
        }
        Ok(())
    }

    /// Nobody waits any more, so the ledger itself is written.
    fn close_up(&mut self) -> Result<(), Fault> {
        let done = self.till.next_seq().0 - 1;
        if done > self.snapshot_at
            && let Some(keeping) = &self.keeping
        {
            self.writer.finish_keeping();
            let oldest = keeping.put(self.till.ledger(), Seq(done));
            self.writer.archive_from(oldest);
        }
        Ok(())
    }
}

enum Job {
    Write(Sealed),
    Archive(u64),
}

/// The thread that owns the journal.
struct Writer<J> {
    jobs: Option<SyncSender<Job>>,
    results: Receiver<Result<Sealed, Fault>>,
    thread: Option<JoinHandle<J>>,
    reader: Arc<dyn Reader>,
    keeper: Option<JoinHandle<Option<u64>>>,
}

impl<J: Store + 'static> Writer<J> {
    fn start(mut journal: J, shard: Shard, epoch: u64) -> Self {
        let reader = journal.reader();
        let (jobs, todo) = sync_channel(4);
        let (done, results) = sync_channel(4);
        let thread = thread::Builder::new()
            .name("journal".into())
            .spawn(move || {
                for job in todo {
                    match job {
                        Job::Write(sealed) => {
                            let appended = append(&mut journal, shard, epoch, &sealed);
                            let _ = done.send(appended.map(|()| sealed));
                        }
                        Job::Archive(seq) => archive(&mut journal, seq),
                    }
                }
                journal
            })
            .expect("a thread can be started");
        Writer {
            jobs: Some(jobs),
            results,
            thread: Some(thread),
            reader,
            keeper: None,
        }
    }

    fn write(&mut self, sealed: Sealed) {
        self.send(Job::Write(sealed));
    }

    fn send(&mut self, job: Job) {
        let jobs = self
            .jobs
            .as_ref()
            .expect("the writer has not been finished");
        jobs.send(job)
            .expect("the writer lives as long as the till");
    }

    /// Waits for the one write that is in flight, and gives back what was written.
    fn wait(&mut self) -> Result<Sealed, Fault> {
        self.results.recv().expect("the writer answers every write")
    }

    /// Has a snapshot made on a thread of its own.
    fn keep(&mut self, shard: Shard, keeping: Keeping) {
        let reader = Arc::clone(&self.reader);
        let keeper = thread::Builder::new()
            .name("snapshot".into())
            .spawn(move || {
                give_way();
                keeping.catch_up(shard, &*reader)
            });
        self.keeper = Some(keeper.expect("a thread can be started"));
    }

    /// True while a snapshot is being written; once it is, what it makes old is archived.
    fn is_keeping(&mut self) -> bool {
        if self
            .keeper
            .as_ref()
            .is_some_and(|keeper| !keeper.is_finished())
        {
            return true;
        }
        self.finish_keeping();
        false
    }

    fn finish_keeping(&mut self) {
        let Some(keeper) = self.keeper.take() else {
            return;
        };
        self.archive_from(keeper.join().unwrap_or_default());
    }

    /// Puts away what the oldest kept snapshot makes old.
    fn archive_from(&mut self, oldest: Option<u64>) {
        if let Some(oldest) = oldest {
            self.send(Job::Archive(oldest + 1));
        }
    }

    /// Waits until everything is written, archived and closed.
    fn finish(&mut self) {
        self.finish_keeping();
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Appends a sealed batch; it is durable when this returns.
///
/// # Errors
/// The journal's; it is poisoned then, and nothing may be answered that rests on the batch.
pub fn append<J: Journal>(
    journal: &mut J,
    shard: Shard,
    epoch: u64,
    sealed: &Sealed,
) -> Result<(), Fault> {
    let header = BatchHeader {
        shard: u32::from(shard.0),
        epoch,
        first_seq: sealed.first_seq.0,
        count: sealed.count,
        stamped_at_ms: sealed.at.0,
        digest_before: sealed.digest_before.0,
        previous_checksum: journal.tail().checksum,
    };
    journal
        .append(&Batch {
            header,
            payload: &sealed.payload,
        })
        .map(|_| ())
}

fn archive<J: Store>(journal: &mut J, seq: u64) {
    if let Err(fault) = journal.archive_before(seq) {
        tracing::error!(%fault, seq, "old segments could not be archived; they stay where they are");
    }
}
