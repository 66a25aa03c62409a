//! The festival: what it is called, and what time it is here.

use crate::api::shapes::Problems;
use crate::moment::Moment;
use crate::shop::Shop;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new().routes(routes!(festival))
}

/// The festival.
#[derive(Debug, Serialize, ToSchema)]
struct Festival {
    /// What it is called.
    name: String,
    /// The currency it sells in.
    currency: String,
    /// In which days and hours are told.
    time_zone: String,
    /// The shop's clock; shown clocks go by it.
    now: Moment,
}

/// What the festival is called and what time it is.
#[utoipa::path(get, path = "/v1/festival", tag = "everyone",
    responses((status = 200, body = Festival), Problems))]
async fn festival(State(shop): State<Arc<Shop>>) -> Json<Festival> {
    let zone = shop.settings.time_zone.iana_name().unwrap_or("UTC");
    Json(Festival {
        name: shop.settings.name.clone(),
        currency: shop.settings.currency.code().to_owned(),
        time_zone: zone.to_owned(),
        now: shop.now().into(),
    })
}
