//! `/forgotten`: who forgot their password asks for a link, and sets another one by it.

use crate::deeds;
use crate::limits::{AsksForLetter, FromAddress, OpensSession};
use crate::pages::forgotten::{Forgotten, NewPassword, over};
use crate::pages::notice::Notice;
use crate::pages::visit::{Visit, go};
use crate::problem::{Kind, Problem};
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, REFERRER_POLICY};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use records::Token;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    email: String,
}

#[derive(Deserialize)]
pub struct Typed {
    password: String,
}

/// The page to ask on.
pub async fn show(visit: Visit) -> Markup {
    Forgotten::default().render(&visit.frame)
}

/// Has a link mailed, if there is somebody to mail it to; the answer is the same if there is not.
pub async fn ask(
    visit: Visit,
    _: AsksForLetter,
    FromAddress(address): FromAddress,
    Form(asked): Form<Asked>,
) -> Result<Response, Problem> {
    let (w, mail) = (&visit.frame.words, asked.email.trim());
    let language = Some(w.language);
    let problem = match deeds::forget_password(&visit.shop, mail, language, &address).await {
        Ok(()) => return Ok(go("/forgotten", Notice::Said("forgotten-mailed")).into_response()),
        Err(problem) => problem,
    };
    let error = match problem.name {
        name if name == Kind::INVALID.name => Some(("email", w.say("field-email"))),
        name if name == Kind::LOCKED.name => {
            let span = w.span(problem.retry_after_ms.unwrap_or(1_000));
            Some(("", w.say_with("forgotten-locked", [("span", span.into())])))
        }
        name if name == Kind::NOT_FOUND.name => None,
        _ => return Err(problem),
    };
    let page = Forgotten {
        mail: asked.email,
        error,
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page.render(&visit.frame)).into_response())
}

/// The page that a link opens. Its address opens it, so that it is told to nobody on the way.
pub async fn new_password(visit: Visit, Path(token): Path<String>) -> Result<Response, Problem> {
    let page = choosing(&visit, token, None).await?;
    Ok(private(page))
}

/// Sets the password; with it one signs in.
pub async fn set_password(
    visit: Visit,
    _: OpensSession,
    FromAddress(address): FromAddress,
    Path(token): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let opens = Token(token.clone());
    let set = deeds::reset_password(&visit.shop, &opens, typed.password, &address).await;
    match set {
        Ok(()) => Ok(go("/sign-in", Notice::Said("password-reset")).into_response()),
        Err(problem) if problem.name == Kind::INVALID.name => {
            let error = visit.frame.words.say("password-length");
            let (status, page) = choosing(&visit, token, Some(error)).await?;
            let status = match status {
                StatusCode::OK => StatusCode::UNPROCESSABLE_ENTITY,
                gone => gone,
            };
            Ok(private((status, page)))
        }
        Err(problem) if problem.name == Kind::NOT_FOUND.name => {
            Ok(private((StatusCode::GONE, over(&visit.frame))))
        }
        Err(problem) => Err(problem),
    }
}

async fn choosing(
    visit: &Visit,
    token: String,
    error: Option<String>,
) -> Result<(StatusCode, Markup), Problem> {
    let account = deeds::forgotten_by(&visit.shop, &Token(token.clone())).await?;
    Ok(match account {
        Some(account) => {
            let page = NewPassword {
                token,
                mail: account.mail,
                error,
            };
            (StatusCode::OK, page.render(&visit.frame))
        }
        None => (StatusCode::GONE, over(&visit.frame)),
    })
}

fn private(page: (StatusCode, Markup)) -> Response {
    let headers = [
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, page).into_response()
}
