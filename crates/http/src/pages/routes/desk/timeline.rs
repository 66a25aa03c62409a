//! `/desk/timeline`: deals over time.

use super::deals::{cards, may_change, row_of, sellers};
use super::pairs::{Pairs, first, query};
use super::times::{day_of, day_text};
use crate::deeds::staff::{self, DealOrder, DealsWanted};
use crate::pages::desk::timeline::{Bar, TimelinePage, Zoom};
use crate::pages::visit::DeskVisit;
use crate::pages::window::{Shown, shown};
use crate::problem::Problem;
use axum::extract::Query;
use maud::Markup;
use records::Role;
use std::collections::BTreeMap;
use vocabulary::Millis;

/// Deals that are drawn; with more, one chooses a seller or looks nearer.
const DRAWN_MAX: usize = 300;
const HOUR_MS: u64 = 3_600_000;
const DAYS_OF_WEEK: u64 = 7;

/// The timeline.
pub async fn show(visit: DeskVisit, Query(asked): Query<Pairs>) -> Result<Markup, Problem> {
    visit.staff.require(Role::Viewer)?;
    let zoom = Zoom::named(first(&asked, "zoom")).unwrap_or_default();
    let today = day_text(&visit.frame, visit.frame.now, 0);
    let day = first(&asked, "day");
    let (day, [begins, next]) = match day_of(&visit.frame, day) {
        Some((begins, next)) => (day.to_owned(), [begins, next]),
        None => {
            let (begins, next) = day_of(&visit.frame, &today).unwrap_or_default();
            (today, [begins, next])
        }
    };
    let hour = hour_of(&visit, &asked, begins);
    let window = match zoom {
        Zoom::Day => [begins, next],
        Zoom::Week => [begins, begins.plus(DAYS_OF_WEEK * 24 * HOUR_MS)],
        Zoom::Hours => [
            begins.plus(hour * HOUR_MS),
            begins.plus((hour + 6) * HOUR_MS),
        ],
    };
    let wanted = DealsWanted {
        seller: super::pairs::said(&asked, "seller"),
        from: Some(window[0]),
        to: Some(window[1]),
        order: Some(DealOrder::Starts),
        ..DealsWanted::default()
    };
    let found = staff::find_deals(&visit.shop, &wanted).await?;
    let by_category = first(&asked, "rows") == "category";
    let mut rows: BTreeMap<String, Vec<Bar>> = BTreeMap::new();
    for card in cards(&visit.shop, found.iter().take(DRAWN_MAX)) {
        let shown = shown(&visit.shop, &visit.frame, card).await?;
        let name = match by_category {
            true => category_of(&visit, &shown).await?,
            false => shown.seller.clone(),
        };
        rows.entry(name).or_default().push(bar(&visit, &shown));
    }
    let page = TimelinePage {
        around: around(&visit, &asked, zoom, begins),
        fresh: fresh(window, visit.frame.now),
        day,
        hour: hour.to_string(),
        zoom,
        window,
        by_category,
        seller: first(&asked, "seller").to_owned(),
        sellers: sellers(&visit).await?,
        rows: rows.into_iter().collect(),
        more: found.len().saturating_sub(DRAWN_MAX),
        may_change: may_change(&visit),
    };
    Ok(page.render(&visit.frame, &visit.staff.name))
}

/// An hour from the next full one on, where that is shown; else the first that is.
fn fresh([from, to]: [Millis; 2], now: Millis) -> [Millis; 2] {
    let next = Millis((now.0 / HOUR_MS + 1) * HOUR_MS);
    let starts = if from <= next && next < to {
        next
    } else {
        from
    };
    [starts, starts.plus(HOUR_MS)]
}

/// The hour that was asked for, or the one before this moment.
fn hour_of(visit: &DeskVisit, asked: &Pairs, begins: Millis) -> u64 {
    let now = visit.frame.now.since(begins) / HOUR_MS;
    let usual = if now < 24 { now.saturating_sub(1) } else { 0 };
    first(asked, "hour").parse().unwrap_or(usual).min(23)
}

/// The addresses of the days, or the weeks, before and after.
fn around(visit: &DeskVisit, asked: &Pairs, zoom: Zoom, begins: Millis) -> [String; 2] {
    let days = if zoom == Zoom::Week { 7 } else { 1 };
    [-days, days].map(|days| {
        let day = day_text(&visit.frame, begins, days);
        let pairs = [
            ("day", day.as_str()),
            ("zoom", zoom.name()),
            ("seller", first(asked, "seller")),
            ("rows", first(asked, "rows")),
        ];
        format!("/desk/timeline{}", query(&pairs))
    })
}

fn bar(visit: &DeskVisit, shown: &Shown) -> Bar {
    let row = row_of(&visit.frame, shown);
    Bar {
        deal: row.deal,
        name: row.name,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        state: row.state.name(),
        claimed: row.claimed,
        skus: shown.card.pools.iter().map(|pool| pool.sku.0).collect(),
    }
}

/// The name of the uppermost category.
async fn category_of(visit: &DeskVisit, shown: &Shown) -> Result<String, Problem> {
    let known = super::deals::categories(visit).await?;
    let root = shown.showcase.as_ref().and_then(|it| it.categories.first());
    let name = root.and_then(|root| known.into_iter().find(|(id, _)| id == root));
    Ok(name.map_or_else(|| "–".to_owned(), |(_, name)| name))
}
