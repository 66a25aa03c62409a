//! Keys by which programs act for the shop.

use crate::api::answer::replayed;
use crate::api::asking::Listed;
use crate::api::shapes::{IdempotencyKey, Problems};
use crate::api::stored::once;
use crate::deeds::staff::{self, KeyAsk};
use crate::moment::Moment;
use crate::problem::Problem;
use crate::request_key::Asked;
use crate::shop::Shop;
use crate::who::Staff;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use records::{ApiKey, Role};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(list, make))
        .routes(routes!(revoke))
}

/// A key, without its token.
#[derive(Serialize, ToSchema)]
struct KeyCard {
    /// Its id.
    key: String,
    /// What it is for.
    name: String,
    /// What it may do.
    role: &'static str,
    /// Since when.
    created_at: Moment,
    /// Since when it works no more.
    revoked_at: Option<Moment>,
}

/// A key that was made.
#[derive(Serialize, ToSchema)]
struct KeyMade {
    #[serde(flatten)]
    card: KeyCard,
    /// What the program shows as a bearer. It is told this once.
    token: String,
}

impl From<ApiKey> for KeyCard {
    fn from(key: ApiKey) -> Self {
        KeyCard {
            key: staff::id_text(key.id),
            name: key.name,
            role: key.role.as_str(),
            created_at: key.created_at.into(),
            revoked_at: key.revoked_at.map(Moment),
        }
    }
}

/// Every key there is or was, oldest first.
#[utoipa::path(get, path = "/v1/staff/keys", tag = "staff", responses((status = 200, body = Listed<KeyCard>), Problems))]
async fn list(State(shop): State<Arc<Shop>>, who: Staff) -> Result<Json<Listed<KeyCard>>, Problem> {
    who.require(Role::Owner)?;
    let keys = shop.records.api_keys().await?;
    let items = keys.into_iter().map(KeyCard::from).collect();
    Ok(Json(Listed { items, next: None }))
}

/// Makes a key for a program. Its token is told this once.
#[utoipa::path(post, path = "/v1/staff/keys", tag = "staff", params(IdempotencyKey), request_body = KeyAsk,
    responses((status = 201, body = KeyMade), Problems))]
async fn make(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    asked: Asked<KeyAsk>,
) -> Result<Response, Problem> {
    let key = asked.key_by(&who.scope());
    let (made, token, repeated) = staff::make_key(&shop, &who, key, asked.body).await?;
    let card = made.into();
    let token = token.0;
    let secret = [(header::CACHE_CONTROL, "no-store")];
    let made = (StatusCode::CREATED, secret, Json(KeyMade { card, token }));
    Ok(replayed(made.into_response(), repeated))
}

/// Makes a key work no more.
#[utoipa::path(delete, path = "/v1/staff/keys/{key}", tag = "staff", params(IdempotencyKey),
    responses((status = 204, description = "It is done"), Problems))]
async fn revoke(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(key): Path<String>,
    asked: Asked<()>,
) -> Result<Response, Problem> {
    once(&shop, asked.key_by(&who.scope()), async {
        staff::revoke_key(&shop, &who, &key).await?;
        Ok((StatusCode::NO_CONTENT, None::<()>))
    })
    .await
}
