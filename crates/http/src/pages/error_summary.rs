//! What is wrong with a form, at its top: each line leads to its field.

use super::frame::Frame;
use maud::{Markup, html};

/// A wrong field: its name, the message key of its label, the message key of what is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongField {
    /// The field's name, which is its id, too.
    pub name: &'static str,
    /// The message that names it.
    pub label: &'static str,
    /// The message that says what is wrong.
    pub message: &'static str,
}

/// The summary; nothing where nothing is wrong.
pub fn error_summary(frame: &Frame, wrong: &[WrongField]) -> Markup {
    let w = &frame.words;
    html! {
        @if !wrong.is_empty() {
            div.error-summary role="alert" tabindex="-1" data-error-summary {
                p.error-summary-lead { (w.say("form-errors")) }
                ul {
                    @for field in wrong {
                        li { a href=(format!("#{}", field.name)) { (w.say(field.label)) ": " (w.say(field.message)) } }
                    }
                }
            }
        }
    }
}

/// What is wrong with one field, in the visitor's language.
pub fn error_of(frame: &Frame, wrong: &[WrongField], name: &str) -> Option<String> {
    let field = wrong.iter().find(|field| field.name == name);
    field.map(|field| frame.words.say(field.message))
}
