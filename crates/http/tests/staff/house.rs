//! A shop in which staff act by their keys: a real till on a journal in memory, real records, a
//! scripted clock, and a provider that only opens.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::request::Builder;
use axum::http::{HeaderMap, Request, header};
use clerks::ports::{
    Callback, CallbackFault, CallbackReader, OpenPayment, OpenedPayment, PaymentProvider,
    ProviderFault, ProviderFuture, ProviderPayment, ProviderRefund,
};
use doorbuster_http::directory::Directory;
use doorbuster_http::sessions::MemberSessions;
use doorbuster_http::{Keys, Point, Settings, Shop, Standing};
use intake::{Localized, ProductDraft, SkuDraft};
use jiff::tz::TimeZone;
use journal::{Identity, Journal, JournalId, MemoryJournal};
use ledger::Ledger;
use money::{Amount, Currency};
use records::{Contact, Records, Role, Seller, Token};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use tempfile::TempDir;
use till::{Counter, Published, Reading, Till};
use tokio::sync::{mpsc, watch};
use tower::ServiceExt;
use views::{Gallery, OrderChange, OrdersFold};
use vocabulary::{
    CheckoutId, Command, Method, Millis, OrderId, PaymentId, PersonKey, Receipt, RefundId, Seq,
    Shard, Shopper, Steps, Tax, Zone,
};

/// Midnight of 11 November 2026 in Seoul.
pub const BELL: u64 = 1_794_322_800_000;
const PERSON: PersonKey = PersonKey(7);

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

/// A shop with a coat in two sizes, 100 units each in free stock, and a key for each role.
pub struct House {
    pub shop: Arc<Shop>,
    router: Router,
    hands: Hands,
    orders: AtomicU64,
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
            orders: AtomicU64::new(1),
            _folder: folder,
        };
        house.stock().await;
        house
    }

    /// Moves the clock on; what fell due fires with the next command.
    pub fn pass(&self, ms: u64) {
        self.hands.0.fetch_add(ms, Ordering::SeqCst);
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
        }
        for role in [Role::Viewer, Role::Support, Role::Merchandiser, Role::Owner] {
            let token = Token(role.as_str().to_owned());
            let put = records.put_api_key(role.as_str(), role, &token, Millis(BELL));
            put.await.expect("a key");
        }
    }

    /// Puts a deal of `units` small coats at 41,000 won on the schedule, open from the bell on.
    pub async fn deal(&self, id: &str, units: u32) {
        let asked = json!({
            "deal": id, "starts_at": "2026-11-10T15:00:00.000Z", "ends_at": "2026-11-10T16:00:00.000Z",
            "limit": 0,
            "skus": [{"sku": "COAT-S", "units": units, "price": {"amount": 41_000, "currency": "KRW"}}],
        });
        let answer = self.post("merchandiser", "/v1/staff/deals", &asked).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        self.settle(&answer).await;
    }

    /// Somebody buys `units` of the deal and pays; the order's id.
    pub async fn paid_order(&self, deal: &str, units: u16) -> String {
        let order = self.order(deal, units).await;
        let id: OrderId = order.parse().expect("a uuid");
        let checkout = CheckoutId(id.0 | (1 << 32));
        let amount = Amount(41_000 * i64::from(units));
        let currency = Currency::KRW;
        let start = Command::StartPayment {
            checkout,
            person: PERSON,
            method: Method::Card,
            steps: Steps::One,
            months: 0,
            amount,
            currency,
        };
        let Receipt::Payment { payment, .. } = self.command(start).await else {
            panic!("a payment has a number");
        };
        let capture = Command::RecordCapture {
            payment,
            amount,
            currency,
        };
        self.command(capture).await;
        order
    }

    /// Somebody orders `units` of the deal, as yet unpaid; the order's id.
    pub async fn order(&self, deal: &str, units: u16) -> String {
        let number = self.shop.directory.deal(deal).await.expect("a deal").number;
        let (sku, _) = self.shop.directory.sku("COAT-S").await.expect("a SKU");
        let shopper = Shopper {
            person: PERSON,
            member: false,
            verified: false,
        };
        let hold = Command::PlaceHold {
            deal: number,
            sku,
            units,
            shopper,
            or_wait: false,
        };
        let Receipt::Hold { hold, .. } = self.command(hold).await else {
            panic!("a hold has a number");
        };
        let nth = self.orders.fetch_add(1, Ordering::SeqCst);
        let now = u128::from(self.shop.now().0);
        let id = (now << 80) | (7 << 76) | (2 << 62) | u128::from(nth);
        let placed = Command::PlaceCheckout {
            checkout: CheckoutId(id | (1 << 32)),
            orders: [OrderId(id)].into_iter().collect(),
            holds: [hold].into_iter().collect(),
            person: PERSON,
            zone: Zone(0),
        };
        self.command(placed).await;
        let contact = Contact {
            name: "홍길동".to_owned(),
            phone: "010-1234-5678".to_owned(),
            mail: "hong@example.com".to_owned(),
            memo: "=cmd".to_owned(),
            ..Contact::default()
        };
        let put =
            self.shop
                .records
                .put_contact(CheckoutId(id | (1 << 32)), None, contact, Millis(BELL));
        put.await.expect("stored");
        OrderId(id).to_string()
    }

    /// Waits until everything shows what `answer` says was done.
    pub async fn settle(&self, answer: &Answer) {
        let point: Point = answer
            .header("doorbuster-sequence")
            .parse()
            .expect("a point");
        self.shop.shown(point.seq).await.expect("views go on");
        self.shop
            .orders_shown(point.seq)
            .await
            .expect("tables go on");
    }

    pub async fn get(&self, role: &str, path: &str) -> Answer {
        self.send(role, Request::get(path), String::new()).await
    }

    pub async fn post(&self, role: &str, path: &str, body: &Value) -> Answer {
        self.send(role, json_request(Request::post(path)), body.to_string())
            .await
    }

    /// As `post`, with an Idempotency-Key.
    pub async fn keyed(&self, role: &str, path: &str, key: &str, body: &Value) -> Answer {
        let request = json_request(Request::post(path)).header("idempotency-key", key);
        self.send(role, request, body.to_string()).await
    }

    pub async fn patch(&self, role: &str, path: &str, body: &Value) -> Answer {
        self.send(role, json_request(Request::patch(path)), body.to_string())
            .await
    }

    pub async fn delete(&self, role: &str, path: &str) -> Answer {
        self.send(role, Request::delete(path), String::new()).await
    }

    pub async fn csv(&self, role: &str, path: &str, text: &str) -> Answer {
        let request = Request::post(path).header(header::CONTENT_TYPE, "text/csv");
        self.send(role, request, text.to_owned()).await
    }

    /// The newest deed of that name in the audit.
    pub async fn deed(&self, action: &str) -> Value {
        let path = format!("/v1/staff/audit?action={action}&limit=1");
        let answer = self.get("viewer", &path).await;
        answer.json()["items"][0].clone()
    }

    async fn send(&self, bearer: &str, request: Builder, body: String) -> Answer {
        let request = match bearer {
            "" => request,
            bearer => request.header(header::AUTHORIZATION, format!("Bearer {bearer}")),
        };
        let request = request.body(Body::from(body)).expect("a request");
        let answer = self.router.clone().oneshot(request).await;
        let answer = answer.expect("it never fails");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let bytes = to_bytes(answer.into_body(), 1 << 22).await.expect("a body");
        let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
        Answer {
            status,
            headers,
            text,
        }
    }
}

fn json_request(request: Builder) -> Builder {
    request.header(header::CONTENT_TYPE, "application/json")
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// The value of a header; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("ASCII"))
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
