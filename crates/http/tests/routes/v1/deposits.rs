//! Where a deposit goes, told by `/v1/checkouts/{checkout}` and `.../payments`.

use crate::house::{Answer, BELL, Client, House, terms, uuid7};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use vocabulary::DealTerms;

const DAY: u32 = 24 * 60 * 60 * 1_000;

/// A house with a deal whose orders may be paid by a deposit within a day.
async fn open() -> House {
    let house = House::at_the_bell().await;
    let terms = DealTerms {
        deposit_ms: DAY,
        ..terms(2)
    };
    house.schedule("BANK", &[5, 5], terms).await;
    house
}

/// A checkout of one unit: its id and its order's.
async fn placed(house: &House, client: &Client) -> (String, String) {
    let hold = json!({"deal": "BANK", "sku": "COAT-S"});
    let hold = client.post("/v1/holds", hold).await.is(201).says("hold");
    let (checkout, order) = (uuid7(house.now()), uuid7(house.now()));
    let ask = json!({"checkout": checkout, "orders": [order], "holds": [hold]});
    client.post("/v1/checkouts", ask).await.is(201);
    (checkout, order)
}

async fn pay(client: &Client, checkout: &str, method: &str) -> Answer {
    let ask = json!({
        "method": method, "amount": {"amount": 41_000, "currency": "KRW"}, "return_url": "/orders",
    });
    let path = format!("/v1/checkouts/{checkout}/payments");
    client.post_once(method, &path, ask).await.is(201)
}

/// The account of a try, as the checkout tells it now.
async fn account(house: &House, client: &Client, checkout: &str, nth: usize) -> Value {
    house.catch_up().await;
    let shown = client.get(&format!("/v1/checkouts/{checkout}")).await;
    shown.is(200).body["payments"][nth]["account"].clone()
}

#[tokio::test]
async fn a_deposit_is_told_with_its_account_until_the_money_came() {
    let house = open().await;
    let guest = house.guest().await;
    let (checkout, order) = placed(&house, &guest).await;
    let card = pay(&guest, &checkout, "card").await;
    assert_eq!(card.body["account"], Value::Null);
    let deposit = pay(&guest, &checkout, "deposit").await;
    let told = deposit.body["account"].clone();
    let number = told["number"].as_str().expect("a number").to_owned();
    assert!(
        number.ends_with(&deposit.says("payment")),
        "its own: {told}"
    );
    assert!(
        told["bank"].is_string() && told["holder"].is_string(),
        "{told}"
    );
    assert_eq!(deposit.body["amount"]["amount"], 41_000);
    assert_eq!(deposit.says("deadline"), "2026-11-11T15:00:00.000Z");
    assert_eq!(pay(&guest, &checkout, "deposit").await.body, deposit.body);
    assert_eq!(account(&house, &guest, &checkout, 0).await, Value::Null);
    assert_eq!(account(&house, &guest, &checkout, 1).await, told);
    let shown = guest.get(&format!("/v1/checkouts/{checkout}")).await;
    assert_eq!(shown.body["payments"][1]["method"], "deposit");
    let stranger = house.guest().await;
    stranger
        .get(&format!("/v1/checkouts/{checkout}"))
        .await
        .is(403);
    let body = format!("captured {} 41000", deposit.says("payment"));
    let callback = Request::post("/v1/payments/callbacks").header("signature", "signed");
    house
        .stranger()
        .send(callback, Body::from(body))
        .await
        .is(200);
    assert_eq!(account(&house, &guest, &checkout, 1).await, Value::Null);
    let order = guest.get(&format!("/v1/orders/{order}")).await.is(200);
    assert!(!order.text.contains(&number), "no event has it");
}

#[tokio::test]
async fn a_deposit_that_came_to_its_end_has_no_account_any_more() {
    let house = open().await;
    let guest = house.guest().await;
    let (checkout, _) = placed(&house, &guest).await;
    pay(&guest, &checkout, "deposit").await;
    house.catch_up().await;
    house.pass(DAY.into());
    assert_eq!(house.now().0, BELL + u64::from(DAY));
    // Its time is over, though nothing has swept it yet.
    let shown = guest.get(&format!("/v1/checkouts/{checkout}")).await;
    assert_eq!(shown.body["payments"][0]["state"], "started");
    assert_eq!(shown.body["payments"][0]["account"], Value::Null);
    assert_eq!(account(&house, &guest, &checkout, 0).await, Value::Null);
}

#[tokio::test]
async fn an_account_that_is_missing_is_asked_of_the_provider_now_and_then_and_kept() {
    let house = open().await;
    let guest = house.guest().await;
    let (checkout, _) = placed(&house, &guest).await;
    house.provider.hide_accounts(true);
    let begun = pay(&guest, &checkout, "deposit").await;
    assert_eq!(begun.body["account"], Value::Null);
    assert_eq!(account(&house, &guest, &checkout, 0).await, Value::Null);
    house.provider.hide_accounts(false);
    let calls = house.provider.calls();
    assert_eq!(account(&house, &guest, &checkout, 0).await, Value::Null);
    assert_eq!(house.provider.calls(), calls, "it was asked just now");
    house.pass(5_000);
    let told = account(&house, &guest, &checkout, 0).await;
    assert!(told["number"].is_string(), "{told}");
    assert_eq!(house.provider.calls(), calls + 1);
    house.pass(5_000);
    assert_eq!(account(&house, &guest, &checkout, 0).await, told);
    assert_eq!(house.provider.calls(), calls + 1, "it is kept");
}

#[tokio::test]
async fn a_provider_that_fails_leaves_the_checkout_to_be_seen() {
    use clerks::ports::ProviderFault;
    let house = open().await;
    let guest = house.guest().await;
    let (checkout, _) = placed(&house, &guest).await;
    house.provider.hide_accounts(true);
    pay(&guest, &checkout, "deposit").await;
    house
        .provider
        .fail_next(ProviderFault::Unavailable("it sleeps".to_owned()));
    assert_eq!(account(&house, &guest, &checkout, 0).await, Value::Null);
}
