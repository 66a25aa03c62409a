//! What stands around every answer: other sites' pages, limits, headers; and what operations ask.

use crate::house::{Answer, Client, House, limits};
use axum::body::Body;
use axum::http::Request;
use serde_json::json;

const HOLD: &str = r#"{"deal": "NIGHT", "sku": "COAT-S"}"#;

async fn told(client: &Client, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::post("/v1/holds").header("host", "localhost:1111");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    client.send(request, Body::from(HOLD)).await
}

#[tokio::test]
async fn what_another_sites_page_sends_is_turned_away() {
    let house = House::at_the_bell().await;
    let stranger = house.stranger();
    let cookie = told(&stranger, &[]).await.is(201);
    let cookie = cookie
        .header("set-cookie")
        .split(';')
        .next()
        .expect("a pair")
        .to_owned();
    let cookie = ("cookie", cookie.as_str());
    for header in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        assert_eq!(
            told(&stranger, &[cookie, header]).await.is(403).problem(),
            "cross_site"
        );
        told(&stranger, &[header]).await.is(403);
    }
    told(&stranger, &[cookie]).await.is(403);
    told(&stranger, &[cookie, ("sec-fetch-site", "same-origin")])
        .await
        .is(201);
    let own = ("origin", "http://localhost:1111");
    assert_eq!(
        told(&stranger, &[cookie, own]).await.is(409).problem(),
        "limit_reached"
    );
    let bearer = house.guest().await;
    told(&bearer, &[("origin", "https://evil.example")])
        .await
        .is(201);
}

#[tokio::test]
async fn past_the_limit_one_waits() {
    let house = House::with(Some(limits(3, 1_000))).await;
    let guest = house.guest().await;
    for _ in 0..3 {
        guest.get("/v1/cart").await.is(200);
    }
    let answer = guest.get("/v1/cart").await.is(429);
    assert_eq!(answer.problem(), "rate_limited");
    assert_eq!(answer.header("retry-after"), "1");
    house.guest().await.get("/v1/cart").await.is(200);
    guest.get("/healthz").await.is(200);
}

#[tokio::test]
async fn browsers_are_told_what_they_must_not_do() {
    let house = House::open().await;
    let answer = house.stranger().get("/v1/festival").await.is(200);
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn operations_see_that_it_lives_and_serves() {
    let house = House::open().await;
    house.stranger().get("/healthz").await.is(200);
    house.stranger().get("/readyz").await.is(200);
    let answer = house.stranger().get("/v1/nowhere").await.is(404);
    assert_eq!(answer.problem(), "not_found");
    let answer = house.stranger().delete("/v1/cart").await.is(405);
    assert_eq!(answer.problem(), "method_not_allowed");
}

#[tokio::test]
async fn a_till_that_is_closed_is_said_to_be() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    house.shop.counter.drain();
    let hold = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let answer = guest.post("/v1/holds", hold).await.is(503);
    assert_eq!(answer.problem(), "till_closed");
    assert_eq!(answer.header("retry-after"), "1");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_read() {
    let house = House::at_the_bell().await;
    let body = Body::from(vec![b' '; (1 << 20) + 1]);
    let answer = house
        .guest()
        .await
        .send(Request::post("/v1/holds"), body)
        .await;
    assert_eq!(answer.is(413).problem(), "too_large");
}

#[tokio::test]
async fn a_body_with_a_field_that_nobody_knows_is_refused_with_its_name() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let odd = json!({"deal": "NIGHT", "sku": "COAT-S", "unit": 2});
    let answer = guest.post("/v1/holds", odd).await.is(422);
    assert_eq!(answer.problem(), "invalid");
    assert_eq!(answer.body["errors"][0]["field"], "unit");
    let list = json!(["NIGHT", "COAT-S", 1, false]);
    guest.post("/v1/holds", list).await.is(422);
    let none = guest.post("/v1/holds", json!({"sku": "COAT-S"})).await;
    let error = json!({"field": "deal", "detail": "must be said"});
    assert_eq!(none.is(422).body["errors"], json!([error]));
    guest
        .post("/v1/sessions", json!({"jwt": "x"}))
        .await
        .is(422);
}
