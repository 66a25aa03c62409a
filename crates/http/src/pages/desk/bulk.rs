//! One thing done to many deals: what it would come to, and what came of it.

use super::deals::{BULK, Choice, named};
use super::head::crumbs;
use crate::pages::frame::Frame;
use crate::pages::tile::escaped;
use maud::{Markup, html};

/// A deal with what is to become of it, in words.
#[derive(Clone, Debug)]
pub struct BulkLine {
    /// The shop's own id.
    pub deal: String,
    /// The product's name.
    pub name: String,
    /// What becomes of it.
    pub effect: String,
    /// Why it does not.
    pub refused: Option<String>,
}

/// What is to be done.
#[derive(Clone, Debug, Default)]
pub struct BulkPage {
    /// The name of what is done: one of [`BULK`].
    pub what: String,
    /// Minutes, percent or units, as typed.
    pub number: String,
    /// To what prices are rounded, as typed.
    pub step: String,
    /// The steps that can be chosen: what is sent, and the amount.
    pub steps: Vec<Choice>,
    /// What is wrong with the number.
    pub error: Option<String>,
    /// The deals.
    pub lines: Vec<BulkLine>,
}

impl BulkPage {
    /// The page that asks before anything is done.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let going = self.going();
        let stays = self.lines.len() - going;
        let body = html! {
            (crumbs(w, &[("/desk/deals", w.say("desk-deals"))]))
            h1 { (w.say_with("bulk-title", [("count", self.lines.len().into())])) }
            form.desk-filter method="get" action="/desk/schedule/bulk" {
                (self.hidden())
                div.field {
                    label for="what" { (w.say("bulk-what")) }
                    select #what name="what" data-submits { @for (value, text) in named(w, "bulk-", &BULK) { option value=(value) selected[value == self.what] { (text) } } }
                }
                (self.asked(frame))
                div.desk-filter-end { button.button-quiet type="submit" { (w.say("bulk-preview")) } }
            }
            (lines(frame, &self.lines, "bulk-effect"))
            form.panel.bulk-do method="post" action="/desk/schedule/bulk" {
                (frame.key())
                (self.hidden())
                input type="hidden" name="what" value=(self.what);
                input type="hidden" name="number" value=(self.number);
                input type="hidden" name="step" value=(self.step);
                p.lead { (w.say_with("bulk-sum", [("count", going.into()), ("stays", stays.into())])) }
                @if self.what == "end" { p { (w.say("no-undo")) } }
                div.toolbar {
                    button.button type="submit" disabled[going == 0 || self.error.is_some()] {
                        (w.say_with(&format!("bulk-do-{}", self.what), [("count", going.into())]))
                    }
                    a.button-quiet href="/desk/deals" { (w.say("back")) }
                }
            }
        };
        frame.desk_page(&w.say("bulk"), Some(staff), &body)
    }

    fn going(&self) -> usize {
        let goes = |line: &&BulkLine| line.refused.is_none();
        self.lines.iter().filter(goes).count()
    }

    fn hidden(&self) -> Markup {
        html! { @for line in &self.lines { input type="hidden" name="deal" value=(line.deal); } }
    }

    /// The number that this deed needs; ending needs none.
    fn asked(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let (label, least, most) = match self.what.as_str() {
            "move" | "duplicate" => ("bulk-minutes", "-525600", "525600"),
            "reprice" => ("bulk-percent", "-99", "900"),
            "add" => ("bulk-units", "1", "1000000"),
            _ => return html! {},
        };
        html! {
            div.field data-bad[self.error.is_some()] {
                label for="number" { (w.say(label)) }
                input #number name="number" type="number" min=(least) max=(most) value=(self.number)
                    aria-invalid=[self.error.as_ref().map(|_| "true")] aria-describedby=[self.error.as_ref().map(|_| "number-error")];
                @if let Some(error) = &self.error { p #number-error.field-error { (error) } }
            }
            @if self.what == "reprice" {
                div.field {
                    label for="step" { (w.say("bulk-step")) }
                    select #step name="step" { @for (value, text) in &self.steps { option value=(value) selected[*value == self.step] { (text) } } }
                }
            }
        }
    }
}

/// Deals with what becomes, or became, of each; those that it was refused for first.
pub fn lines(frame: &Frame, lines: &[BulkLine], heading: &str) -> Markup {
    let w = &frame.words;
    let (refused, done): (Vec<_>, Vec<_>) = lines.iter().partition(|it| it.refused.is_some());
    html! {
        div.sheet tabindex="0" role="group" aria-label=(w.say(heading)) {
            table {
                thead { tr { th { (w.say("deal")) } th { (w.say(heading)) } th { (w.say("bulk-goes")) } } }
                tbody {
                    @for line in refused.into_iter().chain(done) {
                        tr data-refused[line.refused.is_some()] {
                            td data-label=(w.say("deal")) {
                                a.deal-name href=(format!("/desk/deals/{}", escaped(&line.deal))) { (line.name) }
                                span.deal-id { (line.deal) }
                            }
                            td data-label=(w.say(heading)) { (line.effect) }
                            td data-label=(w.say("bulk-goes")) {
                                @if let Some(why) = &line.refused { span.verdict data-verdict="no" { (why) } }
                                @else { span.verdict data-verdict="yes" { (w.say("bulk-yes")) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
