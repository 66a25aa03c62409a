//! The page that asks before a deal gets more units.

use super::deals::DealRow;
use crate::pages::frame::Frame;
use maud::{Markup, html};

/// More units for a deal.
#[derive(Clone, Debug)]
pub struct AllotmentForm {
    /// The deal.
    pub row: DealRow,
    /// The shop's own id of the SKU.
    pub sku: String,
    /// How many units.
    pub units: u32,
    /// What is wrong with that.
    pub error: Option<String>,
    /// What it comes to, in words; none where something is wrong.
    pub effect: Option<String>,
    /// Who is served at once, in words; none where nobody waits.
    pub waiting: Option<String>,
    /// It was sent otherwise than it was foreseen.
    pub otherwise: bool,
}

impl AllotmentForm {
    /// What the effect is the effect of, as the form sends it along: nothing else is done.
    pub fn foreseen(&self) -> String {
        format!("{}:{}", self.sku, self.units)
    }

    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say("stock-add");
        let address = format!("{}/allotments", self.row.address());
        let error = self.error.as_ref();
        let body = html! {
            form.panel.narrow.move-form method="post" action=(address) {
                (frame.key())
                h1 { (title) }
                p.lead { (self.row.name) span.deal-id { (self.row.deal) " · " (self.sku) } }
                input type="hidden" name="sku" value=(self.sku);
                div.field data-bad[error.is_some()] {
                    label for="units" { (w.say("at-desk-units")) }
                    input #units name="units" type="number" min="1" max="1000000" value=(self.units) required
                        aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| "units-error")];
                    @if let Some(error) = error { p #units-error.field-error role="alert" { (error) } }
                }
                @if self.otherwise { p.notice.notice-warn role="status" { (w.say("foreseen-otherwise")) } }
                @if let Some(effect) = &self.effect {
                    input type="hidden" name="foreseen" value=(self.foreseen());
                    p.move-effect { strong { (effect) } }
                }
                @if let Some(waiting) = &self.waiting { p { (waiting) } }
                p { (w.say("stock-add-fast")) }
                div.toolbar {
                    @if self.effect.is_some() { button.button type="submit" { (w.say("stock-add-now")) } }
                    button.button-quiet type="submit" formmethod="get" { (w.say("bulk-preview")) }
                    a.button-quiet href=(self.row.address()) { (w.say("back")) }
                }
            }
        };
        frame.desk_page(&title, Some(staff), &body)
    }
}
