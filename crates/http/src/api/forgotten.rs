//! A forgotten password: a link by mail, and the password that it sets.

use crate::api::shapes::Problems;
use crate::deeds;
use crate::limits::{AsksForLetter, FromAddress, OpensSession};
use crate::pages::Language;
use crate::problem::Problem;
use crate::request_key::Asked;
use crate::shop::Shop;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use records::Token;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(forget))
        .routes(routes!(set))
}

/// Whose password is forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ForgottenAsk {
    /// The login.
    email: String,
}

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPasswordAsk {
    /// The last part of the link that came by mail.
    token: String,
    /// 8 to 128 characters.
    password: String,
}

/// Mails a link that sets another password, once and within 30 minutes.
///
/// The answer is the same whether there is such an account or not. In the language of `Accept-Language`, else in
/// that of the account. 404 where the shop sends no mail.
#[utoipa::path(post, path = "/v1/accounts/forgotten", tag = "shopper", request_body = ForgottenAsk,
    responses((status = 202, description = "If there is such an account, a link is on its way"), Problems))]
async fn forget(
    State(shop): State<Arc<Shop>>,
    _: AsksForLetter,
    FromAddress(address): FromAddress,
    headers: HeaderMap,
    asked: Asked<ForgottenAsk>,
) -> Result<StatusCode, Problem> {
    let language = Language::of(&headers);
    deeds::forget_password(&shop, &asked.body.email, language, &address).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Sets another password by such a link; every session of the account ends.
#[utoipa::path(post, path = "/v1/accounts/forgotten/password", tag = "shopper", request_body = NewPasswordAsk,
    responses((status = 204, description = "It is set"), Problems))]
async fn set(
    State(shop): State<Arc<Shop>>,
    _: OpensSession,
    FromAddress(address): FromAddress,
    asked: Asked<NewPasswordAsk>,
) -> Result<StatusCode, Problem> {
    let NewPasswordAsk { token, password } = asked.body;
    deeds::reset_password(&shop, &Token(token), password, &address).await?;
    Ok(StatusCode::NO_CONTENT)
}
