//! `/desk/sign-in`, `/desk/sign-out`, `/desk/invitation`: the way in and out.

use crate::deeds::SignIn;
use crate::deeds::staff::{self, CameFrom, Entered};
use crate::pages::desk::entrance::{DeskEntrance, Invited, SecondStep};
use crate::pages::notice::Notice;
use crate::pages::visit::{Visit, again, go, own_desk};
use crate::passkeys;
use crate::problem::{Kind, Problem};
use crate::who::{STAFF_COOKIE, cookie, set_cookie};
use axum::extract::{FromRequestParts, Query};
use axum::http::header::{CACHE_CONTROL, REFERRER_POLICY, SET_COOKIE};
use axum::http::request::Parts;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::{Form, Json};
use maud::Markup;
use records::{StaffMember, Token};
use serde::Deserialize;
use std::convert::Infallible;
use std::sync::Arc;

/// Keeps whose password was right until their second factor comes.
const STEP_COOKIE: &str = "doorbuster_staff_step";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Back {
    back: String,
}

/// What was typed; never printed, since it holds a password.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    email: String,
    password: String,
    back: String,
}

/// A code, which is never printed either.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct TypedCode {
    code: String,
    back: String,
}

/// What a browser says of a passkey.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Answered {
    challenge: String,
    answer: String,
    back: String,
}

/// An invitation as it is accepted.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Accepted {
    token: String,
    name: String,
    password: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Opened {
    token: String,
}

/// The cookies of the way in.
pub struct Brought {
    staff: Option<Token>,
    step: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Brought {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Brought {
            staff: cookie(parts, STAFF_COOKIE).map(|text| Token(text.to_owned())),
            step: cookie(parts, STEP_COOKIE).map(str::to_owned),
        })
    }
}

/// The page to sign in.
pub async fn page(visit: Visit, Query(asked): Query<Back>) -> Markup {
    let entrance = DeskEntrance {
        back: asked.back,
        passkeys: passkeys::are_offered(&visit.shop.settings),
        ..DeskEntrance::default()
    };
    entrance.render(&visit.frame)
}

/// Signs in with a password, or asks for what belongs beside it.
pub async fn sign_in(
    visit: Visit,
    from: CameFrom,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let (shop, now) = (&visit.shop, visit.frame.now);
    let login = SignIn {
        email: typed.email.clone(),
        password: typed.password.clone(),
    };
    match staff::check_password(shop, login, &from).await {
        Ok(Entered::In(token, _)) => Ok(entered(&visit, &token, &typed.back)),
        Ok(Entered::Asked(member)) => {
            let step = staff::step_token(&shop.keys, member.id, now);
            let step = set_cookie(shop, STEP_COOKIE, &step, staff::STEP_SECONDS);
            let page = second_step(&visit, &member, typed.back, None).await?;
            Ok(([(SET_COOKIE, step)], page).into_response())
        }
        Err(problem) => entrance_again(&visit, typed, problem),
    }
}

/// The page of the second step, for who comes back to it.
pub async fn code_page(
    visit: Visit,
    brought: Brought,
    Query(asked): Query<Back>,
) -> Result<Response, Problem> {
    match half_in(&visit, &brought).await? {
        Some(member) => Ok(second_step(&visit, &member, asked.back, None)
            .await?
            .into_response()),
        None => Ok(Redirect::to("/desk/sign-in").into_response()),
    }
}

/// Signs in with a code, behind a right password.
pub async fn enter_code(
    visit: Visit,
    brought: Brought,
    from: CameFrom,
    Form(typed): Form<TypedCode>,
) -> Result<Response, Problem> {
    let Some(member) = half_in(&visit, &brought).await? else {
        return Ok(go("/desk/sign-in", Notice::Said("desk-step-over")).into_response());
    };
    let w = &visit.frame.words;
    let tried = staff::enter_code(&visit.shop, member.clone(), &typed.code, &from).await;
    let error = match tried {
        Ok((token, _)) => return Ok(entered(&visit, &token, &typed.back)),
        Err(problem) if problem.name == Kind::WRONG_CODE.name => w.say("staff-code-wrong"),
        Err(problem) if problem.name == Kind::LOCKED.name => locked(&visit, &problem),
        Err(problem) => return Err(problem),
    };
    let page = second_step(&visit, &member, typed.back, Some(error)).await?;
    Ok(again(page))
}

/// What the browser is to ask of a passkey.
pub async fn ask_passkey(visit: Visit) -> Result<Response, Problem> {
    let shop = &visit.shop;
    let options = shop.challenges.ask_to_sign_in(&shop.settings, shop.now())?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(options)).into_response())
}

/// Signs in with what a passkey answered.
pub async fn enter_by_passkey(
    visit: Visit,
    from: CameFrom,
    Form(answered): Form<Answered>,
) -> Result<Response, Problem> {
    let entering = match answer_of(&answered.answer) {
        Ok(answer) => {
            staff::enter_by_passkey(&visit.shop, &answered.challenge, &answer, &from).await
        }
        Err(problem) => Err(problem),
    };
    match entering {
        Ok((token, _)) => Ok(entered(&visit, &token, &answered.back)),
        Err(problem) if problem.name == Kind::PASSKEY_UNKNOWN.name => {
            let entrance = DeskEntrance {
                back: answered.back,
                passkeys: true,
                error: Some(("", visit.frame.words.say("passkey-unknown"))),
                ..DeskEntrance::default()
            };
            Ok(again(entrance.render(&visit.frame)))
        }
        Err(problem) => Err(problem),
    }
}

/// Signs out.
pub async fn sign_out(visit: Visit, brought: Brought) -> Result<Response, Problem> {
    if let Some(token) = brought.staff {
        staff::leave(&visit.shop, &token).await?;
    }
    let cookie = set_cookie(&visit.shop, STAFF_COOKIE, "", 0);
    let next = go("/desk/sign-in", Notice::Said("desk-out"));
    Ok(([(SET_COOKIE, cookie)], next).into_response())
}

/// The page that an invitation opens. Its address opens it, so that it is told to nobody on the way.
pub async fn invitation_page(
    visit: Visit,
    Query(opened): Query<Opened>,
) -> Result<Response, Problem> {
    let page = invited(&visit, opened.token).await?;
    let private = [
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((private, page.render(&visit.frame)).into_response())
}

/// Takes on who was invited; they sign in with what they chose.
pub async fn accept_invitation(
    visit: Visit,
    Form(typed): Form<Accepted>,
) -> Result<Response, Problem> {
    let token = Token(typed.token.clone());
    let accepted = staff::accept_invitation(&visit.shop, &token, &typed.name, typed.password);
    let problem = match accepted.await {
        Ok(_) => return Ok(go("/desk/sign-in", Notice::Said("desk-welcome")).into_response()),
        Err(problem) => problem,
    };
    let w = &visit.frame.words;
    let error = match problem.errors.first().map(|error| error.field.as_str()) {
        Some("password") => ("password", w.say("password-length")),
        Some("name") => ("name", w.say("field-name")),
        _ => return Err(problem),
    };
    let page = Invited {
        name: typed.name,
        error: Some(error),
        ..invited(&visit, typed.token).await?
    };
    Ok(again(page.render(&visit.frame)))
}

async fn invited(visit: &Visit, token: String) -> Result<Invited, Problem> {
    let shop = &visit.shop;
    let opens = Token(token.clone());
    let known = shop.records.invitation(&opens, shop.now()).await?;
    let known = known.ok_or(Problem::from(Kind::NOT_FOUND))?.invited;
    Ok(Invited {
        token,
        email: known.mail,
        name: known.name,
        role: format!("role-{}", known.role.as_str()),
        error: None,
    })
}

fn entered(visit: &Visit, token: &Token, back: &str) -> Response {
    let cookies = AppendHeaders([
        (
            SET_COOKIE,
            set_cookie(&visit.shop, STAFF_COOKIE, &token.0, staff::SESSION_SECONDS),
        ),
        (SET_COOKIE, set_cookie(&visit.shop, STEP_COOKIE, "", 0)),
    ]);
    (cookies, go(own_desk(back), Notice::Said("desk-in"))).into_response()
}

/// Whose password was right a moment ago.
async fn half_in(visit: &Visit, brought: &Brought) -> Result<Option<StaffMember>, Problem> {
    let shop: &Arc<_> = &visit.shop;
    let step = brought.step.as_deref();
    let step = step.and_then(|text| staff::read_step_token(&shop.keys, text, shop.now()));
    let Some(id) = step else { return Ok(None) };
    let member = shop.records.staff_of(id).await?;
    Ok(member.filter(|member| member.active))
}

async fn second_step(
    visit: &Visit,
    member: &StaffMember,
    back: String,
    error: Option<String>,
) -> Result<Markup, Problem> {
    let factors = visit.shop.records.staff_factors(member.id).await?;
    let offered = passkeys::are_offered(&visit.shop.settings);
    let step = SecondStep {
        codes: factors.codes,
        passkeys: offered && !factors.passkeys.is_empty(),
        error,
        back,
    };
    Ok(step.render(&visit.frame))
}

/// The form once more, with what is wrong beside its field.
fn entrance_again(visit: &Visit, typed: Typed, problem: Problem) -> Result<Response, Problem> {
    let w = &visit.frame.words;
    let error = match problem.name {
        "wrong_password" => ("password", w.say("sign-in-wrong")),
        "locked" => ("", locked(visit, &problem)),
        _ => return Err(problem),
    };
    let entrance = DeskEntrance {
        email: typed.email,
        error: Some(error),
        back: typed.back,
        passkeys: passkeys::are_offered(&visit.shop.settings),
    };
    Ok(again(entrance.render(&visit.frame)))
}

fn locked(visit: &Visit, problem: &Problem) -> String {
    let w = &visit.frame.words;
    let span = w.span(problem.retry_after_ms.unwrap_or(1_000));
    w.say_with("sign-in-locked", [("span", span.into())])
}

/// What a form carries of JSON that a script wrote into it.
pub(super) fn answer_of<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|_| Kind::PASSKEY_UNKNOWN.into())
}
