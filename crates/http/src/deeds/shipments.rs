//! With whom the units of an order left, and where one looks how far they are.

use crate::carriers::{self, Carrier};
use crate::moment::Moment;
use crate::pages::Language;
use crate::problem::Problem;
use crate::shop::Shop;
use records::{Waybill, WaybillId};
use serde::Serialize;
use utoipa::ToSchema;
use vocabulary::OrderId;

/// Units that left with a carrier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Shipment {
    /// Its note in the records.
    #[serde(skip)]
    pub waybill: WaybillId,
    /// Which line, from 0.
    pub line: u8,
    /// How many units.
    pub units: u16,
    /// The carrier's code; null for one that is told by its name alone.
    pub carrier: Option<&'static str>,
    /// What the carrier is called.
    pub carrier_name: String,
    /// Its number for them; null where there is none.
    pub tracking_number: Option<String>,
    /// The carrier's page that says where they are; null where there is none.
    pub tracking_url: Option<String>,
    /// When it was noted.
    pub noted_at: Moment,
}

/// With whom the units of an order left, oldest first; of those of whom it was said.
///
/// # Errors
/// Those of the records.
pub async fn shipments(
    shop: &Shop,
    order: OrderId,
    language: Language,
) -> Result<Vec<Shipment>, Problem> {
    let waybills = shop.records.waybills_of(order).await?;
    Ok(waybills
        .into_iter()
        .map(|waybill| shipment(waybill, language))
        .collect())
}

fn shipment(waybill: Waybill, language: Language) -> Shipment {
    let number = waybill.tracking_number;
    let (carrier_name, tracking_url) = carriers::told(&waybill.carrier, &number, language);
    Shipment {
        waybill: waybill.id,
        line: waybill.line,
        units: waybill.units,
        carrier: Carrier::of_code(&waybill.carrier).map(|carrier| carrier.code),
        carrier_name,
        tracking_number: (!number.is_empty()).then_some(number),
        tracking_url,
        noted_at: waybill.noted_at.into(),
    }
}
