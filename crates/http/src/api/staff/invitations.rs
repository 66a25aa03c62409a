//! Invitations to the staff: a link that opens once, and only for a few days.

use crate::api::answer::replayed;
use crate::api::asking::Listed;
use crate::api::shapes::{IdempotencyKey, Problems};
use crate::api::stored::once;
use crate::deeds::staff::{self, InviteAsk};
use crate::moment::Moment;
use crate::problem::{Problem, ProblemBody};
use crate::request_key::Asked;
use crate::shop::Shop;
use crate::who::Staff;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use records::{Invitation, Role};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(list, make))
        .routes(routes!(withdraw))
}

/// An invitation, without its link.
#[derive(Serialize, ToSchema)]
struct InvitationCard {
    /// Its id.
    invitation: String,
    /// The login to be.
    email: String,
    /// How to address them.
    name: String,
    /// What they will be allowed to do.
    role: &'static str,
    /// Who invites them.
    invited_by: String,
    /// Since when.
    created_at: Moment,
    /// Until when it opens.
    expires_at: Moment,
}

/// An invitation that was made.
#[derive(Serialize, ToSchema)]
struct InvitationMade {
    #[serde(flatten)]
    card: InvitationCard,
    /// Where whoever is invited chooses their password. It is told this once.
    link: String,
}

impl From<Invitation> for InvitationCard {
    fn from(invitation: Invitation) -> Self {
        let invited = invitation.invited;
        InvitationCard {
            invitation: staff::id_text(invitation.id),
            email: invited.mail,
            name: invited.name,
            role: invited.role.as_str(),
            invited_by: invited.invited_by,
            created_at: invitation.created_at.into(),
            expires_at: invitation.expires_at.into(),
        }
    }
}

/// The invitations that stand, oldest first.
#[utoipa::path(get, path = "/v1/staff/invitations", tag = "staff", responses((status = 200, body = Listed<InvitationCard>), Problems))]
async fn list(
    State(shop): State<Arc<Shop>>,
    who: Staff,
) -> Result<Json<Listed<InvitationCard>>, Problem> {
    who.require(Role::Owner)?;
    let standing = shop.records.invitations(shop.now()).await?;
    let items = standing.into_iter().map(InvitationCard::from).collect();
    Ok(Json(Listed { items, next: None }))
}

/// Invites somebody. The link is told this once; an earlier one to the same login opens nothing more.
#[utoipa::path(post, path = "/v1/staff/invitations", tag = "staff", params(IdempotencyKey), request_body = InviteAsk, responses(
    (status = 201, body = InvitationMade),
    (status = 409, description = "The login is taken.", body = ProblemBody, content_type = "application/problem+json"), Problems,
))]
async fn make(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    asked: Asked<InviteAsk>,
) -> Result<Response, Problem> {
    let key = asked.key_by(&who.scope());
    let (made, token, repeated) = staff::invite(&shop, &who, key, asked.body).await?;
    let card = made.into();
    let link = staff::invitation_link(&shop, &token);
    let secret = [(header::CACHE_CONTROL, "no-store")];
    let made = (
        StatusCode::CREATED,
        secret,
        Json(InvitationMade { card, link }),
    );
    Ok(replayed(made.into_response(), repeated))
}

/// Takes an invitation back: its link opens nothing more.
#[utoipa::path(delete, path = "/v1/staff/invitations/{invitation}", tag = "staff", params(IdempotencyKey),
    responses((status = 204, description = "It is done"), Problems))]
async fn withdraw(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(invitation): Path<String>,
    asked: Asked<()>,
) -> Result<Response, Problem> {
    once(&shop, asked.key_by(&who.scope()), async {
        staff::revoke_invitation(&shop, &who, &invitation).await?;
        Ok((StatusCode::NO_CONTENT, None::<()>))
    })
    .await
}
