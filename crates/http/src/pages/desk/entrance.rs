//! The way into the desk: a passkey, or a password and what belongs beside it; and an invitation.

use crate::pages::form::Field;
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use maud::{Markup, html};

/// What was typed, but never a password.
#[derive(Clone, Debug, Default)]
pub struct DeskEntrance {
    /// The login.
    pub email: String,
    /// What is wrong: a field, or none in particular, with the message.
    pub error: Option<(&'static str, String)>,
    /// Where to go then.
    pub back: String,
    /// The shop's address is one that passkeys can be bound to.
    pub passkeys: bool,
}

/// The second step, behind a right password.
#[derive(Clone, Debug, Default)]
pub struct SecondStep {
    /// They have an authenticator.
    pub codes: bool,
    /// They have passkeys.
    pub passkeys: bool,
    /// What is wrong, in words.
    pub error: Option<String>,
    /// Where to go then.
    pub back: String,
}

/// An invitation that is opened.
#[derive(Clone, Debug, Default)]
pub struct Invited {
    /// What opens it.
    pub token: String,
    /// The login to be.
    pub email: String,
    /// How to address them.
    pub name: String,
    /// The message that names their role.
    pub role: String,
    /// What is wrong: a field with the message.
    pub error: Option<(&'static str, String)>,
}

impl DeskEntrance {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let error = |name: &str| {
            let (wrong, text) = self.error.as_ref()?;
            (*wrong == name).then_some(text.as_str())
        };
        let email = Field {
            kind: "email",
            autocomplete: "username",
            value: &self.email,
            error: error("email"),
            ..Field::of("email", w.say("email"))
        };
        let password = Field {
            kind: "password",
            autocomplete: "current-password",
            error: error("password"),
            ..Field::of("password", w.say("password"))
        };
        let body = html! {
            div.desk-door {
                h1 { (w.say("desk-sign-in")) }
                @if let Some(text) = error("") { p.notice.notice-bad role="alert" { (text) } }
                @if self.passkeys { (by_passkey(frame, &self.back, "button button-wide")) }
                form.form method="post" action="/desk/sign-in" {
                    input type="hidden" name="back" value=(self.back);
                    (email.render())
                    (password.render())
                    button type="submit" class=(if self.passkeys { "button-quiet button-wide" } else { "button button-wide" }) { (w.say("sign-in")) }
                }
            }
        };
        frame.desk_page(&w.say("sign-in"), None, &body)
    }
}

impl SecondStep {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let label = w.say(if self.codes {
            "staff-code"
        } else {
            "recovery-code"
        });
        let hint = w.say(if self.codes {
            "staff-code-hint"
        } else {
            "recovery-code-hint"
        });
        let field = Field {
            autocomplete: "one-time-code",
            error: self.error.as_deref(),
            hint: Some(hint),
            ..Field::of("code", label)
        };
        let body = html! {
            div.desk-door {
                h1 { (w.say("second-step")) }
                @if self.passkeys { (by_passkey(frame, &self.back, "button button-wide")) }
                form.form method="post" action="/desk/sign-in/code" {
                    input type="hidden" name="back" value=(self.back);
                    (field.render())
                    button type="submit" class=(if self.passkeys { "button-quiet button-wide" } else { "button button-wide" }) { (w.say("sign-in")) }
                }
                p.fine { (w.say("second-step-lost")) }
                p { a href="/desk/sign-in" { (w.say("other-login")) } }
            }
        };
        frame.desk_page(&w.say("second-step"), None, &body)
    }
}

impl Invited {
    /// The page on which somebody who was invited chooses a password.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let error = |name: &str| {
            let (wrong, text) = self.error.as_ref()?;
            (*wrong == name).then_some(text.as_str())
        };
        let name = Field {
            autocomplete: "name",
            value: &self.name,
            error: error("name"),
            ..Field::of("name", w.say("your-name"))
        };
        let password = Field {
            kind: "password",
            autocomplete: "new-password",
            error: error("password"),
            hint: Some(w.say("password-hint")),
            ..Field::of("password", w.say("password"))
        };
        let role = w.say(&self.role);
        let body = html! {
            div.desk-door {
                h1 { (w.say("invited")) }
                p { (w.say_with("invited-as", [("email", self.email.as_str().into()), ("role", role.into())])) }
                form.form method="post" action="/desk/invitation" {
                    input type="hidden" name="token" value=(self.token);
                    input type="text" name="username" autocomplete="username" value=(self.email) readonly hidden;
                    (name.render())
                    (password.render())
                    button.button.button-wide type="submit" { (w.say("invited-accept")) }
                }
            }
        };
        frame.desk_page(&w.say("invited"), None, &body)
    }
}

/// The button for a passkey. A browser that has none, or no script, is not shown it.
fn by_passkey(frame: &Frame, back: &str, class: &str) -> Markup {
    let w = &frame.words;
    html! {
        form.form data-passkey="enter" data-ask="/desk/sign-in/passkey" data-failed=(w.say("passkey-failed"))
            method="post" action="/desk/sign-in/passkey/answer" hidden {
            input type="hidden" name="back" value=(back);
            input type="hidden" name="challenge";
            input type="hidden" name="answer";
            button class=(class) type="submit" { (icon("key")) " " (w.say("passkey-enter")) }
            p.field-error role="alert" hidden {}
            p.desk-or { span { (w.say("desk-or")) } }
        }
    }
}
