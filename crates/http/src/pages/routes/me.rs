//! `/me`: what belongs to who visits, and what they change of it.

use super::entrance::{entered, wrong_field};
use crate::deeds::{self, ProfileChange};
use crate::device::Device;
use crate::limits::FromAddress;
use crate::pages::language::Language;
use crate::pages::me::{self, MePage, Visitor, Wrong};
use crate::pages::notice::Notice;
use crate::pages::visit::{Visit, go};
use crate::pages::words::Words;
use crate::problem::{Kind, Problem};
use crate::who::{SESSION_COOKIE, Shopper, set_cookie};
use axum::Form;
use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};
use records::{Consent, OrderCursor, OrderFilter};
use serde::Deserialize;

/// Orders that are counted before an erasure.
const COUNTED_MAX: u32 = 100;

#[derive(Deserialize)]
pub struct Profile {
    name: String,
    #[serde(default)]
    phone: String,
    locale: String,
}

#[derive(Deserialize)]
pub struct Mail {
    email: String,
    password: String,
}

#[derive(Deserialize)]
pub struct Password {
    now: String,
    new: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Consents {
    advertising: String,
    advertising_at_night: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Erasing {
    password: String,
}

/// The page.
pub async fn show(visit: Visit) -> Result<Response, Problem> {
    match visit.shopper.filter(|shopper| shopper.account().is_some()) {
        Some(shopper) => page(&visit, &shopper, Vec::new()).await,
        None => {
            let visitor = match visit.shopper {
                Some(shopper) if shopper.0.member => Visitor::Elsewhere,
                Some(_) => Visitor::Guest,
                None => Visitor::Stranger,
            };
            Ok(me::guest(&visit.frame, visitor).into_response())
        }
    }
}

/// Changes name, phone and language; the pages speak the new one at once.
pub async fn profile(visit: Visit, Form(form): Form<Profile>) -> Result<Response, Problem> {
    let shopper = match member(&visit) {
        Ok(shopper) => shopper,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let language = Language::of_tag(&form.locale).ok_or(Problem::from(Kind::INVALID))?;
    let shop = &visit.shop;
    let change = ProfileChange {
        name: Some(form.name),
        phone: Some(form.phone),
        locale: Some(language.tag().to_owned()),
    };
    match deeds::change_profile(shop, &shopper, change).await {
        Ok(()) => {
            let cookie = super::plain::language_cookie(shop, language);
            let next = go("/me", Notice::Said("me-saved"));
            Ok(([(SET_COOKIE, cookie)], next).into_response())
        }
        Err(problem) => again(&visit, &shopper, "profile", problem).await,
    }
}

/// Changes what is agreed to.
pub async fn consents(visit: Visit, Form(form): Form<Consents>) -> Result<Response, Problem> {
    let shopper = match member(&visit) {
        Ok(shopper) => shopper,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let boxes = [
        (Consent::Advertising, !form.advertising.is_empty()),
        (
            Consent::AdvertisingAtNight,
            !form.advertising_at_night.is_empty(),
        ),
    ];
    let wanted = boxes.into_iter().filter(|(_, wanted)| *wanted);
    let wanted = wanted.map(|(consent, _)| consent).collect();
    deeds::choose_consents(&visit.shop, &shopper, &wanted).await?;
    Ok(go("/me", Notice::Said("me-saved")).into_response())
}

/// Changes the login.
pub async fn mail(
    visit: Visit,
    FromAddress(address): FromAddress,
    Form(form): Form<Mail>,
) -> Result<Response, Problem> {
    let shopper = match member(&visit) {
        Ok(shopper) => shopper,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let shop = &visit.shop;
    match deeds::change_mail(shop, &shopper, &form.email, form.password, &address).await {
        Ok(()) => Ok(go("/me", Notice::Said("mail-changed")).into_response()),
        Err(problem) => again(&visit, &shopper, "mail", problem).await,
    }
}

/// Changes the password.
pub async fn password(
    visit: Visit,
    FromAddress(address): FromAddress,
    device: Device,
    Form(form): Form<Password>,
) -> Result<Response, Problem> {
    let shopper = match member(&visit) {
        Ok(shopper) => shopper,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let from = (address.as_str(), &device);
    match deeds::change_password(&visit.shop, &shopper, form.now, form.new, from).await {
        Ok(fresh) => Ok(entered(&visit, &fresh, "/me", "password-changed")),
        Err(problem) => again(&visit, &shopper, "password", problem).await,
    }
}

/// Ends all other sessions.
pub async fn end_sessions(visit: Visit) -> Result<Response, Problem> {
    let shopper = match member(&visit) {
        Ok(shopper) => shopper,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    deeds::sign_out_elsewhere(&visit.shop, &shopper).await?;
    Ok(go("/me", Notice::Said("signed-out-elsewhere")).into_response())
}

/// All that is stored of who asks, as one file.
pub async fn export(visit: Visit) -> Result<Response, Problem> {
    let shopper = visit.shopper.ok_or(Problem::from(Kind::SESSION_REQUIRED))?;
    let pieces = deeds::export_me(&visit.shop, &shopper).await?;
    let headers = [
        (CONTENT_TYPE, "application/json; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"my-data.json\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// The page that names what an erasure does.
pub async fn erase_page(visit: Visit) -> Result<Response, Problem> {
    if let Some(guest) = without_account(&visit) {
        let running = running(&visit, &guest).await?;
        return Ok(me::erase_guest(&visit.frame, running).into_response());
    }
    let shopper = match member(&visit) {
        Ok(shopper) => shopper,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let running = running(&visit, &shopper).await?;
    let account = deeds::my_account(&visit.shop, &shopper).await?;
    Ok(me::erase(&visit.frame, &account, running, None).into_response())
}

/// Erases the member, or what is known of who has no account.
pub async fn erase(
    visit: Visit,
    FromAddress(address): FromAddress,
    Form(form): Form<Erasing>,
) -> Result<Response, Problem> {
    if let Some(guest) = without_account(&visit) {
        deeds::erase_guest(&visit.shop, &guest).await?;
        return Ok(erased(&visit, "guest-erased"));
    }
    let shopper = match member(&visit) {
        Ok(shopper) => shopper,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    match deeds::erase_me(&visit.shop, &shopper, form.password, &address).await {
        Ok(_) => Ok(erased(&visit, "erased")),
        Err(problem) => {
            let told = wrong(&visit.frame.words, problem)?;
            let text = told.first().map(|(_, text)| text.as_str());
            let running = running(&visit, &shopper).await?;
            let account = deeds::my_account(&visit.shop, &shopper).await?;
            let page = me::erase(&visit.frame, &account, running, text);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// Home, without the session.
fn erased(visit: &Visit, said: &'static str) -> Response {
    let cookie = set_cookie(&visit.shop, SESSION_COOKIE, "", 0);
    ([(SET_COOKIE, cookie)], go("/", Notice::Said(said))).into_response()
}

/// Who visits, if they have a session and no account here.
fn without_account(visit: &Visit) -> Option<Shopper> {
    visit.shopper.filter(|shopper| shopper.account().is_none())
}

/// Who visits, if they are a member; else the way to become one.
pub(super) fn member(visit: &Visit) -> Result<Shopper, Redirect> {
    let member = visit.shopper.filter(|shopper| shopper.account().is_some());
    member.ok_or_else(|| Redirect::to("/sign-in?back=/me"))
}

async fn running(visit: &Visit, shopper: &Shopper) -> Result<usize, Problem> {
    let kept = shopper.orders(
        &visit.shop,
        OrderFilter::Running,
        OrderCursor::END,
        COUNTED_MAX,
    );
    Ok(kept.await?.len())
}

async fn page(visit: &Visit, shopper: &Shopper, wrong: Vec<Wrong>) -> Result<Response, Problem> {
    let shop = &visit.shop;
    let (id, here) = shopper
        .0
        .account
        .ok_or(Problem::from(Kind::ACCOUNT_REQUIRED))?;
    let status = match wrong.is_empty() {
        false => StatusCode::UNPROCESSABLE_ENTITY,
        true => StatusCode::OK,
    };
    let page = MePage {
        account: deeds::my_account(shop, shopper).await?,
        here,
        sessions: shop.records.sessions_of(id, visit.frame.now).await?,
        consents: shop.records.consents(id).await?,
        verifiable: shop.verifier.is_some(),
        wrong,
    };
    Ok((status, page.render(&visit.frame)).into_response())
}

/// The page once more, with what is wrong beside its field.
async fn again(
    visit: &Visit,
    shopper: &Shopper,
    form: &'static str,
    problem: Problem,
) -> Result<Response, Problem> {
    let told = wrong(&visit.frame.words, problem)?.into_iter();
    let told = told.map(|(field, text)| {
        let field = match (form, field) {
            ("password", "password") => "new",
            ("mail", "now") => "password",
            (_, field) => field,
        };
        (form, field, text)
    });
    page(visit, shopper, told.collect()).await
}

/// The fields that a problem is about and what it says there; `now` is the password that was asked once more.
fn wrong(w: &Words, problem: Problem) -> Result<Vec<(&'static str, String)>, Problem> {
    let of_form = match problem.name {
        "wrong_password" => ("now", w.say("password-wrong")),
        "locked" => {
            let span = w.span(problem.retry_after_ms.unwrap_or(1_000));
            ("now", w.say_with("sign-in-locked", [("span", span.into())]))
        }
        "mail_taken" => ("email", w.say("email-taken")),
        _ => return wrong_fields(w, problem),
    };
    Ok(vec![of_form])
}

fn wrong_fields(w: &Words, problem: Problem) -> Result<Vec<(&'static str, String)>, Problem> {
    let errors = problem.errors.iter();
    let told: Option<Vec<_>> = errors.map(|error| wrong_field(w, &error.field)).collect();
    told.filter(|told| !told.is_empty()).ok_or(problem)
}
