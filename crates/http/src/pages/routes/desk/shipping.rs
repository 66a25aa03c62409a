//! `/desk/orders/{order}/ship`: units leave with a carrier, or what was said of a parcel is mended.

use super::orders::known;
use super::pairs::{Pairs, first, said};
use crate::carriers::told;
use crate::deeds::staff::{self, Parcel, ParcelsRecorded, What};
use crate::pages::bought::line_standings;
use crate::pages::desk::shipping::ShippingForm;
use crate::pages::notice::Notice;
use crate::pages::visit::{DeskVisit, again, go};
use crate::problem::{Kind, Problem};
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use records::{Order, WaybillId};
use serde::Deserialize;
use std::collections::BTreeMap;
use uuid::Uuid;

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
    let typed = Typed::of(&pairs);
    let done = match &typed.waybill {
        Some(waybill) => mend(&visit, &order, waybill, &typed).await,
        None => send(&visit, &order, &typed).await,
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
        units: typed.units,
        waybill: typed.waybill,
        carrier: typed.carrier,
        tracking_number: typed.tracking_number,
        wrong,
        ..blank(&visit, &order).await?
    };
    Ok(again(form.render(&visit.frame, &visit.staff.name)))
}

/// What was typed.
#[derive(Debug)]
struct Typed {
    key: String,
    units: BTreeMap<u8, u16>,
    waybill: Option<String>,
    carrier: String,
    tracking_number: String,
}

impl Typed {
    fn of(pairs: &Pairs) -> Typed {
        let units = pairs.iter().filter_map(|(name, value)| {
            let line = name.strip_prefix("units-")?.parse().ok()?;
            Some((line, value.trim().parse().unwrap_or_default()))
        });
        Typed {
            key: first(pairs, "key").to_owned(),
            units: units.collect(),
            waybill: said(pairs, "waybill"),
            carrier: first(pairs, "carrier").to_owned(),
            tracking_number: first(pairs, "tracking_number").to_owned(),
        }
    }

    /// The lines that leave, as rows of one parcel: the form's key knows the form sent again.
    fn rows(&self, order: &Order) -> Vec<Parcel> {
        let leaving = self.units.iter().filter(|(_, units)| **units > 0);
        let row = |(line, units): (&u8, &u16)| Parcel {
            order: order.order.to_string(),
            line: *line,
            units: *units,
            restock: false,
            parcel: Some(self.key.clone()),
            carrier: Some(self.carrier.clone()),
            tracking_number: Some(self.tracking_number.clone()),
        };
        leaving.map(row).collect()
    }
}

async fn blank(visit: &DeskVisit, order: &Order) -> Result<ShippingForm, Problem> {
    let lines = visit.shop.records.lines(order.order).await?;
    let mut lines = line_standings(&visit.shop, &visit.frame, &lines).await?;
    lines.retain(|line| line.shipped < line.units);
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

async fn send(visit: &DeskVisit, order: &Order, typed: &Typed) -> Result<&'static str, Problem> {
    let rows = typed.rows(order);
    if rows.is_empty() {
        return Err(Problem::field("units", "no units"));
    }
    let rows = rows.into_iter().map(Ok).collect();
    let came = staff::record_parcels(&visit.shop, &visit.staff, What::Shipped, rows).await?;
    // A page that comes a moment early is no fault; the deed is done.
    let _ = visit.shop.orders_shown(came.seq).await;
    outcome(came)
}

/// Lines go one by one: what is wrong with one of them is said as what is wrong with the form.
fn outcome(came: ParcelsRecorded) -> Result<&'static str, Problem> {
    match came.problems.first() {
        None => Ok("shipped"),
        Some(problem) => {
            let field = problem.detail.split_once(": ").map(|(field, _)| field);
            let known = ["carrier", "tracking_number"];
            let field = field
                .filter(|field| known.contains(field))
                .unwrap_or("units");
            Err(Problem::field(field, problem.detail.clone()))
        }
    }
}

/// The wrong fields with what is said of them.
///
/// # Errors
/// A problem that is of no field.
fn wrong_fields(problem: Problem) -> Result<Vec<(&'static str, &'static str)>, Problem> {
    let message = |field: &str| match field {
        "carrier" => Some(("carrier", "carrier-wrong")),
        "tracking_number" => Some(("tracking_number", "tracking-number-wrong")),
        "units" => Some(("units", "ship-units-wrong")),
        _ => None,
    };
    let wrong: Vec<_> = problem
        .errors
        .iter()
        .filter_map(|error| message(&error.field))
        .collect();
    if wrong.is_empty() {
        Err(problem)
    } else {
        Ok(wrong)
    }
}

fn waybill_id(text: &str) -> Result<WaybillId, Problem> {
    let id = Uuid::parse_str(text).map_err(|_| Kind::NOT_FOUND)?;
    Ok(WaybillId(id.as_u128()))
}
