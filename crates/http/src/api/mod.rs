//! The API under /v1, one file a resource; `docs/contracts/http.md` says what it promises.

pub mod staff;

use crate::shop::Shop;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The routes of the API with their description.
pub fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new().merge(staff::router())
}
