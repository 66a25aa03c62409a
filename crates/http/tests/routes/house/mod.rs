//! The house that all route tests knock at: a real till on a journal in memory, real records, a
//! clock that the tests move, and a payment provider in memory.

mod browser;
mod client;
mod engine;
mod provider;
mod staff;
mod stock;
mod stream;
mod wire;

pub use browser::{Browser, Page};
pub use client::{Answer, Client};
pub use staff::{PASSWORD, STAFF};
pub use stock::{GIF, terms};
pub use wire::{Heard, Wire};

use axum::Router;
use clerks::MemoryProvider;
use client::Visits;
use doorbuster_http::waiting::Rules;
use doorbuster_http::{Limit, Limits, Point, Shop};
use engine::Hands;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use stock::Shelf;
use tempfile::TempDir;
use vocabulary::{Command, Millis, Receipt, SellerId, SkuId};

/// Midnight of 11 November 2026 in Seoul.
pub const BELL: u64 = 1_794_322_800_000;
/// How long the records are waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// What both shops know.
pub const HANDOVER: &[u8] = b"what both shops know";

/// Who may ask so often at once, a session and an address, and once a second after that.
pub fn limits(session: u32, address: u32) -> Limits {
    let number = |n| NonZeroU32::new(n).expect("it is not zero");
    let limit = |burst| Limit {
        per_second: number(1),
        burst: number(burst),
    };
    Limits {
        session: limit(session),
        address: limit(address),
        ..Limits::default()
    }
}

/// A shop with 100 coats in each of two sizes, and staff of every role.
pub struct House {
    pub shop: Arc<Shop>,
    pub provider: Arc<MemoryProvider>,
    router: Router,
    hands: Hands,
    shelf: Shelf,
    orders: AtomicU64,
    visits: Visits,
    folder: TempDir,
}

impl House {
    /// One minute before the bell, with two deals on the schedule: `NIGHT` has ten units of either size
    /// and is for two a person, `LAST` has one unit of one size and is for one a person.
    pub async fn open() -> House {
        House::with(None).await
    }

    /// The bell has rung.
    pub async fn at_the_bell() -> House {
        let house = House::open().await;
        house.pass(60_000);
        house
    }

    /// As `open`, with limits on how often one may ask.
    pub async fn with(limits: Option<Limits>) -> House {
        House::decorated(House::furnished(limits, PATIENCE, Rules::default()).await).await
    }

    /// As `at_the_bell`, with records that do not wait long for who holds them.
    pub async fn impatient() -> House {
        let patience = Duration::from_millis(500);
        let house =
            House::decorated(House::furnished(None, patience, Rules::default()).await).await;
        house.pass(60_000);
        house
    }

    /// As `open`, with a waiting room that admits so many a second.
    pub async fn admitting(per_second: u32) -> House {
        let rules = Rules {
            per_second: Some(per_second),
            ..Rules::default()
        };
        House::decorated(House::furnished(None, PATIENCE, rules).await).await
    }

    /// As `open`, with waiting rooms that open so long before their bells.
    pub async fn opening_rooms(opens_before_ms: u64) -> House {
        let rules = Rules {
            opens_before_ms,
            ..Rules::default()
        };
        House::decorated(House::furnished(None, PATIENCE, rules).await).await
    }

    async fn decorated(house: House) -> House {
        house.schedule("NIGHT", &[10, 10], terms(2)).await;
        house.schedule("LAST", &[1], terms(1)).await;
        house
    }

    /// One minute before the bell, with nothing on the schedule.
    pub async fn unscheduled() -> House {
        House::furnished(None, PATIENCE, Rules::default()).await
    }

    /// As `unscheduled`, where shoppers reach the shop at this address.
    pub async fn reached_at(public_url: &str) -> House {
        House::built(None, PATIENCE, Rules::default(), public_url).await
    }

    async fn furnished(limits: Option<Limits>, turn_max: Duration, waiting: Rules) -> House {
        House::built(limits, turn_max, waiting, "http://localhost:1111").await
    }

    async fn built(
        limits: Option<Limits>,
        turn_max: Duration,
        waiting: Rules,
        public_url: &str,
    ) -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let hands = Hands::at(BELL - 60_000);
        let provider = Arc::new(MemoryProvider::default());
        let shop = engine::shop(
            folder.path(),
            hands.clone(),
            provider.clone(),
            limits,
            turn_max,
            Some(waiting),
            public_url,
        )
        .await;
        let nothing = Shelf {
            seller: SellerId(0),
            skus: [SkuId(0); 2],
        };
        let mut house = House {
            router: doorbuster_http::router(shop.clone()),
            shop,
            provider,
            hands,
            shelf: nothing,
            orders: AtomicU64::new(1),
            visits: Visits::default(),
            folder,
        };
        house.shelf = house.fill_shelf().await;
        house.employ().await;
        house
    }

    /// Moves the clock on; what fell due fires with the next command.
    pub fn pass(&self, ms: u64) {
        self.hands.pass(ms);
    }

    pub fn now(&self) -> Millis {
        self.shop.now()
    }

    /// Somebody without a session.
    pub fn stranger(&self) -> Client {
        Client {
            router: self.router.clone(),
            bearer: None,
            visits: self.visits.clone(),
        }
    }

    /// A guest with a session.
    pub async fn guest(&self) -> Client {
        let answer = self.stranger().post("/v1/sessions", json!({})).await;
        self.stranger().with(&answer.is(201).body["session"])
    }

    /// A member whom the other shop hands over; a verified person if it says which.
    pub async fn member(&self, sub: &str, person: Option<&str>) -> Client {
        let token = self.handover(json!({"sub": sub, "person": person}));
        let answer = self.stranger().post("/v1/sessions", token).await;
        self.stranger().with(&answer.is(201).body["session"])
    }

    /// What the other shop hands somebody over with: these claims, for us, for a minute, signed.
    pub fn handover(&self, mut claims: Value) -> Value {
        claims["aud"] = json!("doorbuster");
        claims["exp"] = json!(self.now().0 / 1_000 + 60);
        json!({"token": signed(&claims, HANDOVER)})
    }

    /// Has the ledger do something, and waits until everything shows it.
    pub async fn command(&self, command: Command) -> Receipt {
        let done = self.shop.order(None, command).await.expect("it is allowed");
        self.shop.shown(done.seq).await.expect("views go on");
        let shown = self.shop.orders_shown(done.seq).await;
        shown.expect("tables go on");
        done.what
    }

    /// Waits until everything shows all that was done so far.
    pub async fn catch_up(&self) {
        let sku = self.shelf.skus[1];
        self.command(Command::ReceiveStock { sku, units: 1 }).await;
    }

    /// Waits until everything shows what `answer` says was done.
    pub async fn settle(&self, answer: &Answer) {
        let point = answer.header("doorbuster-sequence").parse();
        let point: Point = point.expect("a point");
        self.shop.shown(point.seq).await.expect("views go on");
        let shown = self.shop.orders_shown(point.seq).await;
        shown.expect("tables go on");
    }

    /// Keeps everybody from writing into the records, as another process would, until it is closed.
    pub async fn hold_records(&self) -> SqliteConnection {
        let path = self.folder.path().join(engine::RECORDS);
        let options = SqliteConnectOptions::new().filename(path);
        let mut other = options.connect().await.expect("the records");
        let begun = sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await;
        begun.expect("nobody else writes for long");
        other
    }

    /// The tables of the records in which this text stands, by name.
    pub async fn tables_with(&self, text: &str) -> Vec<String> {
        let path = self.folder.path().join(engine::RECORDS);
        let options = SqliteConnectOptions::new().filename(path);
        let mut file = options.connect().await.expect("the records");
        let columns: Vec<(String, String)> = sqlx::query_as(
            "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
             WHERE m.type = 'table' ORDER BY m.name",
        )
        .fetch_all(&mut file)
        .await
        .expect("columns");
        let mut found = Vec::new();
        for (table, column) in columns {
            let count = format!("SELECT count(*) FROM {table} WHERE instr({column}, ?) > 0");
            let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count))
                .bind(text)
                .fetch_one(&mut file)
                .await
                .expect("a count");
            if count > 0 {
                found.push(table);
            }
        }
        found.dedup();
        found
    }

    /// What was asked so far: method, path and the status of the answer.
    pub fn visited(&self) -> Vec<(axum::http::Method, String, u16)> {
        self.visits.lock().expect("unpoisoned").clone()
    }
}

/// A UUID of version 7, made at this time.
pub fn uuid7(at: Millis) -> String {
    let random: [u8; 10] = rand::random();
    let uuid = uuid::Builder::from_unix_timestamp_millis(at.0, &random);
    uuid.into_uuid().to_string()
}

/// A token with these claims.
pub fn signed(claims: &Value, secret: &[u8]) -> String {
    let header = Header::new(Algorithm::HS256);
    encode(&header, claims, &EncodingKey::from_secret(secret)).expect("it is encodable")
}
