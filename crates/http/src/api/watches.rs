//! Watches: deals whose opening a shopper wants to be told of.

use crate::api::asking::Asking;
use crate::api::shapes::{IdempotencyKey, Problems};
use crate::api::stored::once;
use crate::deeds;
use crate::pages::Language;
use crate::problem::Problem;
use crate::request_key::Asked;
use crate::shop::Shop;
use crate::who::Shopper;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(watches))
        .routes(routes!(watch, unwatch))
}

/// The watched deals.
#[derive(Serialize, ToSchema)]
struct Watches {
    /// The shop's own ids.
    deals: Vec<String>,
}

/// What the shopper watches.
#[utoipa::path(get, path = "/v1/watches", tag = "shopper",
    responses((status = 200, body = Watches), Problems))]
async fn watches(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
) -> Result<Json<Watches>, Problem> {
    let mut deals = Vec::new();
    for deal in shop.records.watches(shopper.person()).await? {
        deals.push(shop.directory.deal_id(deal).await?);
    }
    Ok(Json(Watches { deals }))
}

/// How a watch is told.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Nights {
    /// Also between 21:00 and 8:00; else what opens at night is told in the morning, where it still can be bought.
    #[serde(default)]
    at_night: bool,
}

/// Watches a deal. One that has opened is not: there is nothing left to tell.
#[utoipa::path(put, path = "/v1/watches/{deal}", tag = "shopper",
    params(("deal" = String, Path), Nights, IdempotencyKey),
    responses((status = 204, description = "It is watched, or has opened already"), Problems))]
async fn watch(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    Path(deal): Path<String>,
    Asking(nights): Asking<Nights>,
    headers: HeaderMap,
    asked: Asked<()>,
) -> Result<Response, Problem> {
    let key = asked.key_by(&shopper.scope());
    let language = Language::of(&headers).unwrap_or(shop.settings.language);
    once(&shop, key, async {
        deeds::watch(&shop, &shopper, &deal, nights.at_night, language).await?;
        Ok((StatusCode::NO_CONTENT, None::<()>))
    })
    .await
}

/// Watches a deal no longer.
#[utoipa::path(delete, path = "/v1/watches/{deal}", tag = "shopper",
    params(("deal" = String, Path), IdempotencyKey),
    responses((status = 204, description = "It is watched no longer"), Problems))]
async fn unwatch(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    Path(deal): Path<String>,
    asked: Asked<()>,
) -> Result<Response, Problem> {
    let key = asked.key_by(&shopper.scope());
    once(&shop, key, async {
        deeds::unwatch(&shop, &shopper, &deal).await?;
        Ok((StatusCode::NO_CONTENT, None::<()>))
    })
    .await
}
