//! `/me/verify`: a member verifies which person they are, where somebody verifies.

use super::entrance::entered;
use super::me::member;
use crate::deeds;
use crate::pages::verify;
use crate::pages::visit::Visit;
use crate::problem::{Kind, Problem};
use axum::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use clerks::ports::AskedCode;
use serde::Deserialize;

/// Who one says one is; passed on and kept nowhere.
#[derive(Deserialize)]
pub struct Person {
    name: String,
    phone: String,
}

#[derive(Deserialize)]
pub struct Told {
    id: String,
    #[serde(default)]
    page: String,
    code: String,
}

/// The first step.
pub async fn show(visit: Visit) -> Result<Response, Problem> {
    let shopper = match member(&visit) {
        Ok(shopper) => shopper,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    if visit.shop.verifier.is_none() {
        return Err(Kind::NOT_FOUND.into());
    }
    let account = deeds::my_account(&visit.shop, &shopper).await?;
    Ok(verify::ask(&visit.frame, &account.name, &account.phone, None).into_response())
}

/// Has the code sent.
pub async fn ask(visit: Visit, Form(person): Form<Person>) -> Result<Response, Problem> {
    let shopper = match member(&visit) {
        Ok(shopper) => shopper,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let frame = &visit.frame;
    match deeds::ask_code(&visit.shop, &shopper, &person.name, &person.phone).await {
        Ok(asked) => Ok(verify::code(frame, &asked, None).into_response()),
        Err(problem) => {
            let (status, error) = wrong(&visit, problem)?;
            let page = verify::ask(frame, &person.name, &person.phone, Some(error));
            Ok((status, page).into_response())
        }
    }
}

/// Tells the code.
pub async fn confirm(visit: Visit, Form(told): Form<Told>) -> Result<Response, Problem> {
    let shopper = match member(&visit) {
        Ok(shopper) => shopper,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    match deeds::confirm_code(&visit.shop, &shopper, &told.id, &told.code).await {
        Ok(verified) => Ok(entered(&visit, &verified, "/me", "verified")),
        Err(problem) => {
            let (status, (_, text)) = wrong(&visit, problem)?;
            let asked = AskedCode {
                id: told.id,
                page: own_page(told.page),
            };
            let page = verify::code(&visit.frame, &asked, Some(&text));
            Ok((status, page).into_response())
        }
    }
}

/// The page of a sandbox comes back with the form; nobody is led to strangers by a made-up one.
fn own_page(page: String) -> Option<String> {
    let local = ["http://localhost:", "http://127.0.0.1:"];
    local
        .iter()
        .any(|start| page.starts_with(start))
        .then_some(page)
}

type Wrong = (StatusCode, (&'static str, String));

fn wrong(visit: &Visit, problem: Problem) -> Result<Wrong, Problem> {
    let w = &visit.frame.words;
    let field = problem.errors.first().map(|error| error.field.as_str());
    let told = match (problem.name, field) {
        ("verifier_unavailable", _) => ("", w.say("verify-down")),
        ("invalid", Some("code")) => ("code", w.say("verify-wrong")),
        ("invalid", Some("id")) => ("code", w.say("verify-over")),
        ("invalid", Some("name")) => ("name", w.say("field-name")),
        ("invalid", Some("phone")) => ("phone", w.say("verify-refused")),
        _ => return Err(problem),
    };
    Ok((problem.status, told))
}
