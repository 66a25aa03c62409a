//! What staff did.

use crate::api::asking::{Asking, Listed, Page, bound};
use crate::api::shapes::Problems;
use crate::moment::Moment;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::who::Staff;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use records::{AuditEntry, AuditFilter, Role};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(csv))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only what this one did: a mail address, or `key <name>`.
    who: Option<String>,
    /// Only deeds of this name.
    action: Option<String>,
    /// Only deeds to this.
    target: Option<String>,
    /// Only what was done at or after this moment, or from this day on: `2026-11-11` in the shop's time
    /// zone.
    from: Option<String>,
    /// Only what was done before this moment or this day.
    to: Option<String>,
}

/// A deed.
#[derive(Serialize, ToSchema)]
struct Entry {
    /// Counts up without gaps.
    number: u64,
    /// When.
    at: Moment,
    /// A mail address, or `key <name>`.
    who: String,
    /// What was done.
    action: String,
    /// To what.
    target: String,
    /// What was true before; null where there was nothing.
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// What is true since; null where it was removed.
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
}

impl From<AuditEntry> for Entry {
    fn from(AuditEntry { number, deed }: AuditEntry) -> Self {
        Entry {
            number,
            at: deed.at.into(),
            who: deed.who,
            action: deed.action,
            target: deed.target,
            before: deed.before,
            after: deed.after,
        }
    }
}

impl Which {
    fn filter(self, shop: &Shop) -> Result<AuditFilter, Problem> {
        Ok(AuditFilter {
            from: bound(shop, "from", self.from.as_deref())?,
            until: bound(shop, "to", self.to.as_deref())?,
            who: self.who,
            action: self.action,
            targets: self.target.into_iter().collect(),
            field: None,
        })
    }
}

/// What staff did, the newest first.
#[utoipa::path(get, path = "/v1/staff/audit", tag = "staff", params(Which, Page),
    responses((status = 200, body = Listed<Entry>), Problems))]
async fn list(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Asking(which): Asking<Which>,
    Asking(page): Asking<Page>,
) -> Result<Json<Listed<Entry>>, Problem> {
    who.require(Role::Viewer)?;
    shop.shown(page.at_least(&shop)?).await?;
    let limit = page.limit()?;
    let filter = which.filter(&shop)?;
    let entries = shop
        .records
        .audit(&filter, page.cursor()?, limit + 1)
        .await?;
    let items = entries.into_iter().map(Entry::from).collect();
    Ok(Json(Listed::of(items, limit, |entry: &Entry| entry.number)))
}

/// What staff did as CSV, the newest first; opens right in Excel.
#[utoipa::path(get, path = "/v1/staff/audit.csv", tag = "staff", params(Which),
    responses((status = 200, body = String, content_type = "text/csv"), Problems))]
async fn csv(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Asking(which): Asking<Which>,
) -> Result<Response, Problem> {
    who.require(Role::Viewer)?;
    let filter = which.filter(&shop)?;
    let text = shop.records.audit_csv(&filter).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"audit.csv\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}
