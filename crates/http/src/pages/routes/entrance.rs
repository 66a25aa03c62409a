//! `/sign-up`, `/sign-in`, `/enter`, `/sign-out`.

use crate::deeds::{self, SignIn, SignUp};
use crate::device::Device;
use crate::limits::{FromAddress, OpensSession};
use crate::pages::entrance::Entrance;
use crate::pages::frame::Frame;
use crate::pages::notice::Notice;
use crate::pages::visit::{Visit, go, own};
use crate::pages::words::Words;
use crate::problem::{Kind, Problem};
use crate::sessions::SESSION_MS;
use crate::shop::Shop;
use crate::who::{SESSION_COOKIE, Shopper, set_cookie};
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Back {
    back: String,
}

/// With what an existing shop sends its member here.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct HandedOver {
    token: String,
    back: String,
}

/// What was typed; never printed, since it holds a password.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    email: String,
    password: String,
    name: String,
    back: String,
    terms: String,
    privacy: String,
    advertising: String,
    advertising_at_night: String,
}

/// The page to sign in.
pub async fn sign_in_page(visit: Visit, Query(asked): Query<Back>) -> Markup {
    let entrance = Entrance {
        back: asked.back,
        ..Entrance::default()
    };
    entrance.sign_in(&visit.frame)
}

/// The page to sign up.
pub async fn sign_up_page(visit: Visit, Query(asked): Query<Back>) -> Markup {
    let entrance = Entrance {
        back: asked.back,
        ..Entrance::default()
    };
    entrance.sign_up(&visit.frame)
}

/// Signs a member in.
pub async fn sign_in(
    visit: Visit,
    _: OpensSession,
    FromAddress(address): FromAddress,
    device: Device,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let from = (address.as_str(), &device);
    match deeds::sign_in(&visit.shop, visit.shopper, typed.login(), from).await {
        Ok(shopper) => Ok(entered(&visit, &shopper, &typed.back, "signed-in")),
        Err(problem) => {
            let page = typed.again(&visit.frame, problem)?.sign_in(&visit.frame);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// Opens an account and signs its member in.
pub async fn sign_up(
    visit: Visit,
    _: OpensSession,
    FromAddress(address): FromAddress,
    device: Device,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let account = SignUp {
        email: typed.email.clone(),
        password: typed.password.clone(),
        name: typed.name.clone(),
        locale: visit.frame.words.language.tag().to_owned(),
        consents: typed.consents(),
    };
    let from = (address.as_str(), &device);
    let opened = match typed.agreed(&visit.shop, account).await {
        Ok(()) => deeds::sign_in(&visit.shop, visit.shopper, typed.login(), from).await,
        Err(problem) => Err(problem),
    };
    match opened {
        Ok(shopper) => Ok(entered(&visit, &shopper, &typed.back, "welcome")),
        Err(problem) => {
            let page = typed.again(&visit.frame, problem)?.sign_up(&visit.frame);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// Lets a member in whom an existing shop hands over.
pub async fn enter(visit: Visit, Query(asked): Query<HandedOver>) -> Result<Response, Problem> {
    match deeds::hand_over(&visit.shop, visit.shopper, &asked.token).await {
        Ok(shopper) => Ok(entered(&visit, &shopper, &asked.back, "signed-in")),
        Err(problem) if problem.name == Kind::HANDOVER_REFUSED.name => {
            Ok(Redirect::to("/sign-in").into_response())
        }
        Err(problem) => Err(problem),
    }
}

/// Signs a member out.
pub async fn sign_out(visit: Visit) -> Result<Response, Problem> {
    if let Some(shopper) = visit.shopper {
        deeds::sign_out(&visit.shop, &shopper).await?;
    }
    let cookie = set_cookie(&visit.shop, SESSION_COOKIE, "", 0);
    Ok(([(SET_COOKIE, cookie)], go("/", Notice::Said("signed-out"))).into_response())
}

/// In, with the cookie of a session, and on to where one came from.
pub(super) fn entered(
    visit: &Visit,
    shopper: &Shopper,
    back: &str,
    said: &'static str,
) -> Response {
    let session = shopper.0.seal(&visit.shop.keys);
    let cookie = set_cookie(&visit.shop, SESSION_COOKIE, &session, SESSION_MS / 1_000);
    (
        [(SET_COOKIE, cookie)],
        go(own(back, "/"), Notice::Said(said)),
    )
        .into_response()
}

/// The field of an account's form that a fault is about, and what is said beside it.
pub(super) fn wrong_field(w: &Words, field: &str) -> Option<(&'static str, String)> {
    Some(match field {
        "password" => ("password", w.say("password-length")),
        "email" | "mail" => ("email", w.say("field-email")),
        "name" => ("name", w.say("field-name")),
        "phone" => ("phone", w.say("field-phone")),
        "consents" => ("consents", w.say("consent-needed")),
        _ => return None,
    })
}

impl Typed {
    fn login(&self) -> SignIn {
        SignIn {
            email: self.email.clone(),
            password: self.password.clone(),
        }
    }

    /// What was agreed to, by the names of the deed.
    fn consents(&self) -> Vec<String> {
        let boxes = [
            ("terms", &self.terms),
            ("privacy", &self.privacy),
            ("advertising", &self.advertising),
            ("advertising_at_night", &self.advertising_at_night),
        ];
        let given = boxes.into_iter().filter(|(_, value)| !value.is_empty());
        given.map(|(name, _)| name.to_owned()).collect()
    }

    /// Opens the account of who agreed to the terms and the use of their data.
    async fn agreed(&self, shop: &Shop, account: SignUp) -> Result<(), Problem> {
        let name = match account.name.trim().is_empty() {
            true => Err(Problem::field("name", "must not be empty")),
            false => Ok(()),
        };
        let consents = match self.terms.is_empty() || self.privacy.is_empty() {
            true => Err(Problem::field("consents", "the terms and the privacy page")),
            false => Ok(()),
        };
        deeds::all_of([name, deeds::check_sign_up(&account), consents])?;
        deeds::sign_up(shop, account).await.map(|_| ())
    }

    /// The form once more, with what is wrong beside its field.
    fn again(&self, frame: &Frame, problem: Problem) -> Result<Entrance, Problem> {
        let w = &frame.words;
        let errors = match problem.name {
            "wrong_password" => vec![("password", w.say("sign-in-wrong"))],
            "mail_taken" => vec![("email", w.say("email-taken"))],
            "locked" => {
                let span = w.span(problem.retry_after_ms.unwrap_or(1_000));
                vec![("", w.say_with("sign-in-locked", [("span", span.into())]))]
            }
            "invalid" => {
                let errors = problem.errors.iter();
                let told = errors.map(|error| wrong_field(w, &error.field));
                told.map(|told| told.unwrap_or(("", w.say("sign-up-failed"))))
                    .collect()
            }
            _ => return Err(problem),
        };
        Ok(Entrance {
            email: self.email.clone(),
            name: self.name.clone(),
            consents: self.consents(),
            errors,
            back: self.back.clone(),
        })
    }
}
