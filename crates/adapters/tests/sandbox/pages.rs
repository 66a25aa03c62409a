//! What the shopper sees, in three languages, without script and without cookies.

use crate::stage::{GOOD, Stage, result_of};
use serde_json::json;

#[tokio::test]
async fn the_card_page_speaks_the_shoppers_language() {
    let stage = Stage::well().await;
    stage.open("r.1", json!({})).await;
    for (accept, texts) in [
        (
            "ko-KR,ko;q=0.9",
            [
                "lang=\"ko\"",
                "카드 번호",
                "유효 기간",
                "41,000원 결제하기",
                "3개월",
            ],
        ),
        (
            "zh-CN,zh;q=0.9",
            ["lang=\"zh\"", "卡号", "有效期", "支付 ₩41,000", "3期"],
        ),
        (
            "en-GB",
            [
                "lang=\"en\"",
                "Card number",
                "Expiry date",
                "Pay ₩41,000",
                "3 months",
            ],
        ),
    ] {
        let page = stage.page("/pay/r.1", accept).await.text().await.unwrap();
        for text in texts {
            assert!(page.contains(text), "{accept}: {text}");
        }
        for name in ["number", "expiry", "cvc"] {
            assert!(page.contains(&format!("name=\"{name}\"")), "{name}");
        }
    }
}

#[tokio::test]
async fn pages_are_strict_and_leave_nothing_behind() {
    let stage = Stage::well().await;
    stage.open("r.1", json!({})).await;
    let page = stage.page("/pay/r.1", "en").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with(
        "default-src 'none'; style-src 'self'; form-action 'self' http://shop.example;"
    ));
    assert_eq!(page.headers()["cache-control"], "no-store");
    assert!(page.headers().get("set-cookie").is_none());
    let html = page.text().await.unwrap();
    assert!(!html.contains("<script") && !html.contains("style=\""));
    assert_eq!(
        stage.page("/style.css", "en").await.headers()["content-type"],
        "text/css; charset=utf-8"
    );
}

#[tokio::test]
async fn wrong_fields_are_told_beside_them_and_the_number_is_not_shown_again() {
    let stage = Stage::well().await;
    stage.open("r.1", json!({})).await;
    let fields = [
        ("number", "4242424242424241"),
        ("expiry", "12/20"),
        ("cvc", "9"),
    ];
    let page = stage.form("r.1", &fields).await;
    assert_eq!(page.status(), 422);
    let html = page.text().await.unwrap();
    for text in [
        "This is not a card number.",
        "This card has expired.",
        "Three or four digits",
    ] {
        assert!(html.contains(text), "{text}");
    }
    assert!(html.contains("value=\"12/20\"") && !html.contains("4242424242424241"));
    assert_eq!(stage.payment("r.1").await["state"], "open");
    let real = stage.form(
        "r.1",
        &[
            ("number", "4111111111111111"),
            ("expiry", "12/30"),
            ("cvc", "123"),
        ],
    );
    assert!(
        real.await
            .text()
            .await
            .unwrap()
            .contains("Only test cards work here.")
    );
}

#[tokio::test]
async fn the_way_back_keeps_the_shops_own_query() {
    let stage = Stage::well().await;
    stage.open("r.1", json!({})).await;
    let fields = [("number", GOOD), ("expiry", "12/30"), ("cvc", "123")];
    let response = stage.form("r.1", &fields).await;
    let expected = "http://shop.example/back?x=1&payment=r.1&result=authorised";
    assert_eq!(response.headers()["location"], expected);
    let again = stage.form("r.1", &[("number", "nonsense")]).await;
    assert_eq!(again.headers()["location"], expected);
}

#[tokio::test]
async fn a_wallet_leads_away_to_the_bank_and_back() {
    let stage = Stage::well().await;
    for (reference, decision, result) in [
        ("r.1", "approve", "authorised"),
        ("r.2", "cancel", "abandoned"),
    ] {
        stage.open(reference, json!({"method": "wallet"})).await;
        let page = stage.page(&format!("/pay/{reference}"), "zh").await;
        let away = page.headers()["location"].to_str().unwrap().to_owned();
        assert_eq!(
            (page.status().as_u16(), away.as_str()),
            (303, format!("/pay/{reference}/away?lang=zh").as_str())
        );
        let bank = stage.page(&away, "en").await.text().await.unwrap();
        assert!(
            bank.contains("沙盒银行应用")
                && bank.contains("value=\"approve\"")
                && bank.contains("value=\"cancel\"")
        );
        assert_eq!(
            result_of(&stage.form(reference, &[("decision", decision)]).await),
            result
        );
    }
}

#[tokio::test]
async fn a_deposit_shows_an_account_and_two_ways_on() {
    let stage = Stage::well().await;
    let (_, opened) = stage.open("r.1", json!({"method": "deposit"})).await;
    let account = |part: &str| opened["account"][part].as_str().unwrap();
    for (accept, button) in [
        ("ko", "지금 입금하기"),
        ("zh", "立即转账"),
        ("en", "Deposit now"),
    ] {
        let page = stage.page("/pay/r.1", accept).await.text().await.unwrap();
        assert!(page.contains(button), "{accept}");
        for part in ["bank", "number", "holder"] {
            assert!(page.contains(account(part)), "{accept}: {part}");
        }
        assert!(page.contains("payment=r.1&amp;result=waiting"), "{accept}");
    }
}

#[tokio::test]
async fn a_finished_payment_says_so_and_links_back() {
    let stage = Stage::well().await;
    stage.captured("r.1").await;
    for (accept, text) in [
        ("ko", "결제가 완료되었습니다."),
        ("zh", "支付已完成。"),
        ("en", "The payment is complete."),
    ] {
        let page = stage.page("/pay/r.1", accept).await.text().await.unwrap();
        assert!(
            page.contains(text) && page.contains("payment=r.1&amp;result=captured"),
            "{accept}"
        );
        assert!(!page.contains("name=\"number\""));
    }
}

#[tokio::test]
async fn the_books_are_there_for_people_to_read() {
    let stage = Stage::well().await;
    let empty = stage.page("/", "en").await.text().await.unwrap();
    assert!(empty.contains("No payment yet."));
    stage.captured("r.1").await;
    stage
        .post(
            "/v1/payments/r.1/refunds",
            json!({"refund": "1", "amount": 1_000}),
        )
        .await;
    for (lang, texts) in [
        ("ko", ["장부", "40,000"]),
        ("zh", ["账簿", "40,000"]),
        ("en", ["Books", "40,000"]),
    ] {
        let page = stage
            .page(&format!("/?lang={lang}"), "fr")
            .await
            .text()
            .await
            .unwrap();
        assert!(
            texts.into_iter().all(|text| page.contains(text)) && page.contains("r.1"),
            "{lang}"
        );
    }
    assert_eq!(stage.page("/healthz", "en").await.status(), 200);
}
