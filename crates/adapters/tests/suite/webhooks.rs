//! Webhooks over real HTTP: signed, in sequence, sent again until they are taken.

use crate::scene::{SECRET, now, until};
use adapters::{
    Reach, Secret, WebhookDriver, WebhookOrder, WebhookSender, drive_webhooks, verify_signature,
};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use clerks::ports::{BookFuture, DeliveryNote, HappeningsPage, WebhookAddress, WebhookBook};
use clerks::{
    Cursor, Endpoint, EndpointId, Happening, Message, Names, News, Response, WebhookClerk,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use vocabulary::{DealId, Event, Millis, SellerId, Seq, SkuId};

const ID: EndpointId = EndpointId(5);

struct Numbers;

impl Names for Numbers {
    fn seller(&self, seller: SellerId) -> String {
        seller.to_string()
    }

    fn sku(&self, sku: SkuId) -> String {
        sku.to_string()
    }

    fn deal(&self, deal: DealId) -> String {
        deal.to_string()
    }
}

/// A book in memory: the deal `n` opens at sequence `n`.
struct Book {
    urls: BTreeMap<EndpointId, String>,
    last: u64,
    news: Mutex<Vec<News>>,
    notes: Mutex<Vec<DeliveryNote>>,
}

impl Book {
    fn of(last: u64, urls: impl IntoIterator<Item = (EndpointId, String)>) -> Arc<Book> {
        Arc::new(Book {
            urls: urls.into_iter().collect(),
            last,
            news: Mutex::default(),
            notes: Mutex::default(),
        })
    }

    fn is_told_to(&self, seq: u64) -> bool {
        let news = self.news.lock().expect("the lock");
        matches!(news.last(), Some(News::Moved { cursor, .. }) if cursor.seq == Seq(seq))
    }
}

impl WebhookBook for Book {
    fn behind(&self, cursor: Cursor, limit: usize) -> BookFuture<'_, HappeningsPage> {
        let seqs = cursor.seq.0 + 1..=self.last;
        let happenings = seqs.take(limit).map(|seq| Happening {
            seq: Seq(seq),
            index: 0,
            at: Millis(seq),
            event: Event::DealOpened {
                deal: DealId(seq as u32),
            },
            refund: None,
        });
        let happenings: Vec<_> = happenings.collect();
        let page = HappeningsPage {
            read: happenings.last().map_or(cursor, Happening::cursor),
            at_end: happenings.len() < limit,
            happenings,
        };
        Box::pin(async move { Ok(page) })
    }

    fn address(&self, endpoint: EndpointId) -> BookFuture<'_, Option<WebhookAddress>> {
        let address = self.urls.get(&endpoint).map(|url| WebhookAddress {
            url: url.clone(),
            secret: SECRET.to_owned(),
        });
        Box::pin(async move { Ok(address) })
    }

    fn keep(&self, news: News) -> BookFuture<'_, ()> {
        self.news.lock().expect("the lock").push(news);
        Box::pin(async { Ok(()) })
    }

    fn note(&self, note: DeliveryNote) -> BookFuture<'_, ()> {
        self.notes.lock().expect("the lock").push(note);
        Box::pin(async { Ok(()) })
    }
}

/// A shop's system that fails now and then; keeps the deals it took, in order.
#[derive(Default)]
struct Listener {
    asked: Mutex<u64>,
    took: Mutex<Vec<String>>,
}

async fn listen(
    State(listener): State<Arc<Listener>>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> StatusCode {
    let header = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
    let secret = Secret::parse(SECRET).expect("a secret");
    if verify_signature(&header, &body, &secret, now()).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    let mut asked = listener.asked.lock().expect("the lock");
    *asked += 1;
    if asked.is_multiple_of(5) {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
    let deal = body["data"]["deal"].as_str().expect("text").to_owned();
    listener.took.lock().expect("the lock").push(deal);
    StatusCode::OK
}

async fn listener_at() -> (Arc<Listener>, String) {
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/hooks", socket.local_addr().expect("it is bound"));
    let listener = Arc::new(Listener::default());
    let router = axum::Router::new()
        .route("/hooks", axum::routing::post(listen))
        .with_state(listener.clone());
    tokio::spawn(async move { axum::serve(socket, router).await });
    (listener, url)
}

/// The clerk's clock runs fast, so that nobody waits for its back-off.
fn drive(
    clerk: WebhookClerk,
    book: Arc<Book>,
    reached: watch::Receiver<Seq>,
    orders: mpsc::Receiver<WebhookOrder>,
) -> JoinHandle<()> {
    let started = now();
    let driver = WebhookDriver {
        sender: WebhookSender::reaching(Reach::Anywhere).expect("a client"),
        book,
        names: Arc::new(Numbers),
        clock: move || Millis(started.0 + now().since(started) * 20),
        reached,
        orders,
        standing: watch::channel(Vec::new()).0,
    };
    tokio::spawn(drive_webhooks(clerk, driver))
}

fn endpoint() -> Endpoint {
    Endpoint {
        id: ID,
        kinds: Vec::new(),
        active: true,
        cursor: Cursor::default(),
        replays: 0,
    }
}

#[tokio::test]
async fn messages_come_signed_in_sequence_each_once_taken_and_again_on_replay() {
    let (listener, url) = listener_at().await;
    let book = Book::of(23, [(ID, url)]);
    let mut clerk = WebhookClerk::default();
    clerk.set_endpoint(endpoint());
    let (reach, reached) = watch::channel(Seq(0));
    let (order, orders) = mpsc::channel(1);
    let driving = drive(clerk, book.clone(), reached, orders);
    reach.send_replace(Seq(23));
    until("all is told", || async { book.is_told_to(23) }).await;
    let all: Vec<String> = (1..=23).map(|seq: u64| seq.to_string()).collect();
    assert_eq!(*listener.took.lock().expect("the lock"), all);
    let notes = book.notes.lock().expect("the lock").clone();
    assert!(
        notes
            .iter()
            .any(|note| note.status == Some(503) && note.fault.is_some())
    );
    listener.took.lock().expect("the lock").clear();
    order
        .send(WebhookOrder::Set(Endpoint {
            cursor: Cursor::before(Seq(20)),
            replays: 1,
            ..endpoint()
        }))
        .await
        .expect("it listens");
    until("the replay is told", || async {
        listener.took.lock().expect("the lock").len() == 4
    })
    .await;
    assert_eq!(*listener.took.lock().expect("the lock"), all[19..]);
    drop(reach);
    driving.await.expect("it ends when no more events can come");
}

#[tokio::test]
async fn an_endpoint_that_never_answers_holds_up_neither_the_others_nor_the_end() {
    const SILENT: EndpointId = EndpointId(4);
    let (listener, url) = listener_at().await;
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let silent_url = format!("http://{}/", silent.local_addr().expect("it is bound"));
    let book = Book::of(23, [(SILENT, silent_url), (ID, url)]);
    let mut clerk = WebhookClerk::default();
    clerk.set_endpoint(Endpoint {
        id: SILENT,
        ..endpoint()
    });
    clerk.set_endpoint(endpoint());
    let (reach, reached) = watch::channel(Seq(23));
    let (_order, orders) = mpsc::channel(1);
    let driving = drive(clerk, book.clone(), reached, orders);
    until("the other is told", || async { book.is_told_to(23) }).await;
    assert_eq!(listener.took.lock().expect("the lock").len(), 23);
    drop(reach);
    driving.await.expect("it ends");
    let notes = book.notes.lock().expect("the lock");
    assert!(
        notes.iter().all(|note| note.endpoint == ID),
        "the silent one was waited for until it was given up"
    );
}

#[tokio::test]
async fn the_guard_reaches_no_address_of_our_own() {
    let (listener, url) = listener_at().await;
    let port = url.rsplit_once(':').expect("a port").1.to_owned();
    let sender = WebhookSender::reaching(Reach::PublicOnly).expect("a client");
    let message = Message {
        id: "evt_1_0".into(),
        kind: "DealOpened",
        cursor: Cursor::default(),
        body: r#"{"data":{"deal":"1"}}"#.into(),
    };
    for host in ["127.0.0.1", "localhost", "[::1]", "0x7f000001"] {
        let address = WebhookAddress {
            url: format!("http://{host}:{port}"),
            secret: SECRET.into(),
        };
        let sent = sender.send(&address, &message, now()).await;
        assert!(
            matches!(sent.response, Response::NotTaken(_)),
            "{host}: {sent:?}"
        );
        assert_eq!(sent.status, None, "{host}");
    }
    assert_eq!(*listener.asked.lock().expect("the lock"), 0);
}
