//! Orders leave for the shop's own systems: page by page as JSON, or all of a time as CSV.

use crate::api::asking::{Asking, Page, bound, cursor_of};
use crate::api::shapes::Problems;
use crate::deeds::staff::{self, OrderPosition, OrderSheet};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::who::Staff;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use records::{OrderCursor, Role};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(csv))
        .routes(routes!(pages))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Only orders placed at or after this moment, or from this day on: `2026-11-11` in the shop's time
    /// zone.
    from: Option<String>,
    /// Only orders placed before this moment or this day.
    to: Option<String>,
    /// Which columns in which order, each with the heading it gets: `order:주문번호,sku,units:수량`.
    /// Without it all columns under their own names.
    columns: Option<String>,
}

/// Some of the orders, in the order of placing.
#[derive(Serialize, ToSchema)]
struct Exported {
    /// The orders.
    items: Vec<OrderSheet>,
    /// The `cursor` of the next page; null when there are no more orders for now.
    next: Option<String>,
    /// The `cursor` with which to go on later, also at the end.
    reached: Option<String>,
}

/// Orders as CSV, a row a line, the oldest first; opens right in Excel. The export is audited.
#[utoipa::path(get, path = "/v1/staff/orders.csv", tag = "staff", params(Wanted),
    responses((status = 200, body = String, content_type = "text/csv"), Problems))]
async fn csv(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Asking(wanted): Asking<Wanted>,
) -> Result<Response, Problem> {
    let export = staff::OrdersWanted {
        from: bound(&shop, "from", wanted.from.as_deref())?,
        to: bound(&shop, "to", wanted.to.as_deref())?,
        columns: wanted.columns,
    };
    let pieces = staff::export_orders(&shop, &who, export).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"orders.csv\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// Orders with all that belongs to them, in the order of placing. Who goes on behind the last one
/// misses none, however many are placed meanwhile.
#[utoipa::path(get, path = "/v1/staff/orders/export", tag = "staff", params(Page),
    responses((status = 200, body = Exported), Problems))]
async fn pages(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Asking(page): Asking<Page>,
) -> Result<Json<Exported>, Problem> {
    who.require(Role::Viewer)?;
    shop.orders_shown(page.at_least(&shop)?).await?;
    let limit = page.limit()?;
    let after = page.cursor::<OrderPosition>()?;
    let after = after.map_or(OrderCursor::START, |position| position.0);
    let mut orders = shop.records.export_orders(after, limit + 1).await?;
    let more = orders.len() > limit as usize;
    orders.truncate(limit as usize);
    let last = orders
        .last()
        .map(|order| cursor_of(OrderPosition(order.cursor())));
    let mut items = Vec::with_capacity(orders.len());
    for order in &orders {
        items.push(staff::order_sheet(&shop, order).await?);
    }
    let begun = || (after != OrderCursor::START).then(|| cursor_of(OrderPosition(after)));
    Ok(Json(Exported {
        items,
        next: last.clone().filter(|_| more),
        reached: last.or_else(begun),
    }))
}
