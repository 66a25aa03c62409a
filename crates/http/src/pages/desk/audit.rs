//! What staff did: who, when, to what, with before and after.

use crate::pages::figures::machine_moment;
use crate::pages::frame::Frame;
use maud::{Markup, html};
use serde_json::Value;
use vocabulary::Millis;

/// A deed of staff.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// When.
    pub at: Millis,
    /// Who.
    pub who: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub target: String,
    /// What was before.
    pub before: Option<Value>,
    /// What was after.
    pub after: Option<Value>,
}

/// The list, newest first.
#[derive(Clone, Debug, Default)]
pub struct AuditPage {
    /// The deeds of this page.
    pub rows: Vec<AuditRow>,
    /// The address of the next page.
    pub next: Option<String>,
}

impl AuditPage {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let body = html! {
            h1 { (w.say("desk-audit")) }
            @if self.rows.is_empty() { p.empty { (w.say("audit-none")) } } @else { (self.sheet(frame)) }
            @if let Some(next) = &self.next { nav.pager { a rel="next" href=(next) { (w.say("page-next")) } } }
        };
        frame.desk_page(&w.say("desk-audit"), Some(staff), &body)
    }

    fn sheet(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            div.sheet tabindex="0" role="region" aria-label=(w.say("desk-audit")) {
                table {
                    thead { tr {
                        th { (w.say("when")) } th { (w.say("who")) } th { (w.say("action")) } th { (w.say("target")) }
                        th { (w.say("before")) } th { (w.say("after")) }
                    } }
                    tbody {
                        @for row in &self.rows {
                            tr {
                                td { time datetime=(machine_moment(row.at)) { (w.exact_moment(row.at)) } }
                                td { (row.who) }
                                td { (row.action) }
                                td { (row.target) }
                                td { (shown(row.before.as_ref())) }
                                td { (shown(row.after.as_ref())) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn shown(value: Option<&Value>) -> Markup {
    html! { @if let Some(value) = value { pre { (format!("{value:#}")) } } }
}
