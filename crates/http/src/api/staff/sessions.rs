//! Staff sign in and out, see where else they are signed in, and end it there.

use crate::api::asking::Listed;
use crate::api::shapes::{IdempotencyKey, Problems};
use crate::api::stored::once;
use crate::deeds::staff::{self, StaffLogin};
use crate::moment::Moment;
use crate::problem::{Problem, ProblemBody};
use crate::request_key::{Asked, Nothing};
use crate::shop::Shop;
use crate::who::{STAFF_COOKIE, Staff, set_cookie};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(list, sign_in, sign_out))
        .routes(routes!(end_others))
        .routes(routes!(end))
}

/// A session of staff.
#[derive(Serialize, ToSchema)]
struct StaffSession {
    /// What to show as a bearer; also set as a cookie.
    session: String,
    /// How to address them.
    name: String,
    /// `viewer`, `support`, `merchandiser` or `owner`.
    role: &'static str,
}

/// Where somebody is signed in.
#[derive(Serialize, ToSchema)]
pub(super) struct SeatCard {
    /// Its id; it opens nothing.
    session: String,
    /// What was shown to open it: `password`, `code`, `recovery` or `passkey`.
    opened_by: &'static str,
    /// What the browser or program calls itself.
    device: String,
    /// The network address it was opened from.
    address: String,
    /// Since when.
    created_at: Moment,
    /// When it was last used, to the minute.
    last_seen: Moment,
    /// When it ends whatever happens.
    expires_at: Moment,
    /// It is the one that asks.
    current: bool,
}

impl SeatCard {
    /// A session, as who asks with the one numbered `own` sees it.
    pub(super) fn of(session: records::StaffSession, own: Option<u128>) -> SeatCard {
        SeatCard {
            session: staff::id_text(session.id),
            opened_by: session.opened.opened_by.as_str(),
            device: session.opened.device,
            address: session.opened.address,
            created_at: session.created_at.into(),
            last_seen: session.last_seen.into(),
            expires_at: session.expires_at.into(),
            current: own == Some(session.id),
        }
    }
}

/// Where one is signed in, the session used last first. Programs with a key have no sessions: 403.
#[utoipa::path(get, path = "/v1/staff/sessions", tag = "staff", responses((status = 200, body = Listed<SeatCard>), Problems))]
async fn list(
    State(shop): State<Arc<Shop>>,
    who: Staff,
) -> Result<Json<Listed<SeatCard>>, Problem> {
    let seat = who.seat()?;
    let sessions = shop.records.staff_sessions(seat.staff, shop.now()).await?;
    let card = |session| SeatCard::of(session, Some(seat.session));
    let items = sessions.into_iter().map(card).collect();
    Ok(Json(Listed { items, next: None }))
}

/// Ends a session of one's own.
#[utoipa::path(delete, path = "/v1/staff/sessions/{session}", tag = "staff", params(IdempotencyKey),
    responses((status = 204, description = "It is done"), Problems))]
async fn end(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(session): Path<String>,
    asked: Asked<()>,
) -> Result<Response, Problem> {
    once(&shop, asked.key_by(&who.scope()), async {
        staff::end_own_session(&shop, &who, &session).await?;
        Ok((StatusCode::NO_CONTENT, None::<()>))
    })
    .await
}

/// Ends all sessions of one's own but the one that asks.
#[utoipa::path(post, path = "/v1/staff/sessions/end", tag = "staff", params(IdempotencyKey),
    responses((status = 204, description = "It is done"), Problems))]
async fn end_others(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    asked: Asked<Option<Nothing>>,
) -> Result<Response, Problem> {
    once(&shop, asked.key_by(&who.scope()), async {
        staff::end_other_sessions(&shop, &who).await?;
        Ok((StatusCode::NO_CONTENT, None::<()>))
    })
    .await
}

/// Signs in. After several wrong passwords in a row from one address the login is locked
/// there for a while: 429 with Retry-After, whatever the password. A login with a second factor needs
/// the code beside the password: `code_needed`, `wrong_code`.
#[utoipa::path(post, path = "/v1/staff/sessions", tag = "staff", request_body = StaffLogin, responses(
    (status = 201, body = StaffSession),
    (status = 401, description = "The mail address, the password or the code is wrong, or a code is needed.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "The login is locked for a while.", body = ProblemBody, content_type = "application/problem+json"), Problems,
))]
async fn sign_in(
    State(shop): State<Arc<Shop>>,
    from: staff::CameFrom,
    asked: Asked<StaffLogin>,
) -> Result<Response, Problem> {
    let (token, member) = staff::sign_in(&shop, asked.body, &from).await?;
    let cookie = set_cookie(&shop, STAFF_COOKIE, &token.0, staff::SESSION_SECONDS);
    let session = StaffSession {
        session: token.0,
        name: member.name,
        role: member.role.as_str(),
    };
    let headers = [(header::SET_COOKIE, cookie)];
    Ok((StatusCode::CREATED, headers, Json(session)).into_response())
}

/// Signs out: the session is over.
#[utoipa::path(delete, path = "/v1/staff/sessions", tag = "staff", responses((status = 204, description = "It is done"), Problems))]
async fn sign_out(State(shop): State<Arc<Shop>>, who: Staff) -> Result<Response, Problem> {
    staff::sign_out(&shop, &who).await?;
    let cookie = set_cookie(&shop, STAFF_COOKIE, "", 0);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}
