//! Parcels: with whom units left, told at the desk and by programs, shown to who bought.

use super::buying::paid_order;
use super::desk::enter;
use crate::house::{House, Page, terms, uuid7};
use axum::body::Body;
use axum::http::{Request, StatusCode};
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
    let columns = "/v1/staff/orders.csv?columns=carrier,tracking_number";
    let csv = house.get("viewer", columns).await.text;
    assert_eq!(
        csv.trim_start_matches('\u{feff}'),
        "carrier,tracking_number\r\nCJ대한통운,6891-2345-6789\r\n"
    );
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
    for too_many in ["0", "2", "-1", "one", "70000"] {
        let mut form = form("SF Express", "SF1234567890");
        form[1].1 = too_many;
        let wrong = desk.post(&ship, &form).await;
        assert!(
            wrong.has("발송할 수량을 확인해 주세요") && wrong.has(&format!("value=\"{too_many}\"")),
            "{}",
            wrong.text
        );
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
    assert!(
        mend.has("value=\"SF1234567890\"") && !mend.has("되돌릴 수 없어요"),
        "{}",
        mend.text
    );
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

#[tokio::test]
async fn what_left_without_a_word_on_the_carrier_is_a_parcel_that_is_filled_in_later() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    let order = paid_order(&house, &mut browser).await;
    let row = json!([{"order": order, "line": 0, "units": 1, "parcel": "1"}]);
    let came = house.post("support", "/v1/staff/shipments", &row).await;
    house.settle(&came).await;
    let mut desk = enter(&house).await;
    let here = format!("/desk/orders/{order}");
    let page = desk.see(&here).await;
    assert!(page.has("택배사 미정"), "{}", page.text);
    let theirs = browser.see(&format!("/orders/{order}")).await;
    assert!(!theirs.has("택배사 미정"), "{}", theirs.text);
    let (_, rest) = page.text.split_once("ship?waybill=").expect("a link");
    let waybill = rest.split('"').next().expect("it ends");
    let said = [
        ("waybill", waybill),
        ("carrier", "CJ"),
        ("tracking_number", "6891-2345-6789"),
    ];
    let filled = desk.post_and_follow(&format!("{here}/ship"), &said).await;
    assert!(shows_the_parcel(&filled), "{}", filled.text);
    let again = house.post("support", "/v1/staff/shipments", &row).await;
    assert_eq!(again.json()["known"], 1, "{}", again.text);
    let kept = desk.see(&here).await;
    assert!(shows_the_parcel(&kept), "saying nothing takes nothing back");
}

#[tokio::test]
async fn a_parcel_arrives_at_the_desk_once_and_the_order_says_how_far_it_is() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    let order = paid_order(&house, &mut browser).await;
    told_by_a_program(&house, &order, "6891-2345-6789").await;
    let mut desk = enter(&house).await;
    let here = format!("/desk/orders/{order}");
    let tag = |said: &str| format!("data-standing=\"order-paid\">{said}<");
    let sent = desk.see(&here).await;
    assert!(sent.has(&tag("배송 중")), "{}", sent.text);
    let (_, rest) = sent.text.split_once("/parcels/").expect("it can arrive");
    let waybill = rest.split('/').next().expect("it ends");
    let arrive = format!("{here}/parcels/{waybill}/arrived");
    for _ in 0..2 {
        let arrived = desk.post_and_follow(&arrive, &[]).await;
        assert!(
            arrived.has("배송 완료를 기록했어요") && arrived.has(&tag("배송 완료")),
            "{}",
            arrived.text
        );
        assert!(!arrived.has("/arrived\""), "{}", arrived.text);
    }
    let told = told(&house, &order).await;
    assert_eq!(told["lines"][0]["delivered"], 1, "{told}");
    assert!(desk.see("/desk/orders").await.has(&tag("배송 완료")));
    let audit = desk.see("/desk/audit").await;
    assert!(audit.has("배송 완료를 기록했어요"), "{}", audit.text);
}

/// Three small coats and two medium ones, paid for.
async fn two_lines(house: &House) -> String {
    house.schedule("MANY", &[10, 10], terms(0)).await;
    let client = house.guest().await;
    let mut holds = Vec::new();
    for (sku, units) in [("COAT-S", 3), ("COAT-M", 2)] {
        let hold = json!({"deal": "MANY", "sku": sku, "units": units});
        let hold = client.post("/v1/holds", hold).await.is(201);
        holds.push(hold.says("hold"));
    }
    let checkout = json!({
        "checkout": uuid7(house.now()), "orders": [uuid7(house.now())], "holds": holds,
    });
    let placed = client.post_once("c", "/v1/checkouts", checkout).await;
    let placed = placed.is(201);
    let path = format!("/v1/checkouts/{}/payments", placed.says("checkout"));
    let amount = json!({"amount": 205_000, "currency": "KRW"});
    let ask = json!({"method": "card", "amount": amount, "return_url": "/orders"});
    let payment = client.post_once("p", &path, ask).await.is(201);
    let body = format!("captured {} 205000", payment.says("payment"));
    let request = Request::post("/v1/payments/callbacks").header("signature", "signed");
    let called = house.stranger().send(request, Body::from(body)).await;
    called.is(200);
    house.catch_up().await;
    let order = placed.body["orders"][0]["order"].as_str();
    order.expect("an id").to_owned()
}

/// How many units of a line stand in the form.
fn typed(page: &Page, line: u8) -> &str {
    let field = page.text.split(&format!("name=\"units-{line}\"")).nth(1);
    let value = field.and_then(|rest| rest.split("value=\"").nth(1));
    value
        .and_then(|rest| rest.split('"').next())
        .expect("a value")
}

/// An order as staff are told of it.
async fn told(house: &House, order: &str) -> Value {
    house.catch_up().await;
    let path = format!("/v1/staff/orders/{order}");
    house.get("viewer", &path).await.is(200).json()
}

/// How many units of each line left.
async fn shipped(house: &House, order: &str) -> Vec<Value> {
    let order = told(house, order).await;
    let lines = order["lines"].as_array().expect("a list").iter();
    lines.map(|line| line["shipped"].clone()).collect()
}

#[tokio::test]
async fn a_form_of_which_one_line_is_refused_sends_the_others_once() {
    let house = House::at_the_bell().await;
    let order = two_lines(&house).await;
    let mut desk = enter(&house).await;
    let ship = format!("/desk/orders/{order}/ship");
    let key = desk.see(&ship).await.field("key");
    let form = |key, here, there| {
        [
            ("key", key),
            ("units-0", here),
            ("units-1", there),
            ("carrier", "CJ"),
            ("tracking_number", "6891-2345-6789"),
        ]
    };
    let again = desk.post(&ship, &form(&key, "0", "9")).await;
    assert_eq!(again.field("key"), key, "nothing left: it is the same form");
    let mut another = String::new();
    for _ in 0..2 {
        let wrong = desk.post(&ship, &form(&key, "1", "9")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        another = wrong.field("key");
        assert_ne!(another, key, "what is sent now is another parcel");
        assert_eq!(
            (typed(&wrong, 0), typed(&wrong, 1)),
            ("0", "9"),
            "what left does not leave again"
        );
        assert_eq!(shipped(&house, &order).await, [json!(1), json!(0)]);
    }
    for _ in 0..2 {
        let sent = form(&another, "1", "2");
        desk.post_and_follow(&ship, &sent).await;
        let left = shipped(&house, &order).await;
        assert_eq!(left, [json!(2), json!(2)], "one more of the first, too");
    }
}

#[tokio::test]
async fn what_is_refunded_is_neither_sent_nor_refunded_again() {
    let house = House::at_the_bell().await;
    let order = two_lines(&house).await;
    let mut desk = enter(&house).await;
    let here = format!("/desk/orders/{order}");
    let back = [
        ("key", "back"),
        ("scope", "line"),
        ("line", "0"),
        ("units", "2"),
        ("amount", "82000"),
    ];
    desk.post_and_follow(&format!("{here}/refund"), &back).await;
    let page = desk.see(&here).await;
    assert!(page.has("max=\"1\" value=\"1\""), "{}", page.text);
    let ship = format!("{here}/ship");
    let form = desk.see(&ship).await;
    assert_eq!((typed(&form, 0), typed(&form, 1)), ("1", "2"));
    let wrong = [("key", "sent"), ("units-0", "2"), ("units-1", "2")];
    let wrong = desk.post(&ship, &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("발송할 수량을 확인해 주세요"), "{}", wrong.text);
    assert_eq!(shipped(&house, &order).await, [json!(0), json!(2)]);
    let key = wrong.field("key");
    let sent = [("key", key.as_str()), ("units-0", "1"), ("units-1", "0")];
    desk.post_and_follow(&ship, &sent).await;
    assert_eq!(shipped(&house, &order).await, [json!(1), json!(2)]);
    let all = desk.see(&here).await;
    assert!(!all.has(&format!("href=\"{ship}\"")), "{}", all.text);
    let audit = desk.see("/desk/audit").await;
    let told = format!("발송을 기록했어요</strong> <a href=\"{here}\">");
    assert!(audit.has(&told), "{}", audit.text);
}

#[tokio::test]
async fn who_sends_what_a_colleague_has_sent_meanwhile_is_told_so() {
    let house = House::at_the_bell().await;
    let order = two_lines(&house).await;
    let mut desk = enter(&house).await;
    let ship = format!("/desk/orders/{order}/ship");
    let key = desk.see(&ship).await.field("key");
    let theirs = json!([{"order": order, "line": 1, "units": 2}]);
    let came = house.post("support", "/v1/staff/shipments", &theirs).await;
    house.settle(&came).await;
    let form = [
        ("key", key.as_str()),
        ("units-0", "0"),
        ("units-1", "2"),
        ("carrier", "CJ"),
        ("tracking_number", "6891-2345-6789"),
    ];
    let late = desk.post(&ship, &form).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!late.has("name=\"units-1\""), "{}", late.text);
    assert!(late.has("발송할 수량을 확인해 주세요"), "{}", late.text);
}

#[tokio::test]
async fn what_left_before_a_fault_has_its_number() {
    let house = House::at_the_bell().await;
    let order = two_lines(&house).await;
    let ghost = "018c2b4e-5f00-7000-8000-000000000001";
    let id = |text: &str| uuid::Uuid::parse_str(text).expect("an id").into_bytes();
    let mut file = house.hold_records().await;
    for (statement, bound) in [
        (
            "CREATE TABLE ghosts AS SELECT * FROM orders WHERE id = ?",
            &order[..],
        ),
        (
            "UPDATE ghosts SET id = ?, placed_seq = placed_seq + 1",
            ghost,
        ),
    ] {
        let id = id(bound);
        let done = sqlx::query(statement).bind(&id[..]).execute(&mut file);
        done.await.expect("done");
    }
    for statement in [
        "INSERT INTO orders SELECT * FROM ghosts",
        "DROP TABLE ghosts",
        "ALTER TABLE filed_checkouts RENAME TO away",
        "COMMIT",
    ] {
        let done = sqlx::query(statement).execute(&mut file).await;
        done.expect("done");
    }
    let row = |order: &str, line: u8| {
        json!({
            "order": order, "line": line, "units": 1, "parcel": "1",
            "carrier": "CJ", "tracking_number": "6891-2345-6789",
        })
    };
    let rows = json!([row(&order, 0), row(ghost, 0), row(&order, 1)]);
    let came = house.post("support", "/v1/staff/shipments", &rows).await;
    assert_eq!(came.status, 500, "{}", came.text);
    assert_eq!(shipped(&house, &order).await, [json!(1), json!(1)]);
    let told = told(&house, &order).await;
    assert_eq!(
        told["shipments"].as_array().map(Vec::len),
        Some(2),
        "{told}"
    );
    let deed = house.deed("orders.ship").await;
    assert_eq!(
        deed["after"]["rows"].as_array().map(Vec::len),
        Some(2),
        "{deed}"
    );
}
