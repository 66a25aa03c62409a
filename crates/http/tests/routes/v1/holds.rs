//! `/v1/holds`, `/v1/waitlist`, `/v1/cart`, and the promises that every write keeps.

use crate::house::{Client, House, terms};
use serde_json::{Value, json};
use vocabulary::{Command, DealTerms};

#[tokio::test]
async fn before_the_bell_nobody_holds_and_from_its_millisecond_on_they_do() {
    let house = House::open().await;
    let guest = house.guest().await;
    let hold = json!({"deal": "NIGHT", "sku": "COAT-S", "units": 1});
    house.pass(59_999);
    let early = guest.post("/v1/holds", hold.clone()).await.is(409);
    assert_eq!(early.problem(), "deal_not_open");
    assert_eq!(early.body["number"], 70);
    house.pass(1);
    let given = guest.post("/v1/holds", hold).await.is(201);
    assert_eq!(given.says("expires_at"), "2026-11-10T15:15:00.000Z");
}

#[tokio::test]
async fn the_same_key_and_body_get_the_same_answer_and_another_body_is_refused() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let hold = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let first = guest
        .post_once("k", "/v1/holds", hold.clone())
        .await
        .is(201);
    assert_eq!(first.header("idempotent-replayed"), "");
    house.pass(5_000);
    let again = guest
        .post_once("k", "/v1/holds", hold.clone())
        .await
        .is(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.body, first.body);
    let other = json!({"deal": "NIGHT", "sku": "COAT-M"});
    let reused = guest.post_once("k", "/v1/holds", other).await.is(422);
    assert_eq!(reused.problem(), "request_key_reused");
    let stranger = house.guest().await;
    let theirs = stranger.post_once("k", "/v1/holds", hold).await.is(201);
    assert_ne!(theirs.body["hold"], first.body["hold"]);
}

#[tokio::test]
async fn a_shopper_reads_their_own_writes() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let hold = json!({"deal": "NIGHT", "sku": "COAT-S", "units": 2});
    let given = guest.post("/v1/holds", hold).await.is(201);
    let point = given.header("doorbuster-sequence");
    let cart = guest
        .get(&format!("/v1/cart?at_least={point}"))
        .await
        .is(200);
    let shown = &cart.body["holds"][0];
    assert_eq!(shown["hold"], given.body["hold"]);
    assert_eq!(shown["price"], json!({"amount": 41_000, "currency": "KRW"}));
    assert_eq!(
        (&shown["deal"], &shown["sku"]),
        (&json!("NIGHT"), &json!("COAT-S"))
    );
    let path = format!("/v1/holds/{}", given.says("hold"));
    house.guest().await.delete(&path).await.is(403);
    let gone = guest.delete(&path).await.is(204);
    let point = gone.header("doorbuster-sequence");
    let cart = guest
        .get(&format!("/v1/cart?at_least={point}"))
        .await
        .is(200);
    assert_eq!(cart.body["holds"], json!([]));
    assert_eq!(guest.delete(&path).await.is(404).problem(), "hold_unknown");
}

#[tokio::test]
async fn who_comes_too_late_waits_and_gets_what_lapses() {
    let house = House::at_the_bell().await;
    let (first, second) = (house.guest().await, house.guest().await);
    let last = json!({"deal": "LAST", "sku": "COAT-S", "or_wait": true});
    first.post("/v1/holds", last.clone()).await.is(201);
    let place = second.post("/v1/holds", last.clone()).await.is(202);
    assert_eq!(place.body["ahead"], 0);
    let third = house.guest().await;
    let asked = json!({"deal": "LAST", "sku": "COAT-S"});
    let behind = third.post("/v1/waitlist", asked).await.is(201);
    assert_eq!(behind.body["ahead"], 1);
    let path = format!("/v1/waitlist/{}", behind.says("place"));
    third.delete(&path).await.is(204);
    house.pass(900_000);
    let tick = first.post("/v1/holds", last).await.is(202);
    let point = tick.header("doorbuster-sequence");
    let cart = second.get(&format!("/v1/cart?at_least={point}")).await;
    assert_eq!(cart.body["holds"][0]["offered"], true);
    let cart = first.get("/v1/cart").await;
    assert_eq!(cart.body["lapsed"][0]["deal"], "LAST");
}

#[tokio::test]
async fn what_is_wrong_is_said_field_by_field_or_in_words() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let unknown = json!({"deal": "NOON", "sku": "COAT-S"});
    let answer = guest.post("/v1/holds", unknown).await.is(404);
    assert_eq!(answer.problem(), "deal_unknown");
    let answer = guest
        .post("/v1/holds", json!({"deal": "NIGHT"}))
        .await
        .is(422);
    let missing = json!([{"field": "sku", "detail": "must be said"}]);
    assert_eq!(answer.body["errors"], missing);
    let text = axum::body::Body::from("{");
    let request = axum::http::Request::post("/v1/holds");
    assert_eq!(
        guest.send(request, text).await.is(400).problem(),
        "malformed"
    );
    let answer = guest.delete("/v1/holds/none").await.is(422);
    assert_eq!(answer.body["errors"][0]["field"], "hold");
    let hold = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let answer = guest.post_once("ключ", "/v1/holds", hold).await.is(422);
    assert_eq!(answer.body["errors"][0]["field"], "Idempotency-Key");
    guest.get("/problems/deal_unknown").await.is(200);
    guest.get("/problems/none").await.is(404);
}

async fn take(client: &Client, deal: &str) -> crate::house::Answer {
    let hold = json!({"deal": deal, "sku": "COAT-S"});
    client.post("/v1/holds", hold).await
}

async fn wait(client: &Client, deal: &str) -> crate::house::Answer {
    let asked = json!({"deal": deal, "sku": "COAT-S"});
    client.post("/v1/waitlist", asked).await
}

/// A deal of one unit on these terms.
async fn with_deal(id: &str, terms: DealTerms) -> House {
    let house = House::at_the_bell().await;
    house.schedule(id, &[1], terms).await;
    house
}

#[tokio::test]
async fn a_hold_names_what_there_is_and_asks_for_something() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    for (deal, sku, units, name) in [
        ("NIGHT", "COAT-S", 0, "nothing_asked"),
        ("NIGHT", "HAT", 1, "sku_unknown"),
        ("NOON", "COAT-S", 1, "deal_unknown"),
        ("LAST", "COAT-M", 1, "sku_not_in_deal"),
        ("NIGHT", "COAT-S", 3, "limit_reached"),
    ] {
        let hold = json!({"deal": deal, "sku": sku, "units": units});
        guest.post("/v1/holds", hold).await.refused(name);
    }
    take(&guest, "LAST").await.is(201);
    take(&house.guest().await, "LAST")
        .await
        .refused("stock_exhausted");
    house.pass(3_600_000);
    take(&guest, "NIGHT").await.refused("deal_over");
    wait(&guest, "NIGHT").await.refused("deal_over");
}

#[tokio::test]
async fn deals_for_members_and_for_verified_persons_are_for_them() {
    let members = DealTerms {
        members_only: true,
        ..terms(1)
    };
    let house = with_deal("MEMBERS", members).await;
    let verified = DealTerms {
        verified_only: true,
        ..terms(1)
    };
    house.schedule("VERIFIED", &[2], verified).await;
    let (guest, member) = (house.guest().await, house.member("m-1", None).await);
    take(&guest, "MEMBERS").await.refused("members_only");
    wait(&guest, "MEMBERS").await.refused("members_only");
    take(&member, "MEMBERS").await.is(201);
    take(&member, "VERIFIED")
        .await
        .refused("verification_required");
    wait(&member, "VERIFIED")
        .await
        .refused("verification_required");
    take(&house.member("m-2", Some("p-1")).await, "VERIFIED")
        .await
        .is(201);
    let same_person = house.member("m-3", Some("p-1")).await;
    take(&same_person, "VERIFIED")
        .await
        .refused("limit_reached");
}

#[tokio::test]
async fn one_waits_once_for_what_is_gone_where_there_is_room() {
    let narrow = DealTerms {
        waitlist_max: 1,
        ..terms(0)
    };
    let house = with_deal("NARROW", narrow).await;
    let none = DealTerms {
        waitlist_max: 0,
        ..terms(0)
    };
    house.schedule("NONE", &[1], none).await;
    let (first, second) = (house.guest().await, house.guest().await);
    wait(&first, "NARROW").await.refused("not_exhausted");
    for deal in ["NARROW", "NONE"] {
        take(&first, deal).await.is(201);
    }
    let place = wait(&second, "NARROW").await.is(201).says("place");
    wait(&second, "NARROW").await.refused("already_waiting");
    wait(&first, "NARROW").await.refused("waitlist_full");
    wait(&first, "NONE").await.refused("no_waitlist");
    wait(&first, "NOON").await.refused("deal_unknown");
    let elsewhere = json!({"deal": "NARROW", "sku": "COAT-M"});
    first
        .post("/v1/waitlist", elsewhere)
        .await
        .refused("sku_not_in_deal");
    let path = format!("/v1/waitlist/{place}");
    first.delete(&path).await.refused("not_yours");
    second.delete(&path).await.is(204);
    second.delete(&path).await.refused("place_unknown");
    let last = json!({"deal": "LAST", "sku": "COAT-S", "or_wait": true});
    first.post("/v1/holds", &last).await.is(201);
    wait(&first, "LAST").await.refused("limit_reached");
}

#[tokio::test]
async fn before_the_bell_nobody_waits() {
    let house = House::open().await;
    let guest = house.guest().await;
    wait(&guest, "NIGHT").await.refused("deal_not_open");
}

#[tokio::test]
async fn a_hold_gets_more_time_where_its_deal_allows_it_and_nobody_waits() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let hold = json!({"deal": "NIGHT", "sku": "COAT-S", "units": 1});
    let given = guest.post("/v1/holds", hold).await.is(201);
    let path = format!("/v1/holds/{}/extension", given.says("hold"));
    guest.post(&path, Value::Null).await.refused("no_more_time");
    let deal = house
        .shop
        .directory
        .deal("NIGHT")
        .await
        .expect("it is there")
        .number;
    let allowed = Command::AllowExtensions {
        deal,
        times: 1,
        span_ms: 300_000,
    };
    house.command(allowed).await;
    house.catch_up().await;
    let cart = guest.get("/v1/cart").await.is(200);
    assert_eq!(cart.body["holds"][0]["extension_seconds"], 300);
    let stranger = house.guest().await;
    stranger.post(&path, Value::Null).await.refused("not_yours");
    let longer = guest.post_once("more", &path, Value::Null).await.is(200);
    assert_eq!(longer.says("expires_at"), "2026-11-10T15:20:00.000Z");
    let again = guest.post_once("more", &path, Value::Null).await.is(200);
    assert_eq!(again.header("idempotent-replayed"), "true");
    house.settle(&longer).await;
    let cart = guest.get("/v1/cart").await.is(200);
    assert_eq!(cart.body["holds"][0]["extension_seconds"], 0);
    assert_eq!(
        cart.body["holds"][0]["expires_at"],
        longer.body["expires_at"]
    );
}
