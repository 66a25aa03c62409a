//! A visit: who looks at a page, in which language, at which moment, and where they go next.

use super::desk::frame::AtDesk;
use super::desk::undo::Undo;
use super::frame::Frame;
use super::language::Language;
use super::night::NightOffer;
use super::notice::Notice;
use super::tile::escaped;
use super::words::Words;
use crate::moment::Point;
use crate::problem::{Kind, Problem};
use crate::shop::{Done, Shop};
use crate::who::{Shopper, Staff};
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use std::sync::Arc;
use vocabulary::Refusal;

/// Somebody looks at a page of the shop.
pub struct Visit {
    /// The shop.
    pub shop: Arc<Shop>,
    /// Who, if they have a session.
    pub shopper: Option<Shopper>,
    /// What every page needs.
    pub frame: Frame,
}

/// Somebody of the staff looks at a page of the desk.
pub struct DeskVisit {
    /// The shop.
    pub shop: Arc<Shop>,
    /// Who.
    pub staff: Staff,
    /// What every page needs.
    pub frame: Frame,
}

impl FromRequestParts<Arc<Shop>> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shop: &Arc<Shop>) -> Result<Self, Problem> {
        let shopper =
            <Shopper as OptionalFromRequestParts<Arc<Shop>>>::from_request_parts(parts, shop)
                .await?;
        let frame = frame(parts, shop, shopper);
        Ok(Visit {
            shop: shop.clone(),
            shopper,
            frame,
        })
    }
}

impl FromRequestParts<Arc<Shop>> for DeskVisit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shop: &Arc<Shop>) -> Result<Self, Response> {
        let mut frame = frame(parts, shop, None);
        match <Staff as FromRequestParts<Arc<Shop>>>::from_request_parts(parts, shop).await {
            Ok(staff) => {
                let query = parts.uri.query().unwrap_or_default();
                frame.at_desk = Some(AtDesk {
                    undo: Undo::of_query(query, &shop.keys, &staff.name, frame.now),
                    ..AtDesk::of(&staff)
                });
                Ok(DeskVisit {
                    shop: shop.clone(),
                    staff,
                    frame,
                })
            }
            Err(problem) if problem.status == 401 => Err(to_sign_in(parts).into_response()),
            Err(problem) if problem.name == Kind::SECOND_FACTOR_WANTED.name => {
                Err(Redirect::to("/desk/me").into_response())
            }
            Err(problem) => Err(problem.into_response()),
        }
    }
}

/// The frame of a page for who asks.
pub fn frame(parts: &Parts, shop: &Shop, shopper: Option<Shopper>) -> Frame {
    let now = shop.now();
    let (holds, seq) = {
        let views = shop.views();
        let holds = shopper.map_or(0, |shopper| shopper.holds(&views, now).len());
        (holds, views.reached())
    };
    let shard = shop.shard;
    Frame {
        words: Words::of(
            Language::of(&parts.headers).unwrap_or(shop.settings.language),
            shop.settings.time_zone.clone(),
        ),
        now,
        reached: Point { shard, seq },
        festival: shop.settings.name.clone(),
        address: address(&parts.uri),
        hears: shopper.is_some(),
        noticed: *shop.bulletin.newest().borrow(),
        member: shopper.is_some_and(|shopper| shopper.account().is_some()),
        holds,
        business: Arc::clone(&shop.settings.business),
        sends_mail: shop.postman.is_some(),
        at_desk: None,
        notice: parts.uri.query().and_then(Notice::of_query),
        night: shopper.and_then(|shopper| {
            NightOffer::of_query(parts.uri.query()?, &shop.keys, shopper.person())
        }),
        refresh_s: None,
        sought: String::new(),
        printing: false,
    }
}

/// Path and query without the notice, so that nobody is told twice.
fn address(uri: &Uri) -> String {
    let pairs = uri.query().unwrap_or_default().split('&');
    let kept: Vec<&str> = pairs
        .filter(|pair| {
            let told = ["said=", "refused=", "undo=", "night="];
            !pair.is_empty() && !told.iter().any(|name| pair.starts_with(name))
        })
        .collect();
    match kept.is_empty() {
        true => uri.path().to_owned(),
        false => format!("{}?{}", uri.path(), kept.join("&")),
    }
}

/// To the entrance of the desk, and from there to what was asked for. A deed is not done by signing
/// in: from it one gets back to the deal or the order that it was about.
fn to_sign_in(parts: &Parts) -> Redirect {
    let back = match parts.method.is_safe() {
        true => address(&parts.uri),
        false => parts
            .uri
            .path()
            .split('/')
            .take(4)
            .collect::<Vec<_>>()
            .join("/"),
    };
    Redirect::to(&format!("/desk/sign-in?back={}", escaped(&back)))
}

/// To a page of ours that tells what happened.
pub fn go(address: &str, notice: Notice) -> Redirect {
    let joint = if address.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{address}{joint}{}", notice.query()))
}

/// A page with its form once more: what was sent cannot be done as it is.
pub fn again(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// The address `wanted` when it is one of ours, else `otherwise`: nobody is sent to strangers.
pub fn own<'a>(wanted: &'a str, otherwise: &'a str) -> &'a str {
    // Browsers drop tabs and line ends from addresses, so that `/<tab>/` would be `//` to them.
    let ours = wanted.starts_with('/')
        && !wanted.starts_with("//")
        && !wanted.contains(|character: char| character == '\\' || character.is_control());
    if ours { wanted } else { otherwise }
}

/// The address `wanted` when it is a page of the desk behind its entrance, else its first page.
pub fn own_desk(wanted: &str) -> &str {
    let path = wanted.split(['?', '#']).next().unwrap_or_default();
    let climbs = path.contains("/.") || path.to_ascii_lowercase().contains("%2e");
    let behind = is_desk(path) && !path.starts_with("/desk/sign-") && !climbs;
    own(if behind { wanted } else { "" }, "/desk")
}

/// True when this path is one of the desk's.
pub fn is_desk(path: &str) -> bool {
    path == "/desk" || path.starts_with("/desk/")
}

/// After a deed: to `next` once the views show it, or to `back` with the rule that said no.
///
/// # Errors
/// Everything that is no refusal.
pub async fn after<T>(
    shop: &Shop,
    deed: Result<Done<T>, Problem>,
    next: &str,
    said: &'static str,
    back: &str,
) -> Result<Redirect, Problem> {
    match deed {
        Ok(done) => {
            // A page that comes a moment early is no fault; the deed is done.
            let _ = shop.shown(done.seq).await;
            Ok(go(next, Notice::Said(said)))
        }
        Err(problem) => refused(problem, back),
    }
}

/// To `back` with the rule that said no; members-only goes to where one becomes a member.
///
/// # Errors
/// Everything that is no refusal.
pub fn refused(problem: Problem, back: &str) -> Result<Redirect, Problem> {
    match problem.refusal {
        Some(Refusal::MembersOnly) => {
            let address = format!("/sign-in?back={}", escaped(back));
            Ok(go(&address, Notice::Refused(Refusal::MembersOnly)))
        }
        Some(refusal) => Ok(go(back, Notice::Refused(refusal))),
        None => Err(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_not_told_twice_and_nobody_is_sent_to_strangers() {
        let uri: Uri = "/cart?said=held&a=1&refused=deal_over"
            .parse()
            .expect("an address");
        assert_eq!(address(&uri), "/cart?a=1");
        assert_eq!(own("/deals/1?x=2", "/"), "/deals/1?x=2");
        for stranger in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "",
        ] {
            assert_eq!(own(stranger, "/"), "/");
        }
    }
}
