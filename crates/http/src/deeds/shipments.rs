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
    /// What the carrier is called; empty where it was not said yet.
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
    let mut said = all_shipments(shop, order, language).await?;
    said.retain(|shipment| !shipment.carrier_name.is_empty());
    Ok(said)
}

/// What left of an order, oldest first, whether it was said with whom or not yet.
///
/// # Errors
/// Those of the records.
pub async fn all_shipments(
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

impl Shipment {
    /// With whom it left, and under which number; empty where there is none.
    pub fn told(&self) -> (&str, &str) {
        let number = self.tracking_number.as_deref();
        (&self.carrier_name, number.unwrap_or_default())
    }
}

/// What left together: all that one carrier has under one number, in the order in which it was noted. What left without
/// a number is a parcel of its own.
pub fn parcels<T>(all: &[T], told: impl Fn(&T) -> (&str, &str)) -> Vec<Vec<&T>> {
    let mut parcels: Vec<Vec<&T>> = Vec::new();
    for one in all {
        let (carrier, number) = told(one);
        let together = parcels
            .iter_mut()
            .find(|parcel| !number.is_empty() && told(parcel[0]) == (carrier, number));
        match together {
            Some(parcel) => parcel.push(one),
            None => parcels.push(vec![one]),
        }
    }
    parcels
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_under_one_number_of_one_carrier_are_one_parcel() {
        let all = [
            ("cj", "1111"),
            ("cj", "2222"),
            ("cj", "1111"),
            ("sf", "1111"),
            ("cj", ""),
            ("cj", ""),
        ];
        let parcels = parcels(&all, |one| *one);
        let counted: Vec<_> = parcels.iter().map(|parcel| parcel.len()).collect();
        assert_eq!(counted, [2, 1, 1, 1, 1]);
    }
}
