//! Ids that no new deal may have: those that stand in the addresses of other pages.

use super::rights::routes_of_pages;
use crate::document::operations;
use crate::house::House;
use intake::RESERVED_DEAL_IDS;
use serde_json::json;
use std::collections::BTreeSet;

/// Where an address has the id of a deal behind this.
const DEALS: [&str; 4] = ["/deals/", "/desk/deals/", "/v1/deals/", "/v1/staff/deals/"];

/// The word that an address has where others have the id of a deal.
fn word_in_place_of_an_id(path: &str) -> Option<String> {
    let behind = DEALS.iter().find_map(|deals| path.strip_prefix(deals))?;
    let word = behind.split('/').next().unwrap_or_default();
    (!word.starts_with('{')).then(|| word.to_owned())
}

#[test]
fn the_reserved_ids_are_the_words_of_the_routers() {
    let pages = routes_of_pages().into_iter().map(|(_, path)| path);
    let api = operations()
        .into_iter()
        .map(|operation| operation.path.to_owned());
    let words: BTreeSet<String> = pages
        .chain(api)
        .filter_map(|path| word_in_place_of_an_id(&path))
        .collect();
    let reserved = BTreeSet::from(RESERVED_DEAL_IDS.map(str::to_owned));
    assert_eq!(words, reserved);
}

#[tokio::test]
async fn a_deal_whose_page_could_not_be_reached_is_not_made_but_one_that_is_there_is_served() {
    let house = House::unscheduled().await;
    let asked = |id: &str| {
        json!({
            "deal": id, "starts_at": "2026-11-10T15:00:00.000Z", "ends_at": "2026-11-10T16:00:00.000Z",
            "skus": [{"sku": "COAT-M", "units": 3, "price": {"amount": 9, "currency": "KRW"}}],
        })
    };
    let deals = "/v1/staff/deals";
    for id in RESERVED_DEAL_IDS.into_iter().chain(["."]) {
        let refused = house.post("merchandiser", deals, &asked(id)).await;
        assert_eq!(refused.status, 422, "{id}: {}", refused.text);
        let error = &refused.json()["errors"][0];
        assert_eq!(error["field"], "deal");
        let detail = error["detail"].as_str().expect("a text");
        assert!(detail.contains("addresses of the desk"), "{detail}");
    }
    let file = "deal,sku,price,allotment,start,end\n\
        bulk,COAT-S,100,5,2026-11-11 00:00,2026-11-11 01:00\n\
        D1,COAT-S,100,5,2026-11-11 00:00,2026-11-11 01:00\n";
    let came = house.csv("merchandiser", "/v1/staff/deals/import", file);
    let came = came.await.json();
    assert_eq!(came["scheduled"], 1);
    assert_eq!(came["problems"][0]["cause"], "reserved_id");

    house.schedule("make", &[2], crate::house::terms(1)).await;
    let deal = house.get("viewer", "/v1/staff/deals/make").await;
    assert_eq!(deal.is(200).json()["skus"][0]["available"], 2);
    let more = json!({"sku": "COAT-S", "units": 5});
    let added = house.post("merchandiser", "/v1/staff/deals/make/allotments", &more);
    added.await.is(201);
}
