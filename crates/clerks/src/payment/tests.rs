//! The payment clerk against a provider in memory, told everything by hand.

use super::*;
use crate::MemoryProvider;
use crate::ports::{PaymentProvider, ProviderFault};
use money::{Amount, Currency};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use vocabulary::{CheckoutId, DeclineReason, Receipt, Steps};

const PAYMENT: PaymentId = PaymentId {
    checkout: CheckoutId(7),
    attempt: 1,
};
const SETTLE: Work = Work::Settle(PAYMENT);
const CAPTURE: Work = Work::Capture(PAYMENT);
const VOID: Work = Work::Void(PAYMENT);
const AMOUNT: Amount = Amount(12_000);

fn facts() -> PaymentFacts {
    PaymentFacts {
        amount: AMOUNT,
        currency: Currency::KRW,
        method: Method::Card,
        steps: Steps::Two,
        months: 3,
        deadline: Millis(600_000),
    }
}

fn started() -> Event {
    Event::PaymentStarted {
        payment: PAYMENT,
        amount: AMOUNT,
        currency: Currency::KRW,
        method: Method::Card,
        steps: Steps::Two,
        months: 3,
        deadline: Millis(600_000),
    }
}

/// A clerk and its provider.
struct Scene {
    clerk: PaymentClerk,
    provider: MemoryProvider,
}

/// The provider in memory answers at once.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("the provider in memory never waits"),
    }
}

impl Scene {
    fn fresh() -> Self {
        Scene {
            clerk: PaymentClerk::returning_to("http://shop/checkouts/"),
            provider: MemoryProvider::default(),
        }
    }

    fn with_started() -> Self {
        let mut scene = Scene::fresh();
        scene.clerk.on_event(Millis(0), &started());
        scene.order(0, SETTLE);
        scene
    }

    fn open(&self) {
        let opening = self.clerk.opening(PAYMENT, &facts());
        now(self.provider.open(opening)).expect("it opens");
    }

    fn order(&mut self, at: u64, work: Work) {
        let event = Event::WorkOrdered { work };
        self.clerk.on_event(Millis(at), &event);
    }

    /// Runs what is due at `at`, calls that follow at once included; returns the reports.
    fn run(&mut self, at: u64) -> Vec<(Errand, Command)> {
        let mut reports = Vec::new();
        loop {
            let errands = self.clerk.due(Millis(at), 10);
            if errands.is_empty() {
                return reports;
            }
            for errand in errands {
                let answer = now(errand.deed.run(&self.provider));
                let commands = self.clerk.on_answer(Millis(at), &errand, answer);
                reports.extend(commands.into_iter().map(|each| (errand.clone(), each)));
            }
        }
    }

    fn run_one(&mut self, at: u64) -> (Errand, Command) {
        let mut reports = self.run(at);
        assert_eq!(reports.len(), 1, "{reports:?}");
        reports.remove(0)
    }
}

fn unavailable() -> ProviderFault {
    ProviderFault::Unavailable("no route".into())
}

fn refused(refusal: Refusal) -> Outcome {
    Outcome::Refused(refusal)
}

#[test]
fn a_lost_callback_is_made_good_by_the_first_look() {
    let mut scene = Scene::with_started();
    scene.open();
    scene.provider.approve(PAYMENT);
    assert_eq!(scene.run(2_999), []);
    let (_, report) = scene.run_one(3_000);
    let expected = Command::RecordAuthorisation {
        payment: PAYMENT,
        amount: AMOUNT,
        currency: Currency::KRW,
    };
    assert_eq!(report, expected);
}

#[test]
fn looks_at_an_open_try_back_off_to_15_seconds() {
    let mut scene = Scene::with_started();
    scene.open();
    let mut moments = Vec::new();
    for _ in 0..6 {
        let due = scene.clerk.next_due().expect("it looks again");
        moments.push(due.0);
        assert_eq!(scene.run(due.0), []);
    }
    assert_eq!(moments, [3_000, 8_000, 16_000, 28_000, 43_000, 58_000]);
}

#[test]
fn a_try_that_nobody_opened_is_opened_by_the_clerk() {
    let mut scene = Scene::with_started();
    assert_eq!(scene.run(3_000), []);
    let standing = now(scene.provider.look(PAYMENT)).expect("it is open now");
    assert_eq!(standing.amount, AMOUNT);
}

#[test]
fn a_try_that_nobody_opened_is_opened_and_shut_when_it_lapsed() {
    let mut scene = Scene::with_started();
    scene
        .clerk
        .on_event(Millis(10), &Event::WorkDone { work: SETTLE });
    scene.order(10, VOID);
    let (_, report) = scene.run_one(10);
    assert_eq!(report, Command::RecordVoid { payment: PAYMENT });
    let standing = now(scene.provider.look(PAYMENT)).expect("it is known and shut");
    assert_eq!(standing.state, crate::ports::ProviderState::Voided);
}

#[test]
fn capture_is_due_at_once_and_reported_until_the_ledger_answers() {
    let mut scene = Scene::with_started();
    scene.open();
    scene.provider.approve(PAYMENT);
    scene
        .clerk
        .on_event(Millis(50), &Event::WorkDone { work: SETTLE });
    scene.order(50, CAPTURE);
    let (_, first) = scene.run_one(50);
    assert_eq!(scene.run(15_049), []);
    let (errand, again) = scene.run_one(15_050);
    assert_eq!(first, again);
    scene
        .clerk
        .on_outcome(Millis(15_060), &errand, Outcome::Done(Receipt::Done));
    assert_eq!(scene.clerk.standing(), Standing::default());
    assert_eq!(scene.clerk.next_due(), None);
}

#[test]
fn a_report_the_ledger_knows_already_ends_the_work() {
    for refusal in [Refusal::AlreadyRecorded, Refusal::PaymentSettled] {
        let mut scene = Scene::with_started();
        scene.open();
        scene.provider.approve(PAYMENT);
        let (errand, _) = scene.run_one(3_000);
        scene
            .clerk
            .on_outcome(Millis(3_001), &errand, refused(refusal));
        assert_eq!(scene.clerk.standing().outstanding, 0, "{refusal}");
    }
}

#[test]
fn an_answer_that_comes_late_is_not_taken_for_the_next_task_of_the_same_work() {
    let mut scene = Scene::with_started();
    scene.open();
    scene.provider.approve(PAYMENT);
    scene.order(0, CAPTURE);
    let (errand, _) = scene.run_one(0);
    scene
        .clerk
        .on_event(Millis(1), &Event::WorkDone { work: CAPTURE });
    scene.order(2, CAPTURE);
    scene
        .clerk
        .on_outcome(Millis(3), &errand, refused(Refusal::AlreadyRecorded));
    assert_eq!(
        scene.clerk.standing().outstanding,
        2,
        "settle and the second capture"
    );
}

#[test]
fn faults_are_retried_for_ever_with_longer_waits_and_shown_as_stuck() {
    let mut scene = Scene::with_started();
    scene.open();
    scene.provider.approve(PAYMENT);
    scene
        .clerk
        .on_event(Millis(0), &Event::WorkDone { work: SETTLE });
    scene.order(0, CAPTURE);
    let mut waits = Vec::new();
    let mut at = 0;
    for tries in 1..=12 {
        scene.provider.fail_next(unavailable());
        assert_eq!(scene.run(at), []);
        let stuck = scene.clerk.standing().stuck;
        assert_eq!(!stuck.is_empty(), tries >= STUCK_TRIES, "{stuck:?}");
        let due = scene.clerk.next_due().expect("it is tried again").0;
        waits.push(due - at);
        at = due;
    }
    assert!(
        waits[0] >= 500 && waits[11] >= 60_000 && waits[11] <= 75_000,
        "{waits:?}"
    );
    let (_, report) = scene.run_one(at);
    assert!(matches!(report, Command::RecordCapture { .. }));
    assert_eq!(scene.clerk.standing().stuck, []);
}

#[test]
fn an_authorisation_of_another_amount_is_given_back_and_declined() {
    let mut scene = Scene::with_started();
    scene.open();
    scene.provider.approve(PAYMENT);
    let (errand, _) = scene.run_one(3_000);
    scene
        .clerk
        .on_outcome(Millis(3_001), &errand, refused(Refusal::AmountDiffers));
    let (errand, report) = scene.run_one(3_001);
    let expected = Command::RecordDecline {
        payment: PAYMENT,
        reason: DeclineReason::ProviderFault,
    };
    assert_eq!(report, expected);
    let standing = now(scene.provider.look(PAYMENT)).expect("it is known");
    assert_eq!(standing.state, crate::ports::ProviderState::Voided);
    scene
        .clerk
        .on_outcome(Millis(3_002), &errand, Outcome::Done(Receipt::Done));
    assert_eq!(scene.clerk.standing().outstanding, 0);
}

#[test]
fn a_capture_that_the_provider_refuses_for_good_is_given_back_and_declined() {
    let mut scene = Scene::with_started();
    scene.open();
    scene.provider.approve(PAYMENT);
    scene
        .clerk
        .on_event(Millis(0), &Event::WorkDone { work: SETTLE });
    scene.order(0, CAPTURE);
    scene
        .provider
        .fail_next(ProviderFault::Refused("no".into()));
    let (_, report) = scene.run_one(0);
    assert!(
        matches!(report, Command::RecordDecline { .. }),
        "{report:?}"
    );
}

#[test]
fn a_captured_try_that_should_be_voided_is_reported_as_money() {
    let mut scene = Scene::with_started();
    scene.open();
    scene.provider.approve(PAYMENT);
    now(scene.provider.capture(PAYMENT, AMOUNT)).expect("it is captured");
    scene
        .clerk
        .on_event(Millis(1), &Event::WorkDone { work: SETTLE });
    scene.order(1, VOID);
    let (_, report) = scene.run_one(1);
    assert!(
        matches!(report, Command::RecordCapture { .. }),
        "{report:?}"
    );
}

#[test]
fn refunds_are_sent_and_refused_ones_reported() {
    let mut scene = Scene::with_started();
    scene.open();
    scene.provider.approve(PAYMENT);
    now(scene.provider.capture(PAYMENT, AMOUNT)).expect("it is captured");
    scene
        .clerk
        .on_event(Millis(1), &Event::WorkDone { work: SETTLE });
    for (number, amount) in [(1, 2_000), (2, 20_000)] {
        scene.clerk.on_event(
            Millis(1),
            &Event::RefundOrdered {
                refund: RefundId(number),
                payment: PAYMENT,
                order: None,
                amount: Amount(amount),
                currency: Currency::KRW,
            },
        );
        scene.order(1, Work::Refund(RefundId(number)));
    }
    let reports: Vec<Command> = scene.run(1).into_iter().map(|(_, report)| report).collect();
    let expected = [
        Command::RecordRefund {
            refund: RefundId(1),
        },
        Command::RecordRefundFailure {
            refund: RefundId(2),
        },
    ];
    assert_eq!(reports, expected);
}

#[test]
fn a_clerk_that_died_between_deed_and_report_says_the_same_again() {
    let mut scene = Scene::with_started();
    scene.open();
    scene.provider.approve(PAYMENT);
    scene
        .clerk
        .on_event(Millis(0), &Event::WorkDone { work: SETTLE });
    scene.order(0, CAPTURE);
    let (_, before) = scene.run_one(0);
    scene.clerk = PaymentClerk::returning_to("http://shop/");
    scene
        .clerk
        .restore(Millis(9), Unfinished::Capture(PAYMENT, facts()));
    scene
        .clerk
        .restore(Millis(9), Unfinished::Capture(PAYMENT, facts()));
    let (_, after) = scene.run_one(9);
    assert_eq!(before, after);
    assert_eq!(scene.clerk.standing().outstanding, 1);
}

#[test]
fn a_turned_away_report_is_made_again_after_the_wait() {
    let mut scene = Scene::with_started();
    scene.open();
    scene.provider.approve(PAYMENT);
    let (errand, _) = scene.run_one(3_000);
    scene.clerk.on_turned_away(Millis(3_001), &errand, 250);
    assert_eq!(scene.clerk.next_due(), Some(Millis(3_251)));
}

#[test]
fn facts_of_finished_tries_are_forgotten() {
    let mut scene = Scene::with_started();
    scene
        .clerk
        .on_event(Millis(1), &Event::WorkDone { work: SETTLE });
    scene.clerk.on_event(
        Millis(1),
        &Event::PaymentDeclined {
            payment: PAYMENT,
            reason: DeclineReason::Declined,
        },
    );
    assert!(scene.clerk.payments.is_empty());
    // Authorised after all, in the wrong order: the amount is asked of the provider.
    scene.open();
    scene.provider.approve(PAYMENT);
    scene.order(2, CAPTURE);
    let (_, report) = scene.run_one(2);
    let expected = Command::RecordCapture {
        payment: PAYMENT,
        amount: AMOUNT,
        currency: Currency::KRW,
    };
    assert_eq!(report, expected);
}
