//! Parcels on their way: with whom, under which number, and where one looks how far they are.

use super::frame::Frame;
use super::icon::icon;
use crate::deeds::Shipment;
use maud::{Markup, html};

/// The parcels that these units are in, each once; nothing where it was not said of any. `mended_at` is the
/// page on which the desk mends what was said of one.
pub fn parcels(frame: &Frame, shipments: &[Shipment], mended_at: Option<&str>) -> Markup {
    let w = &frame.words;
    html! {
        @if !shipments.is_empty() {
            ul.parcels aria-label=(w.say("parcels")) {
                @for (parcel, units) in joined(shipments) {
                    li.parcel {
                        (icon("truck"))
                        span.parcel-what {
                            strong { (parcel.carrier_name) }
                            @if let Some(number) = &parcel.tracking_number { " " span.number { (number) } }
                            " · " (w.say_with("parcel-units", [("units", units.into())]))
                        }
                        @if let Some(link) = &parcel.tracking_url {
                            a.button-quiet href=(link) rel="external noreferrer" {
                                (w.say("parcel-follow"))
                                span.sr-only { " " (parcel.carrier_name) " " (parcel.tracking_number.as_deref().unwrap_or_default()) }
                            }
                        }
                        @if let Some(page) = mended_at { a href=(format!("{page}?waybill={}", parcel.waybill)) { (w.say("parcel-mend")) } }
                    }
                }
            }
        }
    }
}

/// Lines that left together, with how many units there are in all.
fn joined(shipments: &[Shipment]) -> Vec<(&Shipment, u32)> {
    let mut joined: Vec<(&Shipment, u32)> = Vec::new();
    for shipment in shipments {
        let units = u32::from(shipment.units);
        let together = joined.iter_mut().find(|(parcel, _)| {
            parcel.carrier_name == shipment.carrier_name
                && parcel.tracking_number == shipment.tracking_number
                && parcel.tracking_number.is_some()
        });
        match together {
            Some((_, all)) => *all += units,
            None => joined.push((shipment, units)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::WaybillId;
    use vocabulary::Millis;

    #[test]
    fn lines_under_one_number_are_one_parcel() {
        let units = |line: u8, number: Option<&str>| Shipment {
            waybill: WaybillId(u128::from(line)),
            line,
            units: 2,
            carrier: Some("cj"),
            carrier_name: "CJ대한통운".to_owned(),
            tracking_number: number.map(str::to_owned),
            tracking_url: None,
            noted_at: Millis(0).into(),
        };
        let shipments = [
            units(0, Some("1111")),
            units(1, Some("1111")),
            units(2, Some("2222")),
            units(3, None),
            units(4, None),
        ];
        let all = joined(&shipments);
        let counted: Vec<(u8, u32)> = all.iter().map(|(one, all)| (one.line, *all)).collect();
        assert_eq!(counted, [(0, 4), (2, 2), (3, 2), (4, 2)]);
    }
}
