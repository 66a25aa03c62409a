//! What answers at each address of the pages: reads from views and records, does deeds, and sends
//! the shopper on. How it looks is decided in the modules beside this one.

mod board;
mod cart;
mod checkout;
mod deal;
mod desk;
mod entrance;
mod home;
mod orders;
mod payment;
mod plain;

pub use plain::Explained;

use super::aisles::Aisles;
use super::assets;
use crate::shop::Shop;
use axum::routing::{get, post};
use axum::{Extension, Router};
use std::sync::Arc;

/// All pages, and a page for every address that there is not.
pub fn router() -> Router<Arc<Shop>> {
    Router::new()
        .merge(browsing())
        .merge(buying())
        .merge(entering())
        .merge(desk::router())
        .fallback(plain::nowhere)
        .route("/assets/{hash}/{*file}", get(assets::serve))
        .route("/pictures/{file}", get(plain::picture))
}

fn browsing() -> Router<Arc<Shop>> {
    Router::new()
        .route(
            "/",
            get(home::show).layer(Extension(Arc::new(Aisles::default()))),
        )
        .route("/deals/{deal}", get(deal::show))
        .route("/deals/{deal}/watch", post(deal::watch))
        .route("/deals/{deal}/unwatch", post(deal::unwatch))
        .route("/products/{product}", get(deal::of_product))
        .route("/watches", get(cart::show_watches))
        .route("/board", get(board::show))
        .route("/board/figures", get(board::figures))
        .route("/language", post(plain::choose_language))
}

fn buying() -> Router<Arc<Shop>> {
    Router::new()
        .route("/deals/{deal}/hold", post(deal::hold))
        .route("/cart", get(cart::show))
        .route("/cart/holds/{hold}/release", post(cart::release))
        .route("/cart/places/{place}/leave", post(cart::leave))
        .route("/checkout", get(checkout::delivery).post(checkout::place))
        .route("/checkouts/{checkout}", get(payment::show))
        .route("/checkouts/{checkout}/pay", post(payment::pay))
        .route("/orders", get(orders::list))
        .route("/orders/{order}", get(orders::show))
        .route("/orders/{order}/cancel", post(orders::cancel))
        .route("/orders/{order}/return", post(orders::ask_return))
}

fn entering() -> Router<Arc<Shop>> {
    Router::new()
        .route(
            "/sign-in",
            get(entrance::sign_in_page).post(entrance::sign_in),
        )
        .route(
            "/sign-up",
            get(entrance::sign_up_page).post(entrance::sign_up),
        )
        .route("/enter", get(entrance::enter))
        .route("/sign-out", post(entrance::sign_out))
}
