//! `/v1/claimed` and `/v1/board/stream`: what listeners hear.

use crate::house::House;
use serde_json::json;

#[tokio::test]
async fn a_listener_hears_the_whole_first_and_then_what_changed() {
    let house = House::at_the_bell().await;
    let mut heard = house.hear("/v1/claimed", "id: ").await;
    assert!(heard.text.contains(r#""deal":"NIGHT""#));
    assert!(
        heard
            .text
            .contains(r#""deal":"LAST","state":"open","claimed_percent":0"#)
    );
    heard.text.clear();
    let hold = json!({"deal": "LAST", "sku": "COAT-S"});
    house.guest().await.post("/v1/holds", hold).await.is(201);
    heard
        .until(r#""deal":"LAST","state":"open","claimed_percent":100"#)
        .await;
    assert!(heard.text.starts_with("event: claimed\ndata: {"));
}

#[tokio::test]
async fn the_board_moves_when_an_order_is_placed() {
    let house = House::at_the_bell().await;
    let mut heard = house.hear("/v1/board/stream", "event: board").await;
    let hold = json!({"deal": "LAST", "sku": "COAT-S"});
    house.guest().await.post("/v1/holds", hold).await.is(201);
    heard.until(r#""holds":1"#).await;
}

#[tokio::test]
async fn who_comes_back_hears_what_they_missed_and_nothing_else() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let night = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let held = guest.post("/v1/holds", night).await.is(201);
    house.settle(&held).await;
    let heard = house.hear("/v1/claimed", "id: ").await;
    let id = heard
        .text
        .split("id: ")
        .nth(1)
        .expect("an id")
        .trim()
        .to_owned();
    drop(heard);
    let hold = json!({"deal": "LAST", "sku": "COAT-S"});
    house.guest().await.post("/v1/holds", hold).await.is(201);
    let heard = house.hear_after("/v1/claimed", Some(&id), "id: ").await;
    assert!(heard.text.contains(r#""deal":"LAST""#), "{}", heard.text);
    assert!(!heard.text.contains(r#""deal":"NIGHT""#), "{}", heard.text);
}

#[tokio::test]
async fn who_knows_up_to_a_sequence_hears_what_changed_after_it() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let night = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let held = guest.post("/v1/holds", night).await.is(201);
    house.settle(&held).await;
    let known = held.header("doorbuster-sequence");
    let hold = json!({"deal": "LAST", "sku": "COAT-S"});
    house.guest().await.post("/v1/holds", hold).await.is(201);
    let heard = house
        .hear(&format!("/v1/claimed?after={known}"), "id: ")
        .await;
    assert!(heard.text.contains(r#""deal":"LAST""#), "{}", heard.text);
    assert!(!heard.text.contains(r#""deal":"NIGHT""#), "{}", heard.text);
    let wrong = guest.get("/v1/claimed?after=noon").await.is(422);
    assert_eq!(wrong.body["errors"][0]["field"], "after");
}
