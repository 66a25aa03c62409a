//! `/desk/orders/{order}/ship`: units leave with a carrier, or what was said of a parcel is mended. And it arrives.

use super::orders::known;
use super::pairs::{Pairs, first, said};
use crate::carriers::told;
use crate::deeds::staff::{self, Parcel, ParcelProblem, What};
use crate::pages::bought::line_standings;
use crate::pages::desk::shipping::{ShippingForm, line_of, units_field};
use crate::pages::notice::Notice;
use crate::pages::order::LineStanding;
use crate::pages::visit::{DeskVisit, again, go};
use crate::problem::{Kind, Problem};
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use records::{Order, Waybill, WaybillId};
use serde::Deserialize;
use std::collections::BTreeMap;
use uuid::Uuid;
use vocabulary::Refusal;

/// Which parcel is mended, if one is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Mended {
    waybill: Option<String>,
}

/// The form for what is still here, or for what was said of a parcel.
pub async fn show(
    visit: DeskVisit,
    Path(order): Path<String>,
    Query(mended): Query<Mended>,
) -> Result<Markup, Problem> {
    let order = known(&visit, &order).await?;
    let mut form = blank(&visit, &order).await?;
    if let Some(text) = mended.waybill {
        let parcel = staff::parcel_of(&visit.shop, order.order, waybill_id(&text)?).await?;
        let (number, language) = (&parcel[0].tracking_number, visit.frame.words.language);
        form.carrier = told(&parcel[0].carrier, number, language).0;
        form.tracking_number.clone_from(number);
        form.waybill = Some(text);
    }
    Ok(form.render(&visit.frame, &visit.staff.name))
}

/// Records that units left, or mends; what is wrong is said in the form.
pub async fn ship(
    visit: DeskVisit,
    Path(order): Path<String>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, Problem> {
    let order = known(&visit, &order).await?;
    let mut typed = Typed::of(&pairs);
    let done = match &typed.waybill {
        Some(waybill) => mend(&visit, &order, waybill, &typed).await,
        None => send(&visit, &order, &mut typed).await,
    };
    let (shipped, wrong) = match done {
        Ok(shipped) => (shipped, Vec::new()),
        Err(problem) => ("", wrong_fields(problem)?),
    };
    if wrong.is_empty() {
        let here = format!("/desk/orders/{}", order.order);
        return Ok(go(&here, Notice::Said(shipped)).into_response());
    }
    let form = ShippingForm {
        key: typed.key,
        units: typed.units,
        waybill: typed.waybill,
        carrier: typed.carrier,
        tracking_number: typed.tracking_number,
        wrong,
        ..blank(&visit, &order).await?
    };
    Ok(again(form.render(&visit.frame, &visit.staff.name)))
}

/// Records that a parcel arrived: under its waybill it does so once.
pub async fn arrived(
    visit: DeskVisit,
    Path((order, waybill)): Path<(String, String)>,
) -> Result<Redirect, Problem> {
    let order = known(&visit, &order).await?;
    let parcel = staff::parcel_of(&visit.shop, order.order, waybill_id(&waybill)?).await?;
    let rows = parcel.iter().map(|one| Ok(arrival(one))).collect();
    let came = staff::record_parcels(&visit.shop, &visit.staff, What::Delivered, rows).await?;
    // A page that comes a moment early is no fault; the deed is done.
    let _ = visit.shop.orders_shown(came.seq).await;
    let notice = match came.problems.is_empty() {
        true => Notice::Said("parcel-arrived"),
        false => Notice::Refused(Refusal::UnitsExceeded),
    };
    Ok(go(&format!("/desk/orders/{}", order.order), notice))
}

fn arrival(of: &Waybill) -> Parcel {
    Parcel {
        order: of.order.to_string(),
        line: of.line,
        units: of.units,
        restock: false,
        parcel: Some(of.id.to_string()),
        carrier: None,
        tracking_number: None,
    }
}

/// What was typed.
#[derive(Debug)]
struct Typed {
    key: Option<String>,
    units: BTreeMap<u8, String>,
    waybill: Option<String>,
    carrier: String,
    tracking_number: String,
}

impl Typed {
    fn of(pairs: &Pairs) -> Typed {
        let units = pairs
            .iter()
            .filter_map(|(name, value)| Some((line_of(name)?, value.trim().to_owned())));
        Typed {
            key: said(pairs, "key"),
            units: units.collect(),
            waybill: said(pairs, "waybill"),
            carrier: first(pairs, "carrier").to_owned(),
            tracking_number: first(pairs, "tracking_number").to_owned(),
        }
    }

    /// The lines that leave, as rows of one parcel: the form's key knows the form sent again.
    ///
    /// # Errors
    /// The fields that hold no number; the first one where nothing leaves.
    fn rows(&self, order: &Order) -> Result<Vec<Parcel>, Problem> {
        let mut rows = Vec::new();
        let mut wrong = Vec::new();
        for (line, text) in &self.units {
            match text.parse() {
                Ok(0) => {}
                Ok(units) => rows.push(self.row(order, *line, units)),
                Err(_) if text.is_empty() => {}
                Err(_) => wrong.push((units_field(*line), "is no number of units".to_owned())),
            }
        }
        if rows.is_empty() && wrong.is_empty() {
            let line = self.units.keys().next().copied().unwrap_or_default();
            wrong.push((units_field(line), "no units".to_owned()));
        }
        match wrong.is_empty() {
            true => Ok(rows),
            false => Err(Problem::from(Kind::INVALID).with_fields(wrong)),
        }
    }

    fn row(&self, order: &Order, line: u8, units: u16) -> Parcel {
        Parcel {
            order: order.order.to_string(),
            line,
            units,
            restock: false,
            parcel: self.key.clone(),
            carrier: Some(self.carrier.clone()),
            tracking_number: Some(self.tracking_number.clone()),
        }
    }
}

async fn blank(visit: &DeskVisit, order: &Order) -> Result<ShippingForm, Problem> {
    let lines = visit.shop.records.lines(order.order).await?;
    let mut lines = line_standings(&visit.shop, &visit.frame, &lines).await?;
    lines.retain(|line| line.unshipped() > 0);
    Ok(ShippingForm {
        order: order.order.to_string(),
        lines,
        ..ShippingForm::default()
    })
}

async fn mend(
    visit: &DeskVisit,
    order: &Order,
    waybill: &str,
    typed: &Typed,
) -> Result<&'static str, Problem> {
    let told = (typed.carrier.as_str(), typed.tracking_number.as_str());
    let id = waybill_id(waybill)?;
    staff::mend_waybill(&visit.shop, &visit.staff, order.order, id, told).await?;
    Ok("parcel-mended")
}

/// Lines go one by one: of those that left nothing more is to leave when the others are sent once more. What is
/// sent then is another form: under the key of this one the same units of a line would be taken for those that left.
async fn send(
    visit: &DeskVisit,
    order: &Order,
    typed: &mut Typed,
) -> Result<&'static str, Problem> {
    let rows = typed.rows(order)?;
    let records = &visit.shop.records;
    let standings = records.lines(order.order).await?;
    let standings = line_standings(&visit.shop, &visit.frame, &standings).await?;
    let lines: Vec<u8> = rows.iter().map(|row| row.line).collect();
    let rows = (1..).zip(rows);
    let rows = rows.map(|(number, row)| not_refunded(&standings, number, row));
    let rows = rows.collect();
    let came = staff::record_parcels(&visit.shop, &visit.staff, What::Shipped, rows).await?;
    // A page that comes a moment early is no fault; the deed is done.
    let _ = visit.shop.orders_shown(came.seq).await;
    let mut wrong = Vec::new();
    for (row, line) in (1..).zip(lines) {
        match came.problems.iter().find(|problem| problem.row == row) {
            Some(problem) => wrong.push((field_of(problem, line), problem.detail.clone())),
            None => {
                typed.units.insert(line, "0".to_owned());
                typed.key = None;
            }
        }
    }
    match wrong.is_empty() {
        true => Ok("shipped"),
        false => Err(Problem::from(Kind::INVALID).with_fields(wrong)),
    }
}

/// The row, unless it would send what went back. What left already is not counted: a form that is sent again is no
/// fault.
fn not_refunded(lines: &[LineStanding], number: u64, row: Parcel) -> Result<Parcel, ParcelProblem> {
    let line = lines.iter().find(|line| line.line == row.line);
    match line.is_none_or(|line| row.units <= line.sendable()) {
        true => Ok(row),
        false => Err(ParcelProblem {
            row: number,
            problem: Refusal::UnitsExceeded.name().to_owned(),
            field: None,
            detail: "is refunded".to_owned(),
        }),
    }
}

/// The field at which it is said why a line did not leave.
fn field_of(problem: &ParcelProblem, line: u8) -> String {
    match problem.field.as_deref() {
        Some(field @ ("carrier" | "tracking_number")) => field.to_owned(),
        _ => units_field(line),
    }
}

/// The wrong fields with what is said of them.
///
/// # Errors
/// A problem that is of no field.
fn wrong_fields(problem: Problem) -> Result<Vec<(String, &'static str)>, Problem> {
    let message = |field: &str| match field {
        "carrier" => Some("carrier-wrong"),
        "tracking_number" => Some("tracking-number-wrong"),
        units => line_of(units).map(|_| "ship-units-wrong"),
    };
    let errors = problem.errors.iter();
    let wrong: Vec<_> = errors
        .filter_map(|error| Some((error.field.clone(), message(&error.field)?)))
        .collect();
    match wrong.is_empty() {
        true => Err(problem),
        false => Ok(wrong),
    }
}

fn waybill_id(text: &str) -> Result<WaybillId, Problem> {
    let id = Uuid::parse_str(text).map_err(|_| Kind::NOT_FOUND)?;
    Ok(WaybillId(id.as_u128()))
}
