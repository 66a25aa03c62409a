//! The stock of a SKU: units come in, and leave for the shop's other channels.

use crate::api::answer::{Answer, answer};
use crate::api::shapes::{IdempotencyKey, Problems};
use crate::deeds::staff::{self, StockMove, Stocked};
use crate::problem::Problem;
use crate::request_key::Asked;
use crate::shop::Shop;
use crate::who::Staff;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use records::Role;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(move_stock))
        .routes(routes!(read))
}

/// Units that came or left.
#[derive(Serialize, ToSchema)]
struct Moved {
    /// The shop's own id of the SKU.
    sku: String,
    /// How many; negative ones left.
    units: i64,
}

/// Brings units into the free stock of a SKU, or takes them out of it (negative).
#[utoipa::path(post, path = "/v1/staff/stock", tag = "staff", params(IdempotencyKey), request_body = StockMove,
    responses((status = 200, body = Moved), Problems))]
async fn move_stock(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    asked: Asked<StockMove>,
) -> Result<Answer<Moved>, Problem> {
    let key = asked.key_by(&who.scope());
    let done = staff::move_stock(&shop, &who, key, &asked.body).await?;
    let moved = done.map(|moved| Moved {
        sku: moved.sku,
        units: moved.units,
    });
    Ok(answer(&shop, StatusCode::OK, moved))
}

/// Where the units of a SKU are, as the ledger has it.
#[utoipa::path(get, path = "/v1/staff/stock/{sku}", tag = "staff", responses((status = 200, body = Stocked), Problems))]
async fn read(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(sku): Path<String>,
) -> Result<Json<Stocked>, Problem> {
    who.require(Role::Viewer)?;
    Ok(Json(staff::stock_of(&shop, &sku).await?))
}
