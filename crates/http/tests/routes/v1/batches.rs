//! `/v1/batches`: many requests, each decided for itself.

use crate::house::{House, uuid7};
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
