//! One's own sign-in: passkeys, authenticator, recovery codes, password, sessions.

use super::head::Head;
use crate::device::Device;
use crate::pages::countdown::moment;
use crate::pages::form::Field;
use crate::pages::frame::Frame;
use crate::pages::icon::icon;
use crate::pages::words::Words;
use crate::totp::CodeSecret;
use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};
use records::{Factors, StaffPasskey, StaffSession};
use std::fmt::Write;
use uuid::Uuid;

/// One's own sign-in.
#[derive(Clone, Debug)]
pub struct MePage {
    /// What one has beside the password.
    pub factors: Factors,
    /// Everybody must have something.
    pub required: bool,
    /// One's sessions, and the number of this one.
    pub sessions: (Vec<StaffSession>, u128),
    /// The shop's address is one that passkeys can be bound to.
    pub passkeys: bool,
    /// What a new passkey is called where one says nothing.
    pub here: String,
    /// What is wrong with the password form: a field with the message.
    pub error: Option<(&'static str, String)>,
}

/// An authenticator that is being set up.
#[derive(Clone, Debug)]
pub struct CodesPage {
    /// What it and the shop will both know.
    pub secret: CodeSecret,
    /// The address in the picture.
    pub address: String,
    /// What is wrong with the code.
    pub error: Option<String>,
}

/// Recovery codes, shown this once.
#[derive(Clone, Debug)]
pub struct RecoveryPage {
    /// The codes.
    pub codes: Vec<String>,
}

impl MePage {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say("desk-me");
        let head = Head {
            title: &title,
            note: Some(w.say_with("desk-me-note", [("email", staff.into())])),
            ..Head::default()
        };
        let body = html! {
            (head.render(w))
            @if self.required && !self.factors.any() { p.notice.notice-warn role="status" { (w.say("factor-wanted")) } }
            div.desk-cards {
                @if self.passkeys { (self.passkeys(w)) }
                (self.codes(w))
                @if self.factors.any() { (self.recovery(w)) }
                (self.password(w, staff))
            }
            section aria-labelledby="sessions" {
                div.desk-title { h2 #sessions { (w.say("desk-sessions")) } div.desk-actions { (self.end_others(w)) } }
                (sessions(w, &self.sessions.0, Some(self.sessions.1), &|id| format!("/desk/me/sessions/{id}/end")))
            }
        };
        frame.desk_page(&title, Some(staff), &body)
    }

    fn passkeys(&self, w: &Words) -> Markup {
        let name = Field {
            value: &self.here,
            ..Field::of("name", w.say("passkey-name"))
        };
        html! {
            section.panel aria-labelledby="passkeys" {
                h2 #passkeys { (icon("key")) " " (w.say("passkeys")) }
                p.fine { (w.say("passkeys-note")) }
                @if !self.factors.passkeys.is_empty() {
                    ul.desk-list { @for passkey in &self.factors.passkeys { li { (known_passkey(w, passkey)) } } }
                }
                form.form data-passkey="add" data-ask="/desk/me/passkeys/ask" data-failed=(w.say("passkey-failed")) method="post" action="/desk/me/passkeys" hidden {
                    input type="hidden" name="challenge";
                    input type="hidden" name="answer";
                    (name.render())
                    p.field-error role="alert" hidden {}
                    button.button-quiet type="submit" { (w.say("passkey-add")) }
                }
                noscript { p.fine { (w.say("passkey-script")) } }
            }
        }
    }

    fn codes(&self, w: &Words) -> Markup {
        html! {
            section.panel aria-labelledby="codes" {
                h2 #codes { (icon("clock")) " " (w.say("codes")) }
                p.fine { (w.say("codes-note")) }
                @if self.factors.codes {
                    p { span.tag data-standing="open" { (w.say("factor-on")) } }
                    p { a.button-quiet href="/desk/me/codes" { (w.say("codes-again")) } }
                    (confirm(w, "/desk/me/codes/remove", "codes-remove", "codes-remove-effect"))
                } @else {
                    p { a.button-quiet href="/desk/me/codes" { (w.say("codes-set-up")) } }
                }
            }
        }
    }

    fn recovery(&self, w: &Words) -> Markup {
        html! {
            section.panel aria-labelledby="recovery" {
                h2 #recovery { (icon("list")) " " (w.say("recovery")) }
                p.fine { (w.say("recovery-note")) }
                p { (w.say_with("recovery-left", [("count", self.factors.recovery_left.into())])) }
                (confirm(w, "/desk/me/recovery", "recovery-renew", "recovery-renew-effect"))
            }
        }
    }

    fn password(&self, w: &Words, staff: &str) -> Markup {
        let error = |name: &str| {
            let (wrong, text) = self.error.as_ref()?;
            (*wrong == name).then_some(text.as_str())
        };
        let current = Field {
            kind: "password",
            autocomplete: "current-password",
            error: error("current"),
            ..Field::of("current", w.say("desk-password-current"))
        };
        let wanted = Field {
            kind: "password",
            autocomplete: "new-password",
            error: error("wanted"),
            hint: Some(w.say("password-hint")),
            ..Field::of("wanted", w.say("desk-password-wanted"))
        };
        html! {
            section.panel aria-labelledby="change-password" {
                h2 #change-password { (icon("person")) " " (w.say("password")) }
                form.form method="post" action="/desk/me/password" {
                    input type="text" name="username" autocomplete="username" value=(staff) readonly hidden;
                    (current.render())
                    (wanted.render())
                    p.fine { (w.say("desk-password-effect")) }
                    button.button-quiet type="submit" { (w.say("desk-password-change")) }
                }
            }
        }
    }

    fn end_others(&self, w: &Words) -> Markup {
        html! {
            @if self.sessions.0.len() > 1 {
                (confirm(w, "/desk/me/sessions/end", "sessions-end-others", "sessions-end-effect"))
            }
        }
    }
}

impl CodesPage {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say("codes-set-up");
        let head = Head {
            trail: &[("/desk/me", w.say("desk-me"))],
            title: &title,
            ..Head::default()
        };
        let field = Field {
            autocomplete: "one-time-code",
            error: self.error.as_deref(),
            hint: Some(w.say("staff-code-hint")),
            ..Field::of("code", w.say("staff-code"))
        };
        let secret = self.secret.text();
        let spaced: Vec<&str> = (0..secret.len())
            .step_by(4)
            .map(|at| &secret[at..at + 4])
            .collect();
        let body = html! {
            (head.render(w))
            form.panel.desk-codes method="post" action="/desk/me/codes" {
                ol.desk-steps {
                    li { p { (w.say("codes-step-scan")) } (qr(&self.address, &w.say("codes-picture"))) }
                    li {
                        p { (w.say("codes-step-type")) }
                        p { code #code-secret.desk-secret translate="no" { (spaced.join(" ")) } }
                    }
                    li { p { (w.say("codes-step-confirm")) } (field.render()) }
                }
                input type="hidden" name="secret" value=(secret);
                p.fine { (w.say("codes-on-effect")) }
                div.desk-actions {
                    a.button-quiet href="/desk/me" { (w.say("back")) }
                    button.button type="submit" { (w.say("codes-confirm")) }
                }
            }
        };
        frame.desk_page(&title, Some(staff), &body)
    }
}

impl RecoveryPage {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say("recovery");
        let head = Head {
            trail: &[("/desk/me", w.say("desk-me"))],
            title: &title,
            ..Head::default()
        };
        let body = html! {
            (head.render(w))
            p.notice role="status" { (w.say("recovery-once")) }
            section.panel.desk-recovery {
                p.desk-only-print { (frame.festival) " · " (staff) }
                ol #recovery-codes { @for code in &self.codes { li { code translate="no" { (code) } } } }
                div.desk-actions {
                    button.button-quiet type="button" data-copies="recovery-codes" data-copied=(w.say("copied")) hidden { (w.say("copy")) }
                    button.button-quiet type="button" data-prints hidden { (w.say("recovery-print")) }
                    a.button href="/desk/me" { (w.say("recovery-kept")) }
                }
            }
        };
        frame.desk_page(&title, Some(staff), &body)
    }
}

/// Sessions as a list, each with a button to end it, at the address that `end` says.
pub fn sessions(
    w: &Words,
    sessions: &[StaffSession],
    own: Option<u128>,
    end: &dyn Fn(Uuid) -> String,
) -> Markup {
    html! {
        div.sheet tabindex="0" role="group" aria-label=(w.say("desk-sessions")) {
            table {
                thead { tr {
                    th { (w.say("session-device")) } th { (w.say("session-by")) } th { (w.say("session-address")) }
                    th { (w.say("session-since")) } th { (w.say("session-seen")) } th { span.sr-only { (w.say("session-end")) } }
                } }
                tbody {
                    @for session in sessions {
                        tr {
                            td { (named(w, &Device::of(&session.opened.device).0)) " "
                                @if own == Some(session.id) { span.tag data-standing="open" { (w.say("session-this")) } } }
                            td data-label=(w.say("session-by")) { (w.say(&format!("session-by-{}", session.opened.opened_by.as_str()))) }
                            td data-label=(w.say("session-address")) { (session.opened.address) }
                            td data-label=(w.say("session-since")) { (moment(w, session.created_at)) }
                            td data-label=(w.say("session-seen")) { (moment(w, session.last_seen)) }
                            td {
                                @if own != Some(session.id) {
                                    (confirm(w, &end(Uuid::from_u128(session.id)), "session-end", "session-end-effect"))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn named(w: &Words, device: &str) -> String {
    match device {
        "" => w.say("session-unknown"),
        known => known.to_owned(),
    }
}

fn known_passkey(w: &Words, passkey: &StaffPasskey) -> Markup {
    let address = format!("/desk/me/passkeys/{}", Uuid::from_u128(passkey.id));
    let field = format!("name-{}", Uuid::from_u128(passkey.id).simple());
    html! {
        div.desk-list-line {
            div { strong { (passkey.name) }
                p.fine {
                    (w.say("passkey-since")) " " (moment(w, passkey.created_at))
                    @if let Some(used) = passkey.last_used { " · " (w.say("passkey-used")) " " (moment(w, used)) }
                }
            }
            details.desk-fold {
                summary.button-quiet { (w.say("passkey-change")) }
                form.form method="post" action=(format!("{address}/rename")) {
                    div.field {
                        label for=(field) { (w.say("passkey-name")) }
                        input id=(field) name="name" value=(passkey.name) required maxlength="60";
                    }
                    button.button-quiet type="submit" { (w.say("passkey-rename")) }
                }
                form method="post" action=(format!("{address}/remove")) {
                    p.fine { (w.say("passkey-remove-effect")) }
                    button.button-quiet.button-bad type="submit" { (w.say("passkey-remove")) }
                }
            }
        }
    }
}

/// A deed behind a fold that names its effect first.
pub fn confirm(w: &Words, action: &str, label: &str, effect: &str) -> Markup {
    html! {
        details.desk-fold {
            summary.button-quiet { (w.say(label)) }
            form.form method="post" action=(action) {
                p { (w.say(effect)) }
                button.button-quiet.button-bad type="submit" { (w.say(label)) }
            }
        }
    }
}

/// The address as a picture that a phone reads: dark on light in every scheme, since readers want that.
fn qr(address: &str, name: &str) -> Markup {
    let Ok(code) = QrCode::with_error_correction_level(address, EcLevel::M) else {
        return html! {};
    };
    let width = code.width();
    let mut path = String::new();
    for (at, colour) in code.to_colors().into_iter().enumerate() {
        if colour == Color::Dark {
            let _ = write!(path, "M{} {}h1v1h-1z", at % width + 4, at / width + 4);
        }
    }
    let side = width + 8;
    html! {
        svg.desk-qr role="img" aria-label=(name) viewBox=(format!("0 0 {side} {side}")) shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    }
}
