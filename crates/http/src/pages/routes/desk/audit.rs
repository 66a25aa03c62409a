//! `/desk/audit`: what staff did, and the same as CSV.

use crate::pages::desk::audit::{AuditAsked, AuditPage, AuditRow};
use crate::pages::visit::DeskVisit;
use crate::problem::Problem;
use axum::extract::Query;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::Markup;
use records::AuditFilter;
use vocabulary::Millis;

/// Deeds of a page.
const LISTED_MAX: usize = 50;

/// The list, newest first.
pub async fn list(visit: DeskVisit, Query(asked): Query<AuditAsked>) -> Result<Markup, Problem> {
    let read = filter(&asked, &visit.frame.words.zone);
    let wrong_day = read.is_none();
    let filter = read.unwrap_or_default();
    let records = &visit.shop.records;
    let entries = records.audit(&filter, asked.before, LISTED_MAX as u32 + 1);
    let mut entries = if wrong_day {
        Vec::new()
    } else {
        entries.await?
    };
    let more = entries.len() > LISTED_MAX;
    entries.truncate(LISTED_MAX);
    let next = entries.last().filter(|_| more).map(|entry| entry.number);
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
        names: records.audit_names().await?,
        asked,
        next,
        wrong_day,
    };
    Ok(page.render(&visit.frame, &visit.staff.name))
}

/// The deeds of these filters as CSV.
pub async fn csv(visit: DeskVisit, Query(asked): Query<AuditAsked>) -> Result<Response, Problem> {
    let wrong = || Problem::field("from", "is a day like 2026-11-11");
    let filter = filter(&asked, &visit.frame.words.zone).ok_or_else(wrong)?;
    let text = visit.shop.records.audit_csv(&filter).await?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}

/// What the records are asked for; none where a day cannot be read. Days are those of the festival.
fn filter(asked: &AuditAsked, zone: &TimeZone) -> Option<AuditFilter> {
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let day = |text: &str, later: i64| match text {
        "" => Some(None),
        text => beginning(text, later, zone).map(Some),
    };
    Some(AuditFilter {
        who: some(&asked.who),
        action: some(&asked.action),
        targets: some(&asked.target).into_iter().collect(),
        field: None,
        from: day(&asked.from, 0)?,
        until: day(&asked.to, 1)?,
    })
}

/// When a day begins, so many days later.
fn beginning(text: &str, later: i64, zone: &TimeZone) -> Option<Millis> {
    let day: Date = text.parse().ok()?;
    let day = day.checked_add(later.days()).ok()?;
    let begins = day.to_zoned(zone.clone()).ok()?;
    u64::try_from(begins.timestamp().as_millisecond())
        .ok()
        .map(Millis)
}
