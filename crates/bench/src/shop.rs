//! A shop without threads and clocks: its till is turned by hand, time passes when it is told to, and its
//! journal lies on a disk or nowhere.

use crate::selling::{Mix, Source, furnishing, new_journal, now};
use anyhow::ensure;
use journal::{FileJournal, SnapshotStore};
use ledger::Ledger;
use std::collections::VecDeque;
use std::path::Path;
use till::{Published, Reading, Reply, Sealed, Till};
use vocabulary::{Command, Millis, Outcome, Request, Seq, Shard};

/// So many requests are handed in together.
const TOGETHER: usize = 4_096;
/// So many shoppers go through a purchase together.
const COHORT: usize = 4_096;
/// Of the journal, which is fenced for this epoch.
pub const SHARD: Shard = Shard(0);
const EPOCH: u64 = 1;

/// A till turned by hand.
pub struct Shop {
    till: Till,
    journal: Option<FileJournal>,
    reading: Reading,
    written: u64,
    listener: Listener,
}

/// Hears every batch of a shop.
type Listener = Box<dyn FnMut(&Published)>;

impl Shop {
    /// A furnished shop whose batches go nowhere.
    ///
    /// # Errors
    /// When it cannot be furnished.
    pub fn in_memory(mix: &Mix) -> anyhow::Result<Shop> {
        Shop::furnished(None, mix, Box::new(|_| {}))
    }

    /// The same, all of whose batches are heard, those of the furnishing too.
    ///
    /// # Errors
    /// When it cannot be furnished.
    pub fn heard(mix: &Mix, listener: impl FnMut(&Published) + 'static) -> anyhow::Result<Shop> {
        Shop::furnished(None, mix, Box::new(listener))
    }

    /// A furnished shop with its journal in an empty folder.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn on_disk(folder: &Path, mix: &Mix) -> anyhow::Result<Shop> {
        Shop::furnished(Some(new_journal(folder)?), mix, Box::new(|_| {}))
    }

    fn furnished(
        journal: Option<FileJournal>,
        mix: &Mix,
        listener: Listener,
    ) -> anyhow::Result<Shop> {
        let reading = Reading {
            wall: now(),
            monotonic_ms: 0,
        };
        let mut shop = Shop {
            till: Till::at(SHARD, Ledger::new(), Seq(journal::FIRST_SEQ)),
            journal,
            reading,
            written: 0,
            listener,
        };
        shop.have_done(furnishing(mix))?;
        Ok(shop)
    }

    /// Has commands done that nothing speaks against.
    fn have_done(&mut self, commands: impl Iterator<Item = Command>) -> anyhow::Result<()> {
        let mut requests = commands.map(Request::from);
        loop {
            let some: Vec<Request> = requests.by_ref().take(TOGETHER).collect();
            if some.is_empty() {
                return Ok(());
            }
            self.ask(some)?;
        }
    }

    /// Hands requests in, all of which must be done.
    ///
    /// # Errors
    /// When one is not, or the disk fails.
    pub fn ask(&mut self, requests: Vec<Request>) -> anyhow::Result<Vec<Reply>> {
        let mut waiting = VecDeque::from([((), requests)]);
        let mut replies = Vec::new();
        while !waiting.is_empty() {
            let turn = self.till.turn(self.reading, &mut waiting);
            if let (Some(sealed), Some(published)) = (turn.sealed, turn.published) {
                self.write(&sealed)?;
                (self.listener)(&published);
                self.till.reuse_payload(sealed);
                self.till.reuse_events(published);
            }
            replies.extend(turn.answers.into_iter().flat_map(|(_, replies)| replies));
        }
        let not_done = replies
            .iter()
            .find(|reply| !matches!(reply.outcome, Outcome::Done(_)));
        ensure!(not_done.is_none(), "a request came to {not_done:?}");
        Ok(replies)
    }

    fn write(&mut self, sealed: &Sealed) -> anyhow::Result<()> {
        let Some(journal) = &mut self.journal else {
            return Ok(());
        };
        till::append(journal, SHARD, EPOCH, sealed)?;
        self.written += sealed.payload.len() as u64;
        Ok(())
    }

    /// Time passes.
    pub fn pass(&mut self, ms: u64) {
        self.reading.wall = self.reading.wall.plus(ms);
        self.reading.monotonic_ms += ms;
    }

    /// What time it is.
    pub fn now(&self) -> Millis {
        self.reading.wall
    }

    /// How many commands were done.
    pub fn done(&self) -> u64 {
        self.till.next_seq().0 - 1
    }

    /// How many bytes of commands went into the journal.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// So many shoppers hold a unit each, `keyed` or without request keys. A millisecond passes with every 8,192.
    ///
    /// # Errors
    /// When one of them is refused, or the disk fails.
    pub fn hold(&mut self, source: &mut Source, count: u64, keyed: bool) -> anyhow::Result<()> {
        let mut left = count;
        while left > 0 {
            let some = left.min(2 * TOGETHER as u64);
            let (_, mut requests) = source.cohort(some as usize, self.now());
            if !keyed {
                requests.iter_mut().for_each(|request| request.key = None);
            }
            self.ask(requests)?;
            self.pass(1);
            left -= some;
        }
        Ok(())
    }

    /// Shoppers buy until so many commands or a few more are done; `turn_ms` pass with every step that some of them take.
    ///
    /// # Errors
    /// When one of them is refused, or the disk fails.
    pub fn trade(
        &mut self,
        source: &mut Source,
        commands: u64,
        turn_ms: u64,
    ) -> anyhow::Result<()> {
        let end = self.done() + commands;
        while self.done() < end {
            let mut next = Some(source.cohort(COHORT, self.now()));
            while let Some((cohort, requests)) = next {
                let replies = self.ask(requests)?;
                next = source.next(cohort, &replies, self.now()).1;
                self.pass(turn_ms);
            }
        }
        Ok(())
    }

    /// Writes a snapshot of this moment, and puts the segments away that it makes old, as the till does.
    ///
    /// # Errors
    /// When the disk fails, or there is none.
    pub fn keep(&mut self) -> anyhow::Result<()> {
        let (seq, ledger) = (self.done(), self.till.ledger());
        let Some(journal) = &mut self.journal else {
            return Ok(());
        };
        let store = SnapshotStore::at(&journal.folder().layout().snapshots);
        store.put(seq, ledger.digest().0, |to| {
            ledger.write_snapshot(to).map_err(std::io::Error::other)
        })?;
        store.prune(1)?;
        journal.archive_before(seq + 1)?;
        Ok(())
    }
}
