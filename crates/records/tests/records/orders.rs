//! The order tables: folded from the events of random festivals they say what the model holds, and
//! however they are folded they come out the same.

use crate::{NOW, fresh};
use model::stream::Stream;
use model::{Decider, Model};
use records::{Contact, Device, OrderCursor, OrderFilter, OrdersReached, Records, RecordsFault};
use sqlx::Connection;
use std::collections::BTreeMap;
use tempfile::TempDir;
use views::{OrderChange, OrdersFold};
use vocabulary::{CheckoutId, Event, FiledCheckout, Millis, Outcome, Seq};

/// One command's events.
struct Page {
    at: Millis,
    seq: Seq,
    events: Vec<Event>,
}

fn festival(seed: u64, commands: usize) -> (Model, Vec<Page>) {
    let mut model = Model::fresh();
    let mut pages = Vec::new();
    for (at, request) in Stream::new(seed).take(commands) {
        let mut events = Vec::new();
        if let Outcome::Done(_) = model.apply(at, &request, &mut events) {
            let seq = Seq(pages.len() as u64 + 1);
            pages.push(Page { at, seq, events });
        }
    }
    (model, pages)
}

fn changes(pages: &[Page]) -> Vec<OrderChange> {
    let mut fold = OrdersFold::default();
    let mut changes = Vec::new();
    for page in pages {
        for event in &page.events {
            fold.fold(page.at, page.seq, event, &mut changes);
        }
    }
    changes
}

/// Folds `pages` in batches of `batch` commands behind what was folded before.
async fn fold(records: &Records, pages: &[Page], batch: usize) {
    for pages in pages.chunks(batch) {
        let from = records.orders_reached().await.expect("read");
        let to = OrdersReached(pages.last().expect("chunks are not empty").seq);
        records
            .fold_orders(from, to, &changes(pages))
            .await
            .expect("folded");
    }
}

/// Every row of every order table as text.
async fn dump(folder: &TempDir) -> String {
    let url = format!(
        "sqlite://{}",
        folder.path().join("records.sqlite").display()
    );
    let mut file = sqlx::SqliteConnection::connect(&url)
        .await
        .expect("the file");
    let mut text = String::new();
    for table in [
        "folds",
        "checkouts",
        "orders",
        "order_lines",
        "payments",
        "refunds",
        "order_events",
        "filed_checkouts",
    ] {
        let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info(?)")
            .bind(table)
            .fetch_all(&mut file)
            .await
            .expect("columns");
        let quoted: Vec<String> = columns
            .iter()
            .map(|column| format!("quote({column})"))
            .collect();
        let query = format!(
            "SELECT {} FROM {table} ORDER BY 1",
            quoted.join(" || ' ' || ")
        );
        let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_all(&mut file)
            .await
            .expect("rows");
        text.push_str(&format!("{table}\n{}\n", rows.join("\n")));
    }
    text
}

/// The records' lines on the checkouts that `model` has in memory, in the words of
/// [`Model::describe`], sorted.
async fn described(records: &Records, model: &Model) -> Vec<String> {
    let mut lines = Vec::new();
    for line in model
        .describe()
        .lines()
        .filter(|line| line.starts_with("checkout "))
    {
        let id = line.split(' ').nth(1).expect("an id");
        let checkout: CheckoutId = id.parse().expect("a uuid");
        let row = records
            .checkout(checkout)
            .await
            .expect("read")
            .expect("folded");
        lines.push(format!(
            "checkout {} {} {} {} {} {}",
            checkout, row.person, row.zone, row.currency, row.pay_by, row.total
        ));
        describe_orders(records, checkout, &mut lines).await;
        for row in records.payments(checkout).await.expect("read") {
            lines.push(format!(
                "payment {} {:?} {:?} {:?} {} {}",
                row.payment.attempt, row.state, row.method, row.steps, row.amount, row.deadline
            ));
        }
        for row in records.refunds(checkout).await.expect("read") {
            let attempt = row.payment.attempt;
            lines.push(format!(
                "refund {} {attempt} {:?} {}",
                row.refund, row.state, row.amount
            ));
        }
    }
    lines.sort();
    lines
}

async fn describe_orders(records: &Records, checkout: CheckoutId, text: &mut Vec<String>) {
    for order in records.orders_of_checkout(checkout).await.expect("read") {
        let lines = records.lines(order.order).await.expect("read");
        let of_lines: i64 = lines.iter().map(|line| line.refunded.0).sum();
        let shipping = order.refunded.0 - of_lines;
        text.push(format!(
            "order {} {:?} {} {} {shipping}",
            order.order, order.state, order.goods, order.shipping
        ));
        for row in lines {
            text.push(format!(
                "line {} {} {} {} {} {} {} {} {} {} {}",
                row.line,
                row.deal,
                row.sku,
                row.units,
                row.price,
                row.refunded,
                row.units_refunded,
                row.shipped,
                row.delivered,
                row.return_asked,
                row.returned
            ));
        }
    }
}

fn expected(model: &Model) -> Vec<String> {
    let shown = ["checkout", "order", "line", "payment", "refund"];
    let described = model.describe();
    let lines = described.lines().filter(|line| {
        shown
            .iter()
            .any(|word| line.split(' ').next() == Some(word))
    });
    let mut lines: Vec<String> = lines.map(str::to_owned).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn the_tables_say_what_the_model_holds_and_what_it_filed() {
    for seed in 0..6 {
        let (_folder, records) = fresh().await;
        let (model, pages) = festival(seed, 2_000);
        fold(&records, &pages, 97).await;
        assert_eq!(
            described(&records, &model).await,
            expected(&model),
            "seed {seed}"
        );
        let mut filed: BTreeMap<CheckoutId, FiledCheckout> = BTreeMap::new();
        for event in pages.iter().flat_map(|page| &page.events) {
            if let Event::CheckoutFiled { filed: newest } = event {
                filed.insert(newest.checkout, (**newest).clone());
            }
        }
        assert!(!filed.is_empty(), "seed {seed} files something");
        for (checkout, newest) in filed {
            assert_eq!(
                records.filed(checkout).await.expect("read"),
                Some(newest),
                "seed {seed}"
            );
        }
    }
}

#[tokio::test]
async fn the_batches_do_not_matter_and_burnt_tables_come_back_equal() {
    let (_model, pages) = festival(3, 1_200);
    let (one_folder, one) = fresh().await;
    fold(&one, &pages, 1).await;
    let by_one = dump(&one_folder).await;
    let (all_folder, all) = fresh().await;
    fold(&all, &pages, pages.len()).await;
    assert_eq!(dump(&all_folder).await, by_one);
    one.burn_orders().await.expect("burnt");
    assert_ne!(dump(&one_folder).await, by_one);
    fold(&one, &pages, 50).await;
    assert_eq!(dump(&one_folder).await, by_one);
}

#[tokio::test]
async fn changes_are_applied_exactly_once_and_without_gaps() {
    let (folder, records) = fresh().await;
    let (_model, pages) = festival(3, 600);
    let (first, rest) = pages.split_at(pages.len() / 2);
    fold(&records, first, first.len()).await;
    let before = dump(&folder).await;
    let reached = OrdersReached(first.last().expect("some").seq);
    for (from, to, pages) in [
        (OrdersReached(Seq(0)), reached, first),
        (
            OrdersReached(Seq(reached.0.0 + 1)),
            OrdersReached(Seq(reached.0.0 + 9)),
            rest,
        ),
    ] {
        let refused = records.fold_orders(from, to, &changes(pages)).await;
        assert!(
            matches!(refused, Err(RecordsFault::OutOfOrder { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(dump(&folder).await, before);
}

#[tokio::test]
async fn every_order_is_exported_once_while_orders_go_on() {
    let (_folder, records) = fresh().await;
    let (_model, pages) = festival(5, 2_000);
    let placed = |event: &&Event| matches!(event, Event::OrderPlaced { .. });
    let placed = pages
        .iter()
        .flat_map(|page| &page.events)
        .filter(placed)
        .count();
    let mut exported = Vec::new();
    let mut after = OrderCursor::START;
    for pages in pages.chunks(25) {
        fold(&records, pages, pages.len()).await;
        let page = records.export_orders(after, 1).await.expect("a page");
        after = page.last().map_or(after, records::Order::cursor);
        exported.extend(page);
    }
    loop {
        let page = records.export_orders(after, 3).await.expect("a page");
        let Some(last) = page.last() else { break };
        after = last.cursor();
        exported.extend(page);
    }
    assert_eq!(exported.len(), placed);
    assert!(exported.is_sorted_by_key(records::Order::cursor));
    let newest = records
        .newest_orders(OrderCursor::END, 5)
        .await
        .expect("a page");
    // An order that was exported early has gone on since; which one it is has not.
    let last = exported.iter().rev().take(5).map(records::Order::cursor);
    assert!(last.eq(newest.iter().map(records::Order::cursor)));
}

#[tokio::test]
async fn events_are_read_on_from_any_of_them_without_gaps() {
    let (_folder, records) = fresh().await;
    let (_model, pages) = festival(5, 2_000);
    fold(&records, &pages, 300).await;
    let all = records
        .events_after(Seq(0), 0, u32::MAX)
        .await
        .expect("a page");
    let happened = |change: &&OrderChange| matches!(change, OrderChange::Happened { .. });
    assert_eq!(all.len(), changes(&pages).iter().filter(happened).count());
    for event in &all {
        let about_a_deal = ["DealOpened", "DealClosed", "UnsoldReturned"];
        let checkout_known = event.checkout.is_some();
        assert_eq!(
            checkout_known,
            !about_a_deal.contains(&event.kind.as_str()),
            "{event:?}"
        );
    }
    let mut read = Vec::new();
    let mut cursor = (Seq(0), 0);
    loop {
        let page = records
            .events_after(cursor.0, cursor.1, 7)
            .await
            .expect("a page");
        let Some(last) = page.last() else { break };
        cursor = (last.seq, last.index);
        read.extend(page);
    }
    assert_eq!(read, all);
}

#[tokio::test]
async fn an_order_is_found_by_whatever_people_call_it() {
    let (_folder, records) = fresh().await;
    let (_model, pages) = festival(5, 2_000);
    fold(&records, &pages, 500).await;
    let order = records
        .newest_orders(OrderCursor::END, 1)
        .await
        .expect("a page")
        .remove(0);
    let contact = Contact {
        name: "홍 길동".to_owned(),
        phone: "+82 10-7777-8888".to_owned(),
        mail: "Gildong@example.kr".to_owned(),
        ..Contact::default()
    };
    records
        .put_contact(order.checkout, None, contact, Device::Computer, NOW)
        .await
        .expect("stored");
    let number = order.order.to_string();
    let checkout = order.checkout.to_string();
    for text in [
        "홍길동",
        "홍 길",
        "01077778888",
        "010-7777",
        "8888",
        "gildong@",
        &number,
        &checkout,
    ] {
        let found = records
            .search_orders(text, OrderCursor::END, 10)
            .await
            .expect("a page");
        assert!(found.contains(&order), "{text}");
    }
    for text in [
        "김길동",
        "01077778889",
        "7777",
        "dong@",
        "",
        "99999999-9999",
    ] {
        let found = records
            .search_orders(text, OrderCursor::END, 10)
            .await
            .expect("a page");
        assert!(found.is_empty(), "{text}");
    }
    let events = records.events_of(order.order).await.expect("read");
    assert_eq!(events[0].kind, "CheckoutPlaced");
    assert!(events.iter().any(|event| event.kind == "OrderPlaced"));
    assert!(events.is_sorted_by_key(|event| (event.seq, event.index)));
    let own = records
        .orders_of(order.person, OrderFilter::All, OrderCursor::END, 1)
        .await
        .expect("a page");
    assert_eq!(own[0].person, order.person);
}

/// The code of every checkout of the festival, told when the contact was stored.
async fn with_codes(records: &Records, pages: &[Page]) -> Vec<CheckoutId> {
    let mut checkouts = Vec::new();
    for change in changes(pages) {
        if let OrderChange::CheckoutPlaced { checkout, .. } = change {
            let contact = Contact {
                entrance_code: "#1234".to_owned(),
                ..Contact::default()
            };
            let put = records.put_contact(checkout, None, contact, Device::Phone, NOW);
            put.await.expect("stored");
            checkouts.push(checkout);
        }
    }
    checkouts
}

/// Something of it is still to come.
async fn is_awaited(records: &Records, checkout: CheckoutId) -> bool {
    for order in records.orders_of_checkout(checkout).await.expect("read") {
        let lines = records.lines(order.order).await.expect("read");
        let came = |line: &records::OrderLine| {
            line.delivered + line.units_refunded.saturating_sub(line.returned) >= line.units
        };
        if order.state != vocabulary::OrderState::Cancelled && !lines.iter().all(came) {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn the_code_of_the_door_is_erased_once_all_has_arrived_and_not_before() {
    let (_folder, records) = fresh().await;
    let (_model, pages) = festival(11, 4_000);
    let checkouts = with_codes(&records, &pages).await;
    fold(&records, &pages, 7).await;
    let (mut kept, mut erased) = (0, 0);
    for checkout in checkouts {
        let contact = records.contact(checkout).await.expect("read");
        let code = contact.expect("it was stored").entrance_code;
        assert_eq!(code.is_empty(), !is_awaited(&records, checkout).await);
        *(if code.is_empty() {
            &mut erased
        } else {
            &mut kept
        }) += 1;
        // A late repeat does not bring it back.
        let again = Contact {
            entrance_code: "#1234".to_owned(),
            ..Contact::default()
        };
        let put = records.put_contact(checkout, None, again, Device::Phone, NOW);
        put.await.expect("nothing to do");
        let contact = records.contact(checkout).await.expect("read");
        assert_eq!(contact.expect("it is there").entrance_code, code);
    }
    assert!(kept > 0 && erased > 0, "{kept} kept, {erased} erased");
    let later = Millis(NOW.0 + records::ENTRANCE_CODES_KEPT_MS);
    assert_eq!(
        records.purge_entrance_codes(later).await.expect("purged"),
        kept
    );
}
