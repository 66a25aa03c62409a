//! What belongs to a person: where their things are, who they are, how they sign in, what they agree to,
//! and how all of it leaves or is erased.

use super::form::Field;
use super::frame::Frame;
use super::icon::icon;
use super::language::Language;
use maud::{Markup, html};
use records::{Account, Consent, OpenedSession, SessionId};
use std::collections::BTreeSet;

/// What is wrong with what was typed: the form, its field, and the words.
pub type Wrong = (&'static str, &'static str, String);

/// The page of a member.
#[derive(Clone, Debug)]
pub struct MePage {
    /// Who.
    pub account: Account,
    /// The session that looks.
    pub here: SessionId,
    /// All sessions that are open.
    pub sessions: Vec<OpenedSession>,
    /// What they agree to.
    pub consents: BTreeSet<Consent>,
    /// Who they are can be verified here.
    pub verifiable: bool,
    /// What was typed and is wrong.
    pub wrong: Vec<Wrong>,
}

impl MePage {
    /// The page.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let name = [("name", self.account.name.as_str().into())];
        let body = html! {
            h1 { (w.say_with("me-hello", name)) }
            @if self.account.verified_person.is_some() { p.me-verified { (icon("check")) " " (w.say("me-verified")) } }
            (things(frame))
            div.me-cards {
                (self.profile(frame))
                (self.consents(frame))
                (self.login(frame))
                (self.sessions(frame))
                @if self.verifiable && self.account.verified_person.is_none() { (verify(frame)) }
                (data(frame, true))
            }
        };
        frame.page(&w.say("my-page"), &body)
    }

    fn error(&self, form: &str, field: &str) -> Option<&str> {
        let mut wrong = self.wrong.iter();
        let found = wrong.find(|wrong| (wrong.0, wrong.1) == (form, field));
        found.map(|(.., text)| text.as_str())
    }

    fn profile(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let name = Field {
            autocomplete: "name",
            value: &self.account.name,
            error: self.error("profile", "name"),
            ..Field::of("name", w.say("your-name"))
        };
        let phone = Field {
            kind: "tel",
            autocomplete: "tel",
            value: &self.account.phone,
            required: false,
            error: self.error("profile", "phone"),
            ..Field::of("phone", w.say("me-phone"))
        };
        html! {
            section.card aria-labelledby="profile" {
                h2 #profile { (w.say("me-profile")) }
                form.form method="post" action="/me/profile" {
                    (name.render())
                    (phone.render())
                    div.field {
                        label for="locale" { (w.say("me-language")) }
                        select #locale name="locale" {
                            @for language in Language::ALL {
                                option value=(language.tag()) lang=(language.tag()) selected[self.account.locale == language.tag()] { (language.own_name()) }
                            }
                        }
                    }
                    button.button-quiet type="submit" { (w.say("me-save")) }
                }
            }
        }
    }

    fn consents(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let given = |consent| self.consents.contains(&consent);
        html! {
            section.card aria-labelledby="consents" {
                h2 #consents { (w.say("me-consents")) }
                p.fine { (w.say("me-consents-note")) }
                form.form method="post" action="/me/consents" {
                    label.check { input type="checkbox" name="advertising" value="yes" checked[given(Consent::Advertising)]; span { (w.say("consent-advertising")) } }
                    label.check { input type="checkbox" name="advertising_at_night" value="yes" checked[given(Consent::AdvertisingAtNight)]; span { (w.say("consent-advertising-at-night")) } }
                    button.button-quiet type="submit" { (w.say("me-save")) }
                }
            }
        }
    }

    fn login(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let is_open = |form| self.wrong.iter().any(|wrong| wrong.0 == form);
        html! {
            section.card aria-labelledby="login" {
                h2 #login { (w.say("me-login")) }
                p { (w.say_with("me-mail-now", [("mail", self.account.mail.as_str().into())])) }
                details.folded open[is_open("mail")] {
                    summary { (w.say("me-mail")) }
                    form.form method="post" action="/me/mail" {
                        (login_of(&self.account))
                        (self.mail_field(frame))
                        (self.password_field(frame, "mail", "password"))
                        button.button-quiet type="submit" { (w.say("me-save")) }
                    }
                }
                details.folded open[is_open("password")] {
                    summary { (w.say("me-password")) }
                    form.form method="post" action="/me/password" {
                        (login_of(&self.account))
                        (self.password_field(frame, "password", "now"))
                        (self.new_password(frame))
                        p.fine { (w.say("me-password-note")) }
                        button.button-quiet type="submit" { (w.say("me-save")) }
                    }
                }
            }
        }
    }

    fn mail_field(&self, frame: &Frame) -> Markup {
        let field = Field {
            kind: "email",
            autocomplete: "email",
            error: self.error("mail", "email"),
            ..Field::of("email", frame.words.say("me-mail-new"))
        };
        field.render()
    }

    fn password_field(&self, frame: &Frame, form: &str, name: &str) -> Markup {
        let field = Field {
            kind: "password",
            autocomplete: "current-password",
            error: self.error(form, name),
            ..Field::of(name, frame.words.say("me-password-now"))
        };
        field.render()
    }

    fn new_password(&self, frame: &Frame) -> Markup {
        let field = Field {
            kind: "password",
            autocomplete: "new-password",
            error: self.error("password", "new"),
            hint: Some(frame.words.say("password-hint")),
            ..Field::of("new", frame.words.say("me-password-new"))
        };
        field.render()
    }

    fn sessions(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            section.card aria-labelledby="sessions" {
                h2 #sessions { (w.say("me-sessions")) }
                ul.sessions {
                    @for session in &self.sessions {
                        li {
                            p { strong { @if session.device.is_empty() { (w.say("me-session-unknown")) } @else { (session.device) } } }
                            p.fine {
                                @if session.id == self.here { (w.say("me-session-here")) }
                                @else { (w.say_with("me-session-seen", [("moment", w.moment(session.last_seen).into())])) }
                            }
                        }
                    }
                }
                @if self.sessions.len() > 1 {
                    form method="post" action="/me/sessions/end" { button.button-quiet type="submit" { (w.say("me-sign-out-elsewhere")) } }
                }
            }
        }
    }
}

/// Who has no account here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visitor {
    /// Nobody is known of.
    Stranger,
    /// Somebody without an account, who holds or ordered something.
    Guest,
    /// A member of the shop that handed them over.
    Elsewhere,
}

/// The page of who has no account here.
pub fn guest(frame: &Frame, visitor: Visitor) -> Markup {
    let w = &frame.words;
    let elsewhere = visitor == Visitor::Elsewhere;
    let body = html! {
        h1 { (w.say("my-page")) }
        section.card.me-guest {
            p { strong { @if elsewhere { (w.say("me-elsewhere")) } @else { (w.say("me-guest")) } } }
            p { @if elsewhere { (w.say("me-elsewhere-note")) } @else { (w.say("me-guest-note")) } }
            @if !elsewhere { p { a.button href="/sign-in?back=/me" { (w.say("sign-in")) } " " a.button-quiet href="/sign-up?back=/me" { (w.say("sign-up")) } } }
        }
        (things(frame))
        @if visitor != Visitor::Stranger { div.me-cards { (data(frame, false)) } }
    };
    frame.page(&w.say("my-page"), &body)
}

/// Where their things are.
fn things(frame: &Frame) -> Markup {
    let w = &frame.words;
    let things = [
        ("/orders", "box", "orders", "me-orders-note"),
        ("/watches", "bell", "watches", "me-watches-note"),
        ("/cart", "cart", "cart", "me-cart-note"),
    ];
    let book = ("/addresses", "home", "addresses", "me-addresses-note");
    let things = things.into_iter().chain(frame.member.then_some(book));
    html! {
        nav.me-things aria-label=(w.say("me-things")) {
            @for (address, picture, name, note) in things {
                a.me-thing href=(address) {
                    (icon(picture))
                    span { strong { (w.say(name)) } span.fine { (w.say(note)) } }
                }
            }
        }
    }
}

fn verify(frame: &Frame) -> Markup {
    let w = &frame.words;
    html! {
        section.card aria-labelledby="verify" {
            h2 #verify { (w.say("me-verify")) }
            p.fine { (w.say("me-verify-note")) }
            p { a.button-quiet href="/me/verify" { (w.say("me-verify")) } }
        }
    }
}

/// How all of it leaves, and how it is erased.
fn data(frame: &Frame, member: bool) -> Markup {
    let w = &frame.words;
    html! {
        section.card aria-labelledby="data" {
            h2 #data { (w.say("me-data")) }
            p.fine { (w.say("me-export-note")) }
            p { a.button-quiet href="/me/export" download { (icon("download")) " " (w.say("me-export")) } }
            p { a.link-danger href="/me/erase" { (w.say(if member { "me-erase" } else { "me-erase-guest" })) } }
        }
    }
}

/// Whose password is asked, for those who let their browser keep it.
fn login_of(account: &Account) -> Markup {
    html! { input type="text" name="username" autocomplete="username" value=(account.mail) hidden readonly; }
}

/// The page that names what an erasure does before it is done.
pub fn erase(frame: &Frame, account: &Account, running: usize, error: Option<&str>) -> Markup {
    let w = &frame.words;
    let password = Field {
        kind: "password",
        autocomplete: "current-password",
        error,
        ..Field::of("password", w.say("me-password-now"))
    };
    let fields = html! { (login_of(account)) (password.render()) };
    erasing(frame, &OF_MEMBER, running, &fields)
}

/// As [`erase`], for who has no account: who has the session is who may ask.
pub fn erase_guest(frame: &Frame, running: usize) -> Markup {
    erasing(frame, &OF_GUEST, running, &html! {})
}

/// The messages of an erasure.
struct Erasure {
    page: &'static str,
    title: &'static str,
    gone: &'static str,
    kept: &'static str,
    effect: &'static str,
    now: &'static str,
}

const OF_MEMBER: Erasure = Erasure {
    page: "me-erase",
    title: "me-erase-title",
    gone: "me-erase-gone-list",
    kept: "me-erase-kept-list",
    effect: "me-erase-effect",
    now: "me-erase-now",
};

const OF_GUEST: Erasure = Erasure {
    page: "me-erase-guest",
    title: "me-erase-guest-title",
    gone: "me-erase-guest-gone-list",
    kept: "me-erase-guest-kept-list",
    effect: "me-erase-guest-effect",
    now: "me-erase-guest-now",
};

/// What goes and what stays.
fn erasing(frame: &Frame, said: &Erasure, running: usize, fields: &Markup) -> Markup {
    let w = &frame.words;
    let body = html! {
        form.form.narrow.erase method="post" action="/me/erase" {
            h1 { (w.say(said.title)) }
            @if running > 0 { p.notice.notice-bad { (w.say_with("me-erase-running", [("count", running.into())])) } }
            h2 { (w.say("me-erase-gone")) }
            p { (w.say(said.gone)) }
            h2 { (w.say("me-erase-kept")) }
            p { (w.say(said.kept)) }
            p { strong { (w.say(said.effect)) } }
            (fields)
            button.button type="submit" { (w.say(said.now)) }
            a.button-quiet href="/me" { (w.say("back")) }
        }
    };
    frame.page(&w.say(said.page), &body)
}
