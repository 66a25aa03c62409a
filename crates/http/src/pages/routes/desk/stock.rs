//! `/desk/products/{product}/stock`: units come into the free stock of a SKU, or leave it.

use super::deal::entries;
use super::pairs::{Pairs, first, said};
use crate::deeds::staff::{self, StockMove, StockSheet};
use crate::pages::desk::stock::{Flow, StockDeed, StockPage, StockRow, address};
use crate::pages::desk::undo::Undo;
use crate::pages::notice::Notice;
use crate::pages::visit::{DeskVisit, go};
use crate::pages::window::option;
use crate::problem::Problem;
use crate::request_key::Key;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::Markup;
use records::{AuditEntry, Role};
use std::cmp::Reverse;

/// Deeds of a SKU that are looked through, and those of the product that are shown.
const DEEDS_MAX: u32 = 20;

/// The stock of a product; with a number in the address, what moving so many units comes to.
pub async fn page(
    visit: DeskVisit,
    Path(product): Path<String>,
    Query(asked): Query<Pairs>,
) -> Result<Markup, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let mut page = page_of(&visit, product, &asked).await?;
    if said(&asked, "units").is_some() {
        foresee(&visit, &mut page);
    }
    Ok(page.render(&visit.frame, &visit.staff.name))
}

/// Moves units, as was foreseen; it can be undone.
pub async fn change(
    visit: DeskVisit,
    Path(product): Path<String>,
    Form(sent): Form<Pairs>,
) -> Result<Response, Problem> {
    visit.staff.require(Role::Merchandiser)?;
    let mut page = page_of(&visit, product, &sent).await?;
    let here = address(&page.product);
    let undoes = said(&sent, "undoes").is_some();
    if undoes && !still_there(&mut page) {
        return Ok(go(&here, Notice::Said("changed-meanwhile")).into_response());
    }
    let Some(units) = foresee(&visit, &mut page) else {
        return Ok(again(&visit, &page));
    };
    match moved(&visit, &page, first(&sent, "key"), units).await {
        Ok(()) if undoes && page.units != first(&sent, "units") => {
            Ok(go(&here, Notice::Said("undone-in-part")).into_response())
        }
        Ok(()) if undoes => Ok(go(&here, Notice::Said("undone")).into_response()),
        Ok(()) => Ok(told(&visit, &page, &here, units)),
        Err(problem) => {
            let refusal = problem.refusal.ok_or(problem)?;
            let words = &visit.frame.words;
            page.error = Some(words.say(&format!("refusal-{}", refusal.name())));
            page.effect = None;
            Ok(again(&visit, &page))
        }
    }
}

/// Where the units of a product are, for its pages.
pub async fn rows(visit: &DeskVisit, product: &str) -> Result<Vec<StockRow>, Problem> {
    let sheets = staff::stock_sheet(&visit.shop, product).await?;
    let row = |sheet: StockSheet| StockRow {
        option: option(&visit.frame, &sheet.sku),
        sku: sheet.sku.id,
        stock: sheet.stock,
        free: sheet.free,
        allotted: sheet.allotted,
        deals: sheet.deals,
    };
    Ok(sheets.into_iter().map(row).collect())
}

async fn page_of(visit: &DeskVisit, product: String, asked: &Pairs) -> Result<StockPage, Problem> {
    let rows = rows(visit, &product).await?;
    let showcase = visit.shop.directory.product(&product, visit.frame.now);
    let name = showcase.await?.product.name.clone();
    let name = name.best(visit.frame.words.language.tag());
    let chosen = said(asked, "sku").or_else(|| rows.first().map(|row| row.sku.clone()));
    Ok(StockPage {
        name: name.unwrap_or(&product).to_owned(),
        sku: chosen.unwrap_or_default(),
        flow: Flow::named(first(asked, "flow")),
        units: first(asked, "units").to_owned(),
        deeds: deeds(visit, &rows).await?,
        error: None,
        effect: None,
        product,
        rows,
    })
}

/// Says what moving the units comes to, or what is wrong with it; how many units where it goes.
fn foresee(visit: &DeskVisit, page: &mut StockPage) -> Option<u32> {
    let w = &visit.frame.words;
    let Some(row) = page.rows.iter().find(|row| row.sku == page.sku) else {
        page.error = Some(w.say("desk-sku-unknown"));
        return None;
    };
    let Some(units) = page.units.parse::<u32>().ok().filter(|units| *units > 0) else {
        page.error = Some(w.say("units-wrong"));
        return None;
    };
    let then = |before: u64| match page.flow {
        Flow::Receive => before.checked_add(units.into()),
        Flow::Withdraw => before.checked_sub(units.into()),
    };
    let (Some(free), Some(stock)) = (then(row.free), then(row.stock)) else {
        let free = w.count(row.free).into();
        page.error = Some(w.say_with("units-short", [("free", free)]));
        return None;
    };
    page.effect = Some(w.say_with(
        "stock-effect",
        [
            ("free", w.count(row.free).into()),
            ("free-then", w.count(free).into()),
            ("stock", w.count(row.stock).into()),
            ("stock-then", w.count(stock).into()),
        ],
    ));
    Some(units)
}

/// Has an undo take only what is still free; false where nothing is.
fn still_there(page: &mut StockPage) -> bool {
    let row = page.rows.iter().find(|row| row.sku == page.sku);
    let free = row.map_or(0, |row| row.free);
    if page.flow == Flow::Receive {
        return true;
    }
    let units: u64 = page.units.parse().unwrap_or(0);
    page.units = units.min(free).to_string();
    free > 0
}

async fn moved(visit: &DeskVisit, page: &StockPage, key: &str, units: u32) -> Result<(), Problem> {
    let flow = page.flow.name();
    let asked: [&[u8]; 4] = [
        b"stock",
        page.sku.as_bytes(),
        flow.as_bytes(),
        &units.to_be_bytes(),
    ];
    let key = Some(Key::of(key, &asked)?.by(&visit.staff.scope()));
    let ask = StockMove {
        sku: page.sku.clone(),
        units: match page.flow {
            Flow::Receive => units.into(),
            Flow::Withdraw => -i64::from(units),
        },
    };
    let done = staff::move_stock(&visit.shop, &visit.staff, key, &ask).await?;
    // A page that comes a moment early is no fault; the deed is done.
    let _ = visit.shop.shown(done.seq).await;
    Ok(())
}

/// To the stock, which tells of the deed and offers to undo it.
fn told(visit: &DeskVisit, page: &StockPage, here: &str, units: u32) -> Response {
    let said = match page.flow {
        Flow::Receive => "stock-received",
        Flow::Withdraw => "stock-withdrawn",
    };
    let undo = Undo::at(here)
        .with("sku", &*page.sku)
        .with("flow", page.flow.back().name())
        .with("units", units.to_string())
        .with("undoes", "yes");
    undo.go(&visit.shop.keys, &visit.frame, here, said)
        .into_response()
}

/// What came and left of these SKUs, newest first.
async fn deeds(visit: &DeskVisit, rows: &[StockRow]) -> Result<Vec<StockDeed>, Problem> {
    let mut all: Vec<(String, AuditEntry)> = Vec::new();
    for row in rows {
        let found = entries(visit, &format!("sku:{}", row.sku), None, DEEDS_MAX).await?;
        all.extend(found.into_iter().map(|entry| (row.sku.clone(), entry)));
    }
    all.sort_by_key(|(_, entry)| Reverse(entry.number));
    all.truncate(DEEDS_MAX as usize);
    let told = |(sku, entry)| deed_row(visit, sku, entry);
    Ok(all.into_iter().map(told).collect())
}

fn deed_row(visit: &DeskVisit, sku: String, entry: AuditEntry) -> StockDeed {
    let w = &visit.frame.words;
    let after = entry.deed.after.unwrap_or_default();
    let units = after["moved"].as_i64().unwrap_or(0);
    let key = match units < 0 {
        true => "stock-left",
        false => "stock-came",
    };
    let what = w.say_with(
        key,
        [
            ("sku", sku.into()),
            ("units", w.count(units.unsigned_abs()).into()),
            ("free", w.count(after["free"].as_u64().unwrap_or(0)).into()),
        ],
    );
    StockDeed {
        at: entry.deed.at,
        who: entry.deed.who,
        what,
    }
}

fn again(visit: &DeskVisit, page: &StockPage) -> Response {
    let page = page.render(&visit.frame, &visit.staff.name);
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}
