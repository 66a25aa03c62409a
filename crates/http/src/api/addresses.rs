//! A member's address book.

use crate::api::asking::Listed;
use crate::api::shapes::{IdempotencyKey, Problems};
use crate::api::stored::once;
use crate::deeds::{self, AddressAsk, SavedAddressAsk, SavedAddressChange};
use crate::problem::{Kind, Problem};
use crate::request_key::Asked;
use crate::shop::Shop;
use crate::who::Shopper;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use records::{Address, AddressId};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(change, forget))
}

/// An address of the book.
#[derive(Serialize, ToSchema)]
struct AddressShown {
    /// Its id.
    id: String,
    /// Who receives it.
    recipient: String,
    /// Whom to call.
    phone: String,
    /// Where that is.
    address: AddressAsk,
    /// The member's first choice.
    first: bool,
}

/// An address that was added.
#[derive(Serialize, ToSchema)]
struct AddressAdded {
    /// Its id.
    id: String,
}

impl From<(AddressId, Address)> for AddressShown {
    fn from((id, address): (AddressId, Address)) -> Self {
        AddressShown {
            id: id.to_string(),
            recipient: address.recipient,
            phone: address.phone,
            address: AddressAsk::of(address.place),
            first: address.first,
        }
    }
}

/// The member's addresses: the first choice, then oldest first. Twenty at most.
#[utoipa::path(get, path = "/v1/addresses", tag = "shopper",
    responses((status = 200, body = Listed<AddressShown>), Problems))]
async fn list(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
) -> Result<Json<Listed<AddressShown>>, Problem> {
    let account = deeds::account_of(&shopper)?;
    let book = shop.records.addresses(account).await?;
    let items = book.into_iter().map(AddressShown::from).collect();
    Ok(Json(Listed { items, next: None }))
}

/// Adds an address.
#[utoipa::path(post, path = "/v1/addresses", tag = "shopper", request_body = SavedAddressAsk,
    params(IdempotencyKey), responses((status = 201, body = AddressAdded), Problems))]
async fn add(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    asked: Asked<SavedAddressAsk>,
) -> Result<Response, Problem> {
    let account = deeds::account_of(&shopper)?;
    once(&shop, asked.key_by(&shopper.scope()), async {
        let added = deeds::save_address(&shop, account, None, &asked.body).await?;
        let id = added.to_string();
        Ok((StatusCode::CREATED, Some(AddressAdded { id })))
    })
    .await
}

/// Changes an address; what is not said stays.
#[utoipa::path(patch, path = "/v1/addresses/{address}", tag = "shopper", request_body = SavedAddressChange,
    params(("address" = String, Path), IdempotencyKey),
    responses((status = 204, description = "It is changed"), Problems))]
async fn change(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    Path(address): Path<String>,
    asked: Asked<SavedAddressChange>,
) -> Result<Response, Problem> {
    let id = id_of(&address)?;
    let account = deeds::account_of(&shopper)?;
    once(&shop, asked.key_by(&shopper.scope()), async {
        deeds::change_address(&shop, account, id, asked.body).await?;
        Ok((StatusCode::NO_CONTENT, None::<()>))
    })
    .await
}

/// Removes an address.
#[utoipa::path(delete, path = "/v1/addresses/{address}", tag = "shopper",
    params(("address" = String, Path), IdempotencyKey),
    responses((status = 204, description = "It is removed"), Problems))]
async fn forget(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    Path(address): Path<String>,
    asked: Asked<()>,
) -> Result<Response, Problem> {
    let id = id_of(&address)?;
    let account = deeds::account_of(&shopper)?;
    once(&shop, asked.key_by(&shopper.scope()), async {
        deeds::forget_address(&shop, account, id).await?;
        Ok((StatusCode::NO_CONTENT, None::<()>))
    })
    .await
}

fn id_of(text: &str) -> Result<AddressId, Problem> {
    text.parse().map_err(|_| Kind::NOT_FOUND.into())
}
