//! The head of a page of the desk: where one is, what it is called, and what can be done there.

use crate::pages::words::Words;
use maud::{Markup, html};

/// A head. Its fields may be left as they are by default.
#[derive(Default)]
pub struct Head<'a> {
    /// The pages above this one with their names, the uppermost first.
    pub trail: &'a [(&'a str, String)],
    /// What the page is called.
    pub title: &'a str,
    /// What stands beside the title, like a tag.
    pub beside: Option<Markup>,
    /// A line below the title.
    pub note: Option<String>,
    /// Links and buttons; the most important one last.
    pub actions: Option<Markup>,
}

impl Head<'_> {
    /// The head.
    pub fn render(&self, w: &Words) -> Markup {
        html! {
            header.desk-head {
                @if !self.trail.is_empty() { (crumbs(w, self.trail)) }
                div.desk-title {
                    h1 { (self.title) }
                    @if let Some(beside) = &self.beside { (beside) }
                    @if let Some(actions) = &self.actions { div.desk-actions { (actions) } }
                }
                @if let Some(note) = &self.note { p.desk-note { (note) } }
            }
        }
    }
}

/// The way up: the pages above this one with their names, the uppermost first.
pub fn crumbs(w: &Words, trail: &[(&str, String)]) -> Markup {
    html! {
        nav.crumbs aria-label=(w.say("desk-crumbs")) {
            ol { @for (address, name) in trail { li { a href=(address) { (name) } } } }
        }
    }
}
