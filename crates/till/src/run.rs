//! The loop: one thread decides, one writes. One write is in flight; the next turn is executed
//! meanwhile. Answers and events leave only when their batch is durable.

use crate::counter::{Answer, Counter, Look};
use crate::stamp::Clock;
use crate::turn::{Published, Sealed, Till, Turn};
use journal::{Batch, BatchHeader, Fault, Journal, SnapshotStore};
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
const SHOWN_MAX: usize = 4;

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

/// When snapshots are taken and how many are kept.
#[derive(Clone, Debug)]
pub struct Keeping {
    /// Where they lie.
    pub snapshots: SnapshotStore,
    /// After how many commands another one is taken.
    pub every: u64,
    /// How many are kept; segments before the oldest of them are archived.
    pub keep: usize,
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
    let snapshot_at = till.next_seq().0 - 1;
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
        let every = self
            .keeping
            .as_ref()
            .map_or(u64::MAX, |keeping| keeping.every);
        if done - self.snapshot_at >= every && !self.writer.is_keeping() {
            self.snapshot(done);
        }
        Ok(())
    }

    fn close_up(&mut self) -> Result<(), Fault> {
        let done = self.till.next_seq().0 - 1;
        if done > self.snapshot_at {
            self.snapshot(done);
        }
        Ok(())
    }

    /// Serialises the ledger here (the loop stands still that long) and leaves writing it, and
    /// archiving what it makes old, to the writer's thread.
    fn snapshot(&mut self, seq: u64) {
        let Some(keeping) = self.keeping.clone() else {
            return;
        };
        let mut body = Vec::new();
        self.till
            .ledger()
            .write_snapshot(&mut body)
            .expect("memory takes every byte");
        let digest = self.till.ledger().digest().0;
        self.writer.keep(Kept {
            keeping,
            seq: Seq(seq),
            digest,
            body,
        });
        self.snapshot_at = seq;
    }
}

/// A snapshot on its way to the disk.
struct Kept {
    keeping: Keeping,
    seq: Seq,
    digest: u128,
    body: Vec<u8>,
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
    keeper: Option<JoinHandle<Option<u64>>>,
}

impl<J: Store + 'static> Writer<J> {
    fn start(mut journal: J, shard: Shard, epoch: u64) -> Self {
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

    /// Writes a snapshot on a thread of its own.
    fn keep(&mut self, kept: Kept) {
        self.finish_keeping();
        let keeper = thread::Builder::new()
            .name("snapshot".into())
            .spawn(move || put(&kept));
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
        if let Ok(Some(oldest)) = keeper.join() {
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

fn append<J: Journal>(
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

/// Writes the snapshot and drops the oldest; the sequence of the oldest kept. A failure is no
/// danger: the journal has everything.
fn put(kept: &Kept) -> Option<u64> {
    let store = &kept.keeping.snapshots;
    let done = store
        .put(kept.seq.0, kept.digest, |to| to.write_all(&kept.body))
        .and_then(|_| store.prune(kept.keeping.keep))
        .and_then(|_| store.list());
    match done {
        Ok(list) => list.first().copied(),
        Err(fault) => {
            tracing::error!(%fault, seq = %kept.seq, "the snapshot could not be written");
            None
        }
    }
}
