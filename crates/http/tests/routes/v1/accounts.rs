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
    house.pass(60_000);
    guest.put("/v1/watches/NIGHT").await.is(204);
    let open = guest.get("/v1/watches").await.is(200);
    assert_eq!(open.body["deals"], json!([]), "there is nothing to tell");
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

#[tokio::test]
async fn consents_are_told_by_name_and_unknown_ones_are_refused() {
    let house = House::open().await;
    let mut ask = sign_up();
    ask["consents"] = json!(["terms", "privacy", "everything"]);
    let refused = house.stranger().post("/v1/accounts", &ask).await.is(422);
    assert_eq!(refused.body["errors"][0]["field"], "consents");
    ask["consents"] = json!(["terms", "privacy", "advertising"]);
    house.stranger().post("/v1/accounts", &ask).await.is(201);
    let login = json!({"email": ask["email"], "password": ask["password"]});
    let session = house.stranger().post("/v1/accounts/sign-in", login).await;
    let member = house.stranger().with(&session.is(201).body["session"]);
    let export = member.get("/v1/me/export").await.is(200);
    assert_eq!(export.body["consents"].as_array().map(Vec::len), Some(3));
    let wrong = member
        .post("/v1/me/erase", json!({"password": "wrong"}))
        .await;
    assert_eq!(wrong.is(401).problem(), "wrong_password");
    let guest = house.guest().await;
    let nobody = guest.post("/v1/me/erase", json!({"password": "any"})).await;
    assert_eq!(nobody.is(403).problem(), "account_required");
}

#[tokio::test]
async fn a_seller_tells_its_business_and_what_the_way_back_costs() {
    let house = House::open().await;
    let seller = house.stranger().get("/v1/sellers/moa").await.is(200);
    assert_eq!(seller.body["business"]["name"], "주식회사 모아");
    assert_eq!(seller.body["return_fee"]["amount"], 3_000);
    house.stranger().get("/v1/sellers/nobody").await.is(404);
}
