//! A member verifies which person they are: name and phone, then the code.

use super::form::Field;
use super::frame::Frame;
use clerks::ports::AskedCode;
use maud::{Markup, html};

/// The first step; what was typed stays, with what is wrong.
pub fn ask(frame: &Frame, name: &str, phone: &str, error: Option<(&str, String)>) -> Markup {
    let w = &frame.words;
    let error_of = |field: &str| {
        let found = error.as_ref().filter(|(wrong, _)| *wrong == field);
        found.map(|(_, text)| text.as_str())
    };
    let name = Field {
        autocomplete: "name",
        value: name,
        error: error_of("name"),
        ..Field::of("name", w.say("verify-name"))
    };
    let phone = Field {
        kind: "tel",
        autocomplete: "tel",
        value: phone,
        error: error_of("phone"),
        ..Field::of("phone", w.say("verify-phone"))
    };
    let body = html! {
        p.crumb { a href="/me" { (w.say("my-page")) } }
        form.form.narrow method="post" action="/me/verify" {
            h1 { (w.say("verify-title")) }
            @if let Some(text) = error_of("") { p.notice.notice-bad role="alert" { (text) } }
            p { (w.say("verify-lead")) }
            (name.render())
            (phone.render())
            button.button.button-wide type="submit" { (w.say("verify-send")) }
        }
    };
    frame.page(&w.say("verify-title"), &body)
}

/// The second step.
pub fn code(frame: &Frame, asked: &AskedCode, error: Option<&str>) -> Markup {
    let w = &frame.words;
    let code = Field {
        autocomplete: "one-time-code",
        error,
        hint: Some(w.say("verify-code-hint")),
        ..Field::of("code", w.say("verify-code"))
    };
    let body = html! {
        p.crumb { a href="/me/verify" { (w.say("verify-again")) } }
        form.form.narrow method="post" action="/me/verify/confirm" {
            h1 { (w.say("verify-title")) }
            input type="hidden" name="id" value=(asked.id);
            input type="hidden" name="page" value=(asked.page.as_deref().unwrap_or_default());
            @if let Some(page) = asked.page.as_deref().filter(|page| page.starts_with("http")) {
                p.notice { (w.say("verify-sandbox")) " " a href=(page) target="_blank" rel="noreferrer" { (w.say("verify-sandbox-link")) } }
            }
            (code.render())
            button.button.button-wide type="submit" { (w.say("verify-confirm")) }
        }
    };
    frame.page(&w.say("verify-title"), &body)
}
