//! Parcels on their way: with whom, under which number, and where one looks how far they are.

use super::desk::me::confirm;
use super::frame::Frame;
use super::icon::icon;
use super::order::LineStanding;
use crate::deeds::{self, Shipment};
use maud::{Markup, html};
use money::Amount;

/// An order at the desk, where what was said of a parcel is mended and its arrival is told.
#[derive(Clone, Copy, Debug)]
pub struct AtDesk<'a> {
    /// The order's page.
    pub here: &'a str,
    /// Its lines.
    pub lines: &'a [(LineStanding, Amount)],
}

/// The parcels that these units are in, each once; nothing where it was not said of any.
pub fn parcels(frame: &Frame, shipments: &[Shipment], desk: Option<AtDesk>) -> Markup {
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
                        @if let Some(desk) = desk { (desk.acts(frame, &together)) }
                    }
                }
            }
        }
    }
}

impl AtDesk<'_> {
    fn acts(&self, frame: &Frame, parcel: &[&Shipment]) -> Markup {
        let (w, here, waybill) = (&frame.words, self.here, parcel[0].waybill);
        html! {
            a href=(format!("{here}/ship?waybill={waybill}")) { (w.say(mend_message(parcel[0]))) }
            @if self.is_under_way(parcel) {
                (confirm(w, &format!("{here}/parcels/{waybill}/arrived"), "parcel-arrive", "parcel-arrive-effect"))
            }
        }
    }

    /// Arrivals are counted by line, whichever parcel they were of.
    fn is_under_way(&self, parcel: &[&Shipment]) -> bool {
        parcel.iter().all(|one| {
            let mut lines = self.lines.iter().map(|(line, _)| line);
            let line = lines.find(|line| line.line == one.line);
            line.is_some_and(|line| line.shipped.saturating_sub(line.delivered) >= one.units)
        })
    }
}

/// What is not said yet is filled in, and what was said is corrected.
fn mend_message(parcel: &Shipment) -> &'static str {
    match parcel.tracking_number {
        Some(_) => "parcel-mend",
        None => "parcel-fill-in",
    }
}
