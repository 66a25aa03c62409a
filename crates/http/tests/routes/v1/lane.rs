//! The fast lane: what a socket sees of it, and that nobody is kept waiting by others' connections.

use crate::house::{House, Wire, limits, uuid7};
use serde_json::json;
use std::time::Duration;

/// A little longer than a client may leave its answers unread.
const DEAF_FOR: Duration = Duration::from_secs(31);
/// A little longer than one may ask for nothing.
const IDLE_FOR: Duration = Duration::from_secs(121);

#[tokio::test]
async fn requests_that_are_sent_together_are_answered_in_their_order() {
    let house = House::at_the_bell().await;
    let (first, second) = (house.guest().await, house.guest().await);
    let mut wire = Wire::to(house.serve().await).await;
    let night = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let noon = json!({"deal": "NOON", "sku": "COAT-S"});
    let order = json!({"order": uuid7(house.now()), "deal": "NIGHT", "sku": "COAT-M"});
    let sent = [
        first.text("POST /v1/holds", "idempotency-key: 1\r\n", &night),
        first.text("POST /v1/holds", "idempotency-key: 1\r\n", &night),
        second.text("POST /v1/holds", "", &noon),
        second.text("POST /v1/orders", "", &order),
        second.text("POST /v1/holds", "", &json!({"deal": 7})),
    ];
    wire.send(&sent.concat()).await;
    let held = wire.hear().await;
    assert_eq!(held.status, 201);
    assert!(
        held.head.contains("doorbuster-sequence: 0-"),
        "{}",
        held.head
    );
    let again = wire.hear().await;
    assert!(again.head.contains("idempotent-replayed: true"));
    assert_eq!(again.body, held.body);
    let unknown = wire.hear().await;
    assert_eq!(unknown.body["refusal"], "deal_unknown");
    assert!(unknown.head.contains("application/problem+json"));
    let placed = wire.hear().await;
    assert_eq!(placed.status, 201, "{}", placed.body);
    assert_eq!(placed.body["orders"][0]["seller"], "moa");
    let wrong = wire.hear().await;
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.body["errors"][0]["detail"], "must be a text");
}

#[tokio::test]
async fn a_connection_that_asks_for_something_else_is_answered_all_the_same() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let mut wire = Wire::to(house.serve().await).await;
    let night = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let hold = guest.text("POST /v1/holds", "", &night);
    let cart = guest.text("GET /v1/cart", "", &json!(null));
    wire.send(&[&*hold, &cart, &hold].concat()).await;
    let held = wire.hear().await;
    let cart = wire.hear().await;
    assert_eq!((held.status, cart.status), (201, 200));
    assert_eq!(wire.hear().await.status, 201);
    // Who asked for the cart before the hold was answered could not say from which point on it must show.
    let lines = held.head.lines();
    let mut points = lines.filter_map(|line| line.strip_prefix("doorbuster-sequence: "));
    let point = points.next().expect("a write tells when it shows").trim();
    let cart = guest.text(&format!("GET /v1/cart?at_least={point}"), "", &json!(null));
    wire.send(&cart).await;
    let cart = wire.hear().await;
    assert_eq!(cart.body["holds"][0]["hold"], held.body["hold"]);
}

#[tokio::test]
async fn lane_and_router_answer_alike() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let mut wire = Wire::to(house.serve().await).await;
    for (key, body) in [
        ("1", json!({"deal": "NIGHT", "sku": "COAT-S"})),
        ("2", json!({"deal": "NIGHT", "sku": "HAT"})),
        ("3", json!({"deal": "NIGHT", "sku": "COAT-S", "unit": 2})),
        ("4", json!(["NIGHT"])),
    ] {
        let told = guest.post_once(key, "/v1/holds", &body).await;
        let key = format!("idempotency-key: {key}\r\n");
        wire.send(&guest.text("POST /v1/holds", &key, &body)).await;
        let heard = wire.hear().await;
        assert_eq!((heard.status, &heard.body), (told.status, &told.body));
        // The lane compresses nothing, so that nothing varies.
        for name in told.headers.keys().filter(|name| *name != "vary") {
            let sent = format!("\r\n{name}: ");
            assert!(heard.head.contains(&sent), "{name}: {}", heard.head);
        }
    }
}

#[tokio::test]
async fn who_has_no_session_or_a_false_one_is_told_so() {
    let house = House::at_the_bell().await;
    let mut wire = Wire::to(house.serve().await).await;
    let stranger = house.stranger().with(&json!("nobody"));
    let night = json!({"deal": "NIGHT", "sku": "COAT-S"});
    wire.send(&stranger.text("POST /v1/holds", "", &night))
        .await;
    let heard = wire.hear().await;
    assert_eq!(heard.status, 401);
    assert_eq!(heard.body["type"], "/problems/session_required");
}

#[tokio::test]
async fn who_sends_slowly_and_who_does_not_read_keep_nobody_waiting() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let address = house.serve().await;
    let night = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let hold = guest.text("POST /v1/holds", "", &night);
    let (begun, rest) = hold.split_at(hold.len() - 1);
    let mut slow = Wire::to(address).await;
    slow.send(begun).await;
    let noon = guest.text(
        "POST /v1/holds",
        "",
        &json!({"deal": "NOON", "sku": "COAT-S"}),
    );
    let mut deaf = Wire::to(address).await;
    deaf.send_until_stuck(&noon.repeat(100)).await;
    let mut quick = Wire::to(address).await;
    quick.send(&hold).await;
    assert_eq!(quick.hear().await.status, 201);
    slow.send(rest).await;
    assert_eq!(slow.hear().await.status, 201);
}

#[tokio::test]
async fn who_never_reads_is_waited_for_as_long_as_anybody_is_and_then_dropped() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let address = house.serve().await;
    // What is answered without a look at anything: who is stuck is stuck because nobody reads.
    let wrong = guest.text("POST /v1/holds", "", &json!({"deal": 7}));
    let mut deaf = Wire::to(address).await;
    deaf.send_until_stuck(&wrong.repeat(100)).await;
    let mut quick = Wire::to(address).await;
    let night = json!({"deal": "NIGHT", "sku": "COAT-S"});
    quick.send(&guest.text("POST /v1/holds", "", &night)).await;
    assert_eq!(quick.hear().await.status, 201);

    tokio::time::pause();
    tokio::time::advance(DEAF_FOR).await;
    tokio::time::resume();
    deaf.hears_that_it_is_over().await;
    quick.send(&guest.text("POST /v1/holds", "", &night)).await;
    assert_eq!(quick.hear().await.status, 201);
}

#[tokio::test]
async fn who_asks_for_nothing_for_very_long_makes_room_for_others() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let address = house.serve().await;
    let (mut silent, mut used) = (Wire::to(address).await, Wire::to(address).await);
    let night = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let hold = guest.text("POST /v1/holds", "", &night);
    used.send(&hold).await;
    assert_eq!(used.hear().await.status, 201);

    tokio::time::pause();
    tokio::time::advance(IDLE_FOR).await;
    tokio::time::resume();
    silent.hears_that_it_is_over().await;
    used.hears_that_it_is_over().await;
    let mut next = Wire::to(address).await;
    next.send(&hold).await;
    assert_eq!(next.hear().await.status, 201);
}

#[tokio::test]
async fn what_one_address_sends_together_is_counted_to_the_last_request() {
    let ask = json!({"deal": "NIGHT", "sku": "COAT-S"});
    // Lines may end without a carriage return, so that nobody sees in passing how many requests there are.
    for ends in ["\r\n", "\n"] {
        let house = House::with(Some(limits(1_000, 60))).await;
        let guest = house.guest().await;
        let mut wire = Wire::to(house.serve().await).await;
        let hold = guest.text("POST /v1/holds", "", &ask);
        let others = hold.replace("\r\n", ends).repeat(39);
        let mut admitted = [0, 0];
        for admitted in &mut admitted {
            wire.send(&format!("{hold}{others}")).await;
            for _ in 0..40 {
                *admitted += u32::from(wire.hear().await.status != 429);
            }
        }
        // A request of which only the head had come may be counted again; and in a second one more is let in.
        assert!(
            admitted[0] == 40 && (18..=22).contains(&admitted[1]),
            "{admitted:?}"
        );
    }
}
