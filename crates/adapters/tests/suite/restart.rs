//! What the sandbox answered is on disk: it comes back with the same books.

use crate::scene::{AMOUNT, CallbackDesk, GOOD_CARD, Scene, opening, payment};
use adapters::sandbox::Knobs;
use clerks::ports::{Callback, OpenPayment, PaymentProvider};
use money::Amount;
use vocabulary::{Method, RefundId, Steps};

#[tokio::test]
async fn the_books_come_back_as_they_were() {
    let folder = tempfile::tempdir().expect("a folder");
    let scene = Scene::in_folder(folder.path(), None, Knobs::default()).await;
    for number in 1..=4 {
        let opened = scene.open(opening(number)).await;
        scene.type_card(&opened.redirect_url, GOOD_CARD).await;
    }
    let captured = scene.provider.capture(payment(2), AMOUNT).await;
    captured.expect("it captures");
    let refunded = scene.provider.refund(RefundId(1), payment(2), Amount(900));
    refunded.await.expect("it refunds");
    scene.provider.void(payment(3)).await.expect("it voids");
    let before = scene.books().await;
    scene.stop().await;
    let scene = Scene::in_folder(folder.path(), None, Knobs::default()).await;
    assert_eq!(scene.books().await, before);
    assert_eq!(before["items"].as_array().map(Vec::len), Some(4));
}

#[tokio::test]
async fn a_deposit_on_its_way_arrives_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = CallbackDesk::opened().await;
    let knobs = Knobs {
        deposit_late_s: 1,
        ..Knobs::default()
    };
    let scene = Scene::in_folder(folder.path(), None, knobs).await;
    let opened = scene
        .open(OpenPayment {
            method: Method::Deposit,
            steps: Steps::One,
            ..opening(1)
        })
        .await;
    let (_, leads_to) = scene
        .post_form(&opened.redirect_url, &[("decision", "deposit")])
        .await;
    assert!(leads_to.ends_with("result=pending"), "{leads_to}");
    scene.stop().await;
    let _scene = Scene::in_folder(folder.path(), Some(desk.url.clone()), knobs).await;
    assert!(matches!(
        desk.next().await,
        Callback::Captured { amount: AMOUNT, .. }
    ));
}
