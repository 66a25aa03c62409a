//! Deals come in as a CSV file.

use crate::api::answer::{Answer, answer};
use crate::api::asking::Asking;
use crate::api::shapes::Problems;
use crate::deeds::staff::{self, DealsFile, Imported};
use crate::problem::Problem;
use crate::request_key::Asked;
use crate::shop::{Done, Shop};
use crate::who::Staff;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The largest file, in bytes: some 100,000 deals.
const FILE_BYTES_MAX: usize = 16 << 20;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(import))
        .layer(DefaultBodyLimit::max(FILE_BYTES_MAX))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Trial {
    /// Only say what would happen.
    #[serde(default)]
    dry_run: bool,
}

/// Puts the deals of a CSV file on the schedule, as `doorbuster import deals` does: good rows go in,
/// bad ones are reported with their line. A deal that is on the schedule is left alone, so the same
/// file may be sent again.
#[utoipa::path(post, path = "/v1/staff/schedule/import", tag = "staff", params(Trial),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = Imported), Problems))]
async fn import(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Asking(trial): Asking<Trial>,
    request: Request,
) -> Result<Answer<Imported>, Problem> {
    let asked = Asked::<Bytes>::read(request, &shop).await?;
    let key = asked.key_by(&who.scope());
    let file = DealsFile {
        content: asked.body.to_vec(),
        mapping: None,
    };
    let imported = staff::import_deals(&shop, &who, key, file, trial.dry_run, &|_, _| {}).await?;
    let done = Done {
        seq: imported.seq,
        repeated: false,
        what: imported,
    };
    Ok(answer(&shop, StatusCode::OK, done))
}
