//! The pages: storefront, desk and board.

use crate::shop::Shop;
use axum::Router;
use std::sync::Arc;

/// The routes of the pages.
pub fn router() -> Router<Arc<Shop>> {
    Router::new()
}
