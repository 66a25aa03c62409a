//! The API, the storefront, the desk and the board: everything that speaks HTTP to shoppers, staff
//! and the payment provider. What is true is asked of the till; what is shown, of views and records.

pub mod api;
pub mod board;
pub mod carriers;
pub mod countries;
pub mod deeds;
pub mod deposits;
pub mod device;
pub mod directory;
mod door;
pub mod gathering;
mod guard;
mod lane;
pub mod lateness;
mod limits;
mod misread;
mod moment;
pub mod notices;
mod operations;
pub mod pages;
pub mod passkeys;
pub mod postman;
mod press;
pub mod problem;
mod provinces;
pub mod request_key;
pub mod rights;
mod serve;
pub mod sessions;
mod shelves;
pub mod shop;
mod theirs;
pub mod totp;
pub mod turns;
pub mod waiting;
pub mod who;

pub use limits::{Limit, Limits};
pub use moment::{Moment, Point};
pub use operations::{Disk, Meters, RefusalMeters, Vitals};
pub use pages::Language;
pub use press::Press;
pub use problem::{Kind, Problem};
pub use serve::{NEWS_EVERY, OLDEST_EVERY, serve};
pub use shelves::Shelves;
pub use shop::{Clock, Done, Keys, Settings, Shop, Standing};

use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::{Extension, Router};
use door::Door;
use std::sync::Arc;
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

/// The largest body, in bytes; imports take more.
const BODY_BYTES_MAX: usize = 1 << 20;

/// Everything that is served on the shop's address, as [`serve()`] serves it, without a socket.
pub fn router(shop: Arc<Shop>) -> Router {
    behind(Arc::new(Door::of(shop)))
}

/// The board of a past festival, at the speed of a dial: what `/board` and its part of the API show, and the levers.
pub fn replay_router(shop: Arc<Shop>, dial: Arc<board::Dial>) -> Router {
    let door = Arc::new(Door::of(Arc::clone(&shop)));
    let (api, _) = api::replay_router().split_for_parts();
    Router::new()
        .merge(api)
        .merge(pages::replay_router())
        .layer(Extension(dial))
        .layer(from_fn_with_state(Arc::clone(&door), door::admit))
        .layer(from_fn_with_state(door, door::attend))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .with_state(shop)
}

/// The routes behind a door. Requests come with connection info so that limits know the peer.
fn behind(door: Arc<Door>) -> Router {
    let shop = Arc::clone(door.shop());
    let (api, description) = api::router().split_for_parts();
    // Each of a router's layers is a box around every route: the fewer, the quicker every answer.
    let around = ServiceBuilder::new()
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(CatchPanicLayer::new())
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(door.clone(), door::attend));
    Router::new()
        .merge(api)
        .merge(pages::router())
        .method_not_allowed_fallback(async || Problem::from(Kind::METHOD_NOT_ALLOWED))
        .layer(from_fn_with_state(door, door::admit))
        .merge(operations::router(description))
        .layer(around)
        .with_state(shop)
}
