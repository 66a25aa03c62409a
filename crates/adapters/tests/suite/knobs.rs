//! Each knob does what it says, and only that.

use crate::scene::{AMOUNT, CallbackDesk, GOOD_CARD, Scene, opening, payment};
use adapters::sandbox::Knobs;
use axum::http::StatusCode;
use clerks::ports::{Callback, OpenPayment, PaymentProvider, ProviderState};
use vocabulary::{DeclineReason, Method, RefundId, Steps};

/// A sandbox with its knobs, its shop, and one try of which the card was typed.
struct Paid {
    scene: Scene,
    desk: CallbackDesk,
    leads_to: String,
    _folder: tempfile::TempDir,
}

async fn paid(knobs: Knobs, steps: Steps) -> Paid {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = CallbackDesk::opened().await;
    let scene = Scene::in_folder(folder.path(), Some(desk.url.clone()), knobs).await;
    let opened = scene
        .open(OpenPayment {
            steps,
            ..opening(1)
        })
        .await;
    let (status, leads_to) = scene.type_card(&opened.redirect_url, GOOD_CARD).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    Paid {
        scene,
        desk,
        leads_to,
        _folder: folder,
    }
}

fn kind(callback: Callback) -> &'static str {
    match callback {
        Callback::Authorised { .. } => "authorised",
        Callback::Captured { .. } => "captured",
        Callback::Declined { .. } => "declined",
        Callback::Voided { .. } => "voided",
        Callback::Refunded { .. } => "refunded",
        Callback::RefundFailed { .. } => "refund failed",
    }
}

impl Paid {
    async fn capture(&self) -> ProviderState {
        let captured = self.scene.provider.capture(payment(1), AMOUNT).await;
        captured.expect("it answers").state
    }

    /// What was called back, up to and with the callback of a last refund.
    async fn callbacks_until_refund(&mut self) -> Vec<&'static str> {
        let refund = self.scene.provider.refund(RefundId(1), payment(1), AMOUNT);
        refund.await.expect("it answers");
        let mut kinds = Vec::new();
        loop {
            kinds.push(kind(self.desk.next().await));
            if kinds.last().is_some_and(|kind| kind.starts_with("refund")) {
                return kinds;
            }
        }
    }
}

#[tokio::test]
async fn without_a_knob_every_callback_comes_once_and_in_order() {
    let mut paid = paid(Knobs::default(), Steps::Two).await;
    assert_eq!(kind(paid.desk.next().await), "authorised");
    assert_eq!(paid.capture().await, ProviderState::Captured);
    assert_eq!(kind(paid.desk.next().await), "captured");
    assert_eq!(paid.callbacks_until_refund().await, ["refunded"]);
    assert_eq!(paid.desk.count_waiting(), 0);
}

#[tokio::test]
async fn the_decline_rate_declines() {
    let knobs = Knobs {
        decline_rate: 1_000,
        ..Knobs::default()
    };
    let mut paid = paid(knobs, Steps::Two).await;
    assert!(
        paid.leads_to.ends_with("result=declined"),
        "{}",
        paid.leads_to
    );
    assert_eq!(kind(paid.desk.next().await), "declined");
}

#[tokio::test]
async fn the_lose_rate_loses_callbacks_and_no_money() {
    let knobs = Knobs {
        lose_rate: 1_000,
        ..Knobs::default()
    };
    let paid = paid(knobs, Steps::Two).await;
    assert_eq!(paid.capture().await, ProviderState::Captured);
    let change = serde_json::json!({ "lose_rate": 0 });
    let url = format!("{}/v1/knobs", paid.scene.url);
    let (status, knobs) = paid
        .scene
        .api(paid.scene.browser.patch(url).json(&change))
        .await;
    assert_eq!((status, &knobs["lose_rate"]), (StatusCode::OK, &0.into()));
    let mut paid = paid;
    assert_eq!(paid.callbacks_until_refund().await, ["refunded"]);
}

#[tokio::test]
async fn the_repeat_rate_sends_the_same_callback_two_or_three_times() {
    let knobs = Knobs {
        repeat_rate: 1_000,
        ..Knobs::default()
    };
    let mut paid = paid(knobs, Steps::Two).await;
    let first = paid.desk.next().await;
    assert_eq!(paid.desk.next().await, first);
}

#[tokio::test]
async fn the_reorder_rate_tells_of_the_capture_first() {
    let knobs = Knobs {
        reorder_rate: 1_000,
        reorder_ms: 300,
        ..Knobs::default()
    };
    let mut paid = paid(knobs, Steps::One).await;
    let kinds = [kind(paid.desk.next().await), kind(paid.desk.next().await)];
    assert_eq!(kinds, ["captured", "authorised"]);
}

#[tokio::test]
async fn the_delay_holds_callbacks_back_and_the_page_does_not_wait() {
    let knobs = Knobs {
        delay_ms_min: 400,
        delay_ms_max: 500,
        ..Knobs::default()
    };
    let mut paid = paid(knobs, Steps::Two).await;
    assert_eq!(paid.desk.count_waiting(), 0);
    assert_eq!(kind(paid.desk.next().await), "authorised");
}

#[tokio::test]
async fn the_capture_failure_rate_declines_at_the_capture() {
    let knobs = Knobs {
        capture_failure_rate: 1_000,
        ..Knobs::default()
    };
    let mut paid = paid(knobs, Steps::Two).await;
    let declined = ProviderState::Declined(DeclineReason::Declined);
    assert_eq!(paid.capture().await, declined);
    assert_eq!(kind(paid.desk.next().await), "authorised");
    assert_eq!(kind(paid.desk.next().await), "declined");
}

#[tokio::test]
async fn the_refund_failure_rate_fails_refunds_and_keeps_the_money() {
    let knobs = Knobs {
        refund_failure_rate: 1_000,
        ..Knobs::default()
    };
    let mut paid = paid(knobs, Steps::One).await;
    assert_eq!(
        paid.callbacks_until_refund().await,
        ["captured", "refund failed"]
    );
    let standing = paid.scene.provider.look(payment(1)).await.expect("known");
    assert!(!standing.refunds[0].sent);
    assert_eq!(paid.scene.books().await["items"][0]["refunded"], 0);
}

#[tokio::test]
async fn a_late_deposit_cannot_be_stopped_and_arrives() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = CallbackDesk::opened().await;
    let knobs = Knobs {
        deposit_late_s: 1,
        ..Knobs::default()
    };
    let scene = Scene::in_folder(folder.path(), Some(desk.url.clone()), knobs).await;
    let deposit = OpenPayment {
        method: Method::Deposit,
        steps: Steps::One,
        ..opening(1)
    };
    let opened = scene.open(deposit).await;
    scene
        .post_form(&opened.redirect_url, &[("decision", "deposit")])
        .await;
    let voided = scene.provider.void(payment(1)).await.expect("it answers");
    assert_eq!(voided.state, ProviderState::Open);
    assert_eq!(kind(desk.next().await), "captured");
}

#[tokio::test]
async fn knobs_that_make_no_sense_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let scene = Scene::in_folder(folder.path(), None, Knobs::default()).await;
    let url = format!("{}/v1/knobs", scene.url);
    for change in [
        serde_json::json!({ "lose_rate": 1_001 }),
        serde_json::json!({ "delay_ms_min": 5 }),
        serde_json::json!({ "no_such_knob": 5 }),
    ] {
        let (status, _) = scene.api(scene.browser.patch(&url).json(&change)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{change}");
    }
}
