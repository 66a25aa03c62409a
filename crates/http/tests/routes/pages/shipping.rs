//! Parcels: with whom units left, told at the desk and by programs, shown to who bought.

use super::buying::paid_order;
use super::desk::enter;
use crate::house::{House, Page};
use axum::http::StatusCode;
use records::{FreshNotice, Wanted};
use serde_json::{Value, json};

const FOLLOW: &str = "https://trace.cjlogistics.com/next/tracking.html?wblNo=689123456789";

async fn told_by_a_program(house: &House, order: &str, number: &str) -> Value {
    let row = json!([{
        "order": order, "line": 0, "units": 1, "parcel": "1",
        "carrier": "대한통운", "tracking_number": number,
    }]);
    let came = house.post("support", "/v1/staff/shipments", &row).await;
    house.settle(&came).await;
    came.json()
}

fn shows_the_parcel(page: &Page) -> bool {
    page.has("CJ대한통운") && page.has("6891-2345-6789") && page.has(FOLLOW)
}

#[tokio::test]
async fn who_bought_follows_the_parcel_from_the_order_and_so_does_the_desk() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    let order = paid_order(&house, &mut browser).await;
    let came = told_by_a_program(&house, &order, "6891-2345-6788").await;
    assert_eq!(came["recorded"], 1, "{came}");
    let mended = told_by_a_program(&house, &order, "6891-2345-6789").await;
    assert_eq!(
        (&mended["recorded"], &mended["known"]),
        (&json!(0), &json!(1))
    );
    let here = format!("/orders/{order}");
    let page = browser.see(&here).await;
    assert!(
        shows_the_parcel(&page) && !page.has("2345-6788"),
        "{}",
        page.text
    );
    assert!(page.has("rel=\"external noreferrer\""), "{}", page.text);
    browser.language = "en";
    assert!(browser.see(&here).await.has("CJ Logistics"));
    let desk = enter(&house).await.see(&format!("/desk{here}")).await;
    assert!(shows_the_parcel(&desk), "{}", desk.text);
    let client = house.stranger().with(&browser.session());
    let own = client.get(&format!("/v1{here}")).await.is(200);
    let staffs = house.get("viewer", &format!("/v1/staff{here}")).await;
    for told in [&own.body["shipments"], &staffs.json()["shipments"]] {
        assert_eq!(
            (
                &told[0]["carrier"],
                &told[0]["carrier_name"],
                &told[0]["tracking_url"]
            ),
            (&json!("cj"), &json!("CJ대한통운"), &json!(FOLLOW)),
        );
    }
    let export = client.get("/v1/me/export").await.is(200);
    assert_eq!(
        export.body["shipments"][0]["tracking_number"],
        "6891-2345-6789"
    );
}

#[tokio::test]
async fn the_notice_of_shipping_names_the_parcel_that_left_then() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    let order = paid_order(&house, &mut browser).await;
    let before = house.now();
    house.pass(1_000);
    told_by_a_program(&house, &order, "6891-2345-6789").await;
    let id = order.parse().expect("an id");
    let known = house.shop.records.order(id).await.expect("read");
    let notice = |at| FreshNotice {
        person: known.as_ref().expect("it is there").person,
        kind: "order_shipped".to_owned(),
        subject: format!("{order} {at}"),
        details: json!({"order": order}),
        at,
        useful_until: at.plus(3_600_000),
        leaves_at: at,
        wanted: Wanted {
            mail: false,
            contact: None,
            shown: true,
        },
    };
    let told = [notice(before), notice(house.now().plus(1))];
    let stored = house.shop.records.put_notices(&told).await;
    assert_eq!(stored.expect("stored").len(), 2);
    let client = house.stranger().with(&browser.session());
    let told = client.get("/v1/notices").await.is(200).body;
    let bodies: Vec<bool> = told["notices"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|notice| notice["body"].as_str())
        .map(|body| body.contains("CJ대한통운 6891-2345-6789"))
        .collect();
    assert_eq!(bodies, [false, true], "what left before was told before");
}

#[tokio::test]
async fn the_desk_sends_a_parcel_once_names_what_is_wrong_and_mends_what_it_said() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    let order = paid_order(&house, &mut browser).await;
    let mut desk = enter(&house).await;
    let (here, ship) = (
        format!("/desk/orders/{order}"),
        format!("/desk/orders/{order}/ship"),
    );
    assert!(desk.see(&here).await.has(&ship));
    let key = desk.see(&ship).await.field("key");
    let form = |carrier, number| {
        [
            ("key", key.as_str()),
            ("units-0", "1"),
            ("carrier", carrier),
            ("tracking_number", number),
        ]
    };
    let wrong = desk.post(&ship, &form("SF Express", "12")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.has("id=\"tracking_number-error\"") && wrong.has("value=\"SF Express\""),
        "{}",
        wrong.text
    );
    for too_many in ["0", "2"] {
        let mut form = form("SF Express", "SF1234567890");
        form[1].1 = too_many;
        let wrong = desk.post(&ship, &form).await;
        assert!(wrong.has("발송할 수량을 확인해 주세요"), "{}", wrong.text);
    }
    for _ in 0..2 {
        let sent = desk
            .post_and_follow(&ship, &form("SF Express", "SF1234567890"))
            .await;
        assert!(
            sent.has("발송을 등록했어요") && sent.has("waybill-detail/SF1234567890"),
            "{}",
            sent.text
        );
    }
    assert!(
        browser
            .see(&format!("/orders/{order}"))
            .await
            .has("SF1234567890")
    );
    let page = desk.see(&here).await;
    let (_, rest) = page
        .text
        .split_once("ship?waybill=")
        .expect("it can be mended");
    let waybill = rest.split('"').next().expect("it ends");
    let mend = desk.see(&format!("{ship}?waybill={waybill}")).await;
    assert!(mend.has("value=\"SF1234567890\""), "{}", mend.text);
    let said = [
        ("waybill", waybill),
        ("carrier", "동네 퀵"),
        ("tracking_number", ""),
    ];
    let mended = desk.post_and_follow(&ship, &said).await;
    assert!(
        mended.has("동네 퀵") && !mended.has("SF1234567890") && !mended.has("배송 조회"),
        "{}",
        mended.text
    );
    let deed = house.deed("order.waybill").await;
    let change = (&deed["before"]["carrier"], &deed["after"]["carrier"]);
    assert_eq!(change, (&json!("sf"), &json!("동네 퀵")));
    let unknown = [
        ("waybill", "018c2b4e-5f00-7000-8000-000000000001"),
        ("carrier", "CJ"),
    ];
    let unknown = desk.post(&ship, &unknown).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}
