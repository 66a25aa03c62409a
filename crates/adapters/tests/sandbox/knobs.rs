//! Each knob, turned as far as it goes.

use crate::stage::{GOOD, Stage, result_of};
use adapters::sandbox::Knobs;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn knobs_are_read_and_turned_with_the_key() {
    let stage = Stage::well().await;
    let (status, knobs) = stage
        .call(Method::PATCH, "/v1/knobs", json!({"lose_rate": 0.5}))
        .await;
    assert_eq!((status, &knobs["lose_rate"]), (200, &json!(0.5)));
    assert_eq!(stage.look("/v1/knobs").await, (200, knobs.clone()));
    for (changes, expected) in [(json!({"luck": 1}), 400), (json!({"lose_rate": 2}), 422)] {
        assert_eq!(
            stage.call(Method::PATCH, "/v1/knobs", changes).await.0,
            expected
        );
    }
    assert_eq!(stage.look("/v1/knobs").await.1, knobs);
}

#[tokio::test]
async fn a_bank_that_always_declines_declines_a_good_card() {
    let stage = Stage::with(Knobs {
        decline_rate: 1.0,
        ..Knobs::default()
    })
    .await;
    stage.open("r.1", json!({})).await;
    assert_eq!(stage.pay_with("r.1", GOOD).await, "declined");
}

#[tokio::test]
async fn captures_that_always_fail_move_nothing() {
    let stage = Stage::with(Knobs {
        capture_failure_rate: 1.0,
        ..Knobs::default()
    })
    .await;
    stage.authorised("r.1").await;
    let (status, _) = stage
        .post("/v1/payments/r.1/capture", json!({"amount": 41_000}))
        .await;
    let payment = stage.payment("r.1").await;
    assert_eq!((status, &payment["state"]), (422, &json!("declined")));
    assert_eq!(payment["captured"], 0);
}

#[tokio::test]
async fn refunds_that_always_fail_say_so_and_move_nothing() {
    let mut stage = Stage::with(Knobs {
        refund_failure_rate: 1.0,
        ..Knobs::default()
    })
    .await;
    stage.captured("r.1").await;
    stage.event().await;
    let body = json!({"refund": "1", "amount": 41_000});
    let failed = json!({"refund": "1", "amount": 41_000, "state": "failed"});
    assert_eq!(
        stage.post("/v1/payments/r.1/refunds", body.clone()).await,
        (201, failed.clone())
    );
    assert_eq!(
        stage.post("/v1/payments/r.1/refunds", body).await,
        (200, failed)
    );
    assert_eq!(stage.payment("r.1").await["refunded"], 0);
    assert_eq!(stage.event().await.0, "refund.failed");
}

#[tokio::test]
async fn a_lost_callback_never_comes() {
    let mut stage = Stage::with(Knobs {
        lose_rate: 1.0,
        ..Knobs::default()
    })
    .await;
    stage.authorised("lost").await;
    // The clock outruns every retry; then one that is not lost comes, and first.
    stage.advance(300_000);
    stage
        .call(Method::PATCH, "/v1/knobs", json!({"lose_rate": 0}))
        .await;
    stage.authorised("told").await;
    let (_, reference) = stage.event().await;
    assert_eq!(reference, "told");
}

#[tokio::test]
async fn a_repeated_callback_comes_two_or_three_times() {
    let mut stage = Stage::with(Knobs {
        repeat_rate: 1.0,
        ..Knobs::default()
    })
    .await;
    stage.authorised("r.1").await;
    let first = stage.callback().await;
    assert_eq!(stage.callback().await, first);
}

#[tokio::test]
async fn a_callback_is_overtaken_by_the_next_of_its_payment() {
    let mut stage = Stage::with(Knobs {
        reorder_rate: 1.0,
        ..Knobs::default()
    })
    .await;
    stage.authorised("r.1").await;
    stage
        .post("/v1/payments/r.1/capture", json!({"amount": 41_000}))
        .await;
    assert_eq!(stage.event().await.0, "payment.captured");
    assert_eq!(stage.event().await.0, "payment.authorised");
}

#[tokio::test]
async fn a_delayed_callback_waits_for_its_time() {
    let mut stage = Stage::with(Knobs {
        delay_ms: [60_000, 60_000],
        ..Knobs::default()
    })
    .await;
    stage.authorised("late").await;
    stage
        .call(Method::PATCH, "/v1/knobs", json!({"delay_ms": [0, 0]}))
        .await;
    stage.authorised("prompt").await;
    assert_eq!(stage.event().await.1, "prompt");
    stage.advance(60_000);
    assert_eq!(stage.event().await.1, "late");
}

#[tokio::test]
async fn a_deposit_comes_late_or_too_late() {
    let mut stage = Stage::with(Knobs {
        deposit_after_s: 60,
        ..Knobs::default()
    })
    .await;
    stage.open("r.1", json!({"method": "deposit"})).await;
    stage
        .open(
            "r.2",
            json!({"method": "deposit", "expires_at": "2026-11-22T04:01:00Z"}),
        )
        .await;
    for reference in ["r.1", "r.2"] {
        assert_eq!(
            result_of(&stage.form(reference, &[("deposit", "now")]).await),
            "waiting"
        );
    }
    stage.advance(60_000);
    let mut events = [stage.event().await, stage.event().await];
    events.sort();
    let expected = [("payment.captured", "r.1"), ("payment.declined", "r.2")];
    assert_eq!(
        events,
        expected.map(|(event, reference)| (event.to_owned(), reference.to_owned()))
    );
}
