//! The webhook clerk, told everything by hand.

use super::*;
use money::{Amount, Currency};
use vocabulary::{
    CheckoutId, DealId, Event, OrderId, PaymentId, PersonKey, RefundId, SellerId, SkuId,
};

struct Shop;

impl Names for Shop {
    fn seller(&self, seller: SellerId) -> String {
        format!("seller-{seller}")
    }

    fn sku(&self, sku: SkuId) -> String {
        format!("sku-{sku}")
    }

    fn deal(&self, deal: DealId) -> String {
        format!("deal-{deal}")
    }
}

const ID: EndpointId = EndpointId(1);

fn endpoint(kinds: &[&str]) -> Endpoint {
    Endpoint {
        id: ID,
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        active: true,
        cursor: Cursor::default(),
        replays: 0,
    }
}

/// The same endpoint once it was told to begin again.
fn replayed(from: u64) -> Endpoint {
    Endpoint {
        cursor: Cursor::before(Seq(from)),
        replays: 1,
        ..endpoint(&[])
    }
}

fn page_of(happenings: &[Happening]) -> HappeningsPage {
    HappeningsPage {
        happenings: happenings.to_vec(),
        read: happenings.last().map(Happening::cursor).unwrap_or_default(),
        at_end: true,
    }
}

fn happening(seq: u64, event: Event) -> Happening {
    Happening {
        seq: Seq(seq),
        index: 0,
        at: Millis(1_794_355_200_123),
        event,
        refund: None,
    }
}

fn opened(seq: u64) -> Happening {
    happening(seq, Event::DealOpened { deal: DealId(9) })
}

/// A clerk with one endpoint, which has read a page.
fn with_page(kinds: &[&str], page: &[Happening]) -> (WebhookClerk, Option<News>) {
    let mut clerk = WebhookClerk::default();
    clerk.set_endpoint(endpoint(kinds));
    clerk.on_reached(Seq(100));
    let errands = clerk.due(Millis(0));
    assert!(matches!(
        errands[..],
        [Errand::Read {
            behind: Cursor { seq: Seq(0), .. },
            ..
        }]
    ));
    let news = clerk.on_page(&errands[0], &page_of(page), &Shop);
    (clerk, news)
}

fn only_sent(clerk: &mut WebhookClerk, now: u64) -> (Errand, Message) {
    match &clerk.due(Millis(now))[..] {
        [errand @ Errand::Send { message, .. }] => (errand.clone(), message.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_next_message_leaves_only_after_the_one_before_was_taken() {
    let (mut clerk, _) = with_page(&[], &[opened(3), opened(5)]);
    let (first, message) = only_sent(&mut clerk, 0);
    assert_eq!(message.cursor.seq, Seq(3));
    assert_eq!(clerk.due(Millis(u64::MAX)), []);
    let news = clerk.on_response(Millis(1), &first, &Response::Taken);
    let moved = News::Moved {
        endpoint: ID,
        replays: 0,
        cursor: message.cursor,
    };
    assert_eq!(news, Some(moved));
    let (second, message) = only_sent(&mut clerk, 1);
    assert_eq!(message.cursor.seq, Seq(5));
    clerk.on_response(Millis(2), &second, &Response::Taken);
    assert_eq!(clerk.due(Millis(u64::MAX)), []);
    assert_eq!(clerk.standing()[0].behind, 0);
    clerk.on_reached(Seq(101));
    assert!(matches!(clerk.due(Millis(3))[..], [Errand::Read { .. }]));
}

#[test]
fn a_message_not_taken_is_sent_again_the_same_with_longer_waits() {
    let (mut clerk, _) = with_page(&[], &[opened(3)]);
    let (mut now, mut waits) = (0, Vec::new());
    let (_, first) = only_sent(&mut clerk, now);
    let mut errand = Errand::Send {
        endpoint: ID,
        message: first.clone(),
        number: 0,
    };
    for _ in 0..7 {
        let news = clerk.on_response(Millis(now), &errand, &Response::NotTaken("503".into()));
        assert_eq!(news, None);
        let due = clerk.next_due().expect("it is tried again").0;
        waits.push((due - now) / 1_000);
        assert_eq!(clerk.due(Millis(due - 1)), []);
        now = due;
        let (again, message) = only_sent(&mut clerk, now);
        assert_eq!(message, first);
        errand = again;
    }
    assert_eq!(waits, [1, 5, 30, 120, 600, 3_600, 3_600]);
}

#[test]
fn an_endpoint_that_takes_nothing_for_three_days_is_paused_until_a_replay() {
    let (mut clerk, _) = with_page(&[], &[opened(3)]);
    let mut now = 0;
    let paused = loop {
        let (errand, _) = only_sent(&mut clerk, now);
        let response = Response::NotTaken("no route".into());
        if let Some(news) = clerk.on_response(Millis(now), &errand, &response) {
            break news;
        }
        now = clerk.next_due().expect("it is tried again").0;
    };
    assert!(matches!(&paused, News::Paused { reason, .. } if reason.contains("no route")));
    assert!(
        (PATIENCE_MS..PATIENCE_MS + 3_600_000).contains(&now),
        "{now}"
    );
    assert_eq!(
        (clerk.due(Millis(u64::MAX)), clerk.next_due()),
        (vec![], None)
    );
    clerk.set_endpoint(replayed(2));
    let cursor = Cursor {
        seq: Seq(1),
        index: u32::MAX,
    };
    assert!(
        matches!(clerk.due(Millis(now))[..], [Errand::Read { behind, .. }] if behind == cursor)
    );
}

#[test]
fn an_answer_from_before_a_replay_moves_nothing() {
    let (mut clerk, _) = with_page(&[], &[opened(3)]);
    let (errand, _) = only_sent(&mut clerk, 0);
    clerk.set_endpoint(replayed(1));
    assert_eq!(
        clerk.on_response(Millis(1), &errand, &Response::Taken),
        None
    );
    let again = clerk.due(Millis(1)).remove(0);
    clerk.on_page(&again, &page_of(&[opened(3)]), &Shop);
    let (errand, _) = only_sent(&mut clerk, 1);
    let news = clerk.on_response(Millis(1), &errand, &Response::Taken);
    assert!(matches!(news, Some(News::Moved { replays: 1, .. })));
}

#[test]
fn a_page_that_tells_nothing_is_read_past() {
    let mut clerk = WebhookClerk::default();
    clerk.set_endpoint(endpoint(&[]));
    clerk.on_reached(Seq(9));
    let errand = clerk.due(Millis(0)).remove(0);
    let read = Cursor {
        seq: Seq(4),
        index: 2,
    };
    let page = HappeningsPage {
        read,
        ..HappeningsPage::default()
    };
    let news = clerk.on_page(&errand, &page, &Shop);
    assert!(matches!(news, Some(News::Moved { cursor, .. }) if cursor == read));
    assert!(matches!(clerk.due(Millis(0))[..], [Errand::Read { behind, .. }] if behind == read));
}

#[test]
fn gone_pauses_at_once() {
    let (mut clerk, _) = with_page(&[], &[opened(3)]);
    let (errand, _) = only_sent(&mut clerk, 0);
    let news = clerk.on_response(Millis(0), &errand, &Response::Gone);
    assert!(matches!(news, Some(News::Paused { .. })));
}

#[test]
fn what_is_not_wanted_is_passed_over_and_counts_as_told() {
    let (mut clerk, news) = with_page(&["OrderPaid"], &[opened(3), opened(5)]);
    let cursor = Cursor {
        seq: Seq(5),
        index: 0,
    };
    assert_eq!(
        news,
        Some(News::Moved {
            endpoint: ID,
            replays: 0,
            cursor
        })
    );
    assert_eq!(clerk.due(Millis(0)), []);
}

#[test]
fn unreadable_events_are_asked_for_again() {
    let mut clerk = WebhookClerk::default();
    clerk.set_endpoint(endpoint(&[]));
    clerk.on_reached(Seq(1));
    let errand = clerk.due(Millis(0)).remove(0);
    clerk.on_unreadable(Millis(0), &errand);
    assert_eq!(clerk.due(Millis(999)), []);
    assert_eq!(clerk.due(Millis(1_000)).len(), 1);
}

/// One event for each kind of message, in the order of [`WEBHOOK_KINDS`].
fn one_of_each() -> Vec<Event> {
    let (order, refund) = (OrderId(2), RefundId(4));
    let (line, units, deal) = (0, 3, DealId(9));
    vec![
        Event::OrderPlaced {
            order,
            checkout: CheckoutId(1),
            seller: SellerId(6),
            person: PersonKey(77),
            goods: Amount(9_000),
            shipping: Amount(1_000),
            surcharge: Amount(0),
            tax: Amount(909),
            total: Amount(10_000),
            currency: Currency::KRW,
        },
        Event::OrderConfirmed { order },
        Event::OrderPaid {
            order,
            payment: PaymentId {
                checkout: CheckoutId(1),
                attempt: 1,
            },
            total: Amount(10_000),
            currency: Currency::KRW,
        },
        Event::OrderCancelled {
            order,
            by_staff: true,
        },
        Event::OrderLapsed { order },
        Event::RefundSent { refund },
        Event::RefundFailed { refund },
        Event::LineShipped { order, line, units },
        Event::LineDelivered { order, line, units },
        Event::ReturnAsked { order, line, units },
        Event::LineReturned {
            order,
            line,
            units,
            restocked: true,
        },
        Event::UnsoldReturned {
            deal,
            sku: SkuId(8),
            units: 2,
        },
        Event::DealOpened { deal },
        Event::DealClosed { deal },
    ]
}

#[test]
fn every_kind_is_told_and_names_nobody() {
    let messages: Vec<Message> = one_of_each()
        .into_iter()
        .map(|event| message_of(&happening(7, event), &Shop).expect("it is told"))
        .collect();
    let kinds: Vec<&str> = messages.iter().map(|message| message.kind).collect();
    assert_eq!(kinds, WEBHOOK_KINDS);
    assert!(messages.iter().all(|message| !message.body.contains("77")));
}

#[test]
fn a_message_says_what_when_and_where_in_the_sequence() {
    let paid = message_of(&happening(7, one_of_each()[2].clone()), &Shop).expect("it is told");
    let body: serde_json::Value = serde_json::from_str(&paid.body).expect("JSON");
    let expected = serde_json::json!({
        "type": "OrderPaid",
        "seq": 7,
        "index": 0,
        "at": "2026-11-11T00:00:00.123Z",
        "data": {
            "order": "00000000-0000-0000-0000-000000000002",
            "payment": "00000000-0000-0000-0000-000000000001.1",
            "total": { "amount": 10_000, "currency": "KRW" },
        },
    });
    assert_eq!((paid.id.as_str(), body), ("evt_7_0", expected));
}

#[test]
fn a_refund_says_what_it_is_of() {
    let details = RefundDetails {
        order: Some(OrderId(2)),
        payment: PaymentId {
            checkout: CheckoutId(1),
            attempt: 1,
        },
        amount: Amount(500),
        currency: Currency::USD,
    };
    let refunded = Happening {
        refund: Some(details),
        ..happening(
            7,
            Event::RefundSent {
                refund: RefundId(4),
            },
        )
    };
    let message = message_of(&refunded, &Shop).expect("it is told");
    let body: serde_json::Value = serde_json::from_str(&message.body).expect("JSON");
    let expected = serde_json::json!({
        "refund": "4",
        "order": "00000000-0000-0000-0000-000000000002",
        "payment": "00000000-0000-0000-0000-000000000001.1",
        "amount": { "amount": 500, "currency": "USD" },
    });
    assert_eq!(body["data"], expected);
}
