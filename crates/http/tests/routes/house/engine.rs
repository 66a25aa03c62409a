//! What the house runs on: a real till on a journal in memory, real records, views and order tables
//! that are folded as in the binary, and a clock whose hands the tests move.

use super::provider::{KnowingVerifier, Mailbox, PlainCallbacks};
use super::{BELL, HANDOVER};
use clerks::MemoryProvider;
use clerks::ports::{AddressSource, AddressesFault, Finding, FoundAddress};
use doorbuster_http::board::Board;
use doorbuster_http::deposits::Deposits;
use doorbuster_http::directory::Directory;
use doorbuster_http::gathering::Gathering;
use doorbuster_http::lateness::Lateness;
use doorbuster_http::notices::Bulletin;
use doorbuster_http::passkeys::Challenges;
use doorbuster_http::postman::Postman;
use doorbuster_http::sessions::MemberSessions;
use doorbuster_http::waiting::{Rules, WaitingRoom};
use doorbuster_http::{Keys, Language, Limits, Settings, Shop, Standing};
use jiff::tz::TimeZone;
use journal::{Identity, Journal, JournalId, MemoryJournal};
use ledger::Ledger;
use money::Currency;
use records::{Business, Records, RecordsFault};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;
use till::{Counter, Published, Reading, Till};
use tokio::sync::{mpsc, watch};
use views::{Gallery, OrderChange, OrdersFold};
use vocabulary::{Millis, Seq, Shard, Steps, Zone};

/// The file of the records in the house's folder.
pub const RECORDS: &str = "records.sqlite";

/// A clock that stands still until it is moved.
#[derive(Clone)]
pub struct Hands(Arc<AtomicU64>);

impl Hands {
    pub fn at(ms: u64) -> Hands {
        Hands(Arc::new(AtomicU64::new(ms)))
    }

    pub fn pass(&self, ms: u64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }

    fn ms(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl doorbuster_http::Clock for Hands {
    fn now(&self) -> Millis {
        Millis(self.ms())
    }
}

impl till::Clock for Hands {
    fn read(&self) -> Reading {
        Reading {
            wall: Millis(self.ms()),
            monotonic_ms: self.ms(),
        }
    }
}

/// What lies outside the house.
pub struct Outside<'a> {
    /// Where shoppers reach it.
    pub public_url: &'a str,
    /// Where its letters go.
    pub mailbox: Arc<Mailbox>,
}

impl Default for Outside<'_> {
    fn default() -> Self {
        Outside {
            public_url: "http://localhost:1111",
            mailbox: Mailbox::of(true),
        }
    }
}

/// A running shop without anything in it.
pub async fn shop(
    folder: &Path,
    hands: Hands,
    provider: Arc<MemoryProvider>,
    limits: Option<Limits>,
    turn_max: Duration,
    waiting: Option<Rules>,
    outside: &Outside<'_>,
) -> Arc<Shop> {
    let records = Records::open_within(&folder.join(RECORDS), turn_max).await;
    let records = records.expect("records");
    let (reached, reached_seen) = watch::channel(Seq(0));
    let (orders, orders_seen) = watch::channel(Seq(0));
    let (_, standing) = watch::channel(Standing::Serving);
    let gallery = Arc::new(RwLock::new(Gallery::default()));
    let counter = Counter::default();
    let (batches, folded) = mpsc::unbounded_channel::<Arc<Published>>();
    let views = gallery.clone();
    let subscriber: till::Subscriber = Box::new(move |batch| {
        views.write().expect("unpoisoned").fold_batch(
            batch.at,
            batch.events.iter(),
            batch.last_seq,
        );
        reached.send_replace(batch.last_seq);
        let _ = batches.send(batch.clone());
    });
    tokio::spawn(fold(records.clone(), folded, orders));
    start(counter.clone(), hands.clone(), subscriber);
    Arc::new(Shop {
        gathering: Gathering::before(counter.clone()),
        counter,
        shard: Shard(0),
        gallery,
        reached: reached_seen,
        orders_reached: orders_seen,
        secrets: records.secrets(Millis(BELL)).await.expect("secrets"),
        directory: Directory::over(records.clone()),
        records,
        provider,
        addresses: Arc::new(TownHall),
        callbacks: Arc::new(PlainCallbacks),
        verifier: Some(Arc::new(KnowingVerifier)),
        keys: Keys {
            sessions: [7; 32],
            handover: Some(HANDOVER.to_vec()),
        },
        settings: settings(folder, limits, outside.public_url),
        clock: Arc::new(hands),
        standing,
        metrics: None,
        refusals: doorbuster_http::RefusalMeters::default(),
        shelves: doorbuster_http::Shelves::default(),
        press: doorbuster_http::Press::default(),
        member_sessions: MemberSessions::default(),
        deposits: Deposits::default(),
        bulletin: Bulletin::default(),
        push_key: Some("BP4z".to_owned()),
        postman: Postman::through(outside.mailbox.clone()),
        board: Board::default(),
        lateness: Lateness::default(),
        waiting: WaitingRoom::opened(waiting, &[7; 32], Millis(BELL - 60_000)),
        challenges: Challenges::default(),
        turns: doorbuster_http::turns::Turns::default(),
    })
}

fn settings(folder: &Path, limits: Option<Limits>, public_url: &str) -> Settings {
    Settings {
        name: "한밤 페스티벌".to_owned(),
        currency: Currency::KRW,
        language: Language::Ko,
        time_zone: TimeZone::get("Asia/Seoul").expect("a zone"),
        public_url: public_url.to_owned(),
        pictures: folder.join("pictures"),
        zones: BTreeMap::from([("jeju".to_owned(), Zone(1))]),
        steps: Steps::Two,
        withdrawal_ms: vocabulary::Rules::default().withdrawal_ms,
        business: Arc::new(Business {
            name: "한밤상점".to_owned(),
            registration_number: "123-45-67890".to_owned(),
            ..Business::default()
        }),
        about: folder.join("about"),
        limits,
        address_header: None,
        countries: ["KR", "CN", "US", "DE"].map(str::to_owned).to_vec(),
        return_hosts: vec!["shop.example".to_owned()],
        earlier: None,
    }
}

fn start(counter: Counter, hands: Hands, subscriber: till::Subscriber) {
    let mut journal = MemoryJournal::new(Identity {
        journal: JournalId([1; 16]),
        shard: 0,
    });
    journal.fence(1).expect("nobody else writes");
    let till = Till::at(Shard(0), Ledger::new(), Seq(1));
    std::thread::spawn(move || till::run(till, journal, 1, counter, hands, None, vec![subscriber]));
}

async fn fold(
    records: Records,
    mut batches: mpsc::UnboundedReceiver<Arc<Published>>,
    reached: watch::Sender<Seq>,
) {
    let mut fold = OrdersFold::default();
    while let Some(batch) = batches.recv().await {
        let mut changes: Vec<OrderChange> = Vec::new();
        for (seq, event) in batch.events.iter() {
            fold.fold(batch.at, seq, event, &mut changes);
        }
        let from = records.orders_reached().await.expect("records");
        let to = records::OrdersReached(batch.last_seq);
        loop {
            match records.fold_orders(from, to, &changes).await {
                Err(RecordsFault::Busy) => {}
                folded => break folded.expect("in order"),
            }
        }
        reached.send_replace(batch.last_seq);
    }
}

/// A book of addresses with one address in it.
#[derive(Debug)]
struct TownHall;

impl AddressSource for TownHall {
    fn find<'a>(&'a self, query: &'a str) -> Finding<'a> {
        let hall = FoundAddress {
            postcode: "04524".to_owned(),
            line: "서울특별시 중구 세종대로 110".to_owned(),
        };
        let found = match query {
            "broken" => Err(AddressesFault("it is shut".to_owned())),
            _ if hall.line.contains(query) => Ok(vec![hall]),
            _ => Ok(Vec::new()),
        };
        Box::pin(async { found })
    }
}
