//! The house with its lights on: journal, till, views and records of one data folder, running.
//! Both the server and the import live in it; what listens on sockets is not here.

mod journals;
mod metered;
mod viewing;

use crate::clock::MachineClock;
use crate::config::Settings;
use crate::records_copy::RECORDS;
use crate::secrets::Secrets;
use anyhow::{Context, anyhow, ensure};
use journal::{Journal, Tail};
use metered::Metered;
use records::{OrderTables, Records};
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;
use till::{Counter, Keeping, Reply, Stopped, Subscriber, Ticket, Till, run};
use tokio::sync::{oneshot, watch};
use views::Gallery;
use vocabulary::{Command, Outcome, Request, Rules, Seq, Shard};

pub use metered::Journaled;

/// The one shard of this machine.
pub const SHARD: Shard = Shard(0);

/// Makes sure that there is a festival in `data`, for commands that do not make one.
///
/// # Errors
/// When there is none; the message says what to do.
pub fn must_be_in(data: &Path) -> anyhow::Result<()> {
    ensure!(
        data.join("FORMAT").exists(),
        "there is no festival in {}: `--data` names another folder; `doorbuster serve` and \
         `doorbuster import` make one",
        data.display()
    );
    Ok(())
}

/// How long a stop waits for the order tables; the next start folds the rest from the journal.
const TABLES_WITHIN: Duration = Duration::from_secs(10);

/// A running festival.
pub struct House {
    /// Where requests are handed in.
    pub counter: Counter,
    /// The views in memory.
    pub gallery: Arc<RwLock<Gallery>>,
    /// How far the views in memory go.
    pub viewed: watch::Receiver<Seq>,
    /// How far the journal goes.
    pub journaled: Journaled,
    /// How far the order tables go.
    pub ordered: watch::Receiver<Seq>,
    /// The SQL tables.
    pub records: Records,
    /// The keys of keyed hashes.
    pub keys: records::Secrets,
    /// The festival's secrets.
    pub secrets: Secrets,
    data: PathBuf,
    till: JoinHandle<Stopped>,
    ended: watch::Receiver<Option<String>>,
    viewing: JoinHandle<()>,
    tables: OrderTables,
}

impl House {
    /// Opens the festival in `settings.data`, or founds one. `subscribers` are told of what is
    /// done from now on, not of what is replayed.
    ///
    /// # Errors
    /// When the folder is locked, damaged or of a newer format, or the records cannot be opened.
    pub async fn open(settings: &Settings, subscribers: Vec<Subscriber>) -> anyhow::Result<House> {
        let opened = journals::open(settings)?;
        let secrets = Secrets::open(&settings.secrets)?;
        let records = open_records(&settings.data, opened.journal.reader().tail()).await?;
        let keys = records.secrets(crate::clock::now()).await?;
        let (feed, tables) = OrderTables::start(records.clone()).await?;
        let viewing = viewing::start(&settings.data, feed)?;
        let recovered = journals::recover(&opened, &viewing.feed)?;
        let is_new = recovered.next_seq.0 == journal::FIRST_SEQ;
        let rules = recovered.ledger.rules();
        let counter = Counter::default();
        let shelf = Shelf::of(opened, settings);
        let journaled = shelf.journal.journaled();
        let (till, ended) = start_till(shelf, recovered, &counter, viewing.feed, subscribers);
        let house = House {
            counter,
            journaled,
            gallery: viewing.gallery,
            viewed: viewing.reached,
            ordered: tables.reached(),
            records,
            keys,
            secrets,
            data: settings.data.clone(),
            till,
            ended,
            viewing: viewing.thread,
            tables,
        };
        if is_new || rules != settings.rules {
            house.adopt(settings.rules).await?;
        }
        Ok(house)
    }

    /// Has one request decided; the answer is durable.
    ///
    /// # Errors
    /// When the till turns it away or stops.
    pub async fn ask(&self, request: Request) -> anyhow::Result<Reply> {
        let replies = self.ask_all(vec![request]).await?;
        replies
            .into_iter()
            .next()
            .ok_or_else(|| anyhow!("the till answered nothing"))
    }

    /// Has requests decided next to each other.
    ///
    /// # Errors
    /// When the till turns them away or stops.
    pub async fn ask_all(&self, requests: Vec<Request>) -> anyhow::Result<Vec<Reply>> {
        let (answer, answered) = oneshot::channel();
        let reply = Box::new(|replies| {
            let _ = answer.send(replies);
        });
        self.counter.submit(Ticket { requests, reply })?;
        answered
            .await
            .context("the till stopped before it answered")
    }

    async fn adopt(&self, rules: Rules) -> anyhow::Result<()> {
        match self
            .ask(Command::AdoptRules { rules }.into())
            .await?
            .outcome
        {
            Outcome::Refused(refusal) => Err(anyhow!(
                "the settings under `rules` cannot be kept: {}",
                refusal.sentence()
            )),
            Outcome::Done(_) | Outcome::Repeated(_) => Ok(()),
        }
    }

    /// Takes nothing more in, lets everything under way come to disk, and closes.
    ///
    /// # Errors
    /// What stopped the till, if not we.
    pub async fn close(self) -> anyhow::Result<()> {
        self.counter.drain();
        let House {
            till,
            viewing,
            tables,
            records,
            data,
            ..
        } = self;
        let stopped = tokio::task::spawn_blocking(move || {
            let stopped = till.join();
            (stopped, viewing.join())
        });
        let (stopped, viewed) = stopped.await?;
        let tabled = tables.finish(TABLES_WITHIN).await;
        tabled.context("the order tables could not be folded")?;
        records.close().await;
        viewed.map_err(|_| anyhow!("the views of {} panicked", data.display()))?;
        match stopped {
            Ok(Stopped::Drained) => Ok(()),
            Ok(Stopped::Fault(fault)) => {
                Err(fault).context("the journal failed; nothing acknowledged is lost")
            }
            Err(_) => Err(anyhow!("the till panicked; nothing acknowledged is lost")),
        }
    }

    /// Ends when the till or the order tables have stopped, with the reason.
    pub async fn stopped(&self) -> String {
        let mut ended = self.ended.clone();
        let till = async move {
            match ended.wait_for(Option::is_some).await {
                Ok(reason) => reason.clone().unwrap_or_default(),
                Err(_) => "the till panicked".to_owned(),
            }
        };
        tokio::select! {
            reason = till => reason,
            () = self.tables.ended() => "the order tables could not be folded".to_owned(),
        }
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }
}

/// What the till writes to.
struct Shelf {
    journal: Metered,
    epoch: u64,
    keeping: Keeping,
    /// For how many more orders the ledger makes room.
    room: usize,
}

impl Shelf {
    fn of(opened: journals::OpenedJournal, settings: &Settings) -> Shelf {
        Shelf {
            journal: Metered::of(opened.journal),
            epoch: opened.epoch,
            keeping: Keeping {
                snapshots: opened.snapshots,
                every: settings.snapshots_every,
                keep: settings.snapshots_keep,
            },
            room: settings.ledger_room,
        }
    }
}

/// The records, which a journal with commands in it never lacks: its keys lie there, too.
async fn open_records(data: &Path, tail: Tail) -> anyhow::Result<Records> {
    let path = data.join(RECORDS);
    let fresh = tail.next_seq == journal::FIRST_SEQ;
    ensure!(
        fresh || path.exists(),
        "{} is missing, and with it catalogue, people and staff: restore it from a backup; to go on \
         without all that, make an empty file of that name",
        path.display()
    );
    Ok(Records::open(&path).await?)
}

fn start_till(
    shelf: Shelf,
    mut recovered: till::Recovered,
    counter: &Counter,
    feed: viewing::Feed,
    mut subscribers: Vec<Subscriber>,
) -> (JoinHandle<Stopped>, watch::Receiver<Option<String>>) {
    subscribers.insert(0, Box::new(move |published| feed.give(published)));
    recovered.ledger.make_room(shelf.room);
    let till = Till::at(SHARD, recovered.ledger, recovered.next_seq);
    let (counter, clock) = (counter.clone(), MachineClock::default());
    let (end, ended) = watch::channel(None);
    let thread = std::thread::Builder::new()
        .name("till".into())
        .spawn(move || {
            let Shelf {
                journal,
                epoch,
                keeping,
                ..
            } = shelf;
            let keeping = Some(keeping);
            let stopped = run(till, journal, epoch, counter, clock, keeping, subscribers);
            end.send_replace(Some(match &stopped {
                Stopped::Drained => "drained".to_owned(),
                Stopped::Fault(fault) => fault.to_string(),
            }));
            stopped
        })
        .expect("a thread can be started");
    (thread, ended)
}

#[cfg(test)]
mod tests;
