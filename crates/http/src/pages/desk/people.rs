//! People: who works at the desk, who was invited, what programs may do.

use super::head::Head;
use super::me::{confirm, sessions};
use super::undo::Undo;
use crate::pages::countdown::moment;
use crate::pages::form::Field;
use crate::pages::frame::Frame;
use crate::pages::words::Words;
use maud::{Markup, html};
use records::{ApiKey, Factors, Invitation, Role, StaffMember, StaffSession};
use uuid::Uuid;
use vocabulary::Millis;

/// All roles, the smallest first.
const ROLES: [Role; 4] = [Role::Viewer, Role::Support, Role::Merchandiser, Role::Owner];

/// Everybody.
#[derive(Clone, Debug)]
pub struct PeoplePage {
    /// Who works here, with what they have beside a password and when they were last here.
    pub members: Vec<(StaffMember, Factors, Option<Millis>)>,
    /// Who was invited and has not come.
    pub invitations: Vec<Invitation>,
    /// Everybody must have a second factor.
    pub required: bool,
}

/// Somebody.
#[derive(Clone, Debug)]
pub struct MemberPage {
    /// Who.
    pub member: StaffMember,
    /// What they have beside a password.
    pub factors: Factors,
    /// Where they are signed in.
    pub sessions: Vec<StaffSession>,
    /// It is who looks.
    pub own: bool,
    /// What is wrong, in words.
    pub error: Option<String>,
}

/// Somebody to be invited, as it was typed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct InviteForm {
    /// The request key: sent twice, the form shows the same link.
    pub key: String,
    /// The login to be.
    pub email: String,
    /// How to address them.
    pub name: String,
    /// What they will be allowed to do.
    pub role: String,
    /// What is wrong: a field with the message.
    #[serde(skip)]
    pub error: Option<(&'static str, String)>,
}

/// Something that is told this once: the link of an invitation, or a key.
#[derive(Clone, Debug)]
pub struct ToldOnce {
    /// The message that is its title.
    pub title: &'static str,
    /// The message that says what to do with it.
    pub note: &'static str,
    /// What it is for.
    pub what: String,
    /// What is told.
    pub secret: String,
    /// The page above, with the message that names it.
    pub above: (&'static str, &'static str),
    /// What undoes that it was made.
    pub undo: Option<Undo>,
}

/// The keys of programs.
#[derive(Clone, Debug)]
pub struct KeysPage {
    /// Every key there is or was.
    pub keys: Vec<ApiKey>,
    /// What was typed as a name, and what is wrong with it.
    pub error: Option<String>,
}

impl PeoplePage {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say("people");
        let actions = html! {
            a.button-quiet href="/desk/keys" { (w.say("keys")) }
            a.button href="/desk/people/invite" { (w.say("invite")) }
        };
        let head = Head {
            title: &title,
            actions: Some(actions),
            ..Head::default()
        };
        let body = html! {
            (head.render(w))
            (self.sheet(w))
            @if !self.invitations.is_empty() { (self.invited(w)) }
            (self.policy(w))
        };
        frame.desk_page(&title, Some(staff), &body)
    }

    fn sheet(&self, w: &Words) -> Markup {
        html! {
            div.sheet tabindex="0" role="group" aria-label=(w.say("people")) {
                table {
                    thead { tr { th { (w.say("your-name")) } th { (w.say("email")) } th { (w.say("role")) } th { (w.say("second-factor")) } th { (w.say("session-seen")) } } }
                    tbody {
                        @for (member, factors, seen) in &self.members {
                            tr data-off[!member.active] {
                                td { a href=(format!("/desk/people/{}", member.id)) { (member.name) } }
                                td data-label=(w.say("email")) { (member.mail) }
                                td data-label=(w.say("role")) { (role_tag(w, member)) }
                                td data-label=(w.say("second-factor")) { (factors_in_words(w, factors)) }
                                td data-label=(w.say("session-seen")) { @if let Some(seen) = seen { (moment(w, *seen)) } @else { (w.say("not-signed-in")) } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn invited(&self, w: &Words) -> Markup {
        html! {
            section aria-labelledby="invited" {
                div.desk-title { h2 #invited { (w.say("invitations")) } }
                div.sheet tabindex="0" role="group" aria-label=(w.say("invitations")) {
                    table {
                        thead { tr { th { (w.say("email")) } th { (w.say("role")) } th { (w.say("invited-by")) } th { (w.say("invited-until")) } th { span.sr-only { (w.say("invite-revoke")) } } } }
                        tbody {
                            @for invitation in &self.invitations {
                                tr {
                                    td { (invitation.invited.mail) }
                                    td data-label=(w.say("role")) { (role_name(w, invitation.invited.role)) }
                                    td data-label=(w.say("invited-by")) { (invitation.invited.invited_by) }
                                    td data-label=(w.say("invited-until")) { (moment(w, invitation.expires_at)) }
                                    td {
                                        (confirm(w, &format!("/desk/invitations/{}/revoke", Uuid::from_u128(invitation.id)), "invite-revoke", "invite-revoke-effect"))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn policy(&self, w: &Words) -> Markup {
        let (state, effect, label, wanted) = match self.required {
            true => ("policy-on", "policy-off-effect", "policy-turn-off", "no"),
            false => ("policy-off", "policy-on-effect", "policy-turn-on", "yes"),
        };
        html! {
            section.panel aria-labelledby="policy" {
                h2 #policy { (w.say("second-factor")) }
                p { (w.say(state)) }
                form.form method="post" action="/desk/people/policy" {
                    input type="hidden" name="required" value=(wanted);
                    p.fine { (w.say(effect)) }
                    p { button.button-quiet type="submit" { (w.say(label)) } }
                }
            }
        }
    }
}

impl MemberPage {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let member = &self.member;
        let head = Head {
            trail: &[("/desk/people", w.say("people"))],
            title: &member.name,
            beside: Some(role_tag(w, member)),
            note: Some(member.mail.clone()),
            ..Head::default()
        };
        let here = format!("/desk/people/{}", member.id);
        let body = html! {
            (head.render(w))
            @if let Some(error) = &self.error { p.notice.notice-bad role="alert" { (error) } }
            @if self.own { p.notice.notice-warn { (w.say("member-own")) " " a href="/desk/me" { (w.say("desk-me")) } } }
            @else { div.desk-cards { (self.role(w, &here)) (self.access(w, &here)) (self.second_factor(w, &here)) } }
            section aria-labelledby="sessions" {
                div.desk-title { h2 #sessions { (w.say("desk-sessions")) } }
                @if self.sessions.is_empty() { p.empty { (w.say("not-signed-in")) } }
                @else { (sessions(w, &self.sessions, None, &|id| format!("{here}/sessions/{id}/end"))) }
            }
            p { a href=(format!("/desk/audit?who={}", member.mail)) { (w.say("member-audit")) } }
        };
        frame.desk_page(&member.name, Some(staff), &body)
    }

    fn role(&self, w: &Words, here: &str) -> Markup {
        html! {
            section.panel aria-labelledby="role" {
                h2 #role { (w.say("role")) }
                form.form method="post" action=(here) {
                    (self.stands())
                    input type="hidden" name="active" value=(yes(self.member.active));
                    (roles(w, self.member.role.as_str()))
                    p { button.button-quiet type="submit" { (w.say("role-change")) } }
                }
            }
        }
    }

    fn access(&self, w: &Words, here: &str) -> Markup {
        let (effect, label) = match self.member.active {
            true => ("member-off-effect", "member-off"),
            false => ("member-on-effect", "member-on"),
        };
        html! {
            section.panel aria-labelledby="access" {
                h2 #access { (w.say("member-access")) }
                form.form method="post" action=(here) {
                    (self.stands())
                    input type="hidden" name="role" value=(self.member.role.as_str());
                    input type="hidden" name="active" value=(yes(!self.member.active));
                    p { (w.say(effect)) }
                    p { button type="submit" class=(if self.member.active { "button-quiet button-bad" } else { "button-quiet" }) { (w.say(label)) } }
                }
            }
        }
    }

    /// What the form was made of: another change in between is not overwritten.
    fn stands(&self) -> Markup {
        html! {
            input type="hidden" name="was_role" value=(self.member.role.as_str());
            input type="hidden" name="was_active" value=(yes(self.member.active));
        }
    }

    fn second_factor(&self, w: &Words, here: &str) -> Markup {
        html! {
            section.panel aria-labelledby="factor" {
                h2 #factor { (w.say("second-factor")) }
                p { (factors_in_words(w, &self.factors)) }
                @if self.factors.any() {
                    details.desk-fold {
                        summary.button-quiet { (w.say("factor-reset")) }
                        form.form method="post" action=(format!("{here}/reset")) {
                            p { (w.say("factor-reset-effect")) }
                            p { (w.say("no-undo")) }
                            button.button-quiet.button-bad type="submit" { (w.say("factor-reset")) }
                        }
                    }
                }
            }
        }
    }
}

impl InviteForm {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say("invite");
        let head = Head {
            trail: &[("/desk/people", w.say("people"))],
            title: &title,
            note: Some(w.say("invite-note")),
            ..Head::default()
        };
        let error = |name: &str| {
            let (wrong, text) = self.error.as_ref()?;
            (*wrong == name).then_some(text.as_str())
        };
        let email = Field {
            kind: "email",
            value: &self.email,
            error: error("email"),
            ..Field::of("email", w.say("email"))
        };
        let name = Field {
            value: &self.name,
            error: error("name"),
            ..Field::of("name", w.say("your-name"))
        };
        let role = if self.role.is_empty() {
            "viewer"
        } else {
            &self.role
        };
        let body = html! {
            (head.render(w))
            form.form.panel.desk-codes method="post" action="/desk/people/invite" {
                (frame.key())
                (email.render())
                (name.render())
                (roles(w, role))
                div.desk-actions {
                    a.button-quiet href="/desk/people" { (w.say("back")) }
                    button.button type="submit" { (w.say("invite-make")) }
                }
            }
        };
        frame.desk_page(&title, Some(staff), &body)
    }
}

impl ToldOnce {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say(self.title);
        let (address, above) = self.above;
        let head = Head {
            trail: &[(address, w.say(above))],
            title: &title,
            note: Some(self.what.clone()),
            ..Head::default()
        };
        let body = html! {
            (head.render(w))
            section.panel.desk-codes {
                p { (w.say(self.note)) }
                p { code #told-once.desk-secret translate="no" { (self.secret) } }
                div.desk-actions {
                    button.button-quiet type="button" data-copies="told-once" data-copied=(w.say("copied")) hidden { (w.say("copy")) }
                    a.button href=(address) { (w.say("told-once-done")) }
                    @if let Some(undo) = &self.undo { (undo.render(frame)) }
                }
            }
        };
        frame.desk_page(&title, Some(staff), &body)
    }
}

impl KeysPage {
    /// The page.
    pub fn render(&self, frame: &Frame, staff: &str) -> Markup {
        let w = &frame.words;
        let title = w.say("keys");
        let head = Head {
            trail: &[("/desk/people", w.say("people"))],
            title: &title,
            note: Some(w.say("keys-note")),
            ..Head::default()
        };
        let name = Field {
            error: self.error.as_deref(),
            hint: Some(w.say("key-name-hint")),
            ..Field::of("name", w.say("key-name"))
        };
        let body = html! {
            (head.render(w))
            @if self.keys.is_empty() { p.empty { (w.say("keys-none")) } } @else { (self.sheet(w)) }
            form.form.panel.desk-codes method="post" action="/desk/keys" {
                h2 { (w.say("key-make")) }
                (frame.key())
                (name.render())
                (roles(w, "viewer"))
                p { button.button type="submit" { (w.say("key-make")) } }
            }
        };
        frame.desk_page(&title, Some(staff), &body)
    }

    fn sheet(&self, w: &Words) -> Markup {
        html! {
            div.sheet tabindex="0" role="group" aria-label=(w.say("keys")) {
                table {
                    thead { tr { th { (w.say("key-name")) } th { (w.say("role")) } th { (w.say("key-since")) } th { span.sr-only { (w.say("key-revoke")) } } } }
                    tbody {
                        @for key in &self.keys {
                            tr data-off[key.revoked_at.is_some()] {
                                td { (key.name) }
                                td data-label=(w.say("role")) { (role_name(w, key.role)) }
                                td data-label=(w.say("key-since")) { (moment(w, key.created_at)) }
                                td {
                                    @if let Some(at) = key.revoked_at { (w.say("key-revoked")) " " (moment(w, at)) }
                                    @else {
                                        details.desk-fold {
                                            summary.button-quiet { (w.say("key-revoke")) }
                                            form.form method="post" action=(format!("/desk/keys/{}/revoke", Uuid::from_u128(key.id))) {
                                                p { (w.say("key-revoke-effect")) " " (w.say("no-undo")) }
                                                button.button-quiet.button-bad type="submit" { (w.say("key-revoke")) }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A choice of roles, each with what it may do.
fn roles(w: &Words, chosen: &str) -> Markup {
    html! {
        fieldset.desk-roles {
            legend { (w.say("role")) }
            @for role in ROLES {
                label.desk-role {
                    input type="radio" name="role" value=(role.as_str()) checked[role.as_str() == chosen] required;
                    span { strong { (role_name(w, role)) } span.fine { (w.say(&format!("role-{}-may", role.as_str()))) } }
                }
            }
        }
    }
}

fn role_name(w: &Words, role: Role) -> String {
    w.say(&format!("role-{}", role.as_str()))
}

fn role_tag(w: &Words, member: &StaffMember) -> Markup {
    html! {
        span.tag data-standing=[member.active.then_some("open")] {
            (role_name(w, member.role)) @if !member.active { " · " (w.say("member-is-off")) }
        }
    }
}

fn factors_in_words(w: &Words, factors: &Factors) -> String {
    let mut have = Vec::new();
    if !factors.passkeys.is_empty() {
        have.push(w.say("passkeys"));
    }
    if factors.codes {
        have.push(w.say("codes"));
    }
    match have.is_empty() {
        true => w.say("factor-none"),
        false => have.join(" · "),
    }
}

fn yes(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}
