//! What is too much is turned away and nothing is done: a sum that no number holds, a till that is full,
//! records that somebody else holds.

use crate::house::{Answer, Heard, House, Wire, uuid7};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use serde_json::json;
use sqlx::Connection;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;
use till::{QUEUE_REQUESTS_MAX, Ticket};
use tokio::sync::oneshot;
use vocabulary::Command;

/// The dearest price there is, in won.
const PRICE_MAX: u64 = 1_000_000_000_000_000;

#[tokio::test]
async fn a_sum_that_no_number_holds_is_refused_and_nothing_is_ordered() {
    let house = House::at_the_bell().await;
    let stock = json!({"sku": "COAT-S", "units": 10_000});
    let stocked = house.post("merchandiser", "/v1/staff/stock", &stock).await;
    stocked.is(200);
    let deal = json!({
        "deal": "GOLD", "starts_at": "2026-11-10T15:00:00.000Z", "ends_at": "2026-11-10T16:00:00.000Z",
        "limit": 0,
        "skus": [{"sku": "COAT-S", "units": 10_000, "price": {"amount": PRICE_MAX, "currency": "KRW"}}],
    });
    let scheduled = house.post("merchandiser", "/v1/staff/deals", &deal).await;
    house.settle(&scheduled.is(201)).await;
    let guest = house.guest().await;
    let hold = json!({"deal": "GOLD", "sku": "COAT-S", "units": 9_224});
    let hold = guest.post("/v1/holds", hold).await.is(201).says("hold");
    let (checkout, order) = (uuid7(house.now()), uuid7(house.now()));
    let ask = json!({"checkout": checkout, "orders": [order], "holds": [hold]});
    let refused = guest.post_once("c", "/v1/checkouts", &ask).await;
    assert_eq!(refused.body["number"], 82);
    refused.refused("amount_overflow");
    house.catch_up().await;
    let cart = guest.get("/v1/cart").await.is(200);
    assert_eq!(cart.body["holds"][0]["hold"], json!(hold));
    let unknown = guest.get(&format!("/v1/checkouts/{checkout}")).await;
    unknown.refused("checkout_unknown");
}

/// Keeps the till looking at something until what comes back is dropped.
async fn keep_busy(house: &House) -> mpsc::Sender<()> {
    let (looks, looking) = oneshot::channel();
    let (release, released) = mpsc::channel::<()>();
    let look = Box::new(move |_: &_| {
        looks.send(()).expect("the test waits for it");
        let _released = released.recv();
    });
    house.shop.counter.look(look).expect("the till runs");
    looking.await.expect("it looks");
    release
}

/// A till that is busy with something and before which as many wait as may.
struct FullTill {
    release: mpsc::Sender<()>,
    decided: oneshot::Receiver<()>,
}

impl FullTill {
    /// Keeps the till looking, and fills the queue before it.
    async fn of(house: &House) -> FullTill {
        FullTill::before(house, keep_busy(house).await)
    }

    /// Fills the queue before a till that is kept busy so, with what changes nothing.
    fn before(house: &House, release: mpsc::Sender<()>) -> FullTill {
        let (decide, decided) = oneshot::channel();
        let nothing_due = Command::AdvanceTo { limit: 1 }.into();
        let ticket = Ticket {
            requests: vec![nothing_due; QUEUE_REQUESTS_MAX],
            reply: Box::new(|_| decide.send(()).expect("the test waits for it")),
        };
        house.shop.counter.submit(ticket).expect("room for all");
        FullTill { release, decided }
    }

    /// Lets the till go on, until all who waited have their answer.
    async fn work_off(self) {
        drop(self.release);
        self.decided.await.expect("they are answered");
    }
}

fn is_turned_away(answer: Answer, problem: &str) {
    let answer = answer.is(503);
    assert_eq!(answer.problem(), problem);
    assert_eq!(answer.header("retry-after"), "1");
}

#[tokio::test]
async fn a_full_till_does_nothing_and_the_same_key_works_when_there_is_room() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let hold = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let full = FullTill::of(&house).await;
    let turned = guest.post_once("h", "/v1/holds", &hold).await;
    is_turned_away(turned, "till_full");
    full.work_off().await;
    house.catch_up().await;
    let cart = guest.get("/v1/cart").await.is(200);
    assert_eq!(cart.body["holds"], json!([]));
    let held = guest.post_once("h", "/v1/holds", &hold).await.is(201);
    assert_eq!(held.header("idempotent-replayed"), "");
    let again = guest.post_once("h", "/v1/holds", &hold).await.is(201);
    assert_eq!(again.body, held.body);
}

/// Reads the views, so that nothing is folded, until what comes back is dropped.
async fn keep_reading(house: &House) -> mpsc::Sender<()> {
    let (reads, reading) = oneshot::channel();
    let (release, released) = mpsc::channel::<()>();
    let gallery = house.shop.gallery.clone();
    std::thread::spawn(move || {
        let _views = gallery.read().expect("nobody panics while folding");
        reads.send(()).expect("the test waits for it");
        let _released = released.recv();
    });
    reading.await.expect("it reads");
    release
}

#[tokio::test]
async fn a_view_that_does_not_fold_turns_away_who_finds_no_room_and_all_is_well_when_it_goes_on() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let hold = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let release = keep_reading(&house).await;
    let held = guest.post_once("1", "/v1/holds", &hold).await.is(201);
    let full = FullTill::before(&house, release);
    let turned = guest.post_once("2", "/v1/holds", &hold).await;
    is_turned_away(turned, "till_full");
    full.work_off().await;
    let second = guest.post_once("2", "/v1/holds", &hold).await.is(201);
    house.settle(&second).await;
    let cart = guest.get("/v1/cart").await.is(200);
    let told: Vec<_> = [&held, &second].map(|answer| &answer.body["hold"]).into();
    let shown = cart.body["holds"].as_array().expect("a list").iter();
    let shown: Vec<_> = shown.map(|hold| &hold["hold"]).collect();
    assert_eq!(shown, told);
}

/// Batches that fill the counter and more, of as many requests as a batch may have.
const FLOOD: usize = 70;
const BATCH: usize = 1_000;

#[tokio::test]
async fn when_a_flood_that_filled_the_counter_has_ended_the_next_request_is_answered_as_ever() {
    let house = House::at_the_bell().await;
    let (flooder, guest) = (house.guest().await, house.guest().await);
    let hopeless = json!({"op": "hold", "deal": "LAST", "sku": "COAT-S", "units": 2});
    let batch = json!({"requests": vec![hopeless; BATCH]});
    let release = keep_busy(&house).await;
    let mut flood: FuturesUnordered<_> = (0..FLOOD)
        .map(|_| flooder.post("/v1/batches", &batch))
        .collect();
    // While the till is busy, only who is turned away is answered.
    let first = flood.next().await.expect("there is no room for all");
    is_turned_away(first, "till_full");
    assert!(house.shop.counter.waiting() > QUEUE_REQUESTS_MAX - 2 * BATCH);
    drop(release);
    let mut decided = 0;
    while let Some(answer) = flood.next().await {
        match answer.status {
            200 => {
                let results = answer.body["results"].as_array().expect("a list");
                let are_hopeless = results.iter().all(|result| result["status"] == 409);
                assert!(are_hopeless && results.len() == BATCH);
                decided += 1;
            }
            _ => is_turned_away(answer, "till_full"),
        }
    }
    assert!(decided * BATCH > QUEUE_REQUESTS_MAX - 2 * BATCH);
    assert_eq!(house.shop.counter.waiting(), 0);
    let night = json!({"deal": "NIGHT", "sku": "COAT-S"});
    guest.post("/v1/holds", night).await.is(201);
}

/// So many tasks keep the threads of the runtime busy, each of them for so long at a time: whoever is ready waits behind
/// all of them for longer than anybody may.
const BUSY_TASKS: u32 = 32;
const BUSY_FOR: Duration = Duration::from_millis(10);

/// Tasks that keep threads busy, until this is dropped.
struct Busy(Arc<AtomicBool>);

impl Busy {
    fn threads() -> Busy {
        let goes_on = Arc::new(AtomicBool::new(true));
        (0..BUSY_TASKS).for_each(|_| work(goes_on.clone()));
        Busy(goes_on)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Who has worked stands behind all others again.
fn work(goes_on: Arc<AtomicBool>) {
    tokio::spawn(async move {
        thread::sleep(BUSY_FOR);
        if goes_on.load(Ordering::Relaxed) {
            work(goes_on);
        }
    });
}

/// Asks again and again until the answer has this status.
async fn ask_until(wire: &mut Wire, request: &str, status: u16) -> Heard {
    for _ in 0..100 {
        wire.send(request).await;
        let heard = wire.hear().await;
        if heard.status == status {
            return heard;
        }
    }
    panic!("never answered {status}");
}

#[tokio::test]
async fn more_than_can_be_done_is_turned_away_at_once_and_what_the_provider_reports_is_heard() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let mut wire = Wire::to(house.serve().await).await;
    let night = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let hold = guest.text("POST /v1/holds", "idempotency-key: h\r\n", &night);
    let callback = guest.text("POST /v1/payments/callbacks", "", &json!({}));
    let batch = guest.text("POST /v1/batches", "", &json!({"requests": []}));
    let busy = Busy::threads();
    let turned = ask_until(&mut wire, &hold, 503).await;
    assert_eq!(turned.body["type"], "/problems/overloaded");
    let mut seconds = (1..=3).map(|seconds| format!("\r\nretry-after: {seconds}\r\n"));
    assert!(seconds.any(|told| turned.head.contains(&told)));
    wire.send(&[&*hold, &hold, &callback].concat()).await;
    for status in [503, 503, 401] {
        assert_eq!(wire.hear().await.status, status);
    }
    // This connection is the router's now.
    for request in [&hold, &batch] {
        ask_until(&mut wire, request, 503).await;
    }
    drop(busy);
    ask_until(&mut wire, &hold, 201).await;
}

/// As many as are no crowd, and some more.
const CROWD: usize = 48;

#[tokio::test]
async fn of_a_crowd_that_only_looks_around_some_are_asked_in_words_to_come_later_and_a_few_are_all_served()
 {
    let house = House::at_the_bell().await;
    let address = house.serve().await;
    let mut crowd = Vec::new();
    for _ in 0..CROWD {
        crowd.push(Wire::to(address).await);
    }
    let look = "GET /deals/NIGHT HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let busy = Busy::threads();
    let mut asked = [0, 0];
    for (asked, many) in asked.iter_mut().zip([CROWD, 8]) {
        for wire in &mut crowd[..many] {
            wire.send(look).await;
        }
        for wire in &mut crowd[..many] {
            let heard = wire.hear().await;
            let is_page = heard.head.contains("\r\ncontent-type: text/html");
            let comes_back = heard.head.contains("\r\nrefresh: ");
            assert_eq!((is_page, comes_back), (true, heard.status == 503));
            *asked += usize::from(comes_back);
        }
    }
    drop(busy);
    assert!(asked[0] > 0 && asked[0] < CROWD, "{asked:?}");
    assert_eq!(asked[1], 0, "they are no crowd");
}

#[tokio::test]
async fn records_that_somebody_holds_are_busy_and_the_same_key_works_when_they_are_free() {
    let house = House::impatient().await;
    house.schedule_later().await;
    let watcher = house.guest().await;
    let watch = axum::http::Request::put("/v1/watches/LATER").header("idempotency-key", "w");
    let held = house.hold_records().await;
    let busy = watcher.send(watch, axum::body::Body::empty()).await;
    is_turned_away(busy, "records_busy");
    held.close().await.expect("closed");
    let watches = watcher.get("/v1/watches").await.is(200);
    assert_eq!(watches.body["deals"], json!([]));
    let watch = axum::http::Request::put("/v1/watches/LATER").header("idempotency-key", "w");
    watcher.send(watch, axum::body::Body::empty()).await.is(204);
    let watches = watcher.get("/v1/watches").await.is(200);
    assert_eq!(watches.body["deals"], json!(["LATER"]));
}

#[tokio::test]
async fn a_checkout_whose_contact_could_not_be_stored_is_completed_by_the_same_key() {
    let house = House::impatient().await;
    let guest = house.guest().await;
    let hold = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let hold = guest.post("/v1/holds", hold).await.is(201).says("hold");
    let checkout = uuid7(house.now());
    let ask = json!({
        "checkout": checkout, "orders": [uuid7(house.now())], "holds": [hold],
        "contact": {
            "name": "홍길동", "phone": "010-1234-5678", "email": "hong@example.kr",
            "address": {"country": "KR", "postcode": "04524", "line1": "서울 중구 세종대로 110"},
        },
    });
    let held = house.hold_records().await;
    let busy = guest.post_once("c", "/v1/checkouts", &ask).await;
    is_turned_away(busy, "records_busy");
    held.close().await.expect("closed");
    let placed = guest.post_once("c", "/v1/checkouts", &ask).await.is(201);
    assert_eq!(placed.header("idempotent-replayed"), "true");
    let checkout = checkout.parse().expect("an id");
    let stored = house.shop.records.contact(checkout).await.expect("a look");
    assert_eq!(stored.expect("it is stored").name, "홍길동");
}
