//! A shop to knock at, and a browser that keeps its cookies.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use clerks::ports::{
    Callback, CallbackFault, CallbackReader, OpenPayment, OpenedPayment, PaymentProvider,
    ProviderFault, ProviderFuture, ProviderPayment, ProviderRefund,
};
use doorbuster_http::directory::Directory;
use doorbuster_http::sessions::MemberSessions;
use doorbuster_http::{Keys, Settings, Shop, Standing};
use intake::{Localized, ProductDraft, SkuDraft};
use jiff::tz::TimeZone;
use journal::{Identity, Journal, JournalId, MemoryJournal};
use ledger::Ledger;
use money::{Amount, Currency};
use records::{Deal, Records, Role, Seller};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use tempfile::TempDir;
use till::{Counter, Published, Reading, Till};
use tokio::sync::{mpsc, watch};
use tower::ServiceExt;
use views::{Gallery, OrderChange, OrdersFold};
use vocabulary::{
    Command, DealTerms, Deduct, Millis, PaymentId, PoolDraft, Receipt, RefundId, Seq, Shard, Steps,
    Tax, Zone,
};

/// Midnight of 11 November 2026 in Seoul.
pub const BELL: u64 = 1_794_322_800_000;
pub const STAFF: &str = "desk@doorbuster.example";
pub const PASSWORD: &str = "a long enough password";

#[derive(Clone)]
struct Hands(Arc<AtomicU64>);

impl doorbuster_http::Clock for Hands {
    fn now(&self) -> Millis {
        Millis(self.0.load(Ordering::SeqCst))
    }
}

impl till::Clock for Hands {
    fn read(&self) -> Reading {
        let now = self.0.load(Ordering::SeqCst);
        Reading {
            wall: Millis(now),
            monotonic_ms: now,
        }
    }
}

struct OpensOnly;

impl PaymentProvider for OpensOnly {
    fn open(&self, payment: OpenPayment) -> ProviderFuture<'_, OpenedPayment> {
        let redirect_url = format!("https://pay.example/pay/{}", payment.payment);
        Box::pin(async move { Ok(OpenedPayment { redirect_url }) })
    }

    fn look(&self, payment: PaymentId) -> ProviderFuture<'_, ProviderPayment> {
        Box::pin(async move { Err(ProviderFault::Unknown(payment)) })
    }

    fn capture(&self, payment: PaymentId, _: Amount) -> ProviderFuture<'_, ProviderPayment> {
        self.look(payment)
    }

    fn void(&self, payment: PaymentId) -> ProviderFuture<'_, ProviderPayment> {
        self.look(payment)
    }

    fn refund(
        &self,
        _: RefundId,
        payment: PaymentId,
        _: Amount,
    ) -> ProviderFuture<'_, ProviderRefund> {
        Box::pin(async move { Err(ProviderFault::Unknown(payment)) })
    }
}

impl CallbackReader for OpensOnly {
    fn read(
        &self,
        _: &dyn Fn(&str) -> Option<String>,
        _: &[u8],
        _: Millis,
    ) -> Result<Callback, CallbackFault> {
        Err(CallbackFault::Unsigned("nobody signs here"))
    }
}

/// A shop in which two deals are on the schedule: `NIGHT` opens at the bell with two sizes, `LAST`
/// has one unit of one size and is for one unit a person.
pub struct House {
    pub shop: Arc<Shop>,
    router: Router,
    hands: Hands,
    _folder: TempDir,
}

impl House {
    pub async fn open() -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let records = Records::open(&folder.path().join("records.sqlite"))
            .await
            .expect("records");
        let hands = Hands(Arc::new(AtomicU64::new(BELL - 60_000)));
        let shop = shop(&folder, records, hands.clone()).await;
        let house = House {
            router: doorbuster_http::router(shop.clone()),
            shop,
            hands,
            _folder: folder,
        };
        house.stock().await;
        house
    }

    /// Moves the clock on; what fell due fires with the next command.
    pub fn pass(&self, ms: u64) {
        self.hands.0.fetch_add(ms, Ordering::SeqCst);
    }

    pub fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            language: "ko",
        }
    }

    pub async fn command(&self, command: Command) -> Receipt {
        let done = self.shop.order(None, command).await.expect("it is allowed");
        self.shop.shown(done.seq).await.expect("views go on");
        self.shop
            .orders_shown(done.seq)
            .await
            .expect("tables go on");
        done.what
    }

    async fn stock(&self) {
        let records = &self.shop.records;
        let seller = Seller {
            id: "moa".to_owned(),
            name: Localized::from([
                ("ko", "모아서옷장"),
                ("zh", "集衣小橱"),
                ("en", "Moa Closet"),
            ]),
            about: Localized::default(),
            shipping: None,
            number: None,
        };
        records.put_seller(&seller).await.expect("stored");
        records.upsert_products(&[product()]).await.expect("stored");
        let reference = self.shop.secrets.seller_reference("moa");
        let Receipt::Seller(seller) = self.command(Command::OpenSeller { reference }).await else {
            panic!("a seller has a number");
        };
        records.bind_seller("moa", seller).await.expect("bound");
        let mut skus = Vec::new();
        for id in ["COAT-S", "COAT-M"] {
            let reference = self.shop.secrets.sku_reference(id);
            let tax = Tax::Included {
                basis_points: 1_000,
            };
            let Receipt::Sku(sku) = self
                .command(Command::ListSku {
                    reference,
                    seller,
                    tax,
                })
                .await
            else {
                panic!("a SKU has a number");
            };
            self.command(Command::ReceiveStock { sku, units: 100 })
                .await;
            records
                .bind_skus(&[(id.to_owned(), sku)])
                .await
                .expect("bound");
            skus.push(sku);
        }
        let pool = |sku, units| PoolDraft {
            sku,
            units,
            price: Amount(41_000),
        };
        self.deal(
            "NIGHT",
            seller,
            vec![pool(skus[0], 10), pool(skus[1], 10)],
            2,
        )
        .await;
        self.deal("LAST", seller, vec![pool(skus[0], 1)], 1).await;
        records
            .add_staff(
                STAFF,
                "Desk",
                Role::Owner,
                PASSWORD.to_owned(),
                Millis(BELL),
            )
            .await
            .expect("staff");
    }

    async fn deal(
        &self,
        id: &str,
        seller: vocabulary::SellerId,
        pools: Vec<PoolDraft>,
        limit: u16,
    ) {
        let command = Command::ScheduleDeal {
            reference: self.shop.secrets.deal_reference(id),
            seller,
            currency: Currency::KRW,
            terms: terms(limit),
            pools,
        };
        let Receipt::Deal(number) = self.command(command).await else {
            panic!("a deal has a number");
        };
        let deal = Deal {
            id: id.to_owned(),
            product: "COAT".to_owned(),
            number: Some(number),
        };
        self.shop.records.put_deals(&[deal]).await.expect("bound");
    }
}

/// The terms of both deals, but for the limit.
pub fn terms(limit: u16) -> DealTerms {
    DealTerms {
        starts_at: Millis(BELL),
        ends_at: Millis(BELL + 3_600_000),
        hold_ms: 900_000,
        payment_ms: 1_800_000,
        deposit_ms: 0,
        limit,
        members_only: false,
        verified_only: false,
        deduct: Deduct::OnOrder,
        waitlist_max: 5,
    }
}

fn product() -> ProductDraft {
    let sku = |id: &str, size: &str| SkuDraft {
        id: id.to_owned(),
        option: Localized::from([("ko", size), ("en", size)]),
        stock: 100,
    };
    ProductDraft {
        id: "COAT".to_owned(),
        seller: "moa".to_owned(),
        name: Localized::from([("ko", "울 코트"), ("zh", "羊毛大衣"), ("en", "Wool coat")]),
        description: Localized::from([("ko", "<p>따뜻해요.</p>")]),
        category: vec![Localized::from([("ko", "여성복"), ("en", "Women")])],
        brand: None,
        price: Amount(59_000),
        list_price: Some(Amount(69_000)),
        currency: Currency::KRW,
        tax: Tax::Included {
            basis_points: 1_000,
        },
        colours: Vec::new(),
        pictures: Vec::new(),
        skus: vec![sku("COAT-S", "S"), sku("COAT-M", "M")],
    }
}

async fn shop(folder: &TempDir, records: Records, hands: Hands) -> Arc<Shop> {
    let (reached, reached_seen) = watch::channel(Seq(0));
    let (orders, orders_seen) = watch::channel(Seq(0));
    let (_, standing) = watch::channel(Standing::Serving);
    let gallery = Arc::new(RwLock::new(Gallery::default()));
    let counter = Counter::default();
    let (batches, folded) = mpsc::unbounded_channel::<Arc<Published>>();
    let views = gallery.clone();
    let subscriber: till::Subscriber = Box::new(move |batch| {
        views
            .write()
            .expect("unpoisoned")
            .fold_batch(batch.at, &batch.events, batch.last_seq);
        reached.send_replace(batch.last_seq);
        let _ = batches.send(batch.clone());
    });
    tokio::spawn(fold(records.clone(), folded, orders));
    start(counter.clone(), hands.clone(), subscriber);
    Arc::new(Shop {
        counter,
        shard: Shard(0),
        gallery,
        reached: reached_seen,
        orders_reached: orders_seen,
        secrets: records.secrets(Millis(BELL)).await.expect("secrets"),
        directory: Directory::over(records.clone()),
        records,
        provider: Arc::new(OpensOnly),
        callbacks: Arc::new(OpensOnly),
        keys: Keys {
            sessions: [7; 32],
            handover: None,
        },
        settings: Settings {
            name: "한밤 페스티벌".to_owned(),
            currency: Currency::KRW,
            time_zone: TimeZone::get("Asia/Seoul").expect("a zone"),
            public_url: "http://localhost:1111".to_owned(),
            pictures: folder.path().join("pictures"),
            zones: BTreeMap::from([("jeju".to_owned(), Zone(1))]),
            steps: Steps::Two,
            limits: None,
            address_header: None,
        },
        clock: Arc::new(hands),
        standing,
        metrics: None,
        member_sessions: MemberSessions::default(),
    })
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
        for (seq, event) in &batch.events {
            fold.fold(batch.at, *seq, event, &mut changes);
        }
        let from = records.orders_reached().await.expect("records");
        let to = records::OrdersReached(batch.last_seq);
        records
            .fold_orders(from, to, &changes)
            .await
            .expect("in order");
        reached.send_replace(batch.last_seq);
    }
}

/// A browser without script: it follows nothing by itself and keeps its cookies.
pub struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
    pub language: &'static str,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub text: String,
}

impl Browser {
    pub async fn see(&mut self, address: &str) -> Answer {
        self.send(Request::get(address), Body::empty()).await
    }

    pub async fn post(&mut self, address: &str, form: &[(&str, &str)]) -> Answer {
        let pairs: Vec<String> = form
            .iter()
            .map(|(name, value)| format!("{name}={}", escaped(value)))
            .collect();
        let request = Request::post(address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, Body::from(pairs.join("&"))).await
    }

    /// Sends a form and goes where the answer leads.
    pub async fn post_and_follow(&mut self, address: &str, form: &[(&str, &str)]) -> Answer {
        let answer = self.post(address, form).await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{address}: {}",
            answer.text
        );
        self.see(&answer.location).await
    }

    async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = request
            .header(header::COOKIE, cookies.join("; "))
            .header(header::ACCEPT_LANGUAGE, self.language)
            .body(body)
            .expect("a request");
        let answer = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("it never fails");
        for line in answer.headers().get_all(header::SET_COOKIE) {
            let pair = line
                .to_str()
                .expect("ASCII")
                .split(';')
                .next()
                .expect("a pair");
            let (name, value) = pair.split_once('=').expect("a pair");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let location = answer.headers().get(header::LOCATION);
        let location = location
            .map_or("", |location| location.to_str().expect("ASCII"))
            .to_owned();
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), 1 << 22).await.expect("a body");
        Answer {
            status,
            location,
            text: String::from_utf8(bytes.to_vec()).expect("UTF-8"),
        }
    }
}

impl Answer {
    /// The value of the first field of that name on the page.
    pub fn field(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let rest = self
            .text
            .split(&mark)
            .nth(1)
            .unwrap_or_else(|| panic!("no field {name}: {}", self.text));
        rest.split('"').next().expect("it ends").to_owned()
    }

    pub fn has(&self, text: &str) -> bool {
        self.text.contains(text)
    }
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                (byte as char).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}
