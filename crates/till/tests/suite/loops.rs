//! The loop on its threads: answers only after the append, a failing disk, draining.

use crate::festival::{OPENS, commands, hold};
use journal::{Batch, Batches, Fault, Identity, Journal, JournalId, MemoryJournal, Reader, Tail};
use ledger::Ledger;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use till::Wish;
use till::{Clock, Counter, Keeping, Reading, Reply, Stopped, Store, Ticket, Till, Turned, run};
use vocabulary::{Command, Millis, Outcome, PersonKey, Receipt, Refusal, Request, Seq, Shard};

const IDENTITY: Identity = Identity {
    journal: JournalId([7; 16]),
    shard: 0,
};

/// A clock that a test sets.
#[derive(Clone, Default)]
struct TestClock(Arc<AtomicU64>);

impl Clock for TestClock {
    fn read(&self) -> Reading {
        let ms = self.0.load(Ordering::SeqCst);
        Reading {
            wall: Millis(ms),
            monotonic_ms: ms,
        }
    }
}

/// A journal in memory that can be told to fail and to wait, and that notes how far it is durable.
#[derive(Clone)]
struct Watched {
    inner: MemoryJournal,
    durable: Arc<AtomicU64>,
    failing: Arc<AtomicBool>,
    gate: Arc<Mutex<()>>,
    /// Writes that were begun.
    writes: Arc<AtomicU64>,
    read_failing: Arc<AtomicBool>,
    read_gate: Arc<Mutex<()>>,
    /// Reads that were begun.
    reads: Arc<AtomicU64>,
}

impl Watched {
    fn fresh() -> Self {
        let inner = MemoryJournal::new(IDENTITY);
        Watched {
            inner,
            durable: Arc::default(),
            failing: Arc::default(),
            gate: Arc::default(),
            writes: Arc::default(),
            read_failing: Arc::default(),
            read_gate: Arc::default(),
            reads: Arc::default(),
        }
    }
}

/// A fault of a journal.
fn fault() -> Fault {
    Fault::OtherShard {
        expected: 0,
        found: 1,
    }
}

impl Reader for Watched {
    fn tail(&self) -> Tail {
        self.inner.tail()
    }

    fn read(&self, from_seq: u64) -> Result<Batches, Fault> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let _open = self.read_gate.lock().expect("nobody panics at the gate");
        match self.read_failing.load(Ordering::SeqCst) {
            true => Err(fault()),
            false => self.inner.read(from_seq),
        }
    }
}

impl Journal for Watched {
    fn append(&mut self, batch: &Batch<'_>) -> Result<Tail, Fault> {
        self.writes.fetch_add(1, Ordering::SeqCst);
        let _open = self.gate.lock().expect("nobody panics at the gate");
        if self.failing.load(Ordering::SeqCst) {
            return Err(fault());
        }
        let tail = self.inner.append(batch)?;
        self.durable.store(tail.next_seq - 1, Ordering::SeqCst);
        Ok(tail)
    }

    fn fence(&mut self, epoch: u64) -> Result<Tail, Fault> {
        self.inner.fence(epoch)
    }

    fn reader(&self) -> Arc<dyn Reader> {
        Arc::new(self.clone())
    }
}

impl Store for Watched {
    fn archive_before(&mut self, _seq: u64) -> Result<(), Fault> {
        Ok(())
    }
}

struct Shop {
    counter: Counter,
    clock: TestClock,
    journal: Watched,
    published: Arc<Mutex<Vec<Seq>>>,
    thread: JoinHandle<Stopped>,
}

fn open_shop() -> Shop {
    open_keeping(None)
}

fn open_keeping(keeping: Option<Keeping>) -> Shop {
    let (counter, clock, journal) = (Counter::default(), TestClock::default(), Watched::fresh());
    let published: Arc<Mutex<Vec<Seq>>> = Arc::default();
    let (durable, seen) = (Arc::clone(&journal.durable), Arc::clone(&published));
    let subscriber: till::Subscriber = Box::new(move |batch| {
        assert!(
            batch.last_seq.0 <= durable.load(Ordering::SeqCst),
            "published before durable"
        );
        seen.lock().expect("unpoisoned").push(batch.last_seq);
    });
    let till = Till::at(Shard(0), Ledger::new(), Seq(1));
    let (theirs, their_clock, store) = (counter.clone(), clock.clone(), journal.clone());
    let thread = thread::spawn(move || {
        run(
            till,
            store,
            1,
            theirs,
            their_clock,
            keeping,
            vec![subscriber],
        )
    });
    Shop {
        counter,
        clock,
        journal,
        published,
        thread,
    }
}

impl Shop {
    fn submit(&self, requests: Vec<Request>) -> Receiver<(u64, Vec<Reply>)> {
        let (sender, receiver) = channel();
        let durable = Arc::clone(&self.journal.durable);
        let reply = Box::new(move |replies| {
            let _ = sender.send((durable.load(Ordering::SeqCst), replies));
        });
        self.counter
            .submit(Ticket { requests, reply })
            .expect("the till is open");
        receiver
    }

    fn set_up(&self, units: u32) {
        self.submit(commands(units)).recv().expect("it is set up");
        self.clock.0.store(OPENS, Ordering::SeqCst);
    }

    fn drain(self) -> Stopped {
        self.counter.drain();
        self.thread.join().expect("the till does not panic")
    }
}

#[test]
fn an_answer_comes_only_when_its_batch_is_durable() {
    let shop = open_shop();
    shop.set_up(1_000);
    let tickets: Vec<_> = (0..300)
        .map(|person| shop.submit(vec![hold(person)]))
        .collect();
    for ticket in tickets {
        let (durable, replies) = ticket.recv().expect("an answer");
        assert!(matches!(replies[0].outcome, Outcome::Done(_)));
        assert!(
            replies[0].seq.0 <= durable,
            "answered {} at {durable}",
            replies[0].seq
        );
    }
    assert!(matches!(shop.drain(), Stopped::Drained));
}

#[test]
fn a_shutter_is_raised_before_anybody_is_told_why() {
    let shop = open_shop();
    shop.set_up(1);
    let (_, held) = shop
        .submit(vec![hold(1), hold(2)])
        .recv()
        .expect("answered");
    let Outcome::Done(Receipt::Hold { hold: first, .. }) = held[0].outcome else {
        panic!("it is held: {held:?}")
    };
    let wish = Wish::of(&hold(3)).expect("a wish");
    let shutters = shop.counter.shutters().clone();
    let gone = shutters.turns_away(&wish, Millis(OPENS));
    assert_eq!(gone, Some(Refusal::StockExhausted));
    let person = PersonKey(1);
    let release = Command::ReleaseHold {
        hold: first,
        person,
    };
    let (sender, seen_when_told) = channel();
    let reply = Box::new(move |_| {
        let _ = sender.send(shutters.turns_away(&wish, Millis(OPENS)));
    });
    let requests = vec![release.into()];
    let ticket = Ticket { requests, reply };
    shop.counter.submit(ticket).expect("the till is open");
    assert_eq!(seen_when_told.recv(), Ok(None));
    assert!(matches!(shop.drain(), Stopped::Drained));
}

#[test]
fn draining_decides_what_was_handed_in_and_takes_nothing_more() {
    let shop = open_shop();
    shop.set_up(1_000);
    let gate = Arc::clone(&shop.journal.gate);
    let closed = gate.lock().expect("unpoisoned");
    let tickets: Vec<_> = (0..50)
        .map(|person| shop.submit(vec![hold(person)]))
        .collect();
    shop.counter.drain();
    let late = Ticket {
        requests: vec![hold(99)],
        reply: Box::new(|_| ()),
    };
    assert!(matches!(shop.counter.submit(late), Err(Turned::Closed(_))));
    drop(closed);
    for ticket in tickets {
        assert!(ticket.recv().is_ok(), "handed in before");
    }
    let published = Arc::clone(&shop.published);
    assert!(matches!(
        shop.thread.join().expect("no panic"),
        Stopped::Drained
    ));
    assert!(published.lock().expect("unpoisoned").is_sorted());
}

#[test]
fn a_failed_append_stops_the_till_and_answers_nobody_who_was_not_durable() {
    let shop = open_shop();
    shop.set_up(1_000);
    let (_, before) = shop.submit(vec![hold(1)]).recv().expect("the disk is well");
    shop.journal.failing.store(true, Ordering::SeqCst);
    let unanswered = shop.submit(vec![hold(2)]);
    assert!(unanswered.recv().is_err(), "dropped, not answered");
    let reader = shop.journal.inner.reader();
    assert!(matches!(
        shop.thread.join().expect("no panic"),
        Stopped::Fault(_)
    ));
    let refused = Ticket {
        requests: vec![hold(3)],
        reply: Box::new(|_| ()),
    };
    assert!(matches!(
        shop.counter.submit(refused),
        Err(Turned::Closed(_))
    ));
    let recovered =
        till::recover(Shard(0), &*reader, None, Seq(u64::MAX), |_| ()).expect("it is whole");
    assert!(
        recovered.next_seq.0 > before[0].seq.0,
        "what was acknowledged is there"
    );
}

#[test]
fn a_look_sees_a_ledger_that_is_durable() {
    let shop = open_shop();
    shop.set_up(1_000);
    shop.submit(vec![hold(1)]).recv().expect("an answer");
    let (sender, receiver) = channel();
    let look = Box::new(move |ledger: &Ledger| sender.send(ledger.digest()).expect("we wait"));
    shop.counter.look(look).expect("the till is open");
    let seen = receiver.recv().expect("it looked");
    let reader = shop.journal.inner.reader();
    shop.drain();
    let recovered =
        till::recover(Shard(0), &*reader, None, Seq(u64::MAX), |_| ()).expect("it is whole");
    assert_eq!(recovered.ledger.digest(), seen);
}

#[test]
fn who_waits_for_a_till_that_falls_is_told() {
    let counter = Counter::default();
    let falls: till::Subscriber = Box::new(|_| panic!("a view that cannot go on"));
    let till = Till::at(Shard(0), Ledger::new(), Seq(1));
    let (theirs, store) = (counter.clone(), Watched::fresh());
    let thread = thread::spawn(move || {
        let clock = TestClock::default();
        run(till, store, 1, theirs, clock, None, vec![falls])
    });
    let submit = |counter: &Counter| {
        let (sender, receiver) = channel();
        let reply = Box::new(move |replies| drop(sender.send(replies)));
        let requests = commands(1_000);
        (counter.submit(Ticket { requests, reply }), receiver)
    };
    let (taken, _) = submit(&counter);
    taken.expect("the till is open");
    assert!(thread.join().is_err(), "it fell");
    let (taken, waiting) = submit(&counter);
    assert!(matches!(taken, Err(Turned::Closed(_))), "{taken:?}");
    assert!(waiting.recv().is_err(), "nobody answers");
}

/// A snapshot every 40 commands.
fn keeping_in(data: &journal::DataFolder) -> Keeping {
    Keeping {
        snapshots: journal::SnapshotStore::of(data.layout()),
        every: 40,
        keep: 2,
    }
}

/// Waits until it is so, which it is soon or never.
fn until(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never was");
        thread::yield_now();
    }
}

#[test]
fn while_a_batch_is_written_many_are_decided_and_no_second_write_is_begun() {
    // More than go into a turn, and enough of them left for another.
    const PEOPLE: u128 = 5_000;
    let shop = open_shop();
    shop.set_up(10_000);
    let (looks, looking) = channel();
    let (release, released) = channel::<()>();
    let look = Box::new(move |_: &Ledger| {
        looks.send(()).expect("the test waits for it");
        let _ = released.recv();
    });
    shop.counter.look(look).expect("the till is open");
    looking.recv().expect("it looks");
    let before = shop.journal.writes.load(Ordering::SeqCst);
    let closed = shop.journal.gate.lock().expect("unpoisoned");
    let tickets: Vec<_> = (0..PEOPLE)
        .map(|person| shop.submit(vec![hold(person)]))
        .collect();
    drop(release);
    until(|| shop.counter.waiting() == 0);
    let begun = shop.journal.writes.load(Ordering::SeqCst) - before;
    assert!(begun <= 1, "{begun} writes are in flight");
    assert!(tickets.iter().all(|ticket| ticket.try_recv().is_err()));
    drop(closed);
    assert!(tickets.iter().all(|ticket| ticket.recv().is_ok()));
    assert!(matches!(shop.drain(), Stopped::Drained));
}

#[test]
fn a_few_wait_for_the_write_before_them_and_are_written_together() {
    let shop = open_shop();
    shop.set_up(1_000);
    let written = || shop.journal.writes.load(Ordering::SeqCst);
    let before = written();
    let closed = shop.journal.gate.lock().expect("unpoisoned");
    let first = shop.submit(vec![hold(1)]);
    until(|| written() > before);
    let few: Vec<_> = (2..102)
        .map(|person| shop.submit(vec![hold(person)]))
        .collect();
    drop(closed);
    first.recv().expect("an answer");
    let durable = few.iter().map(|ticket| ticket.recv().expect("an answer").0);
    let durable: Vec<u64> = durable.collect();
    assert!(durable.iter().all(|at| *at == durable[0]), "{durable:?}");
    assert_eq!(written() - before, 2);
    assert!(matches!(shop.drain(), Stopped::Drained));
}

#[test]
fn a_snapshot_is_made_beside_a_till_that_goes_on_selling() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = journal::DataFolder::open(folder.path()).expect("a data folder");
    let keeping = keeping_in(&data);
    let shop = open_keeping(Some(keeping.clone()));
    shop.set_up(1_000);
    let listed = || keeping.snapshots.list().expect("they are listed").len();
    let closed = shop.journal.read_gate.lock().expect("unpoisoned");
    let sell = |people: std::ops::Range<u128>| {
        let (durable, _) = shop
            .submit(people.map(hold).collect())
            .recv()
            .expect("an answer");
        durable
    };
    sell(0..60);
    until(|| shop.journal.reads.load(Ordering::SeqCst) > 0);
    let (before, after) = (sell(60..80), sell(80..100));
    assert!(before < after, "it sells while a snapshot is being made");
    assert_eq!(listed(), 0);
    drop(closed);
    until(|| listed() > 0);
    assert!(matches!(shop.drain(), Stopped::Drained));
}

#[test]
fn a_snapshot_that_the_journal_does_not_give_back_is_not_written_and_the_till_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = journal::DataFolder::open(folder.path()).expect("a data folder");
    let keeping = keeping_in(&data);
    let shop = open_keeping(Some(keeping.clone()));
    shop.set_up(1_000);
    shop.journal.read_failing.store(true, Ordering::SeqCst);
    for tens in 0..10 {
        let holds = (tens * 10..tens * 10 + 10).map(hold).collect();
        shop.submit(holds).recv().expect("an answer");
    }
    until(|| shop.journal.reads.load(Ordering::SeqCst) > 0);
    let snapshots = keeping.snapshots.list().expect("they are listed");
    assert_eq!(snapshots, [0; 0]);
    assert!(matches!(shop.drain(), Stopped::Drained));
}

#[test]
fn a_drained_till_leaves_a_snapshot_from_which_the_next_one_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = journal::DataFolder::open(folder.path()).expect("a data folder");
    let keeping = keeping_in(&data);
    let store = Watched::fresh();
    let mut snapshots = Vec::new();
    for person in 0..3 {
        let recovered = till::recover(
            Shard(0),
            &store,
            Some(&keeping.snapshots),
            Seq(u64::MAX),
            |_| (),
        );
        let recovered = recovered.expect("it is whole");
        let till = Till::at(Shard(0), recovered.ledger, recovered.next_seq);
        let (counter, clock) = (Counter::default(), TestClock::default());
        clock.0.store(OPENS, Ordering::SeqCst);
        let (theirs, kept, journal) = (counter.clone(), keeping.clone(), store.clone());
        let thread =
            thread::spawn(move || run(till, journal, 1, theirs, clock, Some(kept), Vec::new()));
        let requests = match person {
            0 => commands(1_000),
            person => (0..30).map(|n| hold(person * 100 + n)).collect(),
        };
        let (sender, receiver) = channel();
        let reply = Box::new(move |replies| drop(sender.send(replies)));
        counter
            .submit(Ticket { requests, reply })
            .expect("the till is open");
        receiver.recv().expect("an answer");
        counter.drain();
        let stopped = thread.join().expect("the till does not panic");
        assert!(matches!(stopped, Stopped::Drained));
        snapshots.extend(keeping.snapshots.list().expect("they are listed").last());
    }
    let tail = store.tail().next_seq - 1;
    assert_eq!(snapshots.last(), Some(&tail), "{snapshots:?}");
    let snapshot = keeping.snapshots.open(tail).expect("it is whole");
    let ledger = Ledger::read_snapshot(snapshot);
    let digest = ledger.expect("it is a ledger").digest();
    let recovered = till::recover(Shard(0), &store, None, Seq(u64::MAX), |_| ());
    assert_eq!(recovered.expect("it is whole").ledger.digest(), digest);
}
