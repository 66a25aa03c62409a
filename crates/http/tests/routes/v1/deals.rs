//! `/v1/festival`, `/v1/deals`, `/v1/products`: what everyone may read.

use crate::house::House;
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

#[tokio::test]
async fn the_festival_tells_its_time() {
    let house = House::open().await;
    let festival = house.stranger().get("/v1/festival").await.is(200);
    assert_eq!(festival.body["currency"], "KRW");
    assert_eq!(festival.body["time_zone"], "Asia/Seoul");
    assert_eq!(festival.body["now"], "2026-11-10T14:59:00.000Z");
}

#[tokio::test]
async fn deals_are_listed_by_state_page_by_page() {
    let house = House::open().await;
    let stranger = house.stranger();
    assert_eq!(
        stranger.get("/v1/deals").await.is(200).body["items"],
        json!([])
    );
    let first = stranger
        .get("/v1/deals?state=upcoming&limit=1")
        .await
        .is(200);
    assert_eq!(first.body["items"][0]["deal"], "NIGHT");
    let next = first.body["next"].as_str().expect("there is more");
    let second = stranger
        .get(&format!("/v1/deals?state=upcoming&limit=1&cursor={next}"))
        .await;
    assert_eq!(second.body["items"][0]["deal"], "LAST");
    assert_eq!(second.body["next"], Value::Null);
    house.pass(60_000);
    let open = stranger
        .get("/v1/deals?seller=moa&category=Women")
        .await
        .is(200);
    assert_eq!(open.body["items"].as_array().map(Vec::len), Some(2));
    let none = stranger.get("/v1/deals?category=Men").await.is(200);
    assert_eq!(none.body["items"], json!([]));
    stranger.get("/v1/deals?seller=nobody").await.is(404);
    stranger.get("/v1/deals?limit=101").await.is(422);
    stranger.get("/v1/deals?state=closed").await.is(400);
}

#[tokio::test]
async fn a_deal_says_what_is_left() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let hold = json!({"deal": "LAST", "sku": "COAT-S"});
    let given = guest.post("/v1/holds", hold).await.is(201);
    let point = given.header("doorbuster-sequence");
    let path = format!("/v1/deals/LAST?at_least={point}");
    let deal = guest.get(&path).await.is(200);
    assert_eq!(
        (&deal.body["claimed_percent"], &deal.body["state"]),
        (&json!(100), &json!("open"))
    );
    let sku = &deal.body["skus"][0];
    assert_eq!(sku["state"], "waitlist");
    assert_eq!(
        sku["list_price"],
        json!({"amount": 69_000, "currency": "KRW"})
    );
    assert_eq!(
        guest.get("/v1/deals/NOON").await.is(404).problem(),
        "deal_unknown"
    );
}

#[tokio::test]
async fn who_has_seen_an_answer_is_told_that_it_is_the_same() {
    let house = House::open().await;
    let stranger = house.stranger();
    let first = stranger.get("/v1/products/COAT").await.is(200);
    assert_eq!(first.body["deals"], json!(["LAST", "NIGHT"]));
    let tag = first.header("etag").to_owned();
    let request = || Request::get("/v1/products/COAT").header("if-none-match", &tag);
    let same = stranger.send(request(), Body::empty()).await.is(304);
    assert_eq!(same.body, json!(""));
    let listed = stranger.get("/v1/products?category=Women").await.is(200);
    assert_eq!(listed.body["items"][0]["id"], "COAT");
    stranger.get("/v1/products/HAT").await.is(404);
}
