//! What a member's account says of them, and what they agree to.

use crate::api::shapes::{IdempotencyKey, Problems};
use crate::api::stored::once;
use crate::deeds::{self, ProfileChange};
use crate::moment::Moment;
use crate::problem::Problem;
use crate::request_key::Asked;
use crate::shop::Shop;
use crate::who::Shopper;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use records::Consent;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(me, change))
        .routes(routes!(consents, choose))
}

/// A member.
#[derive(Serialize, ToSchema)]
struct Profile {
    /// The login.
    email: String,
    /// How to address them.
    name: String,
    /// For the courier; empty where it was not told.
    phone: String,
    /// `ko`, `zh` or `en`.
    locale: String,
    /// Who they are was verified.
    verified: bool,
    /// Since when they are a member.
    created_at: Moment,
}

/// What a member agrees to.
#[derive(Serialize, ToSchema)]
struct Consents {
    /// The terms of use.
    terms: bool,
    /// That their data is used as the privacy page says.
    privacy: bool,
    /// Advertising by mail and push.
    advertising: bool,
    /// Advertising between 21:00 and 8:00, too.
    advertising_at_night: bool,
}

/// What is a member's to agree to or not.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConsentsAsk {
    /// Advertising by mail and push.
    advertising: bool,
    /// Between 21:00 and 8:00, too; counts only beside the other.
    advertising_at_night: bool,
}

/// The member who asks.
#[utoipa::path(get, path = "/v1/me", tag = "shopper",
    responses((status = 200, body = Profile), Problems))]
async fn me(State(shop): State<Arc<Shop>>, shopper: Shopper) -> Result<Json<Profile>, Problem> {
    let account = deeds::my_account(&shop, &shopper).await?;
    let profile = Profile {
        email: account.mail,
        name: account.name,
        phone: account.phone,
        locale: account.locale,
        verified: account.verified_person.is_some(),
        created_at: account.created_at.into(),
    };
    Ok(Json(profile))
}

/// Changes name, phone or language; what is not said stays.
#[utoipa::path(patch, path = "/v1/me", tag = "shopper", request_body = ProfileChange,
    params(IdempotencyKey), responses((status = 204, description = "It is changed"), Problems))]
async fn change(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    asked: Asked<ProfileChange>,
) -> Result<Response, Problem> {
    once(&shop, asked.key_by(&shopper.scope()), async {
        deeds::change_profile(&shop, &shopper, asked.body).await?;
        Ok((StatusCode::NO_CONTENT, None::<()>))
    })
    .await
}

/// What the member agrees to.
#[utoipa::path(get, path = "/v1/me/consents", tag = "shopper",
    responses((status = 200, body = Consents), Problems))]
async fn consents(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
) -> Result<Json<Consents>, Problem> {
    let account = deeds::account_of(&shopper)?;
    let given = shop.records.consents(account).await?;
    let given = |consent| given.contains(&consent);
    let consents = Consents {
        terms: given(Consent::Terms),
        privacy: given(Consent::Privacy),
        advertising: given(Consent::Advertising),
        advertising_at_night: given(Consent::AdvertisingAtNight),
    };
    Ok(Json(consents))
}

/// Agrees to advertising, or no longer.
#[utoipa::path(put, path = "/v1/me/consents", tag = "shopper", request_body = ConsentsAsk,
    params(IdempotencyKey), responses((status = 204, description = "It is noted"), Problems))]
async fn choose(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    asked: Asked<ConsentsAsk>,
) -> Result<Response, Problem> {
    let wanted = [
        (Consent::Advertising, asked.body.advertising),
        (Consent::AdvertisingAtNight, asked.body.advertising_at_night),
    ];
    let wanted = wanted.into_iter().filter(|(_, wanted)| *wanted);
    let wanted = wanted.map(|(consent, _)| consent).collect();
    once(&shop, asked.key_by(&shopper.scope()), async {
        deeds::choose_consents(&shop, &shopper, &wanted).await?;
        Ok((StatusCode::NO_CONTENT, None::<()>))
    })
    .await
}
