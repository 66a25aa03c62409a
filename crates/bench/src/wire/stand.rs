//! A shop that is served as `doorbuster serve` serves it: a till on a file journal past the kernel's
//! cache, views and order tables that fold behind it, sessions that are checked, one TCP port. Only the
//! payment provider is not another machine's: it answers at once, here.

use super::provider::Instant;
use super::shelf::{self, Shelf};
use adapters::{Secret, SignedCallbacks};
use anyhow::{Context, anyhow};
use http::board::Board;
use http::deposits::Deposits;
use http::directory::Directory;
use http::gathering::Gathering;
use http::lateness::Lateness;
use http::notices::Bulletin;
use http::sessions::MemberSessions;
use http::waiting::WaitingRoom;
use http::{Keys, Language, Settings, Shop, Standing};
use jiff::tz::TimeZone;
use journal::{Access, DataFolder, FileJournal, Identity, Journal, JournalId, Options};
use ledger::Ledger;
use money::Currency;
use records::{OrderTables, Records, TablesFeed};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, RwLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant as Monotonic, SystemTime, UNIX_EPOCH};
use till::{Clock, Counter, Published, Reading, Stopped, Subscriber, Till};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use views::Gallery;
use vocabulary::{Millis, Seq, Shard, Steps};

/// The secret that the provider signs with.
pub const CALLBACK_SECRET: &str = "the provider and the shop know it";
/// How many batches may wait for a view, as in `doorbuster serve`.
const VIEWED_MAX: usize = 256;
/// For how many orders memory is usually made ready, as `ledger.room` of a shop that expects a rush says.
pub const ROOM: usize = 1_000_000;

/// A served shop.
pub struct Stand {
    /// Where it listens.
    pub address: SocketAddr,
    /// What is on sale, and who may buy.
    pub shelf: Shelf,
    shop: Arc<Shop>,
    till: JoinHandle<Stopped>,
    tables: OrderTables,
    server: Runtime,
}

/// The clocks of this machine.
struct MachineClock(Monotonic);

impl Clock for MachineClock {
    fn read(&self) -> Reading {
        Reading {
            wall: now(),
            monotonic_ms: self.0.elapsed().as_millis() as u64,
        }
    }
}

impl http::Clock for MachineClock {
    fn now(&self) -> Millis {
        now()
    }
}

/// The wall clock.
pub fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Millis(since.unwrap_or_default().as_millis() as u64)
}

impl Stand {
    /// Opens a shop with room for so many orders in an empty folder, fills its shelf, and serves it.
    pub fn open(folder: &Path, room: usize) -> anyhow::Result<Stand> {
        let server = runtime("http")?;
        let (shop, till, tables) = server.block_on(furnish(folder, room))?;
        let shelf = server.block_on(shelf::fill(&shop))?;
        let listener = server.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        server.spawn(http::serve(
            listener,
            Arc::clone(&shop),
            std::future::pending(),
        ));
        Ok(Stand {
            address,
            shelf,
            shop,
            till,
            tables,
            server,
        })
    }

    /// Waits until views and tables show all that was done.
    pub fn catch_up(&self) -> anyhow::Result<()> {
        self.server.block_on(async {
            let mut done = Seq(0);
            for reached in [&self.shop.reached, &self.shop.orders_reached] {
                let mut reached = reached.clone();
                done = *reached.wait_for(|reached| *reached >= done).await?;
            }
            Ok(())
        })
    }

    /// Drains the till and stops serving; what the order tables do not show yet they never will.
    pub fn close(self) -> anyhow::Result<()> {
        self.shop.counter.drain();
        let stopped = self.till.join();
        self.server.block_on(self.tables.finish(Duration::ZERO))?;
        self.server.shutdown_background();
        match stopped {
            Ok(Stopped::Drained) => Ok(()),
            Ok(Stopped::Fault(fault)) => Err(fault.into()),
            Err(_) => Err(anyhow!("the till panicked")),
        }
    }
}

/// A runtime with a worker for each core, whose threads are called so; it looks for news as often as the one of
/// `doorbuster serve`.
pub fn runtime(name: &str) -> anyhow::Result<Runtime> {
    let mut threads = tokio::runtime::Builder::new_multi_thread();
    threads.thread_name(name).enable_all();
    threads.event_interval(http::NEWS_EVERY);
    threads.global_queue_interval(http::OLDEST_EVERY);
    Ok(threads.build()?)
}

/// The shop, its till and its order tables.
type Furnished = (Arc<Shop>, JoinHandle<Stopped>, OrderTables);

/// A journal that has nothing in it yet.
fn blank_journal(folder: &Path) -> anyhow::Result<FileJournal> {
    let options = Options {
        access: Access::Direct,
        ..Options::default()
    };
    let identity = Identity {
        journal: JournalId([7; 16]),
        shard: 0,
    };
    let mut journal = FileJournal::create(DataFolder::open(folder)?, identity, options)?.journal;
    journal.fence(1)?;
    Ok(journal)
}

async fn furnish(folder: &Path, room: usize) -> anyhow::Result<Furnished> {
    let journal = blank_journal(folder)?;
    let records = Records::open(&folder.join("records.sqlite")).await?;
    let gallery = Arc::new(RwLock::new(Gallery::default()));
    let (reached, reached_seen) = watch::channel(Seq(0));
    let (feed, tables) = OrderTables::start(records.clone()).await?;
    let (to_views, for_views) = sync_channel::<Arc<Published>>(VIEWED_MAX);
    let views = Arc::clone(&gallery);
    named("views", move || view(&for_views, &views, &feed, &reached))?;
    let told: Subscriber = Box::new(move |published| {
        // Who folds ends with the bench alone.
        let _ = to_views.send(Arc::clone(published));
    });
    let counter = Counter::default();
    let handed_in = counter.clone();
    let till = named("till", move || {
        let mut ledger = Ledger::new();
        ledger.make_room(room);
        let till = Till::at(Shard(0), ledger, Seq(1));
        let clock = MachineClock(Monotonic::now());
        till::run(till, journal, 1, handed_in, clock, None, vec![told])
    })?;
    let (_, standing) = watch::channel(Standing::Serving);
    let secret = Secret::parse(CALLBACK_SECRET).context("it is long enough")?;
    let shop = Shop {
        gathering: Gathering::before(counter.clone()),
        counter,
        shard: Shard(0),
        gallery,
        reached: reached_seen,
        orders_reached: tables.reached(),
        secrets: records.secrets(now()).await?,
        directory: Directory::over(records.clone()),
        records,
        provider: Arc::new(Instant),
        callbacks: Arc::new(SignedCallbacks::with(secret)),
        keys: Keys {
            sessions: [7; 32],
            handover: None,
        },
        verifier: None,
        addresses: Arc::new(adapters::BundledAddresses),
        settings: settings(folder)?,
        clock: Arc::new(MachineClock(Monotonic::now())),
        standing,
        metrics: None,
        refusals: http::RefusalMeters::default(),
        shelves: http::Shelves::default(),
        press: http::Press::default(),
        member_sessions: MemberSessions::default(),
        deposits: Deposits::default(),
        bulletin: Bulletin::default(),
        challenges: http::passkeys::Challenges::default(),
        turns: http::turns::Turns::default(),
        push_key: None,
        postman: None,
        board: Board::default(),
        lateness: Lateness::default(),
        waiting: WaitingRoom::closed(),
    };
    Ok((Arc::new(shop), till, tables))
}

fn settings(folder: &Path) -> anyhow::Result<Settings> {
    Ok(Settings {
        countries: vec!["KR".to_owned()],
        return_hosts: Vec::new(),
        name: "bench".to_owned(),
        currency: Currency::KRW,
        language: Language::Ko,
        time_zone: TimeZone::get("Asia/Seoul")?,
        public_url: "http://localhost:1111".to_owned(),
        pictures: folder.join("pictures"),
        zones: BTreeMap::new(),
        steps: Steps::One,
        withdrawal_ms: vocabulary::Rules::default().withdrawal_ms,
        business: Arc::default(),
        about: folder.join("about"),
        limits: Some(shelf::limits()),
        address_header: None,
        earlier: None,
    })
}

fn named<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> anyhow::Result<JoinHandle<T>> {
    Ok(thread::Builder::new().name(name.to_owned()).spawn(work)?)
}

fn view(
    batches: &Receiver<Arc<Published>>,
    gallery: &RwLock<Gallery>,
    tables: &TablesFeed,
    reached: &watch::Sender<Seq>,
) {
    for batch in batches {
        let mut gallery = gallery.write().expect("no view panics while folding");
        gallery.fold_batch(batch.at, batch.events.iter(), batch.last_seq);
        drop(gallery);
        reached.send_replace(batch.last_seq);
        tables.bring(batch.at, batch.events.iter(), batch.last_seq);
    }
}
