//! Members' accounts: opened, and signed in to.

use crate::api::sessions::{OpenSession, opened};
use crate::api::shapes::{IdempotencyKey, Problems};
use crate::api::stored::once;
use crate::deeds::{self, SignIn, SignUp};
use crate::device::Device;
use crate::limits::{FromAddress, OpensSession};
use crate::problem::Problem;
use crate::request_key::Asked;
use crate::shop::Shop;
use crate::who::Shopper;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(open))
        .routes(routes!(enter))
}

/// A new account.
#[derive(Serialize, ToSchema)]
struct Opened {
    /// Its id.
    account: String,
}

/// Opens an account.
#[utoipa::path(post, path = "/v1/accounts", tag = "shopper", request_body = SignUp,
    params(IdempotencyKey), responses((status = 201, body = Opened), Problems))]
async fn open(State(shop): State<Arc<Shop>>, asked: Asked<SignUp>) -> Result<Response, Problem> {
    let key = asked.key_by(&format!("sign-up {}", asked.body.email));
    once(&shop, key, async {
        let account = deeds::sign_up(&shop, asked.body).await?;
        let account = account.to_string();
        Ok((StatusCode::CREATED, Some(Opened { account })))
    })
    .await
}

/// Signs in.
///
/// Who does it with the session of a guest keeps what the guest has. What carries a credential is not
/// stored: sent again, it opens another session.
#[utoipa::path(post, path = "/v1/accounts/sign-in", tag = "shopper", request_body = SignIn,
    responses((status = 201, body = OpenSession), Problems))]
async fn enter(
    State(shop): State<Arc<Shop>>,
    before: Option<Shopper>,
    _: OpensSession,
    FromAddress(address): FromAddress,
    device: Device,
    asked: Asked<SignIn>,
) -> Result<Response, Problem> {
    let shopper = deeds::sign_in(&shop, before, asked.body, (&address, &device)).await?;
    Ok(opened(&shop, &shopper))
}
