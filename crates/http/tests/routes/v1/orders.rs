//! `POST /v1/orders` without holds: units are bought at once.

use crate::house::{House, uuid7};
use serde_json::json;

#[tokio::test]
async fn units_are_bought_at_once_and_paid_as_others() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let order = uuid7(house.now());
    let ask = json!({
        "order": order, "deal": "NIGHT", "sku": "COAT-S", "units": 2,
        "contact": {
            "name": "홍길동", "phone": "010-1234-5678", "email": "hong@example.kr",
            "address": {"country": "KR", "postcode": "04524", "line1": "서울 중구 세종대로 110"},
        },
    });
    let placed = guest.post_once("o", "/v1/orders", &ask).await.is(201);
    assert_eq!(placed.body["orders"][0]["order"], order);
    assert_eq!(placed.body["orders"][0]["seller"], "moa");
    assert_eq!(
        placed.body["total"],
        json!({"amount": 82_000, "currency": "KRW"})
    );
    let again = guest.post_once("o", "/v1/orders", &ask).await.is(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.body, placed.body);
    let checkout = placed.says("checkout");
    let stored = house
        .shop
        .records
        .contact(checkout.parse().expect("an id"))
        .await;
    assert_eq!(
        stored.expect("a look").expect("it is stored").name,
        "홍길동"
    );
    let pay = json!({"method": "card", "amount": placed.body["total"], "return_url": "/back"});
    let payments = format!("/v1/checkouts/{checkout}/payments");
    guest.post(&payments, pay).await.is(201);
}

#[tokio::test]
async fn what_the_rules_of_the_deal_forbid_is_not_bought() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let buy = |deal: &str, units: u16| {
        let order = uuid7(house.now());
        json!({"order": order, "deal": deal, "sku": "COAT-S", "units": units})
    };
    let limited = guest.post("/v1/orders", buy("NIGHT", 3)).await;
    limited.refused("limit_reached");
    guest.post("/v1/orders", buy("LAST", 1)).await.is(201);
    let stranger = house.guest().await;
    let gone = stranger.post("/v1/orders", buy("LAST", 1)).await;
    gone.refused("stock_exhausted");
}

#[tokio::test]
async fn an_order_is_of_holds_or_of_a_deal_and_not_of_both() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let order = uuid7(house.now());
    for (ask, field) in [
        (json!({"order": order, "deal": "NIGHT"}), "sku"),
        (json!({"order": order, "sku": "COAT-S"}), "deal"),
        (
            json!({"order": order, "deal": "NIGHT", "sku": "COAT-S", "holds": ["1"]}),
            "holds",
        ),
        (
            json!({"order": "x", "deal": "NIGHT", "sku": "COAT-S"}),
            "order",
        ),
    ] {
        let refused = guest.post("/v1/orders", ask).await.is(422);
        assert_eq!(refused.body["errors"][0]["field"], field);
    }
}
