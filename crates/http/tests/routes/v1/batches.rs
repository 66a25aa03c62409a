//! `/v1/batches`: many requests, each decided for itself.

use crate::house::{Answer, House, uuid7};
use axum::http::Request;
use serde_json::{Value, json};

fn statuses(results: &Value) -> Vec<u64> {
    let results = results["results"].as_array().expect("a list");
    let status = |result: &Value| result["status"].as_u64().expect("a status");
    results.iter().map(status).collect()
}

#[tokio::test]
async fn each_is_decided_for_itself_and_a_repeat_changes_nothing() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let requests = json!({"requests": [
        {"op": "hold", "key": "1", "deal": "NIGHT", "sku": "COAT-S"},
        {"op": "hold", "key": "2", "deal": "NOON", "sku": "COAT-S"},
        {"op": "hold", "key": "3", "deal": "NIGHT", "sku": "COAT-M"},
        {"op": "hold", "key": "4", "deal": "NIGHT", "sku": "COAT-M"},
        {"op": "release", "key": "5", "hold": "999"},
    ]});
    let first = guest.post("/v1/batches", requests.clone()).await.is(200);
    assert_eq!(statuses(&first.body), [201, 404, 201, 409, 404]);
    assert_eq!(first.body["results"][3]["body"]["refusal"], "limit_reached");
    let again = guest.post("/v1/batches", requests).await.is(200);
    assert_eq!(again.body, first.body);
    let holds = [0, 2].map(|n| first.body["results"][n]["body"]["hold"].clone());
    let order = json!({"requests": [
        {"op": "order", "key": "6", "order": uuid7(house.now()), "holds": holds},
        {"op": "wait", "deal": "NIGHT", "sku": "COAT-S"},
    ]});
    let ordered = guest.post("/v1/batches", order).await.is(200);
    assert_eq!(statuses(&ordered.body), [201, 409]);
    assert_eq!(
        ordered.body["results"][0]["body"]["total"]["amount"],
        82_000
    );
}

#[tokio::test]
async fn more_than_a_thousand_are_too_many() {
    let house = House::at_the_bell().await;
    let release = json!({"op": "release", "hold": "1"});
    let requests = json!({"requests": vec![release; 1_001]});
    house
        .guest()
        .await
        .post("/v1/batches", requests)
        .await
        .is(422);
}

#[tokio::test]
async fn a_mistyped_field_of_a_request_is_refused_by_its_name() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let hold = json!({"op": "hold", "deal": "NIGHT", "sku": "COAT-S", "orwait": true});
    let release = json!({"op": "release", "hold": "1", "units": 1});
    for (request, name) in [(hold, "orwait"), (release, "units")] {
        let requests = json!({"requests": [request]});
        let answer = guest.post("/v1/batches", requests).await.is(422);
        let error = &answer.body["errors"][0];
        assert_eq!(error["field"], format!("requests[0].{name}"));
    }
}

#[tokio::test]
async fn each_request_is_its_own_shoppers_from_the_order_to_the_payment() {
    let house = House::at_the_bell().await;
    let session = |answer: Answer| answer.is(201).body["session"].clone();
    let open = || house.stranger();
    let one = session(open().post("/v1/sessions", json!({})).await);
    let two = session(open().post("/v1/sessions", json!({})).await);
    let buy = |session: &Value| {
        json!({"op": "order", "session": session, "order": uuid7(house.now()),
            "deal": "NIGHT", "sku": "COAT-S", "units": 2})
    };
    let requests = json!({"requests": [buy(&one), buy(&two), buy(&one), buy(&json!("nobody"))]});
    let bought = open().post("/v1/batches", requests).await.is(200);
    assert_eq!(statuses(&bought.body), [201, 201, 409, 401]);
    let checkout = |n: usize| bought.body["results"][n]["body"]["checkout"].clone();
    let pay = |session: &Value, checkout: Value| {
        json!({"op": "pay", "session": session, "checkout": checkout, "method": "card",
            "amount": {"amount": 82_000, "currency": "KRW"}, "return_url": "/back"})
    };
    let requests = json!({"requests": [
        pay(&one, checkout(0)), pay(&one, checkout(1)), pay(&two, checkout(1)),
    ]});
    let begun = open().post("/v1/batches", requests).await.is(200);
    assert_eq!(statuses(&begun.body), [201, 403, 201]);
    let payment = |n: usize| {
        begun.body["results"][n]["body"]["payment"]
            .as_str()
            .expect("a try")
            .to_owned()
    };
    let told = format!(
        "captured {} 82000\nnonsense\ncaptured {} 82000",
        payment(0),
        payment(2)
    );
    let callbacks = |signature: &str| {
        let request = Request::post("/v1/payments/callbacks/batches");
        request.header("signature", signature)
    };
    let taken = open()
        .send(callbacks("signed"), told.clone().into())
        .await
        .is(200);
    assert_eq!(statuses(&taken.body), [200, 400, 200]);
    let forged = open().send(callbacks("forged"), told.into()).await.is(401);
    assert_eq!(forged.problem(), "callback_unsigned");
    let path = format!("/v1/checkouts/{}", checkout(1).as_str().expect("an id"));
    house.catch_up().await;
    let paid = open().with(&two).get(&path).await.is(200);
    assert_eq!(paid.body["state"], "paid");
}
