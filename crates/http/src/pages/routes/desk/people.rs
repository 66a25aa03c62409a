//! `/desk/people`, `/desk/invitations`, `/desk/keys`: who works at the desk, and what programs may do.

use crate::deeds::staff::{self, InviteAsk, KeyAsk, MemberChange};
use crate::pages::desk::people::{InviteForm, KeysPage, MemberPage, PeoplePage, ToldOnce};
use crate::pages::desk::undo::Undo;
use crate::pages::notice::Notice;
use crate::pages::visit::{DeskVisit, again, go};
use crate::problem::{Kind, Problem};
use crate::request_key::Key;
use axum::Form;
use axum::extract::Path;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use records::Role;
use serde::Deserialize;

const PEOPLE: &str = "/desk/people";
const KEYS: &str = "/desk/keys";

/// What somebody is to be, and what they were when that was decided.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Changed {
    role: String,
    active: String,
    was_role: String,
    was_active: String,
    undoes: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Policy {
    required: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewKey {
    key: String,
    name: String,
    role: String,
}

/// Everybody.
pub async fn list(visit: DeskVisit) -> Result<Markup, Problem> {
    let (records, now) = (&visit.shop.records, visit.frame.now);
    let mut members = Vec::new();
    for member in records.staff().await? {
        let factors = records.staff_factors(member.id).await?;
        let sessions = records.staff_sessions(member.id, now).await?;
        let seen = sessions.first().map(|session| session.last_seen);
        members.push((member, factors, seen));
    }
    let page = PeoplePage {
        members,
        invitations: records.invitations(now).await?,
        required: records.second_factor_required().await?,
    };
    Ok(page.render(&visit.frame, &visit.staff.name))
}

/// Somebody.
pub async fn show(visit: DeskVisit, Path(member): Path<String>) -> Result<Markup, Problem> {
    let page = page(&visit, &member).await?;
    Ok(page.render(&visit.frame, &visit.staff.name))
}

/// Changes what somebody may do, or whether they may sign in; it can be undone.
pub async fn change(
    visit: DeskVisit,
    Path(member): Path<String>,
    Form(asked): Form<Changed>,
) -> Result<Response, Problem> {
    let before = staff::known_member(&visit.shop, &member).await?;
    let here = format!("{PEOPLE}/{}", before.id);
    let was_role = Role::from_name(&asked.was_role);
    let was_role = was_role.ok_or_else(|| Problem::field("was_role", "is no role"))?;
    let was = (was_role, asked.was_active == "yes");
    let change = MemberChange {
        role: Some(asked.role),
        active: Some(asked.active == "yes"),
        password: None,
    };
    let (shop, staff) = (&visit.shop, &visit.staff);
    let after = match staff::change_member(shop, staff, &member, change, Some(was)).await {
        Ok(after) => after,
        Err(problem) if problem.name == Kind::CHANGED_MEANWHILE.name => {
            return Ok(go(&here, Notice::Said("changed-meanwhile")).into_response());
        }
        Err(problem) => return not_changed(&visit, &member, problem).await,
    };
    if !asked.undoes.is_empty() || (after.role, after.active) == (before.role, before.active) {
        let said = if asked.undoes.is_empty() {
            "member-changed"
        } else {
            "undone"
        };
        return Ok(go(&here, Notice::Said(said)).into_response());
    }
    let undo = Undo::at(&*here)
        .with("role", before.role.as_str())
        .with("active", yes(before.active))
        .with("was_role", after.role.as_str())
        .with("was_active", yes(after.active))
        .with("undoes", "yes");
    let next = undo.go(&visit.shop.keys, &visit.frame, &here, "member-changed");
    Ok(next.into_response())
}

/// Takes from somebody all they had beside their password.
pub async fn reset(visit: DeskVisit, Path(member): Path<String>) -> Result<Response, Problem> {
    match staff::reset_factors(&visit.shop, &visit.staff, &member).await {
        Ok(member) => {
            let here = format!("{PEOPLE}/{}", member.id);
            Ok(go(&here, Notice::Said("factors-reset")).into_response())
        }
        Err(problem) => not_changed(&visit, &member, problem).await,
    }
}

/// Ends a session of somebody.
pub async fn end_session(
    visit: DeskVisit,
    Path((member, session)): Path<(String, String)>,
) -> Result<Redirect, Problem> {
    staff::end_session_of(&visit.shop, &visit.staff, &member, &session).await?;
    let here = format!(
        "{PEOPLE}/{}",
        staff::known_member(&visit.shop, &member).await?.id
    );
    Ok(go(&here, Notice::Said("session-ended")))
}

/// Whether everybody must have a second factor.
pub async fn policy(visit: DeskVisit, Form(policy): Form<Policy>) -> Result<Redirect, Problem> {
    let required = policy.required == "yes";
    match staff::demand_second_factor(&visit.shop, &visit.staff, required).await {
        Ok(true) => {
            let undo = Undo::at("/desk/people/policy").with("required", yes(!required));
            Ok(undo.go(&visit.shop.keys, &visit.frame, PEOPLE, "policy-changed"))
        }
        Ok(false) => Ok(go(PEOPLE, Notice::Said("policy-changed"))),
        Err(problem) if problem.name == Kind::SECOND_FACTOR_WANTED.name => {
            Ok(go("/desk/me", Notice::Said("policy-own-first")))
        }
        Err(problem) => Err(problem),
    }
}

/// The form of an invitation.
pub async fn invite_page(visit: DeskVisit) -> Markup {
    InviteForm::default().render(&visit.frame, &visit.staff.name)
}

/// Invites somebody; the link is shown this once.
pub async fn invite(visit: DeskVisit, Form(typed): Form<InviteForm>) -> Result<Response, Problem> {
    let ask = InviteAsk {
        email: typed.email.clone(),
        name: typed.name.clone(),
        role: typed.role.clone(),
    };
    let asked = [&ask.email, &ask.name, &ask.role].map(|text| text.as_bytes());
    let key = Key::of(&typed.key, &[b"invite", asked[0], asked[1], asked[2]])?;
    let key = Some(key.by(&visit.staff.scope()));
    let problem = match staff::invite(&visit.shop, &visit.staff, key, ask).await {
        Ok((made, token, _)) => {
            let back = format!("/desk/invitations/{}/revoke", staff::id_text(made.id));
            let told = ToldOnce {
                undo: Some(Undo::at(back)),
                title: "invite-link",
                note: "invite-link-note",
                what: typed.email,
                secret: staff::invitation_link(&visit.shop, &token),
                above: (PEOPLE, "people"),
            };
            return Ok(once(&visit, &told));
        }
        Err(problem) => problem,
    };
    let w = &visit.frame.words;
    let field = problem.errors.first().map(|error| error.field.as_str());
    let error = match (problem.name, field) {
        ("mail_taken", _) => ("email", w.say("member-taken")),
        ("invalid", Some("email")) => ("email", w.say("field-email")),
        ("invalid", Some("name")) => ("name", w.say("field-missing")),
        _ => return Err(problem),
    };
    let form = InviteForm {
        error: Some(error),
        ..typed
    };
    Ok(again(form.render(&visit.frame, &visit.staff.name)))
}

/// Takes an invitation back.
pub async fn revoke_invitation(
    visit: DeskVisit,
    Path(invitation): Path<String>,
) -> Result<Redirect, Problem> {
    staff::revoke_invitation(&visit.shop, &visit.staff, &invitation).await?;
    Ok(go(PEOPLE, Notice::Said("invitation-revoked")))
}

/// The keys of programs.
pub async fn keys(visit: DeskVisit) -> Result<Markup, Problem> {
    let page = keys_page(&visit, None).await?;
    Ok(page.render(&visit.frame, &visit.staff.name))
}

/// Makes a key; it is shown this once.
pub async fn make_key(visit: DeskVisit, Form(typed): Form<NewKey>) -> Result<Response, Problem> {
    let key = Key::of(
        &typed.key,
        &[b"key", typed.name.as_bytes(), typed.role.as_bytes()],
    )?;
    let ask = KeyAsk {
        name: typed.name.trim().to_owned(),
        role: typed.role,
    };
    let key = Some(key.by(&visit.staff.scope()));
    match staff::make_key(&visit.shop, &visit.staff, key, ask).await {
        Ok((made, token, _)) => {
            let undo = format!("{KEYS}/{}/revoke", staff::id_text(made.id));
            let told = ToldOnce {
                undo: Some(Undo::at(undo)),
                title: "key-made",
                note: "key-made-note",
                what: made.name,
                secret: token.0,
                above: (KEYS, "keys"),
            };
            Ok(once(&visit, &told))
        }
        Err(problem) if problem.name == Kind::INVALID.name => {
            let error = visit.frame.words.say("field-missing");
            let page = keys_page(&visit, Some(error)).await?;
            Ok(again(page.render(&visit.frame, &visit.staff.name)))
        }
        Err(problem) => Err(problem),
    }
}

/// Makes a key work no more.
pub async fn revoke_key(visit: DeskVisit, Path(key): Path<String>) -> Result<Redirect, Problem> {
    staff::revoke_key(&visit.shop, &visit.staff, &key).await?;
    Ok(go(KEYS, Notice::Said("key-revoked")))
}

async fn keys_page(visit: &DeskVisit, error: Option<String>) -> Result<KeysPage, Problem> {
    let mut keys = visit.shop.records.api_keys().await?;
    keys.sort_by_key(|key| (key.revoked_at.is_some(), std::cmp::Reverse(key.id)));
    Ok(KeysPage { keys, error })
}

async fn page(visit: &DeskVisit, member: &str) -> Result<MemberPage, Problem> {
    let member = staff::known_member(&visit.shop, member).await?;
    let (records, now) = (&visit.shop.records, visit.frame.now);
    Ok(MemberPage {
        factors: records.staff_factors(member.id).await?,
        sessions: records.staff_sessions(member.id, now).await?,
        own: member.mail == visit.staff.name,
        error: None,
        member,
    })
}

/// The page once more, with why it could not be.
async fn not_changed(
    visit: &DeskVisit,
    member: &str,
    problem: Problem,
) -> Result<Response, Problem> {
    let w = &visit.frame.words;
    let error = match problem.name {
        "last_owner" => w.say("member-last-owner"),
        "invalid" => w.say("member-own"),
        _ => return Err(problem),
    };
    let page = MemberPage {
        error: Some(error),
        ..page(visit, member).await?
    };
    let page = page.render(&visit.frame, &visit.staff.name);
    Ok((problem.status, page).into_response())
}

/// A page that no cache keeps and no referrer tells of.
fn once(visit: &DeskVisit, told: &ToldOnce) -> Response {
    let page = told.render(&visit.frame, &visit.staff.name);
    ([(CACHE_CONTROL, "no-store")], page).into_response()
}

fn yes(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}
