//! Holds that lapse between the cart and the order: what went is named, what was typed stays, and
//! the rest can still be ordered.

use super::buying::{deliver, first_step, hold};
use crate::house::{Browser, House, Page};
use axum::http::StatusCode;

const MINUTE: u64 = 60_000;

/// A coat that is held for five minutes more and a hat that is held for fifteen; the first step.
async fn two_holds(house: &House, browser: &mut Browser) -> Page {
    house.sell_hats().await;
    hold(browser, "NIGHT").await;
    house.pass(10 * MINUTE);
    let cart = hold(browser, "HATS").await;
    first_step(browser, &cart).await
}

#[tokio::test]
async fn a_hold_that_lapses_on_the_first_step_has_its_words_ready() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    browser.language = "en";
    let cart = hold(&mut browser, "NIGHT").await;
    let step = first_step(&mut browser, &cart).await;
    let number = cart.field("hold");
    let ready = format!("id=\"lapsed-{number}\" hidden role=\"alert\"");
    let clock = format!("data-says=\"lapsed-{number}\"");
    assert!(step.has(&ready) && step.has(&clock), "{}", step.text);
    assert!(
        step.has("no longer kept") && step.has("href=\"/deals/NIGHT\""),
        "{}",
        step.text
    );
    assert!(!step.has("data-turn=\"page\""), "{}", step.text);
}

#[tokio::test]
async fn when_one_of_two_holds_is_gone_it_is_named_and_the_rest_is_ordered_as_typed() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    browser.language = "en";
    let step = two_holds(&house, &mut browser).await;
    let holds = step.field("holds");
    let hat = holds.split(',').nth(1).expect("two holds").to_owned();
    house.pass(5 * MINUTE);
    let told = deliver(&mut browser, &step).await;
    assert_eq!(told.status, StatusCode::CONFLICT, "{}", told.location);
    assert!(
        told.has("The hold on Wool coat · S has run out") && told.has("value=\"홍길동\""),
        "{}",
        told.text
    );
    assert_eq!(told.field("holds"), hat);
    let placed = deliver(&mut browser, &told).await;
    assert!(
        placed.location.starts_with("/checkouts/"),
        "{}{}",
        placed.location,
        placed.text
    );
    let again = deliver(&mut browser, &told).await;
    assert_eq!(again.location, placed.location, "a repeat is the same deed");
}

#[tokio::test]
async fn fields_that_are_wrong_do_not_hide_that_a_hold_is_gone() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    browser.language = "en";
    let step = two_holds(&house, &mut browser).await;
    house.pass(5 * MINUTE);
    let holds = step.field("holds");
    let form = [("key", "k"), ("holds", holds.as_str()), ("name", "홍길동")];
    let again = browser.post("/checkout", &form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again.has("The hold on Wool coat · S has run out") && again.has("id=\"phone-error\""),
        "{}",
        again.text
    );
}

#[tokio::test]
async fn who_comes_to_the_first_step_after_a_hold_lapsed_is_told_which() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    browser.language = "en";
    let step = two_holds(&house, &mut browser).await;
    house.pass(5 * MINUTE);
    let holds = step.field("holds").replace(',', "&hold=");
    let later = browser.see(&format!("/checkout?hold={holds}")).await;
    assert!(
        later.has("The hold on Wool coat · S has run out"),
        "{}",
        later.text
    );
    assert!(
        later.has("The hold on Wool coat has run out"),
        "the hat's words are ready: {}",
        later.text
    );
}

#[tokio::test]
async fn what_was_ordered_in_another_window_is_no_lapse_but_is_said() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    let both = two_holds(&house, &mut browser).await;
    let coat = both.field("holds");
    let coat = coat.split(',').next().expect("two holds");
    let alone = browser.see(&format!("/checkout?hold={coat}")).await;
    let placed = deliver(&mut browser, &alone).await;
    assert!(placed.location.starts_with("/checkouts/"));
    let told = deliver(&mut browser, &both).await;
    assert_eq!(told.status, StatusCode::CONFLICT, "{}", told.location);
    assert!(
        told.has("이미 주문한 상품이에요") && told.has("value=\"홍길동\""),
        "{}",
        told.text
    );
}

#[tokio::test]
async fn when_every_hold_is_gone_what_was_typed_waits_until_something_is_held_again() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    browser.language = "en";
    let step = two_holds(&house, &mut browser).await;
    house.pass(15 * MINUTE);
    let gone = deliver(&mut browser, &step).await;
    assert_eq!(gone.status, StatusCode::CONFLICT, "{}", gone.location);
    assert!(
        gone.has("Everything you held has run out of time") && gone.has("value=\"홍길동\""),
        "{}",
        gone.text
    );
    assert!(!gone.has("Place the order and pay"), "{}", gone.text);
    hold(&mut browser, "HATS").await;
    let mut form = vec![("go", "anew"), ("name", "홍길동")];
    let holds = gone.field("holds");
    form.push(("holds", &holds));
    let anew = browser.post("/checkout", &form).await;
    assert_eq!(anew.status, StatusCode::OK, "{}", anew.location);
    assert!(
        anew.has("Place the order and pay") && anew.has("value=\"홍길동\""),
        "{}",
        anew.text
    );
    let placed = deliver(&mut browser, &anew).await;
    assert!(
        placed.location.starts_with("/checkouts/"),
        "{}",
        placed.location
    );
}

#[tokio::test]
async fn who_lost_their_session_on_the_way_keeps_what_was_typed() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    browser.language = "en";
    let cart = hold(&mut browser, "NIGHT").await;
    let step = first_step(&mut browser, &cart).await;
    let mut forgetful = house.browser();
    forgetful.language = "en";
    let told = deliver(&mut forgetful, &step).await;
    assert_eq!(told.status, StatusCode::CONFLICT, "{}", told.location);
    assert!(
        told.has("Nothing is held in this browser") && told.has("value=\"홍길동\""),
        "{}",
        told.text
    );
}
