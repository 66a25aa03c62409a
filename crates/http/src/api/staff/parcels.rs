//! What happened to units after the payment: shipped, delivered, come back. From JSON or CSV.

use crate::api::answer::{Answer, answer};
use crate::api::shapes::Problems;
use crate::deeds::staff::{self, Parcel, ParcelProblem, ParcelsRecorded, What};
use crate::problem::{Kind, Problem};
use crate::request_key::Asked;
use crate::shop::{Done, Shop};
use crate::who::Staff;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{StatusCode, header};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The largest file, in bytes: some 100,000 rows.
const FILE_BYTES_MAX: usize = 8 << 20;

type Rows = Vec<Result<Parcel, ParcelProblem>>;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(shipments))
        .routes(routes!(deliveries))
        .routes(routes!(returns))
        .layer(DefaultBodyLimit::max(FILE_BYTES_MAX))
}

/// Units left the house. Good rows are recorded, bad ones reported; sending the file again within a
/// day changes nothing that is recorded. Two rows of the same order, line and units in different
/// files are one, unless their `parcel` differs.
#[utoipa::path(post, path = "/v1/staff/shipments", tag = "staff",
    request_body(content((Vec<Parcel> = "application/json"), (String = "text/csv"))),
    responses((status = 200, body = ParcelsRecorded), Problems))]
async fn shipments(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    request: Request,
) -> Result<Answer<ParcelsRecorded>, Problem> {
    record(&shop, &who, What::Shipped, request).await
}

/// Units reached the shopper; the time to send them back runs. As shipments.
#[utoipa::path(post, path = "/v1/staff/deliveries", tag = "staff",
    request_body(content((Vec<Parcel> = "application/json"), (String = "text/csv"))),
    responses((status = 200, body = ParcelsRecorded), Problems))]
async fn deliveries(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    request: Request,
) -> Result<Answer<ParcelsRecorded>, Problem> {
    record(&shop, &who, What::Delivered, request).await
}

/// Units came back; with `restock` they join the free stock again. As shipments.
#[utoipa::path(post, path = "/v1/staff/returns", tag = "staff",
    request_body(content((Vec<Parcel> = "application/json"), (String = "text/csv"))),
    responses((status = 200, body = ParcelsRecorded), Problems))]
async fn returns(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    request: Request,
) -> Result<Answer<ParcelsRecorded>, Problem> {
    record(&shop, &who, What::Returned, request).await
}

async fn record(
    shop: &Arc<Shop>,
    who: &Staff,
    what: What,
    request: Request,
) -> Result<Answer<ParcelsRecorded>, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let read: fn(&[u8]) -> Result<Rows, Problem> = match kind.split(';').next().map(str::trim) {
        Some("text/csv") => staff::parcels_of_csv,
        Some("application/json") => staff::parcels_of_json,
        _ => return Err(Problem::from(Kind::MEDIA_TYPE).because("application/json or text/csv")),
    };
    let asked = Asked::<Bytes>::read(request, shop).await?;
    let rows = read(&asked.body)?;
    let recorded = staff::record_parcels(shop, who, what, rows).await?;
    let done = Done {
        seq: recorded.seq,
        repeated: false,
        what: recorded,
    };
    Ok(answer(shop, StatusCode::OK, done))
}
