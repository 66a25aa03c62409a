//! What a member keeps here: addresses, who they are, what they agree to.

use crate::house::{Client, House};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

async fn member(house: &House, mail: &str) -> Client {
    let login = json!({"email": mail, "password": "correct horse"});
    let mut account = login.clone();
    account["name"] = json!("홍길동");
    house.stranger().post("/v1/accounts", account).await.is(201);
    let session = house.stranger().post("/v1/accounts/sign-in", login).await;
    house.stranger().with(&session.is(201).body["session"])
}

fn address(recipient: &str) -> Value {
    json!({
        "recipient": recipient, "phone": "010-1234-5678",
        "address": {"country": "KR", "postcode": "04524", "line1": "서울 중구 세종대로 110"},
    })
}

async fn book(member: &Client) -> Vec<Value> {
    let book = member.get("/v1/addresses").await.is(200);
    book.body["items"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn addresses_are_added_once_changed_in_part_made_the_first_and_removed_by_their_owner() {
    let house = House::open().await;
    let hong = member(&house, "hong@example.kr").await;
    let first = hong
        .post_once("a", "/v1/addresses", address("홍길동"))
        .await;
    let again = hong
        .post_once("a", "/v1/addresses", address("홍길동"))
        .await;
    assert_eq!(first.is(201).body, again.is(201).body);
    let second = hong.post("/v1/addresses", address("어머니")).await;
    let path = format!("/v1/addresses/{}", second.is(201).says("id"));
    hong.patch(&path, json!({"first": true, "phone": "02-123-4567"}))
        .await
        .is(204);
    let kept = book(&hong).await;
    assert_eq!(kept.len(), 2);
    assert_eq!(
        (&kept[0]["recipient"], &kept[0]["phone"], &kept[0]["first"]),
        (&json!("어머니"), &json!("02-123-4567"), &json!(true))
    );
    assert_eq!(kept[0]["address"]["line1"], "서울 중구 세종대로 110");
    let wrong = hong.patch(&path, json!({"phone": "12"})).await.is(422);
    assert_eq!(wrong.body["errors"][0]["field"], "phone");
    let nowhere = json!({"address": {"country": "KR", "postcode": "1", "line1": "x"}});
    let nowhere = hong.patch(&path, nowhere).await.is(422);
    assert_eq!(nowhere.body["errors"][0]["field"], "address.postcode");
    let kim = member(&house, "kim@example.kr").await;
    kim.patch(&path, json!({"first": true})).await.is(404);
    kim.delete(&path).await.is(404);
    hong.delete(&path).await.is(204);
    hong.delete(&path).await.is(404);
    assert_eq!(book(&hong).await.len(), 1);
    assert_eq!(
        house.tables_with("어머니").await,
        [""; 0],
        "no answer keeps a name"
    );
}

#[tokio::test]
async fn a_member_changes_what_is_said_of_them_and_a_guest_has_nothing_to_change() {
    let house = House::open().await;
    let hong = member(&house, "hong@example.kr").await;
    hong.patch("/v1/me", json!({"locale": "zh-CN"}))
        .await
        .is(204);
    let me = hong.get("/v1/me").await.is(200).body;
    assert_eq!(
        (&me["email"], &me["name"], &me["locale"], &me["verified"]),
        (
            &json!("hong@example.kr"),
            &json!("홍길동"),
            &json!("zh"),
            &json!(false)
        )
    );
    for (wrong, field) in [
        (json!({"name": " "}), "name"),
        (json!({"phone": "12"}), "phone"),
        (json!({"locale": "tlh"}), "locale"),
    ] {
        let answer = hong.patch("/v1/me", wrong).await.is(422);
        assert_eq!(answer.body["errors"][0]["field"], field);
    }
    let night = json!({"advertising": false, "advertising_at_night": true});
    let put = Request::put("/v1/me/consents");
    hong.json(put, &night).await.is(204);
    let consents = hong.get("/v1/me/consents").await.is(200).body;
    assert_eq!(
        consents["advertising_at_night"], false,
        "nothing by night alone"
    );
    for path in ["/v1/me", "/v1/me/consents", "/v1/addresses"] {
        let told = hong.get(path).await.is(200);
        assert_eq!(told.header("cache-control"), "no-store", "{path}");
    }
    let guest = house.guest().await;
    for path in ["/v1/me", "/v1/me/consents", "/v1/addresses"] {
        let refused = guest.get(path).await.is(403);
        assert_eq!(refused.problem(), "account_required", "{path}");
    }
}

#[tokio::test]
async fn who_told_no_name_changes_the_rest_and_nobody_speaks_what_the_shop_does_not() {
    let house = House::open().await;
    let login = json!({"email": "hong@example.kr", "password": "correct horse"});
    let mut klingon = login.clone();
    klingon["locale"] = json!("tlh");
    let wrong = house.stranger().post("/v1/accounts", klingon).await.is(422);
    assert_eq!(wrong.body["errors"][0]["field"], "locale");
    let mut account = login.clone();
    account["locale"] = json!("zh-CN");
    house.stranger().post("/v1/accounts", account).await.is(201);
    let session = house.stranger().post("/v1/accounts/sign-in", login).await;
    let hong = house.stranger().with(&session.is(201).body["session"]);
    assert_eq!(hong.get("/v1/me").await.is(200).body["locale"], "zh");
    hong.patch("/v1/me", json!({"locale": "en"})).await.is(204);
    let me = hong.get("/v1/me").await.is(200).body;
    assert_eq!((&me["name"], &me["locale"]), (&json!(""), &json!("en")));
}

#[tokio::test]
async fn who_has_no_session_has_nothing_erased_and_gets_none_for_asking() {
    let house = House::open().await;
    let hong = member(&house, "hong@example.kr").await;
    let over = format!("doorbuster_session={}", hong.bearer());
    hong.delete("/v1/sessions").await;
    for cookie in ["", &over] {
        let asked = Request::post("/v1/me/erase")
            .header("cookie", cookie)
            .header("sec-fetch-site", "same-origin");
        let answer = house.stranger().send(asked, Body::empty()).await.is(401);
        assert_eq!(answer.problem(), "session_required");
        assert_eq!(answer.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn who_is_erased_gives_up_what_they_hold_and_wait_for() {
    let house = House::at_the_bell().await;
    let first = house.guest().await;
    let hold = json!({"deal": "LAST", "sku": "COAT-S"});
    first.post("/v1/holds", &hold).await.is(201);
    let second = house.guest().await;
    let waits = json!({"deal": "LAST", "sku": "COAT-S"});
    second.post("/v1/waitlist", &waits).await.is(201);
    let third = house.guest().await;
    third.post("/v1/waitlist", &waits).await.is(201);
    second.post("/v1/me/erase", Value::Null).await.is(204);
    first.post("/v1/me/erase", Value::Null).await.is(204);
    house.catch_up().await;
    let cart = third.get("/v1/cart").await.is(200).body;
    assert_eq!(cart["holds"].as_array().map(Vec::len), Some(1), "{cart}");
}
