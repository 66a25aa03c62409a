//! The hosted page: cards, the wallet, the virtual account, in three languages.

use crate::scene::{DECLINED_CARD, GOOD_CARD, Scene, opening, payment};
use adapters::sandbox::Knobs;
use axum::http::StatusCode;
use clerks::ports::{OpenPayment, PaymentProvider, ProviderState};
use vocabulary::{DeclineReason, Method, Millis, Steps};

async fn scene() -> (Scene, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let knobs = Knobs {
        slow_card_ms: 50,
        ..Knobs::default()
    };
    (Scene::in_folder(folder.path(), None, knobs).await, folder)
}

#[tokio::test]
async fn test_cards_lead_back_to_the_shop_with_their_result() {
    let (scene, _folder) = scene().await;
    for (number, (card, result)) in [
        (GOOD_CARD, "approved"),
        (DECLINED_CARD, "declined"),
        ("4000000000000069", "declined"),
        ("4000000000003220", "approved"),
    ]
    .into_iter()
    .enumerate()
    {
        let opening = opening(number as u128);
        let opened = scene.open(opening.clone()).await;
        let (status, leads_to) = scene.type_card(&opened.redirect_url, card).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let back = format!(
            "{}&payment={}&result={result}",
            opening.return_url, opening.payment
        );
        assert_eq!(leads_to, back);
    }
    let silent = scene.provider.look(payment(2)).await.expect("known");
    assert_eq!(
        silent.state,
        ProviderState::Declined(DeclineReason::TimedOut)
    );
}

#[tokio::test]
async fn a_typing_error_is_told_and_leaves_the_try_open() {
    let (scene, _folder) = scene().await;
    let opened = scene.open(opening(1)).await;
    for card in ["4242424242424241", "4000000000000127", ""] {
        let (status, _) = scene.type_card(&opened.redirect_url, card).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{card}");
    }
    let (status, _) = scene.type_card(&opened.redirect_url, GOOD_CARD).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_page_speaks_korean_chinese_and_english_and_shows_the_sum() {
    let (scene, _folder) = scene().await;
    let opened = scene.open(opening(1)).await;
    for (language, word) in [("ko-KR", "결제하기"), ("zh-CN", "确认付款"), ("fr", "Pay")] {
        let page = scene.page(&opened.redirect_url, language).await;
        assert!(page.contains(word) && page.contains("₩39,900"), "{page}");
        assert!(!page.contains("<script"));
    }
    let asked = format!("{}?lang=zh", opened.redirect_url);
    assert!(scene.page(&asked, "ko").await.contains("确认付款"));
}

#[tokio::test]
async fn a_wallet_leads_away_and_back() {
    let (scene, _folder) = scene().await;
    for (number, decision, result) in [(1, "approve", "approved"), (2, "cancel", "cancelled")] {
        let opened = scene
            .open(OpenPayment {
                method: Method::Wallet,
                ..opening(number)
            })
            .await;
        let (status, away) = scene.post_form(&opened.redirect_url, &[]).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let wallet = format!("{}{away}", scene.url);
        assert!(scene.page(&wallet, "en").await.contains("Approve"));
        let (_, leads_to) = scene.post_form(&wallet, &[("decision", decision)]).await;
        assert!(
            leads_to.ends_with(&format!("result={result}")),
            "{leads_to}"
        );
    }
    let cancelled = scene.provider.look(payment(2)).await.expect("known");
    assert_eq!(
        cancelled.state,
        ProviderState::Declined(DeclineReason::Abandoned)
    );
}

#[tokio::test]
async fn a_deposit_shows_an_account_and_is_captured_when_it_is_made() {
    let (scene, _folder) = scene().await;
    let opened = scene
        .open(OpenPayment {
            method: Method::Deposit,
            steps: Steps::One,
            ..opening(1)
        })
        .await;
    let page = scene.page(&opened.redirect_url, "en").await;
    assert!(
        page.contains("Rehearsal Bank") && page.contains("Transfer now"),
        "{page}"
    );
    let form = [("decision", "deposit")];
    let (_, leads_to) = scene.post_form(&opened.redirect_url, &form).await;
    assert!(leads_to.ends_with("result=approved"), "{leads_to}");
    let standing = scene.provider.look(payment(1)).await.expect("known");
    assert_eq!(standing.state, ProviderState::Captured);
}

#[tokio::test]
async fn a_try_that_ran_out_cannot_be_paid() {
    let (scene, _folder) = scene().await;
    let opened = scene
        .open(OpenPayment {
            expires_at: Millis(1),
            ..opening(1)
        })
        .await;
    let (_, leads_to) = scene.type_card(&opened.redirect_url, GOOD_CARD).await;
    assert!(leads_to.ends_with("result=declined"), "{leads_to}");
    let standing = scene.provider.look(payment(1)).await.expect("known");
    assert_eq!(
        standing.state,
        ProviderState::Declined(DeclineReason::TimedOut)
    );
}

#[tokio::test]
async fn nobody_finds_a_page_by_guessing_and_the_api_wants_its_key() {
    let (scene, _folder) = scene().await;
    scene.open(opening(1)).await;
    for path in [format!("/pay/{}", payment(1)), "/pay/1".into()] {
        let response = scene
            .browser
            .get(format!("{}{path}", scene.url))
            .send()
            .await;
        assert_eq!(
            response.expect("it answers").status(),
            StatusCode::NOT_FOUND
        );
    }
    let response = scene
        .browser
        .get(format!("{}/v1/books", scene.url))
        .send()
        .await;
    assert_eq!(
        response.expect("it answers").status(),
        StatusCode::UNAUTHORIZED
    );
}
