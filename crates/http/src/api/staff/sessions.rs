//! Staff sign in and out.

use crate::api::shapes::Problems;
use crate::deeds::staff::{self, StaffLogin};
use crate::problem::{Problem, ProblemBody};
use crate::request_key::Asked;
use crate::shop::Shop;
use crate::who::{STAFF_COOKIE, Staff, set_cookie};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new().routes(routes!(sign_in, sign_out))
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
