//! `/desk`: what staff see and do. Every deed goes through `deeds::staff`, which audits it.

mod audit;
mod deals;
mod orders;

use crate::shop::Shop;
use axum::Router;
use axum::response::Redirect;
use axum::routing::{get, post};
use std::sync::Arc;

/// The desk, without its entrance.
pub fn router() -> Router<Arc<Shop>> {
    Router::new()
        .route("/desk", get(async || Redirect::to("/desk/deals")))
        .route("/desk/deals", get(deals::list))
        .route("/desk/deals/make", get(deals::make_page).post(deals::make))
        .route("/desk/deals/{deal}", get(deals::show))
        .route(
            "/desk/deals/{deal}/change",
            get(deals::change_page).post(deals::change),
        )
        .route(
            "/desk/deals/{deal}/end",
            get(deals::end_page).post(deals::end),
        )
        .route("/desk/deals/{deal}/allotments", post(deals::add_allotment))
        .route("/desk/orders", get(orders::list))
        .route("/desk/orders/{order}", get(orders::show))
        .route(
            "/desk/orders/{order}/refund",
            get(orders::refund_page).post(orders::refund),
        )
        .route("/desk/orders/{order}/cancel", post(orders::cancel))
        .route("/desk/audit", get(audit::list))
}
