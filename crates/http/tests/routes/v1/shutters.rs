//! Where nobody can buy, whoever asks is told so without being asked who they are; alone, in the lane and in
//! a batch. It ends with the answer that lets somebody buy again.

use crate::house::{House, Wire, uuid7};
use serde_json::{Value, json};

/// What a batch of this one request is answered.
fn batch_of(mut request: Value, op: &str) -> Value {
    request["op"] = json!(op);
    request["session"] = json!("nobody");
    json!({"requests": [request]})
}

#[tokio::test]
async fn what_is_sold_out_is_told_to_anybody_until_a_unit_comes_free() {
    let house = House::at_the_bell().await;
    let (first, second) = (house.guest().await, house.guest().await);
    let nobody = house.stranger().with(&json!("nobody"));
    let mut wire = Wire::to(house.serve().await).await;
    let last = json!({"deal": "LAST", "sku": "COAT-S"});
    let held = first.post_once("k", "/v1/holds", &last).await.is(201);
    assert_eq!(
        nobody.post("/v1/holds", &last).await.is(401).problem(),
        "session_required"
    );
    assert_eq!(
        second.post("/v1/holds", &last).await.is(409).problem(),
        "stock_exhausted"
    );

    wire.send(&nobody.text("POST /v1/holds", "", &last)).await;
    let heard = wire.hear().await;
    assert_eq!(
        (heard.status, &heard.body["refusal"]),
        (409, &json!("stock_exhausted"))
    );
    let batch = second
        .post("/v1/batches", batch_of(last.clone(), "hold"))
        .await
        .is(200);
    assert_eq!(
        batch.body["results"][0]["body"]["refusal"],
        "stock_exhausted"
    );
    let by_key = nobody.text("POST /v1/holds", "idempotency-key: k\r\n", &last);
    wire.send(&by_key).await;
    assert_eq!(
        wire.hear().await.status,
        401,
        "who may have been first is looked at"
    );
    let again = first.post_once("k", "/v1/holds", &last).await.is(201);
    assert_eq!(again.body, held.body);

    let path = format!("/v1/holds/{}", held.says("hold"));
    first.delete(&path).await.is(204);
    wire.send(&second.text("POST /v1/holds", "", &last)).await;
    assert_eq!(wire.hear().await.status, 201);
}

#[tokio::test]
async fn an_order_whose_answer_got_lost_is_heard_of_and_later_ones_are_turned_away() {
    let house = House::at_the_bell().await;
    let (first, second) = (house.guest().await, house.guest().await);
    let mut wire = Wire::to(house.serve().await).await;
    let order = |id: String| json!({"order": id, "deal": "LAST", "sku": "COAT-S"});
    let placed = order(uuid7(house.now()));
    first.post("/v1/orders", &placed).await.is(201);
    let late = second.post("/v1/orders", order(uuid7(house.now()))).await;
    late.refused("stock_exhausted");
    wire.send(&first.text("POST /v1/orders", "", &placed)).await;
    assert_eq!(wire.hear().await.body["refusal"], "checkout_exists");

    house.pass(1);
    let nobody = house.stranger().with(&json!("nobody"));
    let new = order(uuid7(house.now()));
    for key in ["", "idempotency-key: k\r\n"] {
        wire.send(&nobody.text("POST /v1/orders", key, &new)).await;
        assert_eq!(
            wire.hear().await.body["refusal"],
            "stock_exhausted",
            "{key}"
        );
    }
    let batch = first
        .post("/v1/batches", batch_of(new, "order"))
        .await
        .is(200);
    assert_eq!(
        batch.body["results"][0]["body"]["refusal"],
        "stock_exhausted"
    );
    wire.send(&first.text("POST /v1/orders", "", &placed)).await;
    assert_eq!(wire.hear().await.body["refusal"], "checkout_exists");
}

#[tokio::test]
async fn before_the_bell_nobody_is_asked_who_they_are_and_at_the_bell_everybody_is() {
    let house = House::open().await;
    let nobody = house.stranger().with(&json!("nobody"));
    let mut wire = Wire::to(house.serve().await).await;
    let night = json!({"deal": "NIGHT", "sku": "COAT-S", "or_wait": true});
    let guest = house.guest().await;
    guest
        .post("/v1/holds", &night)
        .await
        .refused("deal_not_open");
    house.pass(58_999);
    let early = nobody.text("POST /v1/holds", "idempotency-key: k\r\n", &night);
    wire.send(&early).await;
    assert_eq!(wire.hear().await.body["refusal"], "deal_not_open");
    house.pass(1);
    wire.send(&early).await;
    assert_eq!(
        wire.hear().await.status,
        401,
        "the last second is the till's"
    );
    house.pass(1_000);
    wire.send(&guest.text("POST /v1/holds", "", &night)).await;
    assert_eq!(wire.hear().await.status, 201);
}
