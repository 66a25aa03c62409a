//! `/v1/board` and its curve: what has been paid, where it goes, what sells best.

use super::checkouts::paid;
use crate::house::{House, terms};
use serde_json::{Value, json};
use sqlx::Connection;

/// The board, from where it shows all that was done.
async fn board(house: &House) -> Value {
    house.catch_up().await;
    let shown = house.shop.views().reached();
    let address = format!("/v1/board?at_least=0-{shown}");
    house.stranger().get(&address).await.is(200).body
}

#[tokio::test]
async fn what_was_paid_stands_by_product_category_seller_and_step() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    paid(&house, &guest).await;
    let board = board(&house).await;
    assert_eq!(
        board["totals"][0]["paid"],
        json!({"count": 1, "amount": 82_000})
    );
    assert_eq!(
        board["pipeline"],
        json!({"ordered": 2, "paid": 2, "shipped": 0, "delivered": 0, "refunded": 0})
    );
    let brought = |list: &str| board[list][0]["amount"].as_i64();
    assert_eq!(brought("top_products"), brought("top_deals"));
    assert_eq!(brought("top_products"), brought("top_categories"));
    assert_eq!(brought("top_sellers"), Some(82_000));
    assert_eq!(board["top_products"][0]["id"], "COAT");
    assert!(board["top_products"][0]["name"]["ko"].is_string());
    let balances = board["books"].as_array().expect("balances").iter();
    assert_eq!(
        balances
            .filter_map(|it| it["balance"].as_i64())
            .sum::<i64>(),
        0
    );
}

#[tokio::test]
async fn places_and_devices_add_up_to_what_was_paid() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let answer = paid(&house, &guest).await;
    let checkout: vocabulary::CheckoutId = answer.says("checkout").parse().expect("an id");
    let mut records = house.hold_records().await;
    let noted = sqlx::query(
        "INSERT INTO checkout_origins (checkout_id, country, province, device) VALUES (?, 'KR', 'KR-11', 'phone')
         ON CONFLICT (checkout_id) DO UPDATE SET country = 'KR', province = 'KR-11', device = 'phone'",
    )
    .bind(checkout.0.to_be_bytes().to_vec())
    .execute(&mut records)
    .await;
    noted.expect("the table is there");
    sqlx::query("COMMIT")
        .execute(&mut records)
        .await
        .expect("committed");
    records.close().await.expect("closed");
    let board = board(&house).await;
    let known = json!([{"place": "KR", "count": 1, "amount": 82_000}]);
    assert_eq!(board["countries"], known);
    assert_eq!(
        board["provinces"],
        json!([{"place": "KR-11", "count": 1, "amount": 82_000}])
    );
    assert_eq!(
        board["devices"],
        json!([{"place": "phone", "count": 1, "amount": 82_000}])
    );
    for list in ["countries", "devices"] {
        let sums = board[list].as_array().expect("a list").iter();
        let sum: i64 = sums.filter_map(|it| it["amount"].as_i64()).sum();
        assert_eq!(
            Some(sum),
            board["totals"][0]["paid"]["amount"].as_i64(),
            "{list}"
        );
    }
}

#[tokio::test]
async fn the_curve_begins_at_the_first_bell_and_ends_with_all_that_was_paid() {
    let house = House::at_the_bell().await;
    let empty = house.stranger().get("/v1/board/curve").await.is(200);
    assert_eq!(empty.body["amounts"], json!([]));
    assert_eq!(empty.body["earlier"], Value::Null);
    let guest = house.guest().await;
    paid(&house, &guest).await;
    house.catch_up().await;
    let curve = house.stranger().get("/v1/board/curve").await.is(200).body;
    let last = curve["amounts"]
        .as_array()
        .and_then(|it| it.last())
        .cloned();
    assert_eq!(last, Some(json!(82_000)));
    assert_eq!(
        (&curve["currency"], &curve["horizon"]),
        (&json!("KRW"), &json!(60))
    );
    assert_eq!(board(&house).await["bell"], curve["bell"]);
}

#[tokio::test]
async fn the_next_day_another_festival_counts_anew_beside_the_curve_of_the_one_before() {
    const DAY: u64 = 24 * 60 * 60 * 1_000;
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    paid(&house, &guest).await;
    let mut tomorrow = terms(0);
    tomorrow.starts_at = tomorrow.starts_at.plus(DAY);
    tomorrow.ends_at = tomorrow.ends_at.plus(DAY);
    house.schedule("NEXT", &[5], tomorrow).await;
    let tonight = board(&house).await;
    assert_eq!(
        tonight["totals"][0]["since_bell"],
        tonight["totals"][0]["paid"]
    );
    house.pass(DAY);
    let hold = json!({"deal": "NEXT", "sku": "COAT-S"});
    guest.post("/v1/holds", hold).await.is(201);
    let next = board(&house).await;
    assert_eq!(next["bell"], "2026-11-11T15:00:00.000Z");
    let nothing = json!({"count": 0, "amount": 0});
    assert_eq!(next["totals"][0]["since_bell"], nothing);
    assert_eq!(next["totals"][0]["paid"], tonight["totals"][0]["paid"]);
    let curve = house.stranger().get("/v1/board/curve").await.is(200).body;
    assert_eq!(
        (&curve["bell"], &curve["amounts"]),
        (&next["bell"], &json!([0]))
    );
    let earlier = &curve["earlier"];
    assert_eq!(
        (&earlier["festival"], &earlier["bell"]),
        (&json!(""), &tonight["bell"])
    );
    let last = earlier["amounts"].as_array().and_then(|it| it.last());
    assert_eq!(last, Some(&json!(82_000)));
    let page = house.browser().see("/board").await;
    assert!(page.has("2026년 11월 11일 축제") && page.has("data-curve-earlier"));
    assert!(page.has("<div data-since-bell>"));
}

#[tokio::test]
async fn who_sold_the_last_unit_is_told_of_and_a_bell_that_comes_is_counted_down_to() {
    let house = House::open().await;
    let before = board(&house).await;
    assert_eq!(
        (&before["bell"], &before["next_deals"]),
        (&Value::Null, &json!(2))
    );
    house.pass(60_000);
    let hold = json!({"deal": "LAST", "sku": "COAT-S"});
    house.guest().await.post("/v1/holds", hold).await.is(201);
    let board = board(&house).await;
    let told = &board["happenings"][0];
    assert_eq!(
        (&told["what"], &told["deal"]),
        (&json!("sold_out"), &json!("LAST"))
    );
    assert_eq!(
        (&board["next_bell"], &board["open_deals"]),
        (&Value::Null, &json!(2))
    );
}

#[tokio::test]
async fn who_comes_late_hears_the_whole_that_others_have_heard_piece_by_piece() {
    let house = House::at_the_bell().await;
    let mut early = house.hear("/v1/board/stream", "event: board").await;
    let guest = house.guest().await;
    paid(&house, &guest).await;
    house.catch_up().await;
    early.until(r#""paid":{"count":1,"amount":82000}"#).await;
    let late = house.hear("/v1/board/stream", "\n\n").await;
    assert!(
        late.text.starts_with("event: board\ndata: {"),
        "{}",
        late.text
    );
    assert!(
        late.text.contains(r#""paid":{"count":1,"amount":82000}"#),
        "{}",
        late.text
    );
}
