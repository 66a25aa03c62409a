//! Sending units of an order: which, with whom, under which number; and mending what was said of a parcel.

use super::head::Head;
use crate::carriers::CARRIERS;
use crate::pages::form::Field;
use crate::pages::frame::Frame;
use crate::pages::order::LineStanding;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The form.
#[derive(Clone, Debug, Default)]
pub struct ShippingForm {
    /// The order's id.
    pub order: String,
    /// Lines of which units are still here.
    pub lines: Vec<LineStanding>,
    /// The key under which the form was sent, when it was and nothing of it left.
    pub key: Option<String>,
    /// Units by line, as typed.
    pub units: BTreeMap<u8, String>,
    /// The parcel that is mended; none where one is sent.
    pub waybill: Option<String>,
    /// With whom, as typed.
    pub carrier: String,
    /// Under which number, as typed.
    pub tracking_number: String,
    /// What is wrong: the field, and the message that says so.
    pub wrong: Vec<(String, &'static str)>,
}

/// The name of the field for how many units of a line leave.
pub fn units_field(line: u8) -> String {
    format!("{UNITS}{line}")
}

/// The line that a field of that name is for.
pub fn line_of(field: &str) -> Option<u8> {
    field.strip_prefix(UNITS)?.parse().ok()
}

const UNITS: &str = "units-";

impl ShippingForm {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let here = format!("/desk/orders/{}", self.order);
        let (title, done) = match self.waybill {
            Some(_) => (w.say("parcel-mend-title"), w.say("parcel-mend-now")),
            None => (w.say("ship-title"), w.say("ship-now")),
        };
        let head = Head {
            trail: &[
                ("/desk/orders", w.say("desk-orders")),
                (&here, self.order.clone()),
            ],
            title: &title,
            note: self.waybill.is_none().then(|| w.say("ship-note")),
            ..Head::default()
        };
        let body = html! {
            (head.render(w))
            form.form.panel.narrow method="post" action=(format!("{here}/ship")) {
                @if self.is_wrong_elsewhere() { p.notice.notice-bad role="alert" { (w.say("ship-units-wrong")) } }
                // What is sent once more after a word on a field is the same form, as long as nothing of it left.
                @if let Some(key) = &self.key { input type="hidden" name="key" value=(key); }
                @else { (frame.key()) }
                @if let Some(waybill) = &self.waybill { input type="hidden" name="waybill" value=(waybill); }
                @else { (self.units(frame)) }
                (self.carrier(frame))
                (self.number(frame))
                div.desk-actions {
                    a.button-quiet href=(here) { (w.say("back")) }
                    button.button type="submit" { (done) }
                }
            }
        };
        frame.desk_page(&title, Some(staff), &body)
    }

    fn wrong(&self, frame: &Frame, field: &str) -> Option<String> {
        let wrong = self.wrong.iter().find(|(name, _)| *name == field);
        wrong.map(|(_, message)| frame.words.say(message))
    }

    /// True where a line is wrong that has no field any more: all its units left meanwhile.
    fn is_wrong_elsewhere(&self) -> bool {
        let shows = |line| self.lines.iter().any(|shown| shown.line == line);
        let mut lines = self.wrong.iter().filter_map(|(field, _)| line_of(field));
        lines.any(|line| !shows(line))
    }

    fn units(&self, frame: &Frame) -> Markup {
        html! {
            @for line in &self.lines {
                @let (name, most) = (units_field(line.line), line.unshipped());
                @let typed = self.units.get(&line.line).cloned().unwrap_or_else(|| most.to_string());
                @let wrong = self.wrong(frame, &name);
                @let hint = format!("{name}-hint");
                div.field data-bad[wrong.is_some()] {
                    label for=(name) { (line.name) }
                    input id=(name) name=(name) type="number" min="0" max=(most) value=(typed)
                        aria-invalid=[wrong.as_ref().map(|_| "true")] aria-describedby=(hint);
                    @if let Some(wrong) = wrong { p.field-error id=(hint) { (wrong) } }
                    @else { p.field-hint id=(hint) { (frame.words.say_with("ship-left", [("units", most.into())])) } }
                }
            }
        }
    }

    /// A line of text that proposes the known ones: any other name will do, with script or without.
    fn carrier(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let wrong = self.wrong(frame, "carrier");
        html! {
            div.field data-bad[wrong.is_some()] {
                label for="carrier" { (w.say("carrier")) }
                input #carrier name="carrier" list="carriers" autocomplete="off" value=(self.carrier)
                    aria-invalid=[wrong.as_ref().map(|_| "true")] aria-describedby="carrier-hint";
                datalist #carriers { @for carrier in &CARRIERS { option value=(carrier.name(w.language)) {} } }
                @if let Some(wrong) = wrong { p.field-error #carrier-hint { (wrong) } }
                @else { p.field-hint #carrier-hint { (w.say("carrier-hint")) } }
            }
        }
    }

    fn number(&self, frame: &Frame) -> Markup {
        let wrong = self.wrong(frame, "tracking_number");
        let field = Field {
            value: &self.tracking_number,
            required: false,
            error: wrong.as_deref(),
            ..Field::of("tracking_number", frame.words.say("tracking-number"))
        };
        field.render()
    }
}
