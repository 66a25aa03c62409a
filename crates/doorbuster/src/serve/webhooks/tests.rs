//! The book over real records: what was folded in comes out as it happened; turns of an endpoint.

use super::book::RecordsBook;
use super::roll::Roll;
use crate::clock;
use adapters::WebhookOrder;
use clerks::ports::WebhookBook;
use clerks::{
    Cursor, EndpointId, Happening, Names, News, RefundDetails, WEBHOOK_KINDS, message_of,
};
use intake::Localized;
use money::{Amount, Currency};
use records::{OrdersReached, Records, Seller, ShippingTerms, WebhookCursor};
use tempfile::TempDir;
use views::OrdersFold;
use vocabulary::{
    CheckoutId, DealId, Event, Millis, OrderId, PaymentId, PersonKey, RefundId, SellerId, Seq,
    SkuId, Zone,
};

const LONG_AGO: Millis = Millis(1_794_355_200_123);
const CHECKOUT: CheckoutId = CheckoutId(1);
const ORDER: OrderId = OrderId(2);
const PAYMENT: PaymentId = PaymentId {
    checkout: CHECKOUT,
    attempt: 1,
};
const DEAL: DealId = DealId(9);
const ALL: usize = 100;

async fn fresh() -> (TempDir, Records) {
    let folder = tempfile::tempdir().expect("a folder");
    let records = Records::open(&folder.path().join("records.sqlite")).await;
    (folder, records.expect("records"))
}

/// Folds events into the order tables, each of a command of its own.
async fn fold(records: &Records, at: Millis, events: &[Event]) {
    let from = records.orders_reached().await.expect("read");
    let (mut fold, mut changes, mut seq) = (OrdersFold::default(), Vec::new(), from.0);
    for event in events {
        seq = Seq(seq.0 + 1);
        fold.fold(at, seq, event, &mut changes);
    }
    let folded = records.fold_orders(from, OrdersReached(seq), &changes);
    folded.await.expect("folded");
}

fn placed() -> Vec<Event> {
    let (currency, total) = (Currency::KRW, Amount(10_000));
    vec![
        Event::CheckoutPlaced {
            checkout: CHECKOUT,
            person: PersonKey(77),
            zone: Zone(0),
            total,
            currency,
            pay_by: LONG_AGO,
        },
        Event::OrderPlaced {
            order: ORDER,
            checkout: CHECKOUT,
            seller: SellerId(6),
            person: PersonKey(77),
            goods: Amount(9_000),
            shipping: Amount(1_000),
            surcharge: Amount(300),
            tax: Amount(909),
            total,
            currency,
        },
        Event::OrderConfirmed { order: ORDER },
        Event::OrderPaid {
            order: ORDER,
            payment: PAYMENT,
            total,
            currency,
        },
    ]
}

fn given_back() -> Vec<Event> {
    let ordered = |refund, order, amount| Event::RefundOrdered {
        refund: RefundId(refund),
        payment: PAYMENT,
        order,
        amount: Amount(amount),
        currency: Currency::KRW,
    };
    vec![
        ordered(4, Some(ORDER), 500),
        ordered(5, None, 700),
        Event::RefundSent {
            refund: RefundId(4),
        },
        Event::RefundFailed {
            refund: RefundId(5),
        },
    ]
}

fn on_its_way() -> Vec<Event> {
    let (order, line, units) = (ORDER, 0, 3);
    vec![
        Event::LineShipped { order, line, units },
        Event::LineDelivered { order, line, units },
        Event::ReturnAsked { order, line, units },
        Event::LineReturned {
            order,
            line,
            units,
            restocked: true,
        },
        Event::OrderCancelled {
            order,
            by_staff: true,
        },
        Event::OrderLapsed { order },
    ]
}

fn of_deals() -> Vec<Event> {
    vec![
        Event::DealOpened { deal: DEAL },
        Event::DealClosed { deal: DEAL },
        Event::UnsoldReturned {
            deal: DEAL,
            sku: SkuId(8),
            units: 2,
        },
    ]
}

async fn behind(book: &RecordsBook, cursor: Cursor, limit: usize) -> clerks::ports::HappeningsPage {
    book.behind(cursor, limit).await.expect("a page")
}

#[tokio::test]
async fn every_event_that_is_told_comes_back_as_it_was() {
    let (_folder, records) = fresh().await;
    let events = [placed(), given_back(), on_its_way(), of_deals()].concat();
    fold(&records, LONG_AGO, &events).await;
    let book = RecordsBook::over(records);
    let page = behind(&book, Cursor::default(), ALL).await;
    let told = |event: &&Event| {
        !matches!(
            event,
            Event::CheckoutPlaced { .. } | Event::RefundOrdered { .. }
        )
    };
    let expected: Vec<&Event> = events.iter().filter(told).collect();
    let found: Vec<&Event> = page.happenings.iter().map(|each| &each.event).collect();
    assert_eq!(found, expected);
    assert!(page.happenings.iter().all(|each| each.at == LONG_AGO));
    let names = book.names();
    let messages = page
        .happenings
        .iter()
        .filter_map(|each| message_of(each, &*names));
    let mut kinds: Vec<&str> = messages.map(|message| message.kind).collect();
    kinds.sort_unstable();
    let mut all = WEBHOOK_KINDS.to_vec();
    all.sort_unstable();
    assert_eq!(kinds, all);
}

#[tokio::test]
async fn a_refund_comes_with_what_it_is_of() {
    let (_folder, records) = fresh().await;
    fold(&records, LONG_AGO, &[placed(), given_back()].concat()).await;
    let book = RecordsBook::over(records);
    let page = behind(&book, Cursor::default(), ALL).await;
    let refunds = page.happenings.iter().filter_map(|each| each.refund);
    let of = |order, amount| RefundDetails {
        order,
        payment: PAYMENT,
        amount: Amount(amount),
        currency: Currency::KRW,
    };
    let refunds: Vec<RefundDetails> = refunds.collect();
    assert_eq!(refunds, [of(Some(ORDER), 500), of(None, 700)]);
}

#[tokio::test]
async fn small_pages_put_together_are_the_whole_even_where_one_tells_nothing() {
    let (_folder, records) = fresh().await;
    let quiet = (10..20).map(|checkout| Event::DeadlineMoved {
        checkout: CheckoutId(checkout),
        pay_by: LONG_AGO,
    });
    let events = [placed(), quiet.collect(), on_its_way()].concat();
    fold(&records, LONG_AGO, &events).await;
    let book = RecordsBook::over(records);
    let whole = behind(&book, Cursor::default(), ALL).await;
    assert!(whole.at_end);
    let (mut cursor, mut told) = (Cursor::default(), Vec::<Happening>::new());
    loop {
        let page = behind(&book, cursor, 3).await;
        cursor = page.read;
        told.extend(page.happenings);
        if page.at_end {
            break;
        }
    }
    assert_eq!((told, cursor), (whole.happenings, whole.read));
}

#[tokio::test]
async fn a_name_that_the_records_learn_a_moment_later_is_waited_for() {
    let (_folder, records) = fresh().await;
    fold(&records, clock::now(), &placed()).await;
    let book = RecordsBook::over(records.clone());
    assert!(book.behind(Cursor::default(), ALL).await.is_err());
    let seller = Seller {
        id: "moa".into(),
        name: Localized::default(),
        about: Localized::default(),
        shipping: None::<ShippingTerms>,
        business: records::Business::default(),
        number: None,
    };
    records.put_seller(&seller).await.expect("kept");
    let bound = records
        .bind_sellers(&[("moa".to_owned(), SellerId(6))])
        .await;
    bound.expect("bound");
    behind(&book, Cursor::default(), ALL).await;
    assert_eq!(book.names().seller(SellerId(6)), "moa");
}

#[tokio::test]
async fn a_name_that_never_came_is_a_number() {
    let (_folder, records) = fresh().await;
    fold(&records, LONG_AGO, &of_deals()).await;
    let book = RecordsBook::over(records);
    behind(&book, Cursor::default(), ALL).await;
    assert_eq!(book.names().deal(DEAL), "#9");
}

/// The one endpoint that the clerk is told to set.
fn set(orders: Vec<WebhookOrder>) -> clerks::Endpoint {
    match <[WebhookOrder; 1]>::try_from(orders) {
        Ok([WebhookOrder::Set(endpoint)]) => endpoint,
        other => panic!("{other:?}"),
    }
}

fn at(seq: u64) -> Cursor {
    Cursor {
        seq: Seq(seq),
        index: 0,
    }
}

#[tokio::test]
async fn a_change_keeps_the_place_that_is_not_written_yet_and_a_replay_does_not() {
    let (_folder, records) = fresh().await;
    let from = WebhookCursor::default();
    let id = records
        .add_endpoint("http://a", "s", &[], from, LONG_AGO)
        .await
        .expect("added");
    let endpoint = EndpointId(id.0);
    let (book, mut roll) = (RecordsBook::over(records.clone()), Roll::default());
    let call = async |roll: &mut Roll| {
        let found = records.endpoints().await.expect("read");
        roll.call(found, &book)
    };
    assert_eq!(set(call(&mut roll).await).cursor, Cursor::default());
    assert!(call(&mut roll).await.is_empty(), "nothing was changed");

    let moved = |replays, cursor| News::Moved {
        endpoint,
        replays,
        cursor,
    };
    book.keep(moved(0, at(5))).await.expect("noted");
    records
        .change_endpoint(id, "http://b", &[], true)
        .await
        .expect("changed");
    assert_eq!(set(call(&mut roll).await).cursor, at(5));

    let to = WebhookCursor {
        seq: Seq(2),
        index: 0,
    };
    records.replay_endpoint(id, to).await.expect("replayed");
    let replayed = set(call(&mut roll).await);
    assert_eq!((replayed.cursor, replayed.replays), (at(2), 1));
    book.write_down().await;
    let kept = records.endpoint(id).await.expect("read").expect("there");
    assert_eq!(kept.cursor, to, "news from before the replay move nothing");
    book.keep(moved(1, at(3))).await.expect("noted");
    book.write_down().await;
    let kept = records.endpoint(id).await.expect("read").expect("there");
    assert_eq!(kept.cursor.seq, Seq(3));

    records.remove_endpoint(id).await.expect("removed");
    let orders = call(&mut roll).await;
    assert!(matches!(orders[..], [WebhookOrder::Remove(gone)] if gone == endpoint));
}
