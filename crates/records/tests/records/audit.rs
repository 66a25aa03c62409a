//! The audit: complete, in order, never changed.

use crate::{NOW, fresh};
use records::{AuditEntry, AuditFilter, Deed};
use serde_json::json;
use sqlx::Connection;

fn deed(n: u64) -> Deed {
    Deed {
        at: NOW.plus(n),
        who: ["ada@shop.kr", "bo@shop.kr"][(n % 2) as usize].to_owned(),
        action: ["deal.end", "order.refund"][(n % 3 % 2) as usize].to_owned(),
        target: format!("deal:{n}"),
        before: Some(json!({"n": n})),
        after: (!n.is_multiple_of(5)).then(|| json!({"n": n + 1})),
    }
}

#[tokio::test]
async fn every_deed_is_found_page_by_page_even_while_others_are_written() {
    let (_folder, records) = fresh().await;
    for n in 0..25 {
        records.record_deed(&deed(n)).await.expect("written");
    }
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = records
            .audit(&AuditFilter::default(), before, 4)
            .await
            .expect("a page");
        records.record_deed(&deed(99)).await.expect("written");
        let Some(last) = page.last() else { break };
        before = Some(last.number);
        seen.extend(page.into_iter().map(|entry| entry.deed));
    }
    let expected: Vec<Deed> = (0..25).rev().map(deed).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn filters_keep_what_they_name() {
    let (_folder, records) = fresh().await;
    for n in 0..30 {
        records.record_deed(&deed(n)).await.expect("written");
    }
    let filter = AuditFilter {
        who: Some("ada@shop.kr".to_owned()),
        action: Some("deal.end".to_owned()),
        ..AuditFilter::default()
    };
    let found = records.audit(&filter, None, 100).await.expect("a page");
    let expected = (0..30)
        .map(deed)
        .filter(|d| d.who == "ada@shop.kr" && d.action == "deal.end");
    assert_eq!(found.len(), expected.count());
    let csv = records.audit_csv(&filter).await.expect("CSV");
    assert!(csv.starts_with("\u{feff}number,at_ms,who,"));
    assert_eq!(csv.lines().count(), found.len() + 1);
    let filter = AuditFilter {
        targets: vec!["deal:3".to_owned(), "deal:7".to_owned()],
        ..AuditFilter::default()
    };
    let found = records.audit(&filter, None, 100).await.expect("a page");
    let found: Vec<Deed> = found.into_iter().map(|entry| entry.deed).collect();
    assert_eq!(found, [deed(7), deed(3)]);
}

#[tokio::test]
async fn a_deed_is_found_by_the_number_it_was_given() {
    let (_folder, records) = fresh().await;
    for n in 0..3 {
        let number = records.record_deed(&deed(n)).await.expect("written");
        let entry = records.audit_entry(number).await.expect("an answer");
        let deed = deed(n);
        assert_eq!(entry, Some(AuditEntry { number, deed }));
    }
    assert_eq!(records.audit_entry(99).await.expect("an answer"), None);
}

#[tokio::test]
async fn deeds_are_found_by_the_field_they_changed_even_from_nothing() {
    let (_folder, records) = fresh().await;
    for before in [
        json!({"price": "1"}),
        json!({"brand": null}),
        json!({"price": "2"}),
    ] {
        let deed = Deed {
            before: Some(before),
            ..deed(1)
        };
        records.record_deed(&deed).await.expect("written");
    }
    let numbers = async |field: &str| {
        let filter = AuditFilter {
            field: Some(field.to_owned()),
            ..AuditFilter::default()
        };
        let found = records.audit(&filter, None, 10).await.expect("a page");
        found.iter().map(|entry| entry.number).collect::<Vec<_>>()
    };
    assert_eq!(numbers("price").await, [3, 1]);
    assert_eq!(numbers("brand").await, [2]);
    assert_eq!(numbers("name").await, [0; 0]);
}

#[tokio::test]
async fn a_formula_is_no_formula_in_the_csv() {
    let (_folder, records) = fresh().await;
    let who = "=cmd|' /C calc'!A0".to_owned();
    records
        .record_deed(&Deed { who, ..deed(1) })
        .await
        .expect("written");
    let csv = records
        .audit_csv(&AuditFilter::default())
        .await
        .expect("CSV");
    assert!(csv.contains(",'=cmd"));
}

#[tokio::test]
async fn the_file_itself_refuses_to_change_or_delete_a_deed() {
    let (folder, records) = fresh().await;
    records.record_deed(&deed(1)).await.expect("written");
    let url = format!(
        "sqlite://{}",
        folder.path().join("records.sqlite").display()
    );
    let mut connection = sqlx::SqliteConnection::connect(&url)
        .await
        .expect("the file");
    for statement in ["UPDATE audit SET who = 'nobody'", "DELETE FROM audit"] {
        let refused = sqlx::query(statement).execute(&mut connection).await;
        assert!(
            refused
                .expect_err(statement)
                .to_string()
                .contains("append-only")
        );
    }
}
