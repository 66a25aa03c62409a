//! A forgotten password: who asks for a link, and who came by one.

use super::form::Field;
use super::frame::Frame;
use maud::{Markup, html};

/// The page on which one asks for a link.
#[derive(Clone, Debug, Default)]
pub struct Forgotten {
    /// What was typed.
    pub mail: String,
    /// What is wrong: a field, or none, with the words.
    pub error: Option<(&'static str, String)>,
}

/// The page that a link opens.
#[derive(Clone, Debug)]
pub struct NewPassword {
    /// What opens it.
    pub token: String,
    /// Whose password it sets.
    pub mail: String,
    /// What is wrong with what was typed.
    pub error: Option<String>,
}

impl Forgotten {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let body = html! {
            @if frame.sends_mail { (self.form(frame)) }
            @else { div.narrow { h1 { (w.say("forgotten")) } (no_mail(frame)) } }
            p.narrow { a href="/sign-in" { (w.say("forgotten-back")) } }
        };
        frame.page(&w.say("forgotten"), &body)
    }

    fn form(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let error = |name: &str| {
            let (wrong, text) = self.error.as_ref()?;
            (*wrong == name).then_some(text.as_str())
        };
        let mail = Field {
            kind: "email",
            autocomplete: "username",
            value: &self.mail,
            error: error("email"),
            ..Field::of("email", w.say("email"))
        };
        html! {
            form.form.narrow method="post" action="/forgotten" {
                h1 { (w.say("forgotten")) }
                p { (w.say("forgotten-lead")) }
                @if let Some(text) = error("") { p.notice.notice-bad role="alert" { (text) } }
                (mail.render())
                button.button.button-wide type="submit" { (w.say("forgotten-send")) }
            }
        }
    }
}

impl NewPassword {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let password = Field {
            kind: "password",
            autocomplete: "new-password",
            error: self.error.as_deref(),
            hint: Some(w.say("password-hint")),
            ..Field::of("password", w.say("me-password-new"))
        };
        let body = html! {
            form.form.narrow method="post" action=(format!("/forgotten/{}", self.token)) {
                h1 { (w.say("forgotten-new")) }
                p { (w.say("forgotten-new-note")) }
                input type="text" name="username" autocomplete="username" value=(self.mail) hidden readonly;
                (password.render())
                button.button.button-wide type="submit" { (w.say("forgotten-set")) }
            }
        };
        frame.page(&w.say("forgotten-new"), &body)
    }
}

/// The page of a link that opens nothing any more.
pub fn over(frame: &Frame) -> Markup {
    let w = &frame.words;
    let body = html! {
        div.trouble {
            h1 { (w.say("forgotten-over")) }
            p.lead { (w.say("forgotten-over-note")) }
            p { a.button href="/forgotten" { (w.say("forgotten-again")) } }
        }
    };
    frame.page(&w.say("forgotten-over"), &body)
}

/// Who can help where the shop sends no mail.
pub fn no_mail(frame: &Frame) -> Markup {
    let (w, business) = (&frame.words, &frame.business);
    let reached = [&business.mail, &business.phone];
    html! {
        p {
            (w.say("forgotten-no-mail"))
            @for way in reached.into_iter().filter(|way| !way.is_empty()) { " " strong { (way) } }
        }
    }
}
