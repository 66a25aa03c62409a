//! Parcels on their way: with whom, under which number, and where one looks how far they are.

use super::frame::Frame;
use super::icon::icon;
use crate::deeds::{self, Shipment};
use maud::{Markup, html};

/// The parcels that these units are in, each once; nothing where it was not said of any. `mended_at` is the
/// page on which the desk mends what was said of one.
pub fn parcels(frame: &Frame, shipments: &[Shipment], mended_at: Option<&str>) -> Markup {
    let w = &frame.words;
    html! {
        @if !shipments.is_empty() {
            ul.parcels aria-label=(w.say("parcels")) {
                @for together in deeds::parcels(shipments, Shipment::told) {
                    @let (parcel, units) = (together[0], together.iter().map(|one| u32::from(one.units)).sum::<u32>());
                    li.parcel {
                        (icon("truck"))
                        span.parcel-what {
                            strong { @if parcel.carrier_name.is_empty() { (w.say("parcel-unsaid")) } @else { (parcel.carrier_name) } }
                            @if let Some(number) = &parcel.tracking_number { " " span.number { (number) } }
                            " · " (w.say_with("parcel-units", [("units", units.into())]))
                        }
                        @if let Some(link) = &parcel.tracking_url {
                            a.button-quiet href=(link) rel="external noreferrer" {
                                (w.say("parcel-follow"))
                                span.sr-only { " " (parcel.carrier_name) " " (parcel.tracking_number.as_deref().unwrap_or_default()) }
                            }
                        }
                        @if let Some(page) = mended_at { a href=(format!("{page}?waybill={}", parcel.waybill)) { (w.say(mend_message(parcel))) } }
                    }
                }
            }
        }
    }
}

/// What is not said yet is filled in, and what was said is corrected.
fn mend_message(parcel: &Shipment) -> &'static str {
    match parcel.tracking_number {
        Some(_) => "parcel-mend",
        None => "parcel-fill-in",
    }
}
