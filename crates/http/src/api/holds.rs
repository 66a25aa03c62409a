//! Holds: units at the deal price, for a while.

use crate::api::answer::{Answer, answer, nothing};
use crate::api::op::Op;
use crate::api::shapes::{IdempotencyKey, Problems};
use crate::api::waitlist::PlaceGiven;
use crate::deeds::{self, Held, HoldAsk};
use crate::moment::Moment;
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
use vocabulary::HoldId;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(place))
        .routes(routes!(release))
        .routes(routes!(extend))
}

/// A hold.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HoldGiven {
    /// Its id.
    hold: String,
    /// The first millisecond in which it is lapsed.
    expires_at: Moment,
}

/// What was got for a hold.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Got {
    /// The hold.
    Hold(HoldGiven),
    /// A place instead.
    Place(PlaceGiven),
}

/// The status and body for what a shopper got.
pub(super) fn got(held: Held) -> (StatusCode, Got) {
    match held {
        Held::Hold { hold, expires_at } => {
            let hold = hold.to_string();
            let expires_at = expires_at.into();
            (
                StatusCode::CREATED,
                Got::Hold(HoldGiven { hold, expires_at }),
            )
        }
        Held::Place(taken) => (StatusCode::ACCEPTED, Got::Place(taken.into())),
    }
}

/// Takes units at the deal price; with `or_wait`, a place in the waitlist where nothing is left.
#[utoipa::path(post, path = "/v1/holds", tag = "shopper", request_body = HoldAsk, params(IdempotencyKey),
    responses((status = 201, body = HoldGiven), (status = 202, body = PlaceGiven), Problems))]
async fn place(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    asked: Asked<HoldAsk>,
) -> Result<Response, Problem> {
    let key = asked.key_by(&shopper.scope());
    Op::Hold(asked.body).alone(&shop, &shopper, key).await
}

/// Gives a hold back.
#[utoipa::path(delete, path = "/v1/holds/{hold}", tag = "shopper",
    params(("hold" = String, Path), IdempotencyKey),
    responses((status = 204, description = "It is given back"), Problems))]
async fn release(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    Path(hold): Path<String>,
    asked: Asked<()>,
) -> Result<Response, Problem> {
    let hold = deeds::parse_number("hold", &hold, HoldId)?;
    let key = asked.key_by(&shopper.scope());
    let done = deeds::release_hold(&shop, &shopper, key, hold).await?;
    Ok(nothing(&shop, done))
}

/// Gives a hold more time, where its deal allows it and nobody waits; answers with its new end.
#[utoipa::path(post, path = "/v1/holds/{hold}/extension", tag = "shopper",
    params(("hold" = String, Path), IdempotencyKey),
    responses((status = 200, body = HoldGiven), Problems))]
async fn extend(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    Path(hold): Path<String>,
    asked: Asked<()>,
) -> Result<Answer<HoldGiven>, Problem> {
    let number = deeds::parse_number("hold", &hold, HoldId)?;
    let key = asked.key_by(&shopper.scope());
    let done = deeds::extend_hold(&shop, &shopper, key, number).await?;
    let given = done.map(|expires_at| HoldGiven {
        hold,
        expires_at: expires_at.into(),
    });
    Ok(answer(&shop, StatusCode::OK, given))
}
