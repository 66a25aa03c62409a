//! Shoppers' sessions: opened for a guest or for a member handed over by an existing shop, and ended.

use crate::api::shapes::Problems;
use crate::deeds;
use crate::limits::OpensSession;
use crate::moment::Moment;
use crate::problem::Problem;
use crate::request_key::Asked;
use crate::sessions::SESSION_MS;
use crate::shop::Shop;
use crate::who::{SESSION_COOKIE, Shopper, set_cookie};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new().routes(routes!(open, end))
}

/// Who is handed over.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Handover {
    /// The signed token of the existing shop (a JWT, HS256).
    token: Option<String>,
}

/// An open session.
#[derive(Serialize, ToSchema)]
pub(super) struct OpenSession {
    /// What to send as `Authorization: Bearer`; the cookie carries it too.
    session: String,
    /// True for who has no account.
    guest: bool,
    /// What the existing shop calls the member's standing there.
    grade: Option<String>,
    /// When it is over.
    expires_at: Moment,
}

/// Opens a session.
///
/// Who is handed over with the session of a guest keeps what the guest has. What carries a credential
/// is not stored: sent again, it opens another.
#[utoipa::path(post, path = "/v1/sessions", tag = "shopper", request_body = Option<Handover>,
    responses((status = 201, body = OpenSession), Problems))]
async fn open(
    State(shop): State<Arc<Shop>>,
    before: Option<Shopper>,
    _: OpensSession,
    asked: Asked<Option<Handover>>,
) -> Result<Response, Problem> {
    let token = asked.body.and_then(|handover| handover.token);
    let shopper = match token {
        Some(token) => deeds::hand_over(&shop, before, &token).await?,
        None => Shopper::guest(&shop),
    };
    Ok(opened(&shop, &shopper))
}

/// Ends the session.
#[utoipa::path(delete, path = "/v1/sessions", tag = "shopper",
    responses((status = 204, description = "It is ended"), Problems))]
async fn end(State(shop): State<Arc<Shop>>, shopper: Option<Shopper>) -> Result<Response, Problem> {
    if let Some(shopper) = shopper {
        deeds::sign_out(&shop, &shopper).await?;
    }
    let cookie = set_cookie(&shop, SESSION_COOKIE, "", 0);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// The answer that brings a session, as text and as cookie.
pub(super) fn opened(shop: &Shop, shopper: &Shopper) -> Response {
    let session = shopper.0.seal(&shop.keys);
    let cookie = set_cookie(shop, SESSION_COOKIE, &session, SESSION_MS / 1_000);
    let body = OpenSession {
        session,
        guest: !shopper.0.member,
        grade: shopper.0.grade.map(|grade| grade.to_string()),
        expires_at: shopper.0.expires_at.into(),
    };
    let headers = [
        (header::SET_COOKIE, cookie),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (StatusCode::CREATED, headers, Json(body)).into_response()
}
