//! What every payment provider must do: one suite, called from the tests of each.
//!
//! Each promise is a function that plays one try through; it panics where the promise is broken.

use crate::ports::{
    OpenPayment, OpenedPayment, PaymentProvider, ProviderFault, ProviderPayment, ProviderState,
};
use money::{Amount, Currency};
use std::future::Future;
use std::pin::Pin;
use vocabulary::{CheckoutId, DeclineReason, Method, Millis, PaymentId, RefundId, Steps};

/// What a deed on the stage comes in.
pub type Staged<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A provider with a shopper before it.
pub trait ProviderStage: Sync {
    /// The provider.
    fn provider(&self) -> &dyn PaymentProvider;

    /// The shopper pays on the provider's page, with an issuer that says yes.
    fn approve<'a>(&'a self, payment: PaymentId, opened: &'a OpenedPayment) -> Staged<'a>;

    /// The shopper pays, and the issuer says no.
    fn decline<'a>(&'a self, payment: PaymentId, opened: &'a OpenedPayment) -> Staged<'a>;

    /// Whether the provider names the account of a deposit when it is opened. It need not.
    fn names_accounts(&self) -> bool {
        true
    }
}

/// Proves every promise. The provider must not know any payment of the checkouts 1 to 99.
///
/// # Panics
/// Where a promise is broken.
pub async fn prove_provider(stage: &dyn ProviderStage) {
    opening_twice_is_opening_once(stage).await;
    an_unknown_payment_is_unknown_to_every_call(stage).await;
    two_steps_authorise_and_then_capture_once(stage).await;
    one_step_captures_at_once(stage).await;
    more_than_was_authorised_is_not_captured(stage).await;
    what_is_open_is_not_captured(stage).await;
    a_decline_is_told_and_stays(stage).await;
    a_void_gives_the_authorisation_back(stage).await;
    a_void_shuts_an_open_try(stage).await;
    a_captured_try_is_not_voided(stage).await;
    a_refund_is_sent_once(stage).await;
    no_more_goes_back_than_was_captured(stage).await;
    a_deposit_has_one_account_and_nothing_else_has_any(stage).await;
}

const AMOUNT: Amount = Amount(39_900);
/// Far beyond any test run, near enough for any clock.
const EXPIRES_AT: Millis = Millis(4_102_444_800_000);

fn payment(checkout: u128) -> PaymentId {
    PaymentId {
        checkout: CheckoutId(checkout),
        attempt: 1,
    }
}

fn opening(payment: PaymentId, steps: Steps) -> OpenPayment {
    OpenPayment {
        payment,
        amount: AMOUNT,
        currency: Currency::KRW,
        method: Method::Card,
        steps,
        months: 0,
        return_url: "http://127.0.0.1:9/back".into(),
        expires_at: EXPIRES_AT,
    }
}

async fn open(stage: &dyn ProviderStage, id: PaymentId, steps: Steps) -> OpenedPayment {
    let opened = stage.provider().open(opening(id, steps)).await;
    opened.expect("a try can be opened")
}

async fn look(stage: &dyn ProviderStage, id: PaymentId) -> ProviderPayment {
    stage
        .provider()
        .look(id)
        .await
        .expect("an opened try is known")
}

async fn authorised(stage: &dyn ProviderStage, id: PaymentId) {
    let opened = open(stage, id, Steps::Two).await;
    stage.approve(id, &opened).await;
}

async fn captured(stage: &dyn ProviderStage, id: PaymentId) {
    authorised(stage, id).await;
    let answer = stage.provider().capture(id, AMOUNT).await;
    answer.expect("what is authorised can be captured");
}

fn expect_refused<T: std::fmt::Debug>(answer: Result<T, ProviderFault>) {
    assert!(
        matches!(answer, Err(ProviderFault::Refused(_))),
        "{answer:?}"
    );
}

fn expect_unknown<T: std::fmt::Debug>(answer: Result<T, ProviderFault>, id: PaymentId) {
    assert_eq!(answer.err(), Some(ProviderFault::Unknown(id)));
}

async fn opening_twice_is_opening_once(stage: &dyn ProviderStage) {
    let id = payment(1);
    let first = open(stage, id, Steps::Two).await;
    assert_eq!(open(stage, id, Steps::Two).await, first);
    let standing = look(stage, id).await;
    assert_eq!(standing.payment, id);
    assert_eq!(standing.state, ProviderState::Open);
    assert_eq!(
        (standing.amount, standing.currency),
        (AMOUNT, Currency::KRW)
    );
    assert_eq!(standing.captured, Amount::ZERO);
    let other = OpenPayment {
        amount: Amount(1),
        ..opening(id, Steps::Two)
    };
    expect_refused(stage.provider().open(other).await);
}

async fn an_unknown_payment_is_unknown_to_every_call(stage: &dyn ProviderStage) {
    let (id, provider) = (payment(2), stage.provider());
    expect_unknown(provider.look(id).await, id);
    expect_unknown(provider.capture(id, AMOUNT).await, id);
    expect_unknown(provider.void(id).await, id);
    expect_unknown(provider.refund(RefundId(2), id, AMOUNT).await, id);
}

async fn two_steps_authorise_and_then_capture_once(stage: &dyn ProviderStage) {
    let id = payment(3);
    authorised(stage, id).await;
    assert_eq!(look(stage, id).await.state, ProviderState::Authorised);
    for _ in 0..2 {
        let answer = stage.provider().capture(id, AMOUNT).await;
        let standing = answer.expect("it is captured");
        assert_eq!(standing.state, ProviderState::Captured);
        assert_eq!(standing.captured, AMOUNT);
    }
    assert_eq!(look(stage, id).await.captured, AMOUNT);
}

async fn one_step_captures_at_once(stage: &dyn ProviderStage) {
    let id = payment(4);
    let opened = open(stage, id, Steps::One).await;
    stage.approve(id, &opened).await;
    let standing = look(stage, id).await;
    assert_eq!(standing.state, ProviderState::Captured);
    assert_eq!(standing.captured, AMOUNT);
}

async fn more_than_was_authorised_is_not_captured(stage: &dyn ProviderStage) {
    let id = payment(5);
    authorised(stage, id).await;
    expect_refused(stage.provider().capture(id, Amount(AMOUNT.0 + 1)).await);
    let standing = look(stage, id).await;
    assert_eq!(standing.state, ProviderState::Authorised);
    assert_eq!(standing.captured, Amount::ZERO);
}

async fn what_is_open_is_not_captured(stage: &dyn ProviderStage) {
    let id = payment(6);
    open(stage, id, Steps::Two).await;
    expect_refused(stage.provider().capture(id, AMOUNT).await);
    assert_eq!(look(stage, id).await.state, ProviderState::Open);
}

async fn a_decline_is_told_and_stays(stage: &dyn ProviderStage) {
    let id = payment(7);
    let opened = open(stage, id, Steps::Two).await;
    stage.decline(id, &opened).await;
    stage.approve(id, &opened).await;
    let declined = ProviderState::Declined(DeclineReason::Declined);
    assert_eq!(look(stage, id).await.state, declined);
}

async fn a_void_gives_the_authorisation_back(stage: &dyn ProviderStage) {
    let id = payment(8);
    authorised(stage, id).await;
    for _ in 0..2 {
        let standing = stage.provider().void(id).await.expect("it is voided");
        assert_eq!(standing.state, ProviderState::Voided);
    }
    expect_refused(stage.provider().capture(id, AMOUNT).await);
    assert_eq!(look(stage, id).await.state, ProviderState::Voided);
}

async fn a_void_shuts_an_open_try(stage: &dyn ProviderStage) {
    let id = payment(9);
    let opened = open(stage, id, Steps::Two).await;
    stage.provider().void(id).await.expect("it is shut");
    stage.approve(id, &opened).await;
    assert_eq!(look(stage, id).await.state, ProviderState::Voided);
}

async fn a_captured_try_is_not_voided(stage: &dyn ProviderStage) {
    let id = payment(10);
    captured(stage, id).await;
    let standing = stage.provider().void(id).await.expect("it says so");
    assert_eq!(standing.state, ProviderState::Captured);
    assert_eq!(standing.captured, AMOUNT);
}

async fn a_refund_is_sent_once(stage: &dyn ProviderStage) {
    let (id, refund, part) = (payment(11), RefundId(11), Amount(9_900));
    captured(stage, id).await;
    for _ in 0..2 {
        let answer = stage.provider().refund(refund, id, part).await;
        let sent = answer.expect("it is sent");
        assert_eq!((sent.refund, sent.amount, sent.sent), (refund, part, true));
    }
    let standing = look(stage, id).await;
    assert_eq!(standing.refunds.len(), 1);
    assert_eq!(standing.captured, AMOUNT);
}

async fn no_more_goes_back_than_was_captured(stage: &dyn ProviderStage) {
    let id = payment(12);
    captured(stage, id).await;
    let first = stage.provider().refund(RefundId(12), id, Amount(30_000));
    first.await.expect("a part goes back");
    let second = stage.provider().refund(RefundId(13), id, Amount(10_000));
    expect_refused(second.await);
    assert_eq!(look(stage, id).await.refunds.len(), 1);
}

async fn a_deposit_has_one_account_and_nothing_else_has_any(stage: &dyn ProviderStage) {
    let (id, card) = (payment(13), payment(14));
    let deposit = OpenPayment {
        method: Method::Deposit,
        ..opening(id, Steps::One)
    };
    let opened = stage.provider().open(deposit.clone()).await;
    let opened = opened.expect("a deposit can be opened");
    assert_eq!(opened.account.is_some(), stage.names_accounts());
    assert_eq!(stage.provider().open(deposit).await, Ok(opened.clone()));
    assert_eq!(look(stage, id).await.account, opened.account);
    if let Some(account) = opened.account {
        let parts = [account.bank, account.number, account.holder];
        assert!(parts.iter().all(|part| !part.trim().is_empty()));
    }
    assert_eq!(open(stage, card, Steps::Two).await.account, None);
    assert_eq!(look(stage, card).await.account, None);
}
