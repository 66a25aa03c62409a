//! `/desk/products/{product}/stock`: units come into the free stock of a SKU, or leave it.

use super::pairs::{Pairs, first, said};
use crate::deeds::staff::{self, StockMove, StockSheet};
use crate::pages::desk::stock::{Flow, StockDeed, StockPage, StockRow, address};
use crate::pages::desk::undo::Undo;
use crate::pages::notice::Notice;
use crate::pages::visit::{DeskVisit, again, go, refused};
use crate::pages::window::option;
use crate::problem::Problem;
use crate::request_key::Key;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use records::{AuditEntry, Role};
use vocabulary::RequestKey;

/// Deeds that are shown.
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
    if said(&sent, "undoes").is_some() {
        return undo(&visit, product, &sent)
            .await
            .map(Redirect::into_response);
    }
    let key = key_of(&visit, &sent, b"stock")?;
    let here = address(&product);
    if visit.shop.was_done(Some(key)).await? {
        return Ok(told(&visit, &sent, &here, key));
    }
    let mut page = page_of(&visit, product, &sent).await?;
    let units = foresee(&visit, &mut page);
    page.otherwise = units.is_some() && first(&sent, "foreseen") != page.foreseen();
    let Some(units) = units.filter(|_| !page.otherwise) else {
        return Ok(again(page.render(&visit.frame, &visit.staff.name)));
    };
    match moved(&visit, &page, key, units).await {
        Ok(()) => Ok(told(&visit, &sent, &here, key)),
        Err(problem) => {
            let refusal = problem.refusal.ok_or(problem)?;
            page.error = Some(visit.frame.words.refusal(refusal));
            page.effect = None;
            Ok(again(page.render(&visit.frame, &visit.staff.name)))
        }
    }
}

/// Takes a move back, as far as its units are still free. Under its key it is done either wholly or in part,
/// and never both.
async fn undo(visit: &DeskVisit, product: String, sent: &Pairs) -> Result<Redirect, Problem> {
    let here = address(&product);
    let whole = ("undone", key_of(visit, sent, b"undo")?);
    let in_part = ("undone-in-part", key_of(visit, sent, b"undo in part")?);
    let sku = staff::sku_target(first(sent, "sku"));
    let _turn = visit.shop.turns.take(sku).await;
    for (said, key) in [whole, in_part] {
        if visit.shop.was_done(Some(key)).await? {
            return Ok(go(&here, Notice::Said(said)));
        }
    }
    let mut page = page_of(visit, product, sent).await?;
    let units = match still_there(&mut page) {
        true => foresee(visit, &mut page),
        false => None,
    };
    let Some(units) = units else {
        return Ok(go(&here, Notice::Said("changed-meanwhile")));
    };
    let (said, key) = match first(sent, "units").parse() == Ok(units) {
        true => whole,
        false => in_part,
    };
    match moved(visit, &page, key, units).await {
        Ok(()) => Ok(go(&here, Notice::Said(said))),
        Err(problem) => refused(problem, &here),
    }
}

/// The key of a form, for `what` it asks.
fn key_of(visit: &DeskVisit, sent: &Pairs, what: &[u8]) -> Result<RequestKey, Problem> {
    let [sku, flow, units] = ["sku", "flow", "units"].map(|name| first(sent, name).as_bytes());
    let key = Key::of(first(sent, "key"), &[what, sku, flow, units])?;
    Ok(key.by(&visit.staff.scope()))
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
        otherwise: false,
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

async fn moved(
    visit: &DeskVisit,
    page: &StockPage,
    key: RequestKey,
    units: u32,
) -> Result<(), Problem> {
    let ask = StockMove {
        sku: page.sku.clone(),
        units: match page.flow {
            Flow::Receive => units.into(),
            Flow::Withdraw => -i64::from(units),
        },
    };
    let done = staff::move_stock(&visit.shop, &visit.staff, Some(key), &ask).await?;
    // A page that comes a moment early is no fault; the deed is done.
    let _ = visit.shop.shown(done.seq).await;
    Ok(())
}

/// To the stock, which tells of the deed that was done under `key` and offers to undo it.
fn told(visit: &DeskVisit, sent: &Pairs, here: &str, key: RequestKey) -> Response {
    let flow = Flow::named(first(sent, "flow"));
    let said = match flow {
        Flow::Receive => "stock-received",
        Flow::Withdraw => "stock-withdrawn",
    };
    let undo = Undo::at(here)
        .of(key)
        .with("sku", first(sent, "sku"))
        .with("flow", flow.back().name())
        .with("units", first(sent, "units"))
        .with("undoes", "yes");
    undo.go(&visit.shop.keys, &visit.frame, here, said)
        .into_response()
}

/// What came and left of these SKUs, newest first.
async fn deeds(visit: &DeskVisit, rows: &[StockRow]) -> Result<Vec<StockDeed>, Problem> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let skus = rows.iter().map(|row| staff::sku_target(&row.sku)).collect();
    let deeds = staff::deeds_of(&visit.shop, skus, DEEDS_MAX).await?;
    let told = |entry| deed_row(visit, entry);
    Ok(deeds.into_iter().map(told).collect())
}

fn deed_row(visit: &DeskVisit, entry: AuditEntry) -> StockDeed {
    let w = &visit.frame.words;
    let target = &entry.deed.target;
    let (_, sku) = target.split_once(':').unwrap_or(("", target));
    let after = entry.deed.after.unwrap_or_default();
    let units = after["moved"].as_i64().unwrap_or(0);
    let key = match units < 0 {
        true => "stock-left",
        false => "stock-came",
    };
    let what = w.say_with(
        key,
        [
            ("sku", sku.to_owned().into()),
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
