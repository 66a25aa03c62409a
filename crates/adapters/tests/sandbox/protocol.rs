//! docs/contracts/payment-provider.md, rule by rule.

use crate::stage::{EXPIRES_AT, GOOD, KEY, Stage, result_of};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn opening_twice_is_opening_once() {
    let stage = Stage::well().await;
    let (status, payment) = stage.open("r.1", json!({})).await;
    assert_eq!(status, 201);
    let redirect_url = format!("{}/pay/r.1", stage.base);
    let expected = json!({
        "reference": "r.1", "state": "open", "reason": null, "amount": 41_000, "captured": 0,
        "refunded": 0, "currency": "KRW", "refunds": [], "redirect_url": redirect_url,
        "account": null,
    });
    assert_eq!(payment, expected);
    assert_eq!(stage.open("r.1", json!({})).await, (200, expected.clone()));
    assert_eq!(stage.look("/v1/payments/r.1").await, (200, expected));
}

#[tokio::test]
async fn a_reference_with_another_sum_is_a_conflict_and_changes_nothing() {
    let stage = Stage::well().await;
    let (_, payment) = stage.open("r.1", json!({})).await;
    for other in [json!({"amount": 1}), json!({"currency": "USD"})] {
        assert_eq!(stage.open("r.1", other).await.0, 409);
    }
    assert_eq!(stage.payment("r.1").await, payment);
}

#[tokio::test]
async fn nothing_under_v1_is_told_without_the_key() {
    let stage = Stage::well().await;
    stage.open("r.1", json!({})).await;
    for path in [
        "/v1/payments/r.1",
        "/v1/books",
        "/v1/knobs",
        "/v1/payments/none",
    ] {
        for key in ["", "sandbox-kez", "sandbox-key2"] {
            let request = stage
                .client
                .get(format!("{}{path}", stage.base))
                .bearer_auth(key);
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 401);
            assert_eq!(
                response.headers()["content-type"],
                "application/problem+json"
            );
        }
    }
    assert_eq!(KEY, "sandbox-key");
}

#[tokio::test]
async fn an_unknown_reference_is_not_found_by_any_call() {
    let stage = Stage::well().await;
    for (path, body) in [
        ("/v1/payments/none/capture", json!({"amount": 1})),
        ("/v1/payments/none/void", json!({})),
        (
            "/v1/payments/none/refunds",
            json!({"refund": "1", "amount": 1}),
        ),
    ] {
        let (status, problem) = stage.post(path, body).await;
        assert_eq!((status, &problem["status"]), (404, &json!(404)));
    }
    assert_eq!(stage.look("/v1/payments/none").await.0, 404);
    assert_eq!(stage.page("/pay/none", "en").await.status(), 404);
    assert_eq!(stage.form("none", &[("number", GOOD)]).await.status(), 404);
}

#[tokio::test]
async fn what_cannot_be_read_or_cannot_be_is_refused() {
    let stage = Stage::well().await;
    for (changes, expected) in [
        (json!({"amount": 0}), 422),
        (json!({"reference": "a b"}), 422),
        (json!({"return_url": "ftp://x"}), 422),
        (json!({"currency": "WON"}), 400),
        (json!({"expires_at": "soon"}), 400),
    ] {
        assert_eq!(stage.open("r.1", changes).await.0, expected);
    }
    assert_eq!(stage.look("/v1/payments/r.1").await.0, 404);
    assert_eq!(stage.look("/v1/books?limit=x").await.0, 400);
}

#[tokio::test]
async fn two_steps_authorise_and_then_capture_once() {
    let mut stage = Stage::well().await;
    stage.authorised("r.1").await;
    assert_eq!(stage.payment("r.1").await["state"], "authorised");
    assert_eq!(
        stage.event().await,
        ("payment.authorised".into(), "r.1".into())
    );
    let first = stage
        .post("/v1/payments/r.1/capture", json!({"amount": 41_000}))
        .await;
    assert_eq!(
        (first.0, &first.1["state"], &first.1["captured"]),
        (200, &json!("captured"), &json!(41_000))
    );
    assert_eq!(
        stage
            .post("/v1/payments/r.1/capture", json!({"amount": 41_000}))
            .await,
        first
    );
    let callback = stage.callback().await;
    let expected = json!({"event": "payment.captured", "reference": "r.1", "amount": 41_000, "currency": "KRW"});
    assert_eq!(callback.body, expected);
    assert!(!callback.id.contains('.'));
}

#[tokio::test]
async fn one_step_and_deposits_are_captured_at_once() {
    let mut stage = Stage::well().await;
    stage.captured("card").await;
    stage
        .open("wallet", json!({"method": "wallet", "steps": "one"}))
        .await;
    assert_eq!(
        result_of(&stage.form("wallet", &[("decision", "approve")]).await),
        "captured"
    );
    stage.open("deposit", json!({"method": "deposit"})).await;
    assert_eq!(
        result_of(&stage.form("deposit", &[("deposit", "now")]).await),
        "captured"
    );
    for reference in ["card", "wallet", "deposit"] {
        assert_eq!(
            stage.event().await,
            ("payment.captured".into(), reference.into())
        );
    }
}

#[tokio::test]
async fn what_may_not_be_captured_is_not() {
    let stage = Stage::well().await;
    stage.open("open", json!({})).await;
    stage.authorised("authorised").await;
    stage.authorised("voided").await;
    stage.post("/v1/payments/voided/void", json!({})).await;
    for (reference, amount) in [
        ("open", 1),
        ("voided", 1),
        ("authorised", 41_001),
        ("authorised", 0),
    ] {
        let before = stage.payment(reference).await;
        let path = format!("/v1/payments/{reference}/capture");
        assert_eq!(stage.post(&path, json!({"amount": amount})).await.0, 422);
        assert_eq!(stage.payment(reference).await, before);
    }
}

#[tokio::test]
async fn a_void_gives_back_what_is_reserved_and_shuts_what_is_open() {
    let mut stage = Stage::well().await;
    stage.authorised("r.1").await;
    stage.event().await;
    let first = stage.post("/v1/payments/r.1/void", json!({})).await;
    assert_eq!((first.0, &first.1["state"]), (200, &json!("voided")));
    assert_eq!(stage.post("/v1/payments/r.1/void", json!({})).await, first);
    assert_eq!(stage.event().await, ("payment.voided".into(), "r.1".into()));
    stage.open("r.2", json!({})).await;
    stage.post("/v1/payments/r.2/void", json!({})).await;
    assert_eq!(stage.pay_with("r.2", GOOD).await, "declined");
    assert_eq!(stage.payment("r.2").await["state"], "voided");
}

#[tokio::test]
async fn what_moved_or_came_to_nothing_is_not_voided() {
    let stage = Stage::well().await;
    stage.captured("captured").await;
    stage.open("declined", json!({})).await;
    stage.pay_with("declined", "4000000000000002").await;
    for reference in ["captured", "declined"] {
        let before = stage.payment(reference).await;
        let voided = stage
            .post(&format!("/v1/payments/{reference}/void"), json!({}))
            .await;
        assert_eq!(voided, (200, before));
    }
}

#[tokio::test]
async fn a_refund_is_sent_once_and_never_more_than_came() {
    let mut stage = Stage::well().await;
    stage.captured("r.1").await;
    stage.event().await;
    let refund = |refund: &str, amount: i64| {
        let body = json!({"refund": refund, "amount": amount});
        stage
            .client
            .post(format!("{}/v1/payments/r.1/refunds", stage.base))
            .bearer_auth(KEY)
            .json(&body)
    };
    let mut answers = Vec::new();
    for (name, amount) in [
        ("7", 30_000),
        ("7", 30_000),
        ("7", 1),
        ("8", 11_001),
        ("8", 11_000),
        ("9", 1),
    ] {
        answers.push(refund(name, amount).send().await.unwrap().status().as_u16());
    }
    assert_eq!(answers, [201, 200, 409, 422, 201, 422]);
    let payment = stage.payment("r.1").await;
    assert_eq!(
        (&payment["captured"], &payment["refunded"]),
        (&json!(41_000), &json!(41_000))
    );
    let sent =
        |refund: &str, amount: i64| json!({"refund": refund, "amount": amount, "state": "sent"});
    assert_eq!(
        payment["refunds"],
        json!([sent("7", 30_000), sent("8", 11_000)])
    );
    let expected =
        json!({"event": "refund.sent", "reference": "r.1", "refund": "7", "currency": "KRW"});
    assert_eq!(stage.callback().await.body, expected);
}

#[tokio::test]
async fn what_was_not_captured_is_not_refunded() {
    let stage = Stage::well().await;
    stage.authorised("r.1").await;
    let refund = json!({"refund": "1", "amount": 1});
    assert_eq!(stage.post("/v1/payments/r.1/refunds", refund).await.0, 422);
}

#[tokio::test]
async fn an_open_payment_times_out_on_its_millisecond() {
    let mut stage = Stage::well().await;
    stage.open("r.1", json!({})).await;
    stage.set_clock(EXPIRES_AT - 1);
    assert_eq!(stage.payment("r.1").await["state"], "open");
    stage.set_clock(EXPIRES_AT);
    let payment = stage.payment("r.1").await;
    assert_eq!(
        (&payment["state"], &payment["reason"]),
        (&json!("declined"), &json!("timed_out"))
    );
    assert_eq!(stage.pay_with("r.1", GOOD).await, "declined");
    let callback = stage.callback().await;
    assert_eq!(
        (&callback.body["event"], &callback.body["reason"]),
        (&json!("payment.declined"), &json!("timed_out"))
    );
}

#[tokio::test]
async fn a_payment_times_out_though_nobody_asks() {
    let mut stage = Stage::well().await;
    stage.open("r.1", json!({})).await;
    stage.set_clock(EXPIRES_AT);
    assert_eq!(
        stage.event().await,
        ("payment.declined".into(), "r.1".into())
    );
}

#[tokio::test]
async fn each_test_card_does_what_it_says() {
    let stage = Stage::well().await;
    for (number, result, state, reason) in [
        (
            "4242 4242 4242 4242",
            "authorised",
            "authorised",
            Value::Null,
        ),
        (
            "4000 0000 0000 0002",
            "declined",
            "declined",
            json!("declined"),
        ),
        (
            "4000 0000 0000 0069",
            "declined",
            "declined",
            json!("declined"),
        ),
        (
            "4000 0000 0000 0127",
            "declined",
            "declined",
            json!("declined"),
        ),
        ("4000 0000 0000 3220", "waiting", "open", Value::Null),
        (
            "4000 0000 0000 9995",
            "authorised",
            "authorised",
            Value::Null,
        ),
        (
            "4000 0000 0000 0341",
            "authorised",
            "authorised",
            Value::Null,
        ),
    ] {
        let reference = number.replace(' ', "");
        stage.open(&reference, json!({})).await;
        assert_eq!(stage.pay_with(&reference, number).await, result, "{number}");
        let payment = stage.payment(&reference).await;
        assert_eq!(
            (&payment["state"], &payment["reason"]),
            (&json!(state), &reason),
            "{number}"
        );
    }
}

#[tokio::test]
async fn the_slow_card_is_approved_after_a_while() {
    let mut stage = Stage::well().await;
    stage.open("r.1", json!({})).await;
    assert_eq!(stage.pay_with("r.1", "4000000000003220").await, "waiting");
    assert_eq!(stage.pay_with("r.1", GOOD).await, "waiting");
    stage.advance(5_000);
    assert_eq!(
        stage.event().await,
        ("payment.authorised".into(), "r.1".into())
    );
}

#[tokio::test]
async fn the_card_whose_capture_fails_is_declined_by_its_capture() {
    let mut stage = Stage::well().await;
    stage.open("r.1", json!({})).await;
    stage.pay_with("r.1", "4000000000009995").await;
    stage.event().await;
    let (status, _) = stage
        .post("/v1/payments/r.1/capture", json!({"amount": 41_000}))
        .await;
    assert_eq!(status, 422);
    let payment = stage.payment("r.1").await;
    assert_eq!(
        (&payment["state"], &payment["reason"]),
        (&json!("declined"), &json!("provider_fault"))
    );
    assert_eq!(stage.callback().await.body["reason"], "provider_fault");
}

#[tokio::test]
async fn the_card_whose_callback_is_lost_is_told_of_by_the_next_only() {
    let mut stage = Stage::well().await;
    stage.open("r.1", json!({})).await;
    stage.pay_with("r.1", "4000000000000341").await;
    stage
        .post("/v1/payments/r.1/capture", json!({"amount": 41_000}))
        .await;
    assert_eq!(
        stage.event().await,
        ("payment.captured".into(), "r.1".into())
    );
}

#[tokio::test]
async fn the_books_list_every_payment_in_the_order_of_opening() {
    let stage = Stage::well().await;
    for n in 0..5 {
        stage.open(&format!("r.{n}"), json!({})).await;
    }
    let (mut cursor, mut references) = (String::from("0"), Vec::new());
    loop {
        let (status, page) = stage
            .look(&format!("/v1/books?cursor={cursor}&limit=2"))
            .await;
        assert_eq!(status, 200);
        let items = page["items"].as_array().unwrap();
        references.extend(
            items
                .iter()
                .map(|item| item["reference"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(references, ["r.0", "r.1", "r.2", "r.3", "r.4"]);
    let (_, beyond) = stage.look("/v1/books?cursor=99").await;
    assert_eq!(beyond, json!({"items": [], "next": null}));
}

#[tokio::test]
async fn a_callback_that_is_not_taken_is_sent_again_under_the_same_id() {
    let mut stage = Stage::well().await;
    stage.shop_answers(503);
    stage.authorised("r.1").await;
    let first = stage.callback().await;
    stage.shop_answers(200);
    assert_eq!(stage.callback_in_time().await, first);
}

#[tokio::test]
async fn the_same_call_many_times_at_once_has_the_effect_of_one() {
    let stage = Stage::well().await;
    stage.captured("r.1").await;
    let refund = json!({"refund": "1", "amount": 30_000});
    let answers = futures::future::join_all(
        (0..20).map(|_| stage.call(Method::POST, "/v1/payments/r.1/refunds", refund.clone())),
    );
    let answers = answers.await;
    assert_eq!(
        answers.iter().filter(|(status, _)| *status == 201).count(),
        1
    );
    assert!(answers.iter().all(|(_, body)| *body == answers[0].1));
    assert_eq!(stage.payment("r.1").await["refunded"], 30_000);
}

#[tokio::test]
async fn a_deposit_is_told_with_its_own_account_however_often_it_is_asked_for() {
    let stage = Stage::well().await;
    let deposit = || json!({"method": "deposit"});
    let (_, payment) = stage.open("r.1", deposit()).await;
    let account = &payment["account"];
    for part in ["bank", "number", "holder"] {
        assert!(account[part].is_string(), "{account}");
    }
    assert_eq!(stage.open("r.1", deposit()).await.1["account"], *account);
    let (_, other) = stage.open("r.2", deposit()).await;
    assert_ne!(other["account"]["number"], account["number"]);
    let stage = stage.restart(|_| ()).await;
    assert_eq!(stage.payment("r.1").await["account"], *account);
}
