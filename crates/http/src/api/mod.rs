//! The API under /v1, one file a resource; `docs/contracts/http.md` says what it promises.

mod accounts;
mod addresses;
mod answer;
mod asking;
mod batches;
pub(crate) mod board;
pub(crate) mod callbacks;
mod cart;
mod checkouts;
mod claimed;
mod deals;
mod festival;
mod forgotten;
mod holds;
mod me;
pub(crate) mod notices;
pub(crate) mod op;
mod orders;
mod products;
mod profile;
mod sellers;
mod sessions;
mod shapes;
pub mod staff;
mod stored;
pub(crate) mod stream;
mod tagged;
mod waitlist;
mod watches;

use crate::problem::ProblemBody;
use crate::shop::Shop;
use axum::http::StatusCode;
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa::openapi::schema::ArrayItems;
use utoipa::openapi::{self, Ref, RefOr, Schema};
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
    let mut router = routes();
    name_operations(router.get_openapi_mut());
    name_items(router.get_openapi_mut());
    open_parts(router.get_openapi_mut());
    router
}

/// What of the API a replay has.
pub fn replay_router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .merge(festival::router())
        .merge(board::router())
}

/// What is a part of a larger body, as a hold is of a batch's request, has fields of the whole beside its
/// own; as a part it must not forbid them.
fn open_parts(description: &mut openapi::OpenApi) {
    let Some(components) = &mut description.components else {
        return;
    };
    let parts: Vec<String> = components.schemas.values().flat_map(parts_of).collect();
    for name in parts {
        if let Some(RefOr::T(Schema::Object(part))) = components.schemas.get_mut(&name) {
            part.additional_properties = None;
        }
    }
}

/// The names of the schemas that a schema is put together of.
fn parts_of(schema: &RefOr<Schema>) -> Vec<String> {
    match schema {
        RefOr::T(Schema::AllOf(all)) => all.items.iter().filter_map(name_of).collect(),
        RefOr::T(Schema::OneOf(one)) => one.items.iter().flat_map(parts_of).collect(),
        _ => Vec::new(),
    }
}

fn name_of(schema: &RefOr<Schema>) -> Option<String> {
    match schema {
        RefOr::Ref(named) => named.ref_location.rsplit('/').next().map(str::to_owned),
        RefOr::T(_) => None,
    }
}

/// The items of a list are told of once, by their name, and not again in each list of them.
fn name_items(description: &mut openapi::OpenApi) {
    let Some(components) = &mut description.components else {
        return;
    };
    let names: Vec<String> = components.schemas.keys().cloned().collect();
    for (name, schema) in &mut components.schemas {
        let item = name.strip_prefix("Listed_").unwrap_or_default();
        if let RefOr::T(Schema::Object(page)) = schema
            && names.iter().any(|name| name == item)
            && let Some(RefOr::T(Schema::Array(items))) = page.properties.get_mut("items")
        {
            items.items = ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(item).into()));
        }
    }
}

/// OpenAPI wants an id for every operation and a description of every answer. The id is made of the
/// method and the path; of an answer of which nothing was said, the status says enough.
fn name_operations(description: &mut openapi::OpenApi) {
    for (path, item) in &mut description.paths.paths {
        let methods = [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in methods {
            let Some(operation) = operation else { continue };
            operation.operation_id = Some(id_of(method, path));
            for (status, answer) in &mut operation.responses.responses {
                describe(status, answer);
            }
        }
    }
}

fn id_of(method: &str, path: &str) -> String {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty() && *word != "v1");
    std::iter::once(method)
        .chain(words)
        .collect::<Vec<_>>()
        .join("_")
}

fn describe(status: &str, answer: &mut RefOr<openapi::Response>) {
    let status = status
        .parse()
        .ok()
        .and_then(|n| StatusCode::from_u16(n).ok());
    let reason = status.and_then(|status| status.canonical_reason());
    if let (RefOr::T(answer), Some(reason)) = (answer, reason)
        && answer.description.is_empty()
    {
        answer.description = reason.to_owned();
    }
}

fn routes() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(festival::router())
        .merge(deals::router())
        .merge(products::router())
        .merge(sellers::router())
        .merge(claimed::router())
        .merge(board::router())
        .merge(sessions::router())
        .merge(accounts::router())
        .merge(addresses::router())
        .merge(profile::router())
        .merge(forgotten::router())
        .merge(me::router())
        .merge(cart::router())
        .merge(holds::router())
        .merge(waitlist::router())
        .merge(watches::router())
        .merge(notices::router())
        .merge(checkouts::router())
        .merge(orders::router())
        .merge(batches::router())
        .merge(callbacks::router())
        .merge(staff::router())
}
