//! The API under /v1, one file a resource; `docs/contracts/http.md` says what it promises.

mod accounts;
mod answer;
mod asking;
mod batches;
mod board;
mod callbacks;
mod cart;
mod checkouts;
mod claimed;
mod deals;
mod festival;
mod holds;
mod orders;
mod products;
mod sessions;
mod shapes;
pub mod staff;
mod stored;
mod stream;
mod tagged;
mod waitlist;
mod watches;

use crate::problem::ProblemBody;
use crate::shop::Shop;
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Doorbuster",
        description = "Deals on a schedule, holds, orders, payments. Money is whole minor units; times are RFC 3339 in UTC; ids are strings.",
    ),
    components(schemas(ProblemBody))
)]
struct Description;

/// The routes of the API with their description.
pub fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(festival::router())
        .merge(deals::router())
        .merge(products::router())
        .merge(claimed::router())
        .merge(board::router())
        .merge(sessions::router())
        .merge(accounts::router())
        .merge(cart::router())
        .merge(holds::router())
        .merge(waitlist::router())
        .merge(watches::router())
        .merge(checkouts::router())
        .merge(orders::router())
        .merge(batches::router())
        .merge(callbacks::router())
        .merge(staff::router())
}
