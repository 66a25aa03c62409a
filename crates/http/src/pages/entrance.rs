//! Signing up and in.

use super::forgotten::no_mail;
use super::form::Field;
use super::frame::Frame;
use super::tile::escaped;
use maud::{Markup, html};

/// What was typed, but never a password.
#[derive(Clone, Debug, Default)]
pub struct Entrance {
    /// The mail address.
    pub email: String,
    /// The name.
    pub name: String,
    /// What was agreed to.
    pub consents: Vec<String>,
    /// What is wrong: fields, each with the message that says how; without a name what is none of a field.
    pub errors: Vec<(&'static str, String)>,
    /// Where to go then.
    pub back: String,
}

impl Entrance {
    /// The page to sign in.
    pub fn sign_in(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let body = html! {
            (keeps(frame))
            (self.form(frame, "/sign-in", "sign-in", html! { (self.email(frame)) (self.password(frame, "current-password", None)) }))
            @if frame.sends_mail { p.narrow { a href="/forgotten" { (w.say("forgotten-ask")) } } }
            @else { details.folded.narrow { summary { (w.say("forgotten-ask")) } (no_mail(frame)) } }
            p.narrow { (w.say("no-account")) " " a href=(self.address("/sign-up")) { (w.say("sign-up")) } }
        };
        frame.page(&w.say("sign-in"), &body)
    }

    /// The page to sign up.
    pub fn sign_up(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let name = Field {
            autocomplete: "name",
            value: &self.name,
            error: self.error_of("name"),
            ..Field::of("name", w.say("your-name"))
        };
        let hint = Some(w.say("password-hint"));
        let body = html! {
            (keeps(frame))
            (self.form(frame, "/sign-up", "sign-up", html! { (name.render()) (self.email(frame)) (self.password(frame, "new-password", hint)) (self.consents(frame)) }))
            p.narrow { (w.say("have-account")) " " a href=(self.address("/sign-in")) { (w.say("sign-in")) } }
        };
        frame.page(&w.say("sign-up"), &body)
    }

    /// The other page, which leads back to the same place.
    fn address(&self, page: &str) -> String {
        match self.back.as_str() {
            "" => page.to_owned(),
            back => format!("{page}?back={}", escaped(back)),
        }
    }

    fn form(&self, frame: &Frame, action: &str, title: &str, fields: Markup) -> Markup {
        let w = &frame.words;
        html! {
            form.form.narrow method="post" action=(action) {
                h1 { (w.say(title)) }
                @if let Some(text) = self.error_of("") { p.notice.notice-bad role="alert" { (text) } }
                input type="hidden" name="back" value=(self.back);
                (fields)
                button.button.button-wide type="submit" { (w.say(title)) }
            }
        }
    }

    fn email(&self, frame: &Frame) -> Markup {
        let label = frame.words.say("email");
        let field = Field {
            kind: "email",
            autocomplete: "username",
            value: &self.email,
            error: self.error_of("email"),
            ..Field::of("email", label)
        };
        field.render()
    }

    fn password(&self, frame: &Frame, autocomplete: &str, hint: Option<String>) -> Markup {
        let label = frame.words.say("password");
        let field = Field {
            kind: "password",
            autocomplete,
            error: self.error_of("password"),
            hint,
            ..Field::of("password", label)
        };
        field.render()
    }

    /// What the law asks for apart from what is wished for.
    fn consents(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let given = |name: &str| self.consents.iter().any(|given| given == name);
        let lacks =
            |name: &str| (self.error_of("consents").is_some() && !given(name)).then_some("true");
        let why = |name: &str| lacks(name).map(|_| "consents-error");
        html! {
            fieldset.consents data-bad[self.error_of("consents").is_some()] {
                legend.legend { (w.say("consents-legend")) }
                @if let Some(text) = self.error_of("consents") { p.field-error #consents-error { (text) } }
                label.check { input type="checkbox" name="terms" value="yes" required checked[given("terms")] aria-invalid=[lacks("terms")] aria-describedby=[why("terms")]; span { (w.say("consent-terms")) " " a href="/about/terms" target="_blank" { (w.say("about-terms")) } } }
                label.check { input type="checkbox" name="privacy" value="yes" required checked[given("privacy")] aria-invalid=[lacks("privacy")] aria-describedby=[why("privacy")]; span { (w.say("consent-privacy")) " " a href="/about/privacy" target="_blank" { (w.say("about-privacy")) } } }
                label.check { input type="checkbox" name="advertising" value="yes" checked[given("advertising")]; span { (w.say("consent-advertising")) } }
                label.check { input type="checkbox" name="advertising_at_night" value="yes" checked[given("advertising_at_night")]; span { (w.say("consent-advertising-at-night")) } }
            }
        }
    }

    fn error_of(&self, field: &str) -> Option<&str> {
        let mut errors = self.errors.iter();
        let found = errors.find(|(wrong, _)| *wrong == field);
        found.map(|(_, text)| text.as_str())
    }
}

/// Says that what a guest holds is not lost by signing in.
fn keeps(frame: &Frame) -> Markup {
    html! {
        @if frame.holds > 0 && !frame.member { p.narrow { (frame.words.say("sign-in-keeps")) } }
    }
}
