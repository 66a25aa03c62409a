//! /v1/staff/orders, and what happens to them after the payment.

use crate::house::House;
use serde_json::{Value, json};

async fn shop_with_orders(paid: u16) -> (House, Vec<String>) {
    let house = House::unscheduled().await;
    house.deal("NIGHT", 10).await;
    house.pass(60_000);
    let mut orders = Vec::new();
    for _ in 0..paid {
        orders.push(house.paid_order("NIGHT", 2).await);
    }
    (house, orders)
}

#[tokio::test]
async fn an_order_is_found_by_what_people_say_on_the_phone() {
    let (house, orders) = shop_with_orders(2).await;
    let found = async |query: &str| {
        let page = house
            .get("viewer", &format!("/v1/staff/orders?query={query}"))
            .await
            .json();
        page["items"].as_array().expect("a list").len()
    };
    assert_eq!(found(&orders[0]).await, 1);
    assert_eq!(found("5678").await, 2);
    assert_eq!(found("hong@").await, 2);
    assert_eq!(found("%ED%99%8D").await, 2, "the beginning of a name");
    assert_eq!(found("9999").await, 0);
    let page = house.get("viewer", "/v1/staff/orders?limit=1").await.json();
    assert_eq!(
        page["items"][0]["order"],
        json!(orders[1]),
        "the newest first"
    );
    let rest = format!(
        "/v1/staff/orders?limit=1&cursor={}",
        page["next"].as_str().expect("more")
    );
    let rest = house.get("viewer", &rest).await.json();
    assert_eq!(
        (&rest["items"][0]["order"], rest["next"].is_null()),
        (&json!(orders[0]), true)
    );
}

#[tokio::test]
async fn an_order_is_shown_with_its_lines_and_everything_that_happened() {
    let (house, orders) = shop_with_orders(1).await;
    let order = house
        .get("viewer", &format!("/v1/staff/orders/{}", orders[0]))
        .await
        .json();
    assert_eq!(
        (&order["state"], &order["recipient"]),
        (&json!("paid"), &json!("홍길동"))
    );
    assert_eq!(order["lines"][0]["sku"], "COAT-S");
    assert_eq!(order["payments"][0]["state"], "captured");
    let events: Vec<_> = order["events"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|event| event["event"].as_str().expect("a name"))
        .collect();
    assert!(
        events.contains(&"OrderPlaced") && events.contains(&"OrderPaid"),
        "{events:?}"
    );
    assert_eq!(
        house
            .get(
                "viewer",
                "/v1/staff/orders/018c2b4e-5f00-7000-8000-000000000001"
            )
            .await
            .status,
        404
    );
    assert_eq!(house.get("viewer", "/v1/staff/orders/7").await.status, 422);
}

#[tokio::test]
async fn money_goes_back_once_however_often_it_is_asked() {
    let (house, orders) = shop_with_orders(1).await;
    let refunds = format!("/v1/staff/orders/{}/refunds", orders[0]);
    let part = json!({"scope": "part", "line": 0, "amount": {"amount": 1_000, "currency": "KRW"}});
    let first = house.keyed("support", &refunds, "k", &part).await;
    assert_eq!(
        (first.status, &first.json()["amount"]["amount"]),
        (201, &json!(1_000))
    );
    house.settle(&first).await;
    let again = house.keyed("support", &refunds, "k", &part).await;
    assert_eq!(
        (
            again.text == first.text,
            again.header("idempotent-replayed")
        ),
        (true, "true")
    );
    let too_much =
        json!({"scope": "part", "line": 0, "amount": {"amount": 81_001, "currency": "KRW"}});
    assert_eq!(
        house.post("support", &refunds, &too_much).await.json()["refusal"],
        "refund_exceeded"
    );
    let foreign = json!({"scope": "part", "line": 0, "amount": {"amount": 1, "currency": "USD"}});
    assert_eq!(house.post("support", &refunds, &foreign).await.status, 422);
    let whole = house
        .post("support", &refunds, &json!({"scope": "whole"}))
        .await;
    assert_eq!(whole.json()["amount"]["amount"], 81_000);
    let deed = house.deed("order.refund").await;
    assert_eq!(
        (&deed["before"]["refunded"], &deed["after"]["amount"]),
        (&json!(1_000), &json!(81_000))
    );
}

#[tokio::test]
async fn an_unpaid_order_is_cancelled_and_then_it_is_closed() {
    let (house, _) = shop_with_orders(0).await;
    let order = house.order("NIGHT", 1).await;
    let cancel = format!("/v1/staff/orders/{order}/cancel");
    let cancelled = house.post("support", &cancel, &Value::Null).await;
    assert_eq!(cancelled.status, 200);
    house.settle(&cancelled).await;
    assert_eq!(
        house.post("support", &cancel, &Value::Null).await.json()["refusal"],
        "order_closed"
    );
    assert_eq!(
        house.deed("order.cancel").await["before"]["state"],
        "placed"
    );
}

#[tokio::test]
async fn a_file_of_shipments_can_be_sent_again_and_its_bad_rows_mended() {
    let (house, orders) = shop_with_orders(1).await;
    let order = &orders[0];
    let file = format!("order,line,units\n{order},0,1\n{order},0,x\n{order},3,1\n");
    let came = house
        .csv("support", "/v1/staff/shipments", &file)
        .await
        .json();
    assert_eq!((&came["recorded"], &came["known"]), (&json!(1), &json!(0)));
    let rows: Vec<_> = came["problems"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|problem| (problem["row"].as_u64(), problem["problem"].as_str()))
        .collect();
    assert_eq!(
        rows,
        [
            (Some(2), Some("malformed")),
            (Some(3), Some("line_unknown"))
        ]
    );
    let mended =
        json!([{"order": order, "line": 0, "units": 1}, {"order": order, "line": 0, "units": 1}]);
    let came = house.post("support", "/v1/staff/shipments", &mended).await;
    house.settle(&came).await;
    assert_eq!(
        (&came.json()["recorded"], &came.json()["known"]),
        (&json!(1), &json!(1))
    );
    let sheet = house
        .get("viewer", &format!("/v1/staff/orders/{order}"))
        .await
        .json();
    assert_eq!(sheet["lines"][0]["shipped"], 2);
    assert_eq!(
        house.deed("orders.ship").await["after"]["rows"],
        json!([[order, 0, 1]])
    );
}

#[tokio::test]
async fn what_comes_back_can_be_sold_again() {
    let (house, orders) = shop_with_orders(1).await;
    let rows = json!([{"order": orders[0], "line": 0, "units": 2}]);
    for path in ["/v1/staff/shipments", "/v1/staff/deliveries"] {
        assert_eq!(
            house.post("support", path, &rows).await.json()["recorded"],
            1,
            "{path}"
        );
    }
    let free = house.get("viewer", "/v1/staff/stock/COAT-S").await.json()["free"].as_u64();
    let file = format!("order,line,units,restock\n{},0,2,TRUE\n", orders[0]);
    let came = house
        .csv("support", "/v1/staff/returns", &file)
        .await
        .json();
    assert_eq!(came["recorded"], 1, "{came}");
    let now = house.get("viewer", "/v1/staff/stock/COAT-S").await.json()["free"].as_u64();
    assert_eq!(now, free.map(|free| free + 2));
    let other = house.post("support", "/v1/staff/returns", &json!({})).await;
    assert_eq!(other.status, 400);
}

#[tokio::test]
async fn orders_leave_as_csv_for_a_spreadsheet_and_the_export_is_audited() {
    let (house, orders) = shop_with_orders(2).await;
    let path = "/v1/staff/orders.csv?columns=order:%EC%A3%BC%EB%AC%B8,units,total,recipient,memo";
    let csv = house.get("viewer", path).await;
    let expected = format!(
        "\u{feff}주문,units,total,recipient,memo\r\n\
         {},2,82000,홍길동,'=cmd\r\n{},2,82000,홍길동,'=cmd\r\n",
        orders[0], orders[1],
    );
    assert_eq!(csv.text, expected);
    let later = "/v1/staff/orders.csv?columns=order&from=2026-11-10T15:00:00.001Z";
    assert_eq!(house.get("viewer", later).await.text, "\u{feff}order\r\n");
    let earlier = "/v1/staff/orders.csv?columns=order&to=2026-11-10T15:00:00.000Z";
    assert_eq!(house.get("viewer", earlier).await.text, "\u{feff}order\r\n");
    let all = format!("\u{feff}order\r\n{}\r\n{}\r\n", orders[0], orders[1]);
    for (asked, expected) in [
        ("from=&to=%20", all.as_str()),
        ("from=2026-11-11&to=2026-11-12", all.as_str()),
        ("from=2026-11-12", "\u{feff}order\r\n"),
        ("to=2026-11-11", "\u{feff}order\r\n"),
    ] {
        let path = format!("/v1/staff/orders.csv?columns=order&{asked}");
        assert_eq!(house.get("viewer", &path).await.text, expected, "{asked}");
    }
    for (field, wrong) in [("from", "yesterday"), ("to", "2026-02-30")] {
        let path = format!("/v1/staff/orders.csv?{field}={wrong}");
        let answer = house.get("viewer", &path).await.is(422);
        assert_eq!(answer.body["errors"][0]["field"], field);
    }
    assert_eq!(
        house
            .get("viewer", "/v1/staff/orders.csv?columns=colour")
            .await
            .status,
        422
    );
    assert_eq!(
        house.deed("orders.export").await["after"]["columns"],
        json!(["order"])
    );
}

#[tokio::test]
async fn an_export_goes_on_where_it_was() {
    let (house, mut orders) = shop_with_orders(2).await;
    let page = house
        .get("viewer", "/v1/staff/orders/export?limit=1")
        .await
        .json();
    assert_eq!(page["items"][0]["order"], json!(orders[0]));
    let next = page["next"].as_str().expect("more").to_owned();
    let page = house
        .get("viewer", &format!("/v1/staff/orders/export?cursor={next}"))
        .await
        .json();
    assert_eq!(
        (&page["items"][0]["order"], page["next"].is_null()),
        (&json!(orders[1]), true)
    );
    orders.push(house.paid_order("NIGHT", 1).await);
    let reached = page["reached"].as_str().expect("a place");
    let page = house
        .get(
            "viewer",
            &format!("/v1/staff/orders/export?cursor={reached}"),
        )
        .await
        .json();
    assert_eq!(page["items"][0]["order"], json!(orders[2]));
}

#[tokio::test]
async fn a_refund_or_a_cancellation_that_cannot_be_is_refused() {
    let (house, orders) = shop_with_orders(1).await;
    let unpaid = house.order("NIGHT", 1).await;
    let support = house.staff("support");
    let refunds = |order: &str| format!("/v1/staff/orders/{order}/refunds");
    let line = |line: u8, units: u16| json!({"scope": "line", "line": line, "units": units});
    let whole = json!({"scope": "whole"});
    let unknown = "0199a3c1-7e2a-7c11-9b3f-3d7d2a9e1f00";
    for (order, body, name) in [
        (unknown, &whole, "order_unknown"),
        (unpaid.as_str(), &whole, "not_paid"),
        (&orders[0], &line(0, 0), "nothing_asked"),
        (&orders[0], &line(9, 1), "line_unknown"),
        (&orders[0], &line(0, 3), "units_exceeded"),
    ] {
        support.post(&refunds(order), body).await.refused(name);
    }
    let without = json!({"scope": "part", "line": 0});
    let answer = support.post(&refunds(&orders[0]), without).await.is(422);
    assert_eq!(answer.body["errors"][0]["field"], "amount");
    support
        .post(&refunds(&orders[0]), json!({"scope": "all"}))
        .await
        .is(422);
    support.post(&refunds(&orders[0]), &whole).await.is(201);
    support
        .post(&refunds(&orders[0]), &whole)
        .await
        .refused("refund_exceeded");
    let cancel = |order: &str| format!("/v1/staff/orders/{order}/cancel");
    support
        .post(&cancel(unknown), Value::Null)
        .await
        .refused("order_unknown");
    let rows = json!([{"order": orders[0], "line": 0, "units": 1}]);
    support.post("/v1/staff/shipments", &rows).await.is(200);
    support
        .post(&cancel(&orders[0]), Value::Null)
        .await
        .refused("already_shipped");
}

#[tokio::test]
async fn a_file_is_json_or_csv_and_its_rows_say_what_is_wrong_with_them() {
    let (house, orders) = shop_with_orders(1).await;
    let support = house.staff("support");
    for path in [
        "/v1/staff/shipments",
        "/v1/staff/deliveries",
        "/v1/staff/returns",
    ] {
        let request = axum::http::Request::post(path).header("content-type", "text/plain");
        let answer = support.send(request, axum::body::Body::from("x")).await;
        assert_eq!(answer.is(415).problem(), "media_type");
        let row = |order: &str, units: u16| json!({"order": order, "line": 0, "units": units});
        let rows = json!([
            row("7", 1),
            row("0199a3c1-7e2a-7c11-9b3f-3d7d2a9e1f00", 1),
            row(&orders[0], 0)
        ]);
        let told = support.post(path, rows).await.is(200);
        assert_eq!(
            (&told.body["recorded"], &told.body["known"]),
            (&json!(0), &json!(0))
        );
        let problems = told.body["problems"].as_array().expect("a list");
        let names: Vec<_> = problems.iter().map(|one| one["problem"].as_str()).collect();
        let wanted = ["invalid", "order_unknown", "nothing_asked"].map(Some);
        assert_eq!(names, wanted, "{path}");
    }
}
