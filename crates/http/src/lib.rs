//! The API, the storefront, the desk and the board: everything that speaks HTTP to shoppers, staff
//! and the payment provider. What is true is asked of the till; what is shown, of views and records.

pub mod api;
pub mod deeds;
pub mod directory;
mod guard;
mod limits;
mod moment;
mod operations;
pub mod pages;
pub mod problem;
pub mod request_key;
pub mod sessions;
pub mod shop;
mod theirs;
pub mod who;

pub use limits::{Limit, Limits};
pub use moment::{Moment, Point};
pub use problem::{Kind, Problem};
pub use shop::{Clock, Done, Keys, Settings, Shop, Standing};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

/// The largest body, in bytes; imports take more.
const BODY_BYTES_MAX: usize = 1 << 20;

/// Everything that is served on the shop's address. Serve it with connection info
/// (`into_make_service_with_connect_info::<SocketAddr>`) so that limits know the peer.
pub fn router(shop: Arc<Shop>) -> Router {
    let (api, description) = api::router().split_for_parts();
    let mut served = Router::new()
        .merge(api)
        .merge(pages::router())
        .method_not_allowed_fallback(async || Problem::from(Kind::METHOD_NOT_ALLOWED))
        .layer(from_fn_with_state(shop.clone(), guard::bring_session))
        .layer(from_fn_with_state(shop.clone(), guard::same_site));
    if let Some(limits) = shop.settings.limits {
        let gate = Arc::new(limits::Gate::of(shop.clone(), limits));
        served = served.layer(from_fn_with_state(gate, limits::keep));
    }
    served
        .merge(operations::router(description))
        .layer(from_fn_with_state(shop.clone(), pages::explain))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn(guard::tell_browsers))
        .layer(from_fn(operations::observe))
        .layer(CatchPanicLayer::new())
        .layer(CompressionLayer::new())
        .with_state(shop)
}
