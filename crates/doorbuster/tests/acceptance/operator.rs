//! What an operator sets and a visitor notices: the language, sessions by address, open streams.

use super::festival::Festival;
use super::process::until;
use super::web::Web;
use std::time::Duration;

#[test]
fn who_asks_for_none_of_our_languages_gets_the_festivals() {
    let mut festival = Festival::nowhere().set(&["--festival-language", "zh"]);
    festival.start();
    let page = Web::open().text(&festival.shop());
    assert!(page.contains("<html lang=\"zh\""), "{page}");
    festival.stop();
}

#[test]
fn streams_past_the_limit_are_turned_away_until_a_listener_leaves() {
    let mut festival = Festival::nowhere().set(&["--limits-listeners", "2"]);
    festival.start();
    let web = Web::open();
    let stream = |path| web.get(&format!("{}{path}", festival.shop()));
    let first = stream("/v1/board/stream");
    let second = stream("/v1/claimed");
    assert_eq!((first.status(), second.status()).0, 200);
    let third = stream("/v1/claimed");
    assert_eq!(third.status(), 503);
    assert_eq!(third.headers()["retry-after"], "10");
    assert!(web.body(third).contains("/problems/listeners_full"));
    assert_eq!(
        stream("/v1/board").status(),
        200,
        "figures may be asked for"
    );
    drop(first);
    until(Duration::from_secs(30), "a place to listen", || {
        (stream("/v1/board/stream").status() == 200).then_some(())
    });
    festival.stop();
}

#[test]
fn an_address_opens_so_many_sessions_a_minute_and_no_more() {
    let mut festival = Festival::nowhere().set(&["--limits-sessions-per-minute", "2"]);
    festival.start();
    let web = Web::open();
    let post = |path| web.post_nothing(&format!("{}{path}", festival.shop()));
    assert_eq!(post("/v1/sessions").status(), 201);
    assert_eq!(post("/v1/sessions").status(), 201);
    let third = post("/v1/sessions");
    assert_eq!(third.status(), 429);
    assert!(third.headers().contains_key("retry-after"));
    assert!(web.body(third).contains("/problems/rate_limited"));
    assert_eq!(
        web.status(&format!("{}/v1/deals", festival.shop())),
        Some(200),
        "who looks around opens none"
    );
    festival.stop();
}
