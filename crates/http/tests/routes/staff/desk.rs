//! /v1/staff/webhooks and /v1/staff/audit; and that the description knows every route.

use crate::house::House;
use serde_json::json;

#[tokio::test]
async fn a_webhook_is_added_once_changed_replayed_and_removed() {
    let house = House::unscheduled().await;
    let ask = json!({"url": "https://shop.example/hooks", "kinds": ["OrderPaid", "Refunded"]});
    let made = house.keyed("owner", "/v1/staff/webhooks", "k", &ask).await;
    let again = house.keyed("owner", "/v1/staff/webhooks", "k", &ask).await;
    assert_eq!((made.status, made.text == again.text), (201, true));
    let made = made.json();
    let secret = made["secret"].as_str().expect("told this once");
    let path = format!(
        "/v1/staff/webhooks/{}",
        made["webhook"].as_str().expect("an id")
    );
    let sheet = house.get("owner", &path).await;
    assert!(!sheet.text.contains(secret));
    assert_eq!(sheet.json()["deliveries"], json!([]));
    let replayed = house
        .post("owner", &format!("{path}/replay"), &json!({"from": "0-3"}))
        .await;
    assert_eq!(
        replayed.json()["reached"],
        "0-2",
        "3 is the first to be told again"
    );
    let replayed = house
        .post("owner", &format!("{path}/replay"), &json!({"from": 2}))
        .await;
    assert_eq!(replayed.json()["reached"], "0-1", "as messages say it");
    assert_eq!(
        house
            .post("owner", &format!("{path}/replay"), &json!({"from": "1-3"}))
            .await
            .status,
        422
    );
    let changed = house
        .patch("owner", &path, &json!({"active": false}))
        .await
        .json();
    assert_eq!(
        (&changed["active"], &changed["kinds"]),
        (&json!(false), &json!(["OrderPaid", "Refunded"]))
    );
    let deed = house.deed("webhook.change").await;
    assert_eq!(
        (&deed["before"]["active"], &deed["after"]["active"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(house.delete("owner", &path).await.status, 204);
    assert_eq!(house.get("owner", &path).await.status, 404);
    assert!(
        !house
            .get("viewer", "/v1/staff/audit")
            .await
            .text
            .contains(secret)
    );
}

#[tokio::test]
async fn a_webhook_needs_an_address_and_events_that_there_are() {
    let house = House::unscheduled().await;
    for ask in [
        json!({"url": "ftp://shop.example"}),
        json!({"url": "shop"}),
        json!({"url": "https://shop.example", "kinds": ["OrderPayed"]}),
        json!({"url": "https://shop.example", "kinds": ["HoldPlaced"]}),
    ] {
        assert_eq!(
            house.post("owner", "/v1/staff/webhooks", &ask).await.status,
            422,
            "{ask}"
        );
    }
}

#[tokio::test]
async fn the_audit_is_read_page_by_page_or_as_csv() {
    let house = House::unscheduled().await;
    for deal in ["A", "B", "C"] {
        house.deal(deal, 1).await;
    }
    let page = house.get("viewer", "/v1/staff/audit?limit=2").await.json();
    assert_eq!(page["items"][0]["target"], "deal:C");
    let next = page["next"].as_str().expect("more");
    let rest = house
        .get("viewer", &format!("/v1/staff/audit?cursor={next}"))
        .await
        .json();
    assert_eq!(
        (&rest["items"][0]["target"], rest["next"].is_null()),
        (&json!("deal:A"), true)
    );
    let csv = house
        .get("viewer", "/v1/staff/audit.csv?target=deal:B")
        .await
        .text;
    assert_eq!(
        (csv.starts_with("\u{feff}number,"), csv.lines().count()),
        (true, 2)
    );
}

#[tokio::test]
async fn the_audit_is_read_of_some_time_by_day_or_by_moment() {
    let house = House::unscheduled().await;
    house.deal("A", 1).await;
    house.pass(60_000);
    house.deal("B", 1).await;
    let targets = async |query: &str| {
        let path = format!("/v1/staff/audit?action=deal.schedule&{query}");
        let listed = house.get("viewer", &path).await.is(200).json();
        let items = listed["items"].as_array().expect("deeds").iter();
        let target = |item: &serde_json::Value| item["target"].as_str().map(str::to_owned);
        items.filter_map(target).collect::<Vec<_>>()
    };
    assert_eq!(targets("from=2026-11-11").await, ["deal:B"], "in Seoul");
    assert_eq!(targets("to=2026-11-11&from=").await, ["deal:A"]);
    assert_eq!(targets("from=2026-11-10T15:00:00.000Z").await, ["deal:B"]);
    let csv = "/v1/staff/audit.csv?action=deal.schedule&to=2026-11-11";
    let csv = house.get("viewer", csv).await.is(200).text;
    assert!(csv.contains("deal:A") && !csv.contains("deal:B"), "{csv}");
    for path in ["/v1/staff/audit", "/v1/staff/audit.csv"] {
        let wrong = house
            .get("viewer", &format!("{path}?to=soon"))
            .await
            .is(422);
        assert_eq!(wrong.json()["errors"][0]["field"], "to");
    }
}

#[tokio::test]
async fn the_description_names_what_staff_can_do() {
    let (_, description) = doorbuster_http::api::staff::router().split_for_parts();
    let text = description.to_json().expect("it is JSON");
    let description: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let paths = description["paths"].as_object().expect("paths");
    assert!(paths.keys().all(|path| path.starts_with("/v1/staff/")));
    assert!(paths.len() >= 22, "{}", paths.len());
    assert!(paths["/v1/staff/deals/{deal}"]["patch"]["summary"].is_string());
}
