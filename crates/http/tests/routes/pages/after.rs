//! After the purchase: the orders list, the way of an order, and sending units back.

use super::buying::{paid_order, placed};
use crate::house::{Browser, House, Page};
use axum::http::StatusCode;
use vocabulary::{Command, OrderId};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// Everything of the order reaches the shopper now.
async fn deliver(house: &House, order: &str) {
    let order: OrderId = order.parse().expect("an id");
    let (line, units) = (0, 1);
    house
        .command(Command::RecordShipment { order, line, units })
        .await;
    house
        .command(Command::RecordDelivery { order, line, units })
        .await;
}

/// A paid order that has arrived, and the browser of its shopper.
async fn delivered(house: &House) -> (Browser, String) {
    let mut browser = house.browser();
    browser.language = "en";
    let order = paid_order(house, &mut browser).await;
    deliver(house, &order).await;
    (browser, order)
}

/// Chooses one unit of the first line.
fn choice<'a>(kind: &'a str, reason: &'a str, step: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("key", "send-back"),
        ("units-0", "1"),
        ("wish-0", "COAT-M"),
        ("kind", kind),
        ("reason", reason),
        ("note", "소매가 짧아요"),
        ("step", step),
    ]
}

async fn send_back(browser: &mut Browser, order: &str, kind: &str, reason: &str) -> Page {
    let address = format!("/orders/{order}/return");
    browser
        .post_and_follow(&address, &choice(kind, reason, "send"))
        .await
}

#[tokio::test]
async fn who_changed_their_mind_sees_what_the_way_back_costs_before_they_ask() {
    let house = House::at_the_bell().await;
    let (mut browser, order) = delivered(&house).await;
    let address = format!("/orders/{order}/return");
    let form = browser.see(&address).await;
    assert!(
        form.has("You pay ₩3,000 to return, ₩6,000 to exchange"),
        "{}",
        form.text
    );
    let check = browser
        .post(&address, &choice("return", "changed_mind", "check"))
        .await;
    assert!(
        check.has("₩3,000") && check.has("₩38,000") && check.has("소매가 짧아요"),
        "{}",
        check.text
    );
    let asked = browser.see(&format!("/orders/{order}")).await;
    assert!(!asked.has("Being returned"), "nothing was sent yet");
    let sent = send_back(&mut browser, &order, "return", "changed_mind").await;
    assert!(
        sent.has("The way back: ₩3,000") && sent.has(">Asked<"),
        "{}",
        sent.text
    );
}

#[tokio::test]
async fn the_seller_pays_the_way_of_what_is_faulty_and_the_desk_sees_why() {
    let house = House::at_the_bell().await;
    let (mut browser, order) = delivered(&house).await;
    let address = format!("/orders/{order}/return");
    let check = browser
        .post(&address, &choice("return", "defective", "check"))
        .await;
    assert!(
        check.has("Paid by the seller") && check.has("₩41,000"),
        "{}",
        check.text
    );
    send_back(&mut browser, &order, "return", "defective").await;
    let mut desk = super::desk::enter(&house).await;
    let page = desk.see(&format!("/desk/orders/{order}")).await;
    assert!(
        page.has("불량이에요") && page.has("소매가 짧아요"),
        "{}",
        page.text
    );
    let journaled = house.shop.records.events_of(order.parse().expect("an id"));
    let journaled = format!("{:?}", journaled.await.expect("events"));
    assert!(!journaled.contains("소매가"), "the journal holds no words");
}

#[tokio::test]
async fn an_exchange_names_what_is_wanted_and_costs_both_ways() {
    let house = House::at_the_bell().await;
    let (mut browser, order) = delivered(&house).await;
    let sent = send_back(&mut browser, &order, "exchange", "wrong_size").await;
    assert!(
        sent.has("asked for an exchange") && sent.has("→ M") && sent.has("₩6,000"),
        "{}",
        sent.text
    );
    let list = browser.see("/orders?shown=back").await;
    assert!(list.has("Being returned"), "{}", list.text);
}

#[tokio::test]
async fn a_request_sent_twice_is_one_and_one_without_a_reason_or_units_is_none() {
    let house = House::at_the_bell().await;
    let (mut browser, order) = delivered(&house).await;
    let address = format!("/orders/{order}/return");
    let mut blank = choice("return", "", "check");
    blank[1] = ("units-0", "0");
    let again = browser.post(&address, &blank).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again.has("Choose how many to send back") && again.has("Choose a reason"),
        "{}",
        again.text
    );
    send_back(&mut browser, &order, "return", "late").await;
    let twice = send_back(&mut browser, &order, "return", "late").await;
    assert_eq!(
        twice.text.matches("return-row").count(),
        1,
        "{}",
        twice.text
    );
}

#[tokio::test]
async fn after_seven_days_by_the_clock_of_the_house_it_is_too_late_and_one_is_told_what_to_do() {
    let house = House::at_the_bell().await;
    let (mut browser, order) = delivered(&house).await;
    house.pass(7 * DAY_MS - 1);
    let page = browser.see(&format!("/orders/{order}")).await;
    assert!(
        page.has("You can return or exchange until"),
        "{}",
        page.text
    );
    house.pass(1);
    let page = browser.see(&format!("/orders/{order}")).await;
    assert!(
        page.has("The time to return or exchange is over") && page.has("tell the seller"),
        "{}",
        page.text
    );
    let form = browser.see(&format!("/orders/{order}/return")).await;
    assert!(form.has("Nothing can be returned"), "{}", form.text);
    let refused = browser
        .post(
            &format!("/orders/{order}/return"),
            &choice("return", "late", "send"),
        )
        .await;
    assert!(
        refused.location.ends_with("refused=withdrawal_over"),
        "{}",
        refused.location
    );
}

#[tokio::test]
async fn orders_are_found_by_how_they_stand_and_those_to_be_paid_come_first() {
    let house = House::at_the_bell().await;
    let (mut browser, order) = delivered(&house).await;
    let (_, step) = placed(&mut browser, "LAST").await;
    let unpaid = super::buying::order_of(&step);
    house.catch_up().await;
    let has = async |browser: &mut Browser, shown: &str, order: &str| {
        let page = browser.see(&format!("/orders?shown={shown}")).await;
        page.has(&format!("/orders/{order}\""))
    };
    assert!(has(&mut browser, "delivered", &order).await);
    assert!(!has(&mut browser, "delivered", &unpaid).await);
    assert!(has(&mut browser, "running", &unpaid).await);
    assert!(!has(&mut browser, "running", &order).await);
    assert!(!has(&mut browser, "back", &order).await);
    let all = browser.see("/orders").await;
    let place = |order: &str| all.text.find(&format!("/orders/{order}\""));
    assert!(place(&unpaid) < place(&order), "{}", all.text);
    assert!(all.has("Pay now"), "{}", all.text);
    let stranger = house.browser().see("/orders").await;
    assert!(stranger.has("아직 주문이 없어요"), "{}", stranger.text);
}

#[tokio::test]
async fn a_receipt_says_who_sold_and_is_the_shoppers_own() {
    let house = House::at_the_bell().await;
    let (mut browser, order) = delivered(&house).await;
    let address = format!("/orders/{order}/receipt");
    let receipt = browser.see(&address).await;
    assert!(
        receipt.has("주식회사 모아") && receipt.has("2026-서울중구-0001") && receipt.has("₩3,727"),
        "{}",
        receipt.text
    );
    let stranger = house.browser().see(&address).await;
    assert_eq!(stranger.status, StatusCode::FORBIDDEN);
    let (_, step) = placed(&mut browser, "LAST").await;
    let unpaid = super::buying::order_of(&step);
    house.catch_up().await;
    let none = browser.see(&format!("/orders/{unpaid}/receipt")).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_api_asks_for_the_same_and_tells_who_pays() {
    let house = House::at_the_bell().await;
    let (mut browser, order) = delivered(&house).await;
    let member = house.stranger().with(&browser.session());
    let address = format!("/v1/orders/{order}/returns");
    let line = |wish| serde_json::json!([{"line": 0, "units": 1, "exchange_for": wish}]);
    let ask = |kind: &str, lines| serde_json::json!({"kind": kind, "reason": "wrong_size", "lines": lines});
    let wrong = member.post(&address, ask("exchange", line("HAT-1"))).await;
    assert_eq!(wrong.is(422).body["errors"][0]["field"], "exchange_for");
    let asked = member.post(&address, ask("exchange", line("COAT-M"))).await;
    let asked = asked.is(201);
    assert_eq!(asked.body["asked"]["payer"], "buyer");
    assert_eq!(asked.body["asked"]["fee"]["amount"], 6_000);
    house.settle(&asked).await;
    let shown = member.get(&format!("/v1/orders/{order}")).await.is(200);
    assert_eq!(
        shown.body["returns"][0]["lines"][0]["exchange_for"],
        "COAT-M"
    );
    let stranger = house.guest().await;
    let foreign = stranger
        .post(&address, ask("exchange", line("COAT-M")))
        .await;
    foreign.refused("not_yours");
    assert!(browser.see("/orders?shown=back").await.has(&order));
}
