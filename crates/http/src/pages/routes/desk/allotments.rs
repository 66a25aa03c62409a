//! `/desk/deals/{deal}/allotments`: more units for a deal, which cannot be taken out again, so that what it
//! comes to is said first.

use super::deals::row;
use super::pairs::{Pairs, first};
use crate::deeds::staff::{self, StockAsk};
use crate::pages::desk::allotment::AllotmentForm;
use crate::pages::tile::escaped;
use crate::pages::visit::{DeskVisit, after, again};
use crate::problem::Problem;
use crate::request_key::Key;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use records::Role;
use vocabulary::Refusal;

/// Says what more units come to, and asks.
pub async fn page(
    visit: DeskVisit,
    Path(deal): Path<String>,
    Query(asked): Query<Pairs>,
) -> Result<Response, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let form = form_of(&visit, &deal, &asked).await?;
    Ok(form.render(&visit.frame, &visit.staff.name).into_response())
}

/// Adds units to a deal.
pub async fn add(
    visit: DeskVisit,
    Path(deal): Path<String>,
    Form(sent): Form<Pairs>,
) -> Result<Response, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let ask = StockAsk {
        sku: first(&sent, "sku").to_owned(),
        units: units_of(&sent),
    };
    let asked: [&[u8]; 4] = [
        b"add",
        deal.as_bytes(),
        ask.sku.as_bytes(),
        &ask.units.to_be_bytes(),
    ];
    let key = Key::of(first(&sent, "key"), &asked)?.by(&visit.staff.scope());
    // What is done already comes to nothing more.
    if !visit.shop.was_done(Some(key)).await? {
        let mut form = form_of(&visit, &deal, &sent).await?;
        form.otherwise = form.error.is_none() && first(&sent, "foreseen") != form.foreseen();
        if form.otherwise || form.error.is_some() {
            return Ok(again(form.render(&visit.frame, &visit.staff.name)));
        }
    }
    let here = format!("/desk/deals/{}", escaped(&deal));
    let added = staff::add_allotment(&visit.shop, &visit.staff, Some(key), &deal, &ask).await;
    let next = after(&visit.shop, added, &here, "stock-added", &here).await?;
    Ok(next.into_response())
}

fn units_of(asked: &Pairs) -> u32 {
    first(asked, "units").parse().unwrap_or(0)
}

async fn form_of(visit: &DeskVisit, deal: &str, asked: &Pairs) -> Result<AllotmentForm, Problem> {
    let w = &visit.frame.words;
    let card = staff::deal_card(&visit.shop, deal).await?;
    let sku = first(asked, "sku").to_owned();
    let (number, _) = visit.shop.directory.sku(&sku).await?;
    let pool = card.pool(number).ok_or(Refusal::SkuNotInDeal)?;
    let free = staff::free_units(&visit.shop, vec![number]).await?;
    let free = free.first().copied().unwrap_or(0);
    let units = units_of(asked);
    let allotted = u64::from(pool.counts.allotted());
    let count = |units: u64| w.count(units).into();
    let error = match () {
        () if units == 0 => Some(w.say("units-wrong")),
        () if u64::from(units) > free => Some(w.say_with("units-short", [("free", count(free))])),
        () => None,
    };
    let effect = w.say_with(
        "stock-add-effect",
        [
            ("allotted", count(allotted)),
            ("allotted-then", count(allotted + u64::from(units))),
            ("free", count(free)),
            ("free-then", count(free.saturating_sub(units.into()))),
        ],
    );
    let waiting = (pool.waiting > 0).then(|| {
        let waiting = pool.waiting.min(units);
        w.say_with("stock-add-waiting", [("waiting", count(waiting.into()))])
    });
    Ok(AllotmentForm {
        effect: error.is_none().then_some(effect),
        row: row(visit, card).await?,
        sku,
        units,
        error,
        waiting,
        otherwise: false,
    })
}
