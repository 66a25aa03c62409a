//! The part of the API that staff and the shop's own systems use, one file a resource. Who may do
//! what is decided in the deeds; what is only read asks for its role here.

mod audit;
mod deals;
mod export;
mod import;
mod invitations;
mod keys;
mod members;
mod orders;
mod parcels;
mod pictures;
mod products;
mod sessions;
mod stock;
mod webhooks;

use crate::shop::Shop;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// The routes for staff with their description.
pub fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .merge(sessions::router())
        .merge(deals::router())
        .merge(import::router())
        .merge(stock::router())
        .merge(products::router())
        .merge(pictures::router())
        .merge(orders::router())
        .merge(parcels::router())
        .merge(export::router())
        .merge(webhooks::router())
        .merge(audit::router())
        .merge(members::router())
        .merge(invitations::router())
        .merge(keys::router())
}
