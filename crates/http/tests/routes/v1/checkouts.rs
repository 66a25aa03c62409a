//! From the hold to the paid order: `/v1/checkouts`, `/v1/orders`, `/v1/payments/callbacks`.

use crate::house::{Answer, Client, House, terms, uuid7};
use axum::body::Body;
use axum::http::Request;
use clerks::ports::ProviderFault;
use money::Currency;
use serde_json::{Value, json};
use vocabulary::Millis;

const DAY: u64 = 24 * 60 * 60 * 1_000;

async fn hold(client: &Client, sku: &str) -> String {
    let hold = json!({"deal": "NIGHT", "sku": sku});
    client.post("/v1/holds", hold).await.is(201).says("hold")
}

fn contact() -> Value {
    json!({
        "name": "홍길동", "phone": "010-1234-5678", "email": "hong@example.kr",
        "address": {"country": "KR", "postcode": "04524", "line1": "서울 중구 세종대로 110"},
    })
}

/// A checkout of two holds.
async fn placed(house: &House, client: &Client) -> Answer {
    let holds = [hold(client, "COAT-S").await, hold(client, "COAT-M").await];
    let checkout = json!({
        "checkout": uuid7(house.now()), "orders": [uuid7(house.now())], "holds": holds,
        "zone": "jeju", "contact": contact(),
    });
    client
        .post_once("c", "/v1/checkouts", checkout)
        .await
        .is(201)
}

async fn pay(client: &Client, checkout: &str) -> Answer {
    let path = format!("/v1/checkouts/{checkout}/payments");
    let ask = json!({
        "method": "card", "amount": {"amount": 82_000, "currency": "KRW"}, "return_url": "/orders",
    });
    client.post_once("p", &path, ask).await
}

async fn call_back(house: &House, body: &str, signature: &str) -> Answer {
    let request = Request::post("/v1/payments/callbacks").header("signature", signature);
    house
        .stranger()
        .send(request, Body::from(body.to_owned()))
        .await
}

/// A paid order: its checkout's answer.
pub async fn paid(house: &House, client: &Client) -> Answer {
    let placed = placed(house, client).await;
    let payment = pay(client, &placed.says("checkout"))
        .await
        .is(201)
        .says("payment");
    for kind in ["authorised", "captured"] {
        let body = format!("{kind} {payment} 82000");
        call_back(house, &body, "signed").await.is(200);
    }
    placed
}

#[tokio::test]
async fn a_checkout_is_placed_paid_and_told_of_to_its_owner_alone() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let placed = paid(&house, &guest).await;
    assert_eq!(
        placed.body["total"],
        json!({"amount": 82_000, "currency": "KRW"})
    );
    assert_eq!(placed.body["orders"][0]["seller"], "moa");
    house.catch_up().await;
    let checkout = format!("/v1/checkouts/{}", placed.says("checkout"));
    let shown = guest.get(&checkout).await.is(200);
    assert_eq!(shown.body["state"], "paid");
    assert_eq!(shown.body["payments"][0]["state"], "captured");
    let order = placed.body["orders"][0]["order"].as_str().expect("an id");
    let order = format!("/v1/orders/{order}");
    let shown = guest.get(&order).await.is(200);
    assert_eq!(shown.body["state"], "paid");
    assert_eq!(shown.body["lines"][1]["sku"], "COAT-M");
    let kinds = shown.body["events"].as_array().expect("a list").iter();
    let kinds: Vec<&str> = kinds.filter_map(|event| event["kind"].as_str()).collect();
    assert!(kinds.contains(&"OrderPaid"), "{kinds:?}");
    let stranger = house.guest().await;
    assert_eq!(stranger.get(&order).await.is(403).problem(), "not_yours");
    stranger.get(&checkout).await.is(403);
    let listed = guest.get("/v1/orders").await.is(200);
    assert_eq!(listed.body["items"][0]["state"], "paid");
    assert_eq!(listed.body["next"], Value::Null);
    assert_eq!(stranger.get("/v1/orders").await.body["items"], json!([]));
}

#[tokio::test]
async fn a_placed_checkout_is_answered_the_same_again_even_when_it_is_paid() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let holds = [hold(&guest, "COAT-S").await, hold(&guest, "COAT-M").await];
    let checkout = json!({
        "checkout": uuid7(house.now()), "orders": [uuid7(house.now())], "holds": holds,
    });
    let first = guest
        .post_once("c", "/v1/checkouts", checkout.clone())
        .await
        .is(201);
    let payment = pay(&guest, &first.says("checkout")).await.is(201);
    let body = format!("captured {} 82000", payment.says("payment"));
    call_back(&house, &body, "signed").await.is(200);
    let again = guest
        .post_once("c", "/v1/checkouts", checkout)
        .await
        .is(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.body, first.body);
}

#[tokio::test]
async fn the_contact_goes_to_the_records_once_the_checkout_is_placed() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let placed = placed(&house, &guest).await;
    let checkout = placed.says("checkout").parse().expect("an id");
    let stored = house.shop.records.contact(checkout).await.expect("a look");
    assert_eq!(stored.expect("it is stored").phone, "010-1234-5678");
    let order = json!({"order": uuid7(house.now()), "holds": [], "contact": {
        "name": "", "phone": "1", "email": "", "address": {"country": "KR", "postcode": "", "line1": "x"},
    }});
    let answer = guest.post("/v1/orders", order).await.is(422);
    assert_eq!(answer.body["errors"][0]["field"], "contact.name");
}

#[tokio::test]
async fn a_try_to_pay_opens_the_providers_page_and_again_the_same() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let checkout = placed(&house, &guest).await.says("checkout");
    let first = pay(&guest, &checkout).await.is(201);
    assert!(first.says("payment").ends_with(".1"));
    let again = pay(&guest, &checkout).await.is(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.body, first.body);
    let path = format!("/v1/checkouts/{checkout}/payments");
    let wrong = json!({
        "method": "card", "amount": {"amount": 1, "currency": "KRW"}, "return_url": "/orders",
    });
    let answer = guest.post(&path, wrong).await.is(409);
    assert_eq!(answer.problem(), "amount_differs");
    let away = json!({
        "method": "card", "amount": {"amount": 82_000, "currency": "KRW"}, "return_url": "//evil.example",
    });
    guest.post(&path, away).await.is(422);
}

#[tokio::test]
async fn a_callback_is_taken_once_signed_and_again_without_harm() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let checkout = placed(&house, &guest).await.says("checkout");
    let payment = pay(&guest, &checkout).await.is(201).says("payment");
    let body = format!("captured {payment} 82000");
    let forged = call_back(&house, &body, "").await.is(401);
    assert_eq!(forged.problem(), "callback_unsigned");
    call_back(&house, &body, "signed").await.is(200);
    call_back(&house, &body, "signed").await.is(200);
    call_back(&house, &format!("authorised {payment} 82000"), "signed")
        .await
        .is(200);
    call_back(&house, "nonsense", "signed").await.is(400);
    let unknown = format!("captured {}.1 5", uuid7(house.now()));
    call_back(&house, &unknown, "signed").await.is(404);
    house.catch_up().await;
    let board = house.stranger().get("/v1/board").await.is(200);
    assert_eq!(
        board.body["totals"][0]["paid"],
        json!({"count": 1, "amount": 82_000})
    );
}

#[tokio::test]
async fn an_unpaid_order_is_given_up_and_its_units_go_back() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let placed = placed(&house, &guest).await;
    let order = placed.body["orders"][0]["order"].as_str().expect("an id");
    let path = format!("/v1/orders/{order}/cancel");
    house.guest().await.post(&path, json!({})).await.is(403);
    let done = guest.post(&path, json!({})).await.is(200);
    let point = done.header("doorbuster-sequence");
    let shown = guest
        .get(&format!("/v1/orders/{order}?at_least={point}"))
        .await
        .is(200);
    assert_eq!(shown.body["state"], "cancelled");
    assert_eq!(
        guest.post(&path, json!({})).await.is(409).problem(),
        "order_closed"
    );
}

#[tokio::test]
async fn a_checkout_that_was_filed_to_disk_is_brought_back_when_something_happens_to_it() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let placed = paid(&house, &guest).await;
    let order = placed.body["orders"][0]["order"]
        .as_str()
        .expect("an id")
        .to_owned();
    house.pass(25 * 60 * 60 * 1_000);
    // The next command lets everything due fall due: the checkout is filed.
    let late = json!({"deal": "NIGHT", "sku": "COAT-S"});
    guest.post("/v1/holds", late).await.is(409);
    house.catch_up().await;
    let checkout = placed.says("checkout").parse().expect("an id");
    let filed = house.shop.records.filed(checkout).await.expect("a look");
    assert!(filed.is_some(), "it is filed by now");
    let path = format!("/v1/orders/{order}/cancel");
    let done = guest.post(&path, json!({})).await.is(200);
    let point = done.header("doorbuster-sequence");
    let shown = guest
        .get(&format!("/v1/orders/{order}?at_least={point}"))
        .await
        .is(200);
    assert_eq!(shown.body["state"], "cancelled");
    assert_eq!(shown.body["refunded"]["amount"], 82_000);
}

#[tokio::test]
async fn a_return_is_asked_for_only_of_what_was_delivered() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let placed = paid(&house, &guest).await;
    let order = placed.body["orders"][0]["order"].as_str().expect("an id");
    let path = format!("/v1/orders/{order}/returns");
    let early = guest
        .post(&path, json!({"line": 0, "units": 1}))
        .await
        .is(409);
    assert_eq!(early.problem(), "units_exceeded");
}

#[tokio::test]
async fn a_checkout_is_refused_for_what_it_names() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let (small, medium) = (hold(&guest, "COAT-S").await, hold(&guest, "COAT-M").await);
    let id = || uuid7(house.now());
    let ask = |checkout: &str, orders: &[&str], holds: &[&str]| json!({"checkout": checkout, "orders": orders, "holds": holds});
    let (checkout, order) = (id(), id());
    let (old, early) = (
        uuid7(Millis(house.now().0 - DAY)),
        uuid7(Millis(house.now().0 + DAY)),
    );
    let random = "7f2c1d0e-3b4a-4c5d-8e6f-0123456789ab";
    for (body, name) in [
        (ask(&checkout, &[&order], &[]), "nothing_asked"),
        (ask(&checkout, &[], &[&small]), "nothing_asked"),
        (
            ask(&checkout, &[&order], &[&small, &small]),
            "duplicate_hold",
        ),
        (ask(random, &[&order], &[&small]), "order_id_malformed"),
        (ask(&old, &[&order], &[&small]), "order_id_too_old"),
        (ask(&checkout, &[&early], &[&small]), "order_id_from_future"),
        (ask(&checkout, &[&order], &["999"]), "hold_unknown"),
        (ask(&checkout, &[&order, &order], &[&small]), "order_exists"),
        (
            ask(&checkout, &[&order, &id()], &[&small]),
            "order_count_differs",
        ),
    ] {
        guest.post("/v1/checkouts", body).await.refused(name);
    }
    let theirs = ask(&checkout, &[&order], &[&small]);
    let other = house.guest().await;
    other
        .post("/v1/checkouts", &theirs)
        .await
        .refused("not_yours");
    guest.post("/v1/checkouts", &theirs).await.is(201);
    guest
        .post("/v1/checkouts", &theirs)
        .await
        .refused("hold_unknown");
    let again = ask(&checkout, &[&id()], &[&medium]);
    guest
        .post("/v1/checkouts", again)
        .await
        .refused("checkout_exists");
    let again = ask(&id(), &[&order], &[&medium]);
    guest
        .post("/v1/checkouts", again)
        .await
        .refused("order_exists");
    let again = json!({"order": order, "holds": [medium]});
    guest
        .post("/v1/orders", again)
        .await
        .refused("order_exists");
}

#[tokio::test]
async fn a_checkout_is_read_before_the_ledger_is_asked() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let id = uuid7(house.now());
    let whole = json!({"checkout": id, "orders": [id], "holds": ["1"]});
    for (field, value) in [
        ("checkout", json!("seven")),
        ("orders", json!(["seven"])),
        ("holds", json!(["seven"])),
        ("holds", json!(vec!["1"; 101])),
        ("orders", json!(vec![&id; 101])),
        ("zone", json!("moon")),
    ] {
        let mut body = whole.clone();
        body[field] = value;
        let answer = guest.post("/v1/checkouts", body).await.is(422);
        assert_eq!(answer.body["errors"][0]["field"], field);
    }
}

#[tokio::test]
async fn a_try_to_pay_is_refused_for_what_is_not_due() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let checkout = placed(&house, &guest).await.says("checkout");
    let path = format!("/v1/checkouts/{checkout}/payments");
    let ask = |method: &str, currency: &str| {
        let amount = json!({"amount": 82_000, "currency": currency});
        json!({"method": method, "amount": amount, "return_url": "https://shop.example/back"})
    };
    let unknown = format!("/v1/checkouts/{}/payments", uuid7(house.now()));
    let card = ask("card", "KRW");
    guest
        .post(&unknown, &card)
        .await
        .refused("checkout_unknown");
    house
        .guest()
        .await
        .post(&path, &card)
        .await
        .refused("not_yours");
    guest
        .post(&path, ask("deposit", "KRW"))
        .await
        .refused("deposit_not_allowed");
    guest
        .post(&path, ask("card", "USD"))
        .await
        .refused("currency_differs");
    guest.post(&path, ask("cash", "KRW")).await.is(422);
    for _ in 0..20 {
        guest.post(&path, &card).await.is(201);
    }
    guest.post(&path, &card).await.refused("too_many_attempts");
    let captured = format!("captured {checkout}.1 82000");
    call_back(&house, &captured, "signed").await.is(200);
    guest.post(&path, &card).await.refused("already_paid");
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_is_asked_again_with_the_same_key() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let checkout = placed(&house, &guest).await.says("checkout");
    let away = ProviderFault::Unavailable("it sleeps".to_owned());
    house.provider.fail_next(away);
    let answer = pay(&guest, &checkout).await.is(503);
    assert_eq!(answer.problem(), "provider_unavailable");
    assert_eq!(answer.header("retry-after"), "1");
    let opened = pay(&guest, &checkout).await.is(201);
    assert!(opened.says("payment").ends_with(".1"), "it is the same try");
    house
        .provider
        .fail_next(ProviderFault::Refused("no".to_owned()));
    let path = format!("/v1/checkouts/{checkout}/payments");
    let ask = json!({
        "method": "wallet", "amount": {"amount": 82_000, "currency": "KRW"}, "return_url": "/",
    });
    let answer = guest.post(&path, ask).await.is(502);
    assert_eq!(answer.problem(), "provider_refused");
}

#[tokio::test]
async fn an_order_is_given_up_only_while_it_can_be() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let unknown = format!("/v1/orders/{}/cancel", uuid7(house.now()));
    guest
        .post(&unknown, Value::Null)
        .await
        .refused("order_unknown");
    let placed = placed(&house, &guest).await;
    let checkout = placed.says("checkout");
    let order = placed.body["orders"][0]["order"].as_str().expect("an id");
    let cancel = format!("/v1/orders/{order}/cancel");
    let payment = pay(&guest, &checkout).await.is(201).says("payment");
    let tell = async |kind: &str| {
        let told = format!("{kind} {payment} 82000");
        call_back(&house, &told, "signed").await.is(200);
    };
    tell("authorised").await;
    guest.post(&cancel, Value::Null).await.refused("not_paid");
    tell("captured").await;
    let rows = json!([{"order": order, "line": 0, "units": 1}]);
    house
        .post("support", "/v1/staff/shipments", &rows)
        .await
        .is(200);
    guest
        .post(&cancel, Value::Null)
        .await
        .refused("already_shipped");
}

#[tokio::test]
async fn an_order_that_was_not_paid_in_time_is_closed() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let placed = placed(&house, &guest).await;
    house.pass(1_800_000);
    let path = format!("/v1/checkouts/{}", placed.says("checkout"));
    let ask = json!({"method": "card", "amount": placed.body["total"], "return_url": "/"});
    guest
        .post(&format!("{path}/payments"), ask)
        .await
        .refused("order_closed");
    house.catch_up().await;
    assert_eq!(guest.get(&path).await.is(200).body["state"], "lapsed");
}

#[tokio::test]
async fn units_come_back_only_of_what_came_and_in_time() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let unpaid = placed(&house, &guest).await;
    let unpaid = unpaid.body["orders"][0]["order"].as_str().expect("an id");
    let other = house.guest().await;
    let order = paid(&house, &other).await;
    let order = order.body["orders"][0]["order"].as_str().expect("an id");
    let returns = |order: &str| format!("/v1/orders/{order}/returns");
    let units = |line: u8, units: u16| json!({"line": line, "units": units});
    guest
        .post(&returns(unpaid), units(0, 1))
        .await
        .refused("not_paid");
    guest
        .post(&returns(order), units(0, 1))
        .await
        .refused("not_yours");
    let unknown = returns(&uuid7(house.now()));
    guest
        .post(&unknown, units(0, 1))
        .await
        .refused("order_unknown");
    other
        .post(&returns(order), units(0, 0))
        .await
        .refused("nothing_asked");
    other
        .post(&returns(order), units(9, 1))
        .await
        .refused("line_unknown");
    let rows =
        json!([{"order": order, "line": 0, "units": 1}, {"order": order, "line": 1, "units": 1}]);
    for path in ["/v1/staff/shipments", "/v1/staff/deliveries"] {
        house.post("support", path, &rows).await.is(200);
    }
    other.post(&returns(order), units(0, 1)).await.is(201);
    house.pass(7 * DAY);
    other
        .post(&returns(order), units(1, 1))
        .await
        .refused("withdrawal_over");
}

#[tokio::test]
async fn a_checkout_over_two_sellers_is_two_orders_in_the_order_of_their_holds() {
    let house = House::at_the_bell().await;
    house.sell_hats().await;
    let guest = house.guest().await;
    let coat = hold(&guest, "COAT-S").await;
    let hat = json!({"deal": "HATS", "sku": "HAT-1"});
    let hat = guest.post("/v1/holds", hat).await.is(201).says("hold");
    let (first, second) = (uuid7(house.now()), uuid7(house.now()));
    let ask = |orders: Value| json!({"checkout": uuid7(house.now()), "orders": orders, "holds": [hat, coat]});
    let one = guest.post("/v1/checkouts", ask(json!([first]))).await;
    one.refused("order_count_differs");
    let placed = guest
        .post("/v1/checkouts", ask(json!([first, second])))
        .await;
    let placed = placed.is(201).body;
    assert_eq!(placed["total"]["amount"], 82_000);
    let orders = placed["orders"].as_array().expect("a list");
    let told: Vec<_> = orders
        .iter()
        .map(|one| (&one["order"], &one["seller"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!(first), &json!("bora")),
            (&json!(second), &json!("moa"))
        ]
    );
    let cancel = format!("/v1/orders/{first}/cancel");
    guest.post(&cancel, Value::Null).await.is(200);
    house.catch_up().await;
    let other = guest.get(&format!("/v1/orders/{second}")).await.is(200);
    assert_eq!(other.body["state"], "cancelled", "all or none");
}

#[tokio::test]
async fn a_checkout_has_one_currency() {
    let house = House::at_the_bell().await;
    house
        .schedule_in(Currency::USD, "ABROAD", &[5], terms(0))
        .await;
    let guest = house.guest().await;
    let won = hold(&guest, "COAT-S").await;
    let dollars = json!({"deal": "ABROAD", "sku": "COAT-S"});
    let dollars = guest.post("/v1/holds", dollars).await.is(201).says("hold");
    let order = json!({"order": uuid7(house.now()), "holds": [won, dollars]});
    guest
        .post("/v1/orders", order)
        .await
        .refused("currency_mixed");
}

#[tokio::test]
async fn a_shopper_comes_back_to_the_shop_or_to_a_host_that_its_operator_named() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let checkout = placed(&house, &guest).await.says("checkout");
    let path = format!("/v1/checkouts/{checkout}/payments");
    let ask = |back: &str| json!({"method": "card", "amount": {"amount": 82_000, "currency": "KRW"}, "return_url": back});
    for stranger in [
        "https://evil.example/back",
        "https://shop.example.evil.example/",
        "https://shop.example@evil.example/",
        "https://evil.example@shop.example/",
        "https://shop.example:8443/",
        "//shop.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
    ] {
        let answer = guest.post(&path, ask(stranger)).await.is(422);
        assert_eq!(
            answer.body["errors"][0]["field"], "return_url",
            "{stranger}"
        );
    }
    for own in [
        "/orders",
        "http://localhost:1111/back",
        "https://shop.example/back",
    ] {
        guest.post_once(own, &path, ask(own)).await.is(201);
    }
}

#[tokio::test]
async fn a_list_where_an_object_is_awaited_is_said_to_be_one() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    for path in [
        "/v1/sessions",
        "/v1/accounts",
        "/v1/holds",
        "/v1/orders",
        "/v1/checkouts",
        "/v1/batches",
        "/v1/waitlist",
    ] {
        let answer = guest.post(path, json!([])).await.is(422);
        assert_eq!(answer.problem(), "invalid", "{path}");
        assert_eq!(
            answer.body["errors"][0]["detail"], "must be an object",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_contact_that_nobody_can_reach_is_refused_with_all_that_is_wrong() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let order = json!({"order": uuid7(house.now()), "holds": [], "contact": {
        "name": " ", "phone": "abc", "email": "x",
        "address": {"country": "ZZZ", "postcode": "", "line1": "y".repeat(501)},
    }});
    let answer = guest.post("/v1/orders", order).await.is(422);
    assert_eq!(answer.problem(), "invalid");
    let errors = answer.body["errors"].as_array().expect("a list");
    let fields: Vec<_> = errors
        .iter()
        .map(|error| error["field"].as_str().expect("a field"))
        .collect();
    let wrong = ["name", "phone", "email", "address.country", "address.line1"];
    assert_eq!(fields, wrong.map(|field| format!("contact.{field}")));
}
