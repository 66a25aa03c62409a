//! Who is on the staff, and what they may do.

use crate::api::asking::Listed;
use crate::api::shapes::{IdempotencyKey, Problems};
use crate::api::stored::once;
use crate::deeds::staff::{self, MemberAsk, MemberChange};
use crate::moment::Moment;
use crate::problem::{Problem, ProblemBody};
use crate::request_key::Asked;
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
        .routes(routes!(change))
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
    /// Since when.
    created_at: Moment,
}

impl From<StaffMember> for MemberCard {
    fn from(member: StaffMember) -> Self {
        MemberCard {
            member: member.id.to_string(),
            email: member.mail,
            name: member.name,
            role: member.role.as_str(),
            active: member.active,
            created_at: member.created_at.into(),
        }
    }
}

/// Everybody on the staff, by login.
#[utoipa::path(get, path = "/v1/staff/members", tag = "staff", responses((status = 200, body = Listed<MemberCard>), Problems))]
async fn list(
    State(shop): State<Arc<Shop>>,
    who: Staff,
) -> Result<Json<Listed<MemberCard>>, Problem> {
    who.require(Role::Owner)?;
    let members = shop.records.staff().await?;
    let items = members.into_iter().map(MemberCard::from).collect();
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
        Ok((StatusCode::CREATED, Some(MemberCard::from(member))))
    })
    .await
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
        let member = staff::change_member(&shop, &who, &member, asked.body).await?;
        Ok((StatusCode::OK, Some(MemberCard::from(member))))
    })
    .await
}
