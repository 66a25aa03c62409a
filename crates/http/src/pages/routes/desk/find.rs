//! `/desk/find`: deals and orders by what somebody types, as a page and for the palette.

use crate::deeds::staff;
use crate::pages::desk::palette::{FindPage, FoundItem};
use crate::pages::visit::DeskVisit;
use crate::problem::Problem;
use axum::Json;
use axum::extract::Query;
use axum::http::HeaderName;
use axum::http::header::CACHE_CONTROL;
use maud::Markup;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    q: String,
}

/// The page.
pub async fn page(visit: DeskVisit, Query(wanted): Query<Wanted>) -> Result<Markup, Problem> {
    let found = found(&visit, wanted).await?;
    Ok(found.render(&visit.frame, &visit.staff.name))
}

type Unkept<T> = ([(HeaderName, &'static str); 1], Json<T>);

/// The same for the palette.
pub async fn json(
    visit: DeskVisit,
    Query(wanted): Query<Wanted>,
) -> Result<Unkept<Vec<FoundItem>>, Problem> {
    let found = found(&visit, wanted).await?;
    let items = found.items(&visit.frame);
    Ok(([(CACHE_CONTROL, "no-store")], Json(items)))
}

async fn found(visit: &DeskVisit, wanted: Wanted) -> Result<FindPage, Problem> {
    let language = visit.frame.words.language.tag();
    let found = staff::find(&visit.shop, &visit.staff, &wanted.q, language).await?;
    Ok(FindPage {
        query: wanted.q,
        deals: found.deals,
        orders: found.orders,
    })
}
