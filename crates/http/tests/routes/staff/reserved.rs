//! Ids that nothing new may have: those that no address can have. No word is one of them.

use super::rights::routes_of_pages;
use crate::document::operations;
use crate::house::House;
use serde_json::json;
use std::collections::BTreeSet;

/// Where an address has the id of a deal or a product behind this.
const NAMED: [&str; 8] = [
    "/deals/",
    "/desk/deals/",
    "/v1/deals/",
    "/v1/staff/deals/",
    "/products/",
    "/desk/products/",
    "/v1/products/",
    "/v1/staff/products/",
];
/// True where an address has a word where others have an id, so that what is called so could not be reached.
fn hides_an_id(path: &str) -> bool {
    let behind = NAMED.iter().find_map(|named| path.strip_prefix(named));
    behind.is_some_and(|behind| !behind.starts_with('{'))
}

#[test]
fn no_word_stands_where_others_have_an_id() {
    let pages = routes_of_pages().into_iter().map(|(_, path)| path);
    let api = operations()
        .into_iter()
        .map(|operation| operation.path.to_owned());
    let hiding: BTreeSet<String> = pages.chain(api).filter(|path| hides_an_id(path)).collect();
    assert_eq!(hiding, BTreeSet::new());
}

#[tokio::test]
async fn what_no_address_can_have_is_no_id_and_any_word_is() {
    let house = House::unscheduled().await;
    let deal = |id: &str| {
        json!({
            "deal": id, "starts_at": "2026-11-10T15:00:00.000Z", "ends_at": "2026-11-10T16:00:00.000Z",
            "skus": [{"sku": "COAT-M", "units": 3, "price": {"amount": 9, "currency": "KRW"}}],
        })
    };
    let deals = "/v1/staff/deals";
    for id in [".", ".."] {
        let refused = house.post("merchandiser", deals, &deal(id)).await;
        assert_eq!(refused.status, 422, "{id}: {}", refused.text);
        let error = &refused.json()["errors"][0];
        assert_eq!(error["field"], "deal");
        let detail = error["detail"].as_str().expect("a text");
        assert!(detail.contains("the address of a page"), "{detail}");
        let product = json!({
            "product": id, "seller": "moa", "name": {"ko": "코트"}, "tax": "10%",
            "price": {"amount": 9, "currency": "KRW"}, "skus": [{"sku": "NEW-S"}],
        });
        let refused = house.post("merchandiser", "/v1/staff/products", &product);
        let refused = refused.await.is(422).json();
        assert_eq!(refused["errors"][0]["detail"], "reserved_id", "{refused}");
    }
    let file = "deal,sku,price,allotment,start,end\n\
        ..,COAT-S,100,5,2026-11-11 00:00,2026-11-11 01:00\n\
        bulk,COAT-S,100,5,2026-11-11 00:00,2026-11-11 01:00\n";
    let came = house.csv("merchandiser", "/v1/staff/schedule/import", file);
    let came = came.await.json();
    assert_eq!(came["scheduled"], 1);
    assert_eq!(came["problems"][0]["cause"], "reserved_id");

    for word in ["make", "import"] {
        house.post("merchandiser", deals, &deal(word)).await.is(201);
        let path = format!("{deals}/{word}");
        let found = house.get("viewer", &path).await.is(200).json();
        assert_eq!(found["skus"][0]["available"], 3);
    }
    let more = json!({"sku": "COAT-M", "units": 5});
    let added = house.post("merchandiser", "/v1/staff/deals/make/allotments", &more);
    added.await.is(201);
}
