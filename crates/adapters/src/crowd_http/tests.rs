//! The driver against a stand-in for the shop's transport: connections that break, answers that come late, a file of
//! acknowledgements. What a real shop decides is tested with a real shop.

use super::courier::Courier;
use super::{Crew, Door, Options};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use crowd::{Answer, Ask, Said, What};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::Instant;

/// A shop of transport alone: it takes whatever it is asked.
#[derive(Default)]
struct StandIn {
    not_now: AtomicUsize,
    keys: Mutex<Vec<String>>,
    checkouts: Mutex<HashMap<String, Value>>,
    forgets: bool,
}

type Shop = State<Arc<StandIn>>;

async fn session() -> impl IntoResponse {
    (StatusCode::CREATED, Json(json!({"session": "s"})))
}

async fn deals() -> Json<Value> {
    let price = json!({"amount": 900, "currency": "KRW"});
    let sku = json!({"sku": "k", "state": "available", "price": price});
    let deal = json!({"deal": "d", "state": "open", "seller": {"id": "m"}, "starts_at": "2026-01-01T00:00:00.000Z", "skus": [sku]});
    Json(json!({"items": [deal], "next": null}))
}

async fn deal() -> Json<Value> {
    let Json(mut page) = deals().await;
    Json(page["items"][0].take())
}

async fn hold(State(shop): Shop, headers: HeaderMap) -> impl IntoResponse {
    let key = headers["idempotency-key"]
        .to_str()
        .expect("a key is printable")
        .to_owned();
    shop.keys.lock().expect("it is whole").push(key.clone());
    let turned = shop
        .not_now
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            left.checked_sub(1)
        });
    match turned {
        Ok(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            HeaderMap::new(),
            Json(json!({})),
        ),
        Err(_) => {
            let seq = HeaderMap::from_iter([(
                "doorbuster-sequence".parse().expect("a name"),
                "0-7".parse().expect("a value"),
            )]);
            (
                StatusCode::CREATED,
                seq,
                Json(json!({"hold": key, "expires_at": "2026-01-01T00:00:20.000Z"})),
            )
        }
    }
}

async fn check_out(State(shop): Shop, Json(asked): Json<Value>) -> impl IntoResponse {
    let id = asked["checkout"].as_str().expect("it has an id").to_owned();
    let orders: Vec<Value> = asked["orders"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|order| json!({"order": order}))
        .collect();
    let said = json!({"checkout": id, "orders": orders, "total": {"amount": 100, "currency": "KRW"}, "state": "paid"});
    shop.checkouts
        .lock()
        .expect("it is whole")
        .insert(id, said.clone());
    (StatusCode::CREATED, Json(said))
}

async fn pay(headers: HeaderMap) -> impl IntoResponse {
    let host = headers["host"].to_str().expect("a host");
    (
        StatusCode::CREATED,
        Json(json!({"payment": "1", "redirect_url": format!("http://{host}/pay/1")})),
    )
}

async fn see(State(shop): Shop, Path(id): Path<String>) -> impl IntoResponse {
    let known = shop
        .checkouts
        .lock()
        .expect("it is whole")
        .get(&id)
        .cloned();
    match known.filter(|_| !shop.forgets) {
        Some(said) => (StatusCode::OK, Json(said)),
        None => (
            StatusCode::NOT_FOUND,
            Json(json!({"refusal": "checkout_unknown"})),
        ),
    }
}

async fn served(shop: StandIn) -> (Arc<StandIn>, String) {
    let shop = Arc::new(shop);
    let routes = Router::new()
        .route("/v1/sessions", post(session))
        .route("/v1/deals", get(deals))
        .route("/v1/deals/{deal}", get(deal))
        .route("/v1/holds", post(hold))
        .route(
            "/v1/holds/{hold}",
            axum::routing::delete(async || StatusCode::NO_CONTENT),
        )
        .route(
            "/v1/cart",
            get(async || Json(json!({"holds": [], "places": []}))),
        )
        .route("/v1/checkouts", post(check_out))
        .route("/v1/checkouts/{checkout}", get(see))
        .route("/v1/checkouts/{checkout}/payments", post(pay))
        .route("/v1/orders/{order}/cancel", post(async || Json(json!({}))))
        .route("/pay/{payment}", post(async || StatusCode::SEE_OTHER))
        .with_state(shop.clone());
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let address = format!("http://{}", listener.local_addr().expect("it is bound"));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (shop, address)
}

fn door(shop: String, acks: Option<std::path::PathBuf>) -> Door {
    Door {
        shop,
        provider: None,
        handover: Some("secret".into()),
        staff_key: None,
        patience: Duration::from_secs(20),
        acks,
    }
}

fn holding() -> Ask {
    let what = What::Hold {
        deal: "d".into(),
        sku: "k".into(),
        units: 1,
        or_wait: false,
    };
    Ask {
        what,
        session: Some("s".into()),
        key: Some("key-1".into()),
        at_least: None,
    }
}

#[tokio::test]
async fn who_is_told_not_now_asks_again_with_the_same_key() {
    let (shop, address) = served(StandIn {
        not_now: AtomicUsize::new(3),
        ..StandIn::default()
    })
    .await;
    let courier = Courier::try_new(&door(address, None)).expect("it is an address");
    let answer = courier.ask(&holding(), Instant::now()).await;
    assert!(
        matches!(answer, Answer::Said { said: Said::Hold(_), seq: Some(seq) } if &*seq == "0-7")
    );
    assert_eq!(*shop.keys.lock().expect("it is whole"), ["key-1"; 4]);
    assert_eq!(courier.books().tally.retries()["503 not now"], 3);
}

#[tokio::test]
async fn a_shop_that_is_not_there_loses_the_ask_when_patience_ends() {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let address = format!("http://{}", listener.local_addr().expect("it is bound"));
    drop(listener);
    let door = Door {
        patience: Duration::from_millis(200),
        ..door(address, None)
    };
    let courier = Courier::try_new(&door).expect("it is an address");
    assert!(matches!(
        courier.ask(&holding(), Instant::now()).await,
        Answer::Lost
    ));
    let books = courier.books();
    assert_eq!((books.tally.lost, books.tally.answers()), (1, 0));
    assert!(books.tally.retries().contains_key("no connection"));
}

#[tokio::test]
async fn latencies_count_from_when_it_was_due() {
    let (_, address) = served(StandIn::default()).await;
    let courier = Courier::try_new(&door(address, None)).expect("it is an address");
    let due = Instant::now() - Duration::from_secs(5);
    courier.ask(&holding(), due).await;
    let books = courier.books();
    let (_, latencies) = books.tally.latencies().next().expect("it was answered");
    assert!(latencies.max() >= 4_900_000);
}

fn options(
    address: String,
    acks: Option<std::path::PathBuf>,
    duration: Option<Duration>,
) -> Options {
    Options {
        door: door(address, acks),
        shoppers: 50,
        checkouts_per_second: 100.0,
        rush: 0.0,
        strolling: 1_000,
        haste: Some(100_000.0),
        duration,
        seed: 1,
    }
}

#[tokio::test]
async fn a_crowd_that_is_stopped_before_the_shop_answered_says_so() {
    let nobody = "http://127.0.0.1:9".to_owned();
    let crew = Crew::try_new(options(nobody, None, None)).expect("it is an address");
    let (stop, stopped) = watch::channel(false);
    let run = crew.run(stopped);
    stop.send_replace(true);
    let fault = run.await.expect_err("nobody answered").to_string();
    assert!(fault.contains("127.0.0.1:9 does not answer"), "{fault}");
}

#[tokio::test]
async fn every_order_a_crowd_counts_is_in_the_file_of_acknowledgements_and_looked_up_again() {
    let (_, address) = served(StandIn::default()).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let acks = folder.path().join("acks.jsonl");
    let span = Some(Duration::from_millis(500));
    let crew = Crew::try_new(options(address, Some(acks.clone()), span)).expect("it is an address");
    let (_stop, stopped) = watch::channel(false);
    crew.run(stopped).await.expect("nothing fails");
    let noted = std::fs::read_to_string(acks).expect("it is there");
    let orders: std::collections::HashSet<String> = noted
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("it is JSON"))
        .filter(|line| line["op"] == "checkout")
        .map(|line| line["ids"]["checkout"].to_string())
        .collect();
    crew.see(|seen| {
        assert!(seen.told.checkouts > 5, "{:?}", seen.told);
        assert_eq!(orders.len() as u64, seen.told.checkouts);
        assert_eq!(seen.told.checkouts_looked_up, seen.told.checkouts);
        assert_eq!((seen.malformed, seen.tally.lost), (None, 0));
    });
}

#[tokio::test]
async fn a_shop_that_forgets_orders_is_found_out() {
    let (_, address) = served(StandIn {
        forgets: true,
        ..StandIn::default()
    })
    .await;
    let crew = Crew::try_new(options(address, None, Some(Duration::from_millis(300))))
        .expect("it is an address");
    let (_stop, stopped) = watch::channel(false);
    let running = tokio::time::timeout(Duration::from_secs(60), crew.run(stopped)).await;
    running.expect("it ends").expect("nothing fails");
    crew.see(|seen| {
        assert!(seen.told.findings.len() as u64 >= seen.told.checkouts && seen.told.checkouts > 0)
    });
}

#[tokio::test]
async fn a_crowd_without_end_goes_home_when_it_is_told() {
    let (_, address) = served(StandIn::default()).await;
    let crew = Crew::try_new(options(address, None, None)).expect("it is an address");
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn({
        let crew = crew.clone();
        async move { crew.run(stopped).await }
    });
    while crew.see(|seen| seen.told.checkouts) < 3 {
        tokio::task::yield_now().await;
    }
    stop.send_replace(true);
    let ended = tokio::time::timeout(Duration::from_secs(30), running).await;
    ended
        .expect("it goes home")
        .expect("it does not panic")
        .expect("nothing fails");
    assert!(crew.see(|seen| seen.told.checkouts_looked_up) >= 3);
}
