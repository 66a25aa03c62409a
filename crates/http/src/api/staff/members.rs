//! Who is on the staff, what they may do, and where they are signed in.

use super::sessions::SeatCard;
use crate::api::asking::Listed;
use crate::api::shapes::{IdempotencyKey, Problems};
use crate::api::stored::once;
use crate::deeds::staff::{self, MemberAsk, MemberChange};
use crate::moment::Moment;
use crate::problem::{Problem, ProblemBody};
use crate::request_key::{Asked, Nothing};
use crate::shop::Shop;
use crate::who::Staff;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use records::{Role, StaffMember};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(list, take_on))
        .routes(routes!(read, change))
        .routes(routes!(reset))
        .routes(routes!(sessions))
        .routes(routes!(end_session))
}

/// Somebody on the staff.
#[derive(Serialize, ToSchema)]
struct MemberCard {
    /// Their id.
    member: String,
    /// The login.
    email: String,
    /// How to address them.
    name: String,
    /// What they may do.
    role: &'static str,
    /// May sign in.
    active: bool,
    /// Has something to show beside the password: an authenticator or a passkey.
    second_factor: bool,
    /// Since when.
    created_at: Moment,
}

impl MemberCard {
    async fn of(shop: &Shop, member: StaffMember) -> Result<MemberCard, Problem> {
        let factors = shop.records.staff_factors(member.id).await?;
        Ok(MemberCard {
            member: member.id.to_string(),
            email: member.mail,
            name: member.name,
            role: member.role.as_str(),
            active: member.active,
            second_factor: factors.any(),
            created_at: member.created_at.into(),
        })
    }
}

/// Everybody on the staff, by login.
#[utoipa::path(get, path = "/v1/staff/members", tag = "staff", responses((status = 200, body = Listed<MemberCard>), Problems))]
async fn list(
    State(shop): State<Arc<Shop>>,
    who: Staff,
) -> Result<Json<Listed<MemberCard>>, Problem> {
    who.require(Role::Owner)?;
    let mut items = Vec::new();
    for member in shop.records.staff().await? {
        items.push(MemberCard::of(&shop, member).await?);
    }
    Ok(Json(Listed { items, next: None }))
}

/// Takes somebody on.
#[utoipa::path(post, path = "/v1/staff/members", tag = "staff", params(IdempotencyKey), request_body = MemberAsk, responses(
    (status = 201, body = MemberCard),
    (status = 409, description = "The login is taken.", body = ProblemBody, content_type = "application/problem+json"), Problems,
))]
async fn take_on(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    asked: Asked<MemberAsk>,
) -> Result<Response, Problem> {
    once(&shop, asked.key_by(&who.scope()), async {
        let member = staff::take_on(&shop, &who, asked.body).await?;
        Ok((
            StatusCode::CREATED,
            Some(MemberCard::of(&shop, member).await?),
        ))
    })
    .await
}

/// Somebody on the staff.
#[utoipa::path(get, path = "/v1/staff/members/{member}", tag = "staff", responses((status = 200, body = MemberCard), Problems))]
async fn read(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(member): Path<String>,
) -> Result<Json<MemberCard>, Problem> {
    who.require(Role::Owner)?;
    let member = staff::known_member(&shop, &member).await?;
    Ok(Json(MemberCard::of(&shop, member).await?))
}

/// Changes what somebody may do, or their password. Who may no longer sign in, and whose password is
/// another, is signed out at once.
#[utoipa::path(patch, path = "/v1/staff/members/{member}", tag = "staff", params(IdempotencyKey), request_body = MemberChange,
    responses((status = 200, body = MemberCard), Problems))]
async fn change(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(member): Path<String>,
    asked: Asked<MemberChange>,
) -> Result<Response, Problem> {
    once(&shop, asked.key_by(&who.scope()), async {
        let member = staff::change_member(&shop, &who, &member, asked.body, None).await?;
        Ok((StatusCode::OK, Some(MemberCard::of(&shop, member).await?)))
    })
    .await
}

/// Takes from somebody all they had beside their password, and signs them out: for who lost their phone.
#[utoipa::path(post, path = "/v1/staff/members/{member}/reset", tag = "staff", params(IdempotencyKey),
    responses((status = 200, body = MemberCard), Problems))]
async fn reset(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(member): Path<String>,
    asked: Asked<Option<Nothing>>,
) -> Result<Response, Problem> {
    once(&shop, asked.key_by(&who.scope()), async {
        let member = staff::reset_factors(&shop, &who, &member).await?;
        Ok((StatusCode::OK, Some(MemberCard::of(&shop, member).await?)))
    })
    .await
}

/// Where somebody is signed in, the session used last first.
#[utoipa::path(get, path = "/v1/staff/members/{member}/sessions", tag = "staff", responses((status = 200, body = Listed<SeatCard>), Problems))]
async fn sessions(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(member): Path<String>,
) -> Result<Json<Listed<SeatCard>>, Problem> {
    who.require(Role::Owner)?;
    let member = staff::known_member(&shop, &member).await?;
    let own = who.session.as_ref().map(|seat| seat.session);
    let sessions = shop.records.staff_sessions(member.id, shop.now()).await?;
    let card = |session| SeatCard::of(session, own);
    let items = sessions.into_iter().map(card).collect();
    Ok(Json(Listed { items, next: None }))
}

/// Ends a session of somebody.
#[utoipa::path(delete, path = "/v1/staff/members/{member}/sessions/{session}", tag = "staff", params(IdempotencyKey),
    responses((status = 204, description = "It is done"), Problems))]
async fn end_session(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path((member, session)): Path<(String, String)>,
    asked: Asked<()>,
) -> Result<Response, Problem> {
    once(&shop, asked.key_by(&who.scope()), async {
        staff::end_session_of(&shop, &who, &member, &session).await?;
        Ok((StatusCode::NO_CONTENT, None::<()>))
    })
    .await
}
