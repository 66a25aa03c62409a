//! `/desk/audit`: what staff did.

use crate::pages::desk::audit::{AuditPage, AuditRow};
use crate::pages::visit::DeskVisit;
use crate::problem::Problem;
use axum::extract::Query;
use maud::Markup;
use records::AuditFilter;
use serde::Deserialize;

/// Deeds of a page.
const LISTED_MAX: usize = 50;

#[derive(Debug, Default, Deserialize)]
pub struct Before {
    before: Option<u64>,
}

/// The list, newest first.
pub async fn list(visit: DeskVisit, Query(asked): Query<Before>) -> Result<Markup, Problem> {
    let filter = AuditFilter::default();
    let records = &visit.shop.records;
    let mut entries = records
        .audit(&filter, asked.before, LISTED_MAX as u32 + 1)
        .await?;
    let more = entries.len() > LISTED_MAX;
    entries.truncate(LISTED_MAX);
    let last = entries.last().filter(|_| more);
    let next = last.map(|entry| format!("/desk/audit?before={}", entry.number));
    let rows = entries.into_iter().map(|entry| AuditRow {
        at: entry.deed.at,
        who: entry.deed.who,
        action: entry.deed.action,
        target: entry.deed.target,
        before: entry.deed.before,
        after: entry.deed.after,
    });
    let page = AuditPage {
        rows: rows.collect(),
        next,
    };
    Ok(page.render(&visit.frame, &visit.staff.name))
}
