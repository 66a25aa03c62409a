//! `/desk`: what staff see and do. Every deed goes through `deeds::staff`, which audits it.

mod audit;
mod bulk;
mod chores;
mod columns;
mod deal;
mod deal_form;
mod deals;
mod import;
mod orders;
mod pairs;
mod products;
mod timeline;
mod times;
mod warned;

use crate::shop::Shop;
use axum::extract::DefaultBodyLimit;
use axum::response::Redirect;
use axum::routing::{get, post};
use axum::{Extension, Router};
use std::sync::Arc;

/// The desk, without its entrance.
pub fn router() -> Router<Arc<Shop>> {
    Router::new()
        .route("/desk", get(async || Redirect::to("/desk/deals")))
        .merge(schedule())
        .merge(importing())
        .merge(catalogue())
        .route("/desk/orders", get(orders::list))
        .route("/desk/orders/{order}", get(orders::show))
        .route(
            "/desk/orders/{order}/refund",
            get(orders::refund_page).post(orders::refund),
        )
        .route("/desk/orders/{order}/cancel", post(orders::cancel))
        .route("/desk/audit", get(audit::list))
}

/// The schedule: deals, one by one and many at once.
fn schedule() -> Router<Arc<Shop>> {
    Router::new()
        .route("/desk/deals", get(deals::list))
        .route("/desk/timeline", get(timeline::show))
        .route("/desk/deals/export", get(deals::export))
        .route("/desk/deals/products", get(deal_form::products))
        .route("/desk/deals/check", post(deal_form::check))
        .route(
            "/desk/deals/make",
            get(deal_form::make_page).post(deal_form::make),
        )
        .route("/desk/deals/{deal}", get(deal::show))
        .route(
            "/desk/deals/{deal}/change",
            get(deal_form::change_page).post(deal_form::change),
        )
        .route(
            "/desk/deals/{deal}/move",
            get(deal::move_page).post(deal::move_deal),
        )
        .route("/desk/deals/{deal}/take-back", post(deal::take_back))
        .route(
            "/desk/deals/{deal}/end",
            get(deal::end_page).post(deal::end),
        )
        .route("/desk/deals/{deal}/allotments", post(deal::add_allotment))
}

/// The catalogue: products and their pictures.
fn catalogue() -> Router<Arc<Shop>> {
    Router::new()
        .route("/desk/products", get(products::list))
        .route(
            "/desk/products/make",
            get(products::make_page).post(products::make),
        )
        .route(
            "/desk/products/{product}",
            get(products::show).post(products::change),
        )
        .route(
            "/desk/products/{product}/pictures",
            post(products::add_pictures).layer(DefaultBodyLimit::max(products::UPLOAD_BYTES_MAX)),
        )
        .route(
            "/desk/products/{product}/pictures/order",
            post(products::order_pictures),
        )
        .route(
            "/desk/products/{product}/bring-back",
            post(products::bring_back),
        )
}

/// What takes a while: files, and many deals at once.
fn importing() -> Router<Arc<Shop>> {
    Router::new()
        .route("/desk/deals/bulk", get(bulk::ask).post(bulk::apply))
        .route("/desk/deals/import", get(import::page).post(import::take))
        .route("/desk/deals/import/{chore}/again", post(import::again))
        .route("/desk/deals/import/{chore}/put", post(import::put))
        .route(
            "/desk/deals/import/{chore}/wrong.csv",
            get(import::wrong_rows),
        )
        .route("/desk/deals/chores/{chore}", get(import::show_chore))
        .layer(DefaultBodyLimit::max(import::FILE_BYTES_MAX))
        .layer(Extension(Arc::new(chores::Chores::default())))
}
