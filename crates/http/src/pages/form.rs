//! Fields and buttons of forms: a label, its input, and the error beside it.

use super::frame::Frame;
use maud::{Markup, html};

/// One line of text to be filled in.
pub struct Field<'a> {
    /// The name it is sent under.
    pub name: &'a str,
    /// Its label, in the visitor's language.
    pub label: String,
    /// HTML's `type`.
    pub kind: &'a str,
    /// HTML's `autocomplete`.
    pub autocomplete: &'a str,
    /// What stands in it.
    pub value: &'a str,
    /// It must be filled in.
    pub required: bool,
    /// What is wrong with it, in the visitor's language.
    pub error: Option<&'a str>,
    /// A word of help below it.
    pub hint: Option<String>,
    /// HTML's `inputmode`, for the keyboard of phones.
    pub mode: Option<&'a str>,
}

impl<'a> Field<'a> {
    /// A required line of text without a value.
    pub fn of(name: &'a str, label: String) -> Field<'a> {
        Field {
            name,
            label,
            kind: "text",
            autocomplete: "off",
            value: "",
            required: true,
            error: None,
            hint: None,
            mode: None,
        }
    }

    /// The field as a row of a form.
    pub fn render(&self) -> Markup {
        let (error, hint) = (
            format!("{}-error", self.name),
            format!("{}-hint", self.name),
        );
        let described = match (&self.error, &self.hint) {
            (Some(_), _) => Some(&error),
            (None, Some(_)) => Some(&hint),
            (None, None) => None,
        };
        html! {
            div.field data-bad[self.error.is_some()] {
                label for=(self.name) { (self.label) }
                input #(self.name) name=(self.name) type=(self.kind) autocomplete=(self.autocomplete) value=(self.value)
                    inputmode=[self.mode] required[self.required] aria-invalid=[self.error.map(|_| "true")] aria-describedby=[described];
                @if let Some(text) = self.error { p.field-error id=(error) { (text) } }
                @else if let Some(text) = &self.hint { p.field-hint id=(hint) { (text) } }
            }
        }
    }
}

/// A button that does one deed at `action`, with hidden fields.
pub fn deed(
    frame: &Frame,
    action: &str,
    class: &str,
    label: &str,
    hidden: &[(&str, &str)],
) -> Markup {
    html! {
        form.deed method="post" action=(action) {
            (frame.key())
            @for (name, value) in hidden { input type="hidden" name=(name) value=(value); }
            button class=(class) type="submit" { (label) }
        }
    }
}
