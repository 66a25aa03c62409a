//! Places in waitlists.

use crate::api::answer::{Answer, answer, nothing};
use crate::api::shapes::{IdempotencyKey, Problems};
use crate::deeds::{self, PlaceAsk, PlaceTaken};
use crate::problem::Problem;
use crate::request_key::Asked;
use crate::shop::Shop;
use crate::who::Shopper;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vocabulary::PlaceId;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(join))
        .routes(routes!(leave))
}

/// A place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlaceGiven {
    /// Its id.
    place: String,
    /// How many wait before it.
    ahead: u32,
}

impl From<PlaceTaken> for PlaceGiven {
    fn from(taken: PlaceTaken) -> Self {
        PlaceGiven {
            place: taken.place.to_string(),
            ahead: taken.ahead,
        }
    }
}

/// Waits for one unit of what is gone.
#[utoipa::path(post, path = "/v1/waitlist", tag = "shopper", request_body = PlaceAsk, params(IdempotencyKey),
    responses((status = 201, body = PlaceGiven), Problems))]
async fn join(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    asked: Asked<PlaceAsk>,
) -> Result<Answer<PlaceGiven>, Problem> {
    let key = asked.key_by(&shopper.scope());
    let done = deeds::join_waitlist(&shop, &shopper, key, &asked.body).await?;
    Ok(answer(&shop, StatusCode::CREATED, done.map(Into::into)))
}

/// Gives up a place.
#[utoipa::path(delete, path = "/v1/waitlist/{place}", tag = "shopper",
    params(("place" = String, Path), IdempotencyKey),
    responses((status = 204, description = "It is given up"), Problems))]
async fn leave(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    Path(place): Path<String>,
    asked: Asked<()>,
) -> Result<Response, Problem> {
    let place = deeds::parse_number("place", &place, PlaceId)?;
    let key = asked.key_by(&shopper.scope());
    let done = deeds::leave_waitlist(&shop, &shopper, key, place).await?;
    Ok(nothing(&shop, done))
}
