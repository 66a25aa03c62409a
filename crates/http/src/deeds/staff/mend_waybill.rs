//! What was said of a parcel was wrong: another carrier, another number.

use super::audit::{Entry, write};
use super::record_parcels::waybill_problem;
use crate::carriers;
use crate::deeds::parcels;
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use crate::who::Staff;
use records::{Role, Waybill, WaybillId};
use serde_json::json;
use vocabulary::OrderId;

/// The lines of an order that are in the parcel of this waybill.
///
/// # Errors
/// [`Kind::NOT_FOUND`] where there is no such waybill; those of the records.
pub async fn parcel_of(
    shop: &Shop,
    order: OrderId,
    waybill: WaybillId,
) -> Result<Vec<Waybill>, Problem> {
    let all = shop.records.waybills_of(order).await?;
    let parcels = parcels(&all, |one| {
        (one.carrier.as_str(), one.tracking_number.as_str())
    });
    let mut parcels = parcels.into_iter();
    let found = parcels.find(|parcel| parcel.iter().any(|one| one.id == waybill));
    let found = found.ok_or(Kind::NOT_FOUND)?;
    Ok(found.into_iter().cloned().collect())
}

/// Says of all that is in one parcel with whom it left, and under which number. The audit keeps that it was
/// said, and no number: it stays longer than what leads to a person may.
///
/// # Errors
/// [`Kind::NOT_FOUND`], the fields; those of the records.
pub async fn mend_waybill(
    shop: &Shop,
    staff: &Staff,
    order: OrderId,
    waybill: WaybillId,
    (carrier, tracking_number): (&str, &str),
) -> Result<(), Problem> {
    staff.require(Role::Support)?;
    let mut parcel = parcel_of(shop, order, waybill).await?;
    let read = carriers::read_waybill(carrier, tracking_number).map_err(waybill_problem)?;
    let missing = || Problem::field("carrier", "a parcel has a carrier");
    let (carrier, tracking_number) = read.ok_or_else(missing)?;
    let before = parcel[0].carrier.clone();
    for one in &mut parcel {
        one.carrier.clone_from(&carrier);
        one.tracking_number.clone_from(&tracking_number);
    }
    shop.records.put_waybills(&parcel).await?;
    let entry = Entry {
        action: "order.waybill",
        target: format!("order:{order}"),
        before: Some(json!({"carrier": before})),
        after: Some(json!({"carrier": carrier})),
    };
    write(shop, staff, entry).await
}
