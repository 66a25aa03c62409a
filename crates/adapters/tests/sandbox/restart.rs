//! What outlives the process: books, promises, and callbacks that nobody took yet.

use crate::stage::{GOOD, Stage, result_of};
use serde_json::json;
use std::fs;
use std::path::Path;

const BOOKS: &str = "books.jsonl";

#[tokio::test]
async fn a_restart_keeps_the_books() {
    let stage = Stage::well().await;
    stage.captured("captured").await;
    stage
        .post(
            "/v1/payments/captured/refunds",
            json!({"refund": "1", "amount": 1_000}),
        )
        .await;
    stage.authorised("authorised").await;
    stage.open("open", json!({})).await;
    let mut before = stage.look("/v1/books").await;
    let old = stage.base.clone();
    let stage = stage.restart(|_| {}).await;
    for item in before.1["items"].as_array_mut().unwrap() {
        let url = item["redirect_url"]
            .as_str()
            .unwrap()
            .replace(&old, &stage.base);
        item["redirect_url"] = json!(url);
    }
    assert_eq!(stage.look("/v1/books").await, before);
    let again = stage.open("open", json!({})).await;
    assert_eq!(again.0, 200);
    let refund = json!({"refund": "1", "amount": 1_000});
    assert_eq!(
        stage.post("/v1/payments/captured/refunds", refund).await.0,
        200
    );
}

#[tokio::test]
async fn what_the_shop_did_not_take_is_sent_after_a_restart_and_what_it_took_is_not() {
    let mut stage = Stage::well().await;
    stage.authorised("taken").await;
    stage.event().await;
    stage.shop_answers(500);
    stage.authorised("untaken").await;
    let untaken = stage.callback().await;
    // The line that says `taken` was taken is on disk once it is read there.
    while !told_in(stage.folder.path()) {
        tokio::task::yield_now().await;
    }
    let mut stage = stage.restart(|_| {}).await;
    stage.shop_answers(200);
    assert_eq!(stage.callback_in_time().await, untaken);
    stage.authorised("later").await;
    loop {
        let (_, reference) = stage.event().await;
        assert_ne!(reference, "taken");
        if reference == "later" {
            break;
        }
    }
}

#[tokio::test]
async fn a_card_whose_capture_fails_still_does_after_a_restart() {
    let stage = Stage::well().await;
    stage.open("r.1", json!({})).await;
    stage.pay_with("r.1", "4000000000009995").await;
    let stage = stage.restart(|_| {}).await;
    let (status, _) = stage
        .post("/v1/payments/r.1/capture", json!({"amount": 41_000}))
        .await;
    assert_eq!(status, 422);
}

#[tokio::test]
async fn a_promise_is_kept_after_a_restart() {
    let stage = Stage::well().await;
    stage.open("r.1", json!({})).await;
    stage.pay_with("r.1", "4000000000003220").await;
    let mut stage = stage.restart(|_| {}).await;
    stage.advance(5_000);
    assert_eq!(
        stage.event().await,
        ("payment.authorised".into(), "r.1".into())
    );
}

#[tokio::test]
async fn a_torn_last_line_is_as_if_it_had_never_been() {
    let stage = Stage::well().await;
    stage.open("r.1", json!({})).await;
    let tear = |folder: &Path| {
        let path = folder.join(BOOKS);
        let mut log = fs::read_to_string(&path).unwrap();
        log.push_str(r#"{"at":1795320000000,"reference":"r.1","fact":"voi"#);
        fs::write(path, log).unwrap();
    };
    let stage = stage.restart(tear).await;
    assert_eq!(stage.payment("r.1").await["state"], "open");
    assert_eq!(stage.pay_with("r.1", GOOD).await, "authorised");
    let stage = stage.restart(|_| {}).await;
    assert_eq!(stage.payment("r.1").await["state"], "authorised");
}

#[tokio::test]
async fn no_card_number_is_on_disk() {
    let stage = Stage::well().await;
    for (reference, number) in [
        ("r.1", GOOD),
        ("r.2", "4000000000000002"),
        ("r.3", "4242424242424241"),
    ] {
        stage.open(reference, json!({})).await;
        stage
            .form(
                reference,
                &[("number", number), ("expiry", "12/30"), ("cvc", "987")],
            )
            .await;
    }
    stage.open("r.4", json!({"method": "wallet"})).await;
    assert_eq!(
        result_of(&stage.form("r.4", &[("decision", "cancel")]).await),
        "abandoned"
    );
    let log = fs::read_to_string(stage.folder.path().join(BOOKS)).unwrap();
    assert!(log.contains("r.2") && log.contains("abandoned"));
    for secret in ["4242424242", "0000000002", "987"] {
        assert!(!log.contains(secret), "{secret}");
    }
}

fn told_in(folder: &Path) -> bool {
    fs::read_to_string(folder.join(BOOKS))
        .unwrap()
        .contains(r#""ending":"taken""#)
}
