//! `/desk/me`: one's own sign-in. What a thief with an open browser would do first asks for a sign-in
//! of a moment ago.

use super::sign_in::answer_of;
use crate::deeds::staff::{self, CameFrom};
use crate::device::Device;
use crate::pages::desk::me::{CodesPage, MePage, RecoveryPage};
use crate::pages::desk::undo::Undo;
use crate::pages::notice::Notice;
use crate::pages::visit::{DeskVisit, again, go};
use crate::passkeys;
use crate::problem::{Kind, Problem};
use crate::totp::CodeSecret;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use maud::Markup;
use serde::Deserialize;

const HERE: &str = "/desk/me";

/// Never printed: it holds passwords.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Passwords {
    current: String,
    wanted: String,
}

/// Never printed: it holds a secret.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Confirmed {
    secret: String,
    code: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Made {
    challenge: String,
    answer: String,
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Named {
    name: String,
    /// What it was called when that was decided; blank where that is no matter.
    was: String,
}

/// The page.
pub async fn show(visit: DeskVisit, from: CameFrom) -> Result<Markup, Problem> {
    Ok(page(&visit, &from)
        .await?
        .render(&visit.frame, &visit.staff.name))
}

/// Another password for oneself.
pub async fn change_password(
    visit: DeskVisit,
    from: CameFrom,
    Form(typed): Form<Passwords>,
) -> Result<Response, Problem> {
    let Passwords { current, wanted } = typed;
    let changed =
        staff::change_own_password(&visit.shop, &visit.staff, current, wanted, &from.address);
    let w = &visit.frame.words;
    let error = match changed.await {
        Ok(()) => return Ok(go(HERE, Notice::Said("desk-password-changed")).into_response()),
        Err(problem) => match problem.name {
            "wrong_password" => ("current", w.say("desk-password-current-wrong")),
            "invalid" => ("wanted", w.say("password-length")),
            "locked" => {
                let span = w.span(problem.retry_after_ms.unwrap_or(1_000));
                (
                    "current",
                    w.say_with("sign-in-locked", [("span", span.into())]),
                )
            }
            _ => return Err(problem),
        },
    };
    let page = MePage {
        error: Some(error),
        ..page(&visit, &from).await?
    };
    Ok(again(page.render(&visit.frame, &visit.staff.name)))
}

/// The page on which an authenticator is set up.
pub async fn codes_page(visit: DeskVisit) -> Result<Response, Problem> {
    if visit.staff.fresh_seat(visit.frame.now).is_err() {
        return Ok(sign_in_again());
    }
    Ok(codes(&visit, CodeSecret::random(), None))
}

/// Confirms an authenticator.
pub async fn confirm_codes(
    visit: DeskVisit,
    Form(typed): Form<Confirmed>,
) -> Result<Response, Problem> {
    let secret = CodeSecret::of_text(&typed.secret).ok_or(Problem::from(Kind::MALFORMED))?;
    let confirmed = staff::confirm_codes(&visit.shop, &visit.staff, &secret, &typed.code);
    match confirmed.await {
        Ok(recovery) => Ok(shown_once(&visit, recovery, "codes-on")),
        Err(problem) if problem.name == Kind::WRONG_CODE.name => {
            let error = visit.frame.words.say("staff-code-wrong-new");
            let page = codes(&visit, secret, Some(error));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(problem) => answered(Err(problem), ""),
    }
}

/// Takes the authenticator away.
pub async fn remove_codes(visit: DeskVisit) -> Result<Response, Problem> {
    let removed = staff::remove_codes(&visit.shop, &visit.staff).await;
    answered(removed, "codes-off")
}

/// Fresh recovery codes.
pub async fn renew_recovery(visit: DeskVisit) -> Result<Response, Problem> {
    match staff::renew_recovery_codes(&visit.shop, &visit.staff).await {
        Ok(codes) => Ok(shown_once(&visit, codes, "")),
        Err(problem) => answered(Err(problem), ""),
    }
}

/// What the browser is asked in order to make a passkey. A script reads the answer.
pub async fn ask_for_passkey(visit: DeskVisit) -> Result<Response, Problem> {
    let options = staff::ask_for_passkey(&visit.shop, &visit.staff).await?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(options)).into_response())
}

/// Keeps a passkey that the browser made.
pub async fn add_passkey(visit: DeskVisit, Form(made): Form<Made>) -> Result<Response, Problem> {
    let added = match answer_of(&made.answer) {
        Ok(answer) => {
            let (shop, staff) = (&visit.shop, &visit.staff);
            staff::add_passkey(shop, staff, &made.challenge, &answer, &made.name).await
        }
        Err(problem) => Err(problem),
    };
    match added {
        Ok(recovery) => Ok(shown_once(&visit, recovery, "passkey-added")),
        Err(problem) => answered(Err(problem), ""),
    }
}

/// Calls a passkey otherwise.
pub async fn rename_passkey(
    visit: DeskVisit,
    Path(passkey): Path<String>,
    Form(named): Form<Named>,
) -> Result<Response, Problem> {
    let (shop, staff) = (&visit.shop, &visit.staff);
    let was = Some(named.was.as_str()).filter(|was| !was.is_empty());
    match staff::rename_passkey(shop, staff, &passkey, &named.name, was).await {
        Ok(Some(before)) => {
            let undo = Undo::at(format!("{HERE}/passkeys/{passkey}/rename"))
                .with("name", before)
                .with("was", named.name.trim());
            let next = undo.go(&shop.keys, &visit.frame, HERE, "passkey-renamed");
            Ok(next.into_response())
        }
        renamed => answered(renamed.map(|_| ()), "passkey-renamed"),
    }
}

/// Takes a passkey away.
pub async fn remove_passkey(
    visit: DeskVisit,
    Path(passkey): Path<String>,
) -> Result<Response, Problem> {
    let removed = staff::remove_passkey(&visit.shop, &visit.staff, &passkey).await;
    answered(removed, "passkey-removed")
}

/// Ends a session of one's own.
pub async fn end_session(
    visit: DeskVisit,
    Path(session): Path<String>,
) -> Result<Response, Problem> {
    let ended = staff::end_own_session(&visit.shop, &visit.staff, &session).await;
    answered(ended, "session-ended")
}

/// Ends all sessions of one's own but this one.
pub async fn end_other_sessions(visit: DeskVisit) -> Result<Response, Problem> {
    let ended = staff::end_other_sessions(&visit.shop, &visit.staff).await;
    answered(ended, "sessions-ended")
}

async fn page(visit: &DeskVisit, from: &CameFrom) -> Result<MePage, Problem> {
    let seat = visit.staff.seat()?;
    let (records, now) = (&visit.shop.records, visit.frame.now);
    Ok(MePage {
        factors: records.staff_factors(seat.staff).await?,
        required: records.second_factor_required().await?,
        sessions: (records.staff_sessions(seat.staff, now).await?, seat.session),
        passkeys: passkeys::are_offered(&visit.shop.settings),
        here: Device::of(&from.device).0,
        error: None,
    })
}

fn codes(visit: &DeskVisit, secret: CodeSecret, error: Option<String>) -> Response {
    let festival = &visit.shop.settings.name;
    let page = CodesPage {
        address: secret.address(festival, &visit.staff.name),
        secret,
        error,
    };
    let page = page.render(&visit.frame, &visit.staff.name);
    ([(CACHE_CONTROL, "no-store")], page).into_response()
}

/// Recovery codes on a page that no cache keeps; where there are none to be shown, back with `said`.
fn shown_once(visit: &DeskVisit, codes: Vec<String>, said: &'static str) -> Response {
    if codes.is_empty() {
        return go(HERE, Notice::Said(said)).into_response();
    }
    let page = RecoveryPage { codes }.render(&visit.frame, &visit.staff.name);
    ([(CACHE_CONTROL, "no-store")], page).into_response()
}

/// Back to the page with what was done, or with why not.
fn answered(done: Result<(), Problem>, said: &'static str) -> Result<Response, Problem> {
    let said = match done {
        Ok(()) => said,
        Err(problem) => match problem.name {
            "sign_in_again" => return Ok(sign_in_again()),
            "second_factor_wanted" => "factor-stays",
            "passkey_unknown" => "passkey-not-added",
            "changed_meanwhile" => "changed-meanwhile",
            "invalid" => "passkey-name-missing",
            _ => return Err(problem),
        },
    };
    Ok(go(HERE, Notice::Said(said)).into_response())
}

fn sign_in_again() -> Response {
    let address = "/desk/sign-in?back=%2Fdesk%2Fme&said=desk-again";
    Redirect::to(address).into_response()
}
