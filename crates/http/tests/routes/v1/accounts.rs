//! `/v1/accounts` and `/v1/watches`: what never reaches the ledger.

use crate::house::House;
use serde_json::{Value, json};

fn sign_up() -> Value {
    json!({"email": "hong@example.kr", "password": "correct horse", "name": "홍길동"})
}

#[tokio::test]
async fn an_account_is_opened_once_and_the_repeat_gets_the_stored_answer() {
    let house = House::open().await;
    let stranger = house.stranger();
    let first = stranger
        .post_once("a", "/v1/accounts", sign_up())
        .await
        .is(201);
    let again = stranger
        .post_once("a", "/v1/accounts", sign_up())
        .await
        .is(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.body, first.body);
    let mut other = sign_up();
    other["name"] = json!("다른 사람");
    let reused = stranger.post_once("a", "/v1/accounts", other).await.is(422);
    assert_eq!(reused.problem(), "request_key_reused");
    let taken = stranger.post("/v1/accounts", sign_up()).await.is(409);
    assert_eq!(taken.problem(), "mail_taken");
}

#[tokio::test]
async fn a_session_ends_when_its_member_signs_out() {
    let house = House::open().await;
    let stranger = house.stranger();
    stranger.post("/v1/accounts", sign_up()).await.is(201);
    let wrong = json!({"email": "hong@example.kr", "password": "wrong horse"});
    let answer = stranger.post("/v1/accounts/sign-in", wrong).await.is(401);
    assert_eq!(answer.problem(), "wrong_password");
    let right = json!({"email": "hong@example.kr", "password": "correct horse"});
    let session = stranger.post("/v1/accounts/sign-in", right).await.is(201);
    let member = house.stranger().with(&session.body["session"]);
    member.get("/v1/cart").await.is(200);
    member.delete("/v1/sessions").await.is(204);
    member.get("/v1/cart").await.is(401);
}

#[tokio::test]
async fn short_passwords_and_odd_addresses_are_not_taken() {
    let house = House::open().await;
    for (field, value) in [("password", "short"), ("email", "nobody")] {
        let mut body = sign_up();
        body[field] = json!(value);
        let answer = house.stranger().post("/v1/accounts", body).await.is(422);
        assert_eq!(answer.body["errors"][0]["field"], field);
    }
}

#[tokio::test]
async fn a_deal_is_watched_until_it_is_not() {
    let house = House::open().await;
    let guest = house.guest().await;
    guest.put("/v1/watches/NIGHT").await.is(204);
    guest.put("/v1/watches/NIGHT").await.is(204);
    let watches = guest.get("/v1/watches").await.is(200);
    assert_eq!(watches.body["deals"], json!(["NIGHT"]));
    guest.delete("/v1/watches/NIGHT").await.is(204);
    assert_eq!(guest.get("/v1/watches").await.body["deals"], json!([]));
    guest.put("/v1/watches/NOON").await.is(404);
}

#[tokio::test]
async fn after_many_wrong_passwords_even_the_right_one_has_to_wait() {
    let house = House::open().await;
    let stranger = house.stranger();
    stranger.post("/v1/accounts", sign_up()).await.is(201);
    let wrong = json!({"email": "hong@example.kr", "password": "wrong horse"});
    let mut tries = 0;
    let mut answer = stranger.post("/v1/accounts/sign-in", &wrong).await;
    while answer.status == 401 && tries < 50 {
        tries += 1;
        answer = stranger.post("/v1/accounts/sign-in", &wrong).await;
    }
    assert_eq!(answer.is(429).problem(), "locked");
    let right = json!({"email": "hong@example.kr", "password": "correct horse"});
    let right = stranger.post("/v1/accounts/sign-in", right).await.is(429);
    assert!(!right.header("retry-after").is_empty());
}
