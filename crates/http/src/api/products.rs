//! The catalogue, for everyone.

use crate::api::asking::{Asking, Listed, Page};
use crate::api::shapes::{PictureShown, Problems, SellerShown, show_product, show_seller};
use crate::api::tagged::{Unchanged, tagged};
use crate::deeds::Sum;
use crate::directory::Showcase;
use crate::problem::Problem;
use crate::shop::Shop;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use records::ProductFilter;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(products))
        .routes(routes!(product))
}

/// Which products.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// The id of a category; what stands below it is listed too.
    category: Option<String>,
    /// The shop's own id of who sells.
    seller: Option<String>,
}

/// A product.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct ProductShown {
    /// The shop's own id.
    id: String,
    /// What it is called, by language.
    name: BTreeMap<String, String>,
    /// Clean HTML, by language.
    description: BTreeMap<String, String>,
    /// Who sells.
    seller: SellerShown,
    /// Who makes it.
    brand: Option<String>,
    /// The categories it stands in, root first.
    categories: Vec<String>,
    /// What it sells for outside deals.
    price: Sum,
    /// What it is listed at.
    list_price: Option<Sum>,
    /// The names of its colours.
    colours: Vec<String>,
    /// Its pictures.
    pictures: Vec<PictureShown>,
    /// What can be bought of it.
    skus: Vec<SkuShown>,
    /// The shop's own ids of its deals.
    deals: Vec<String>,
}

/// A SKU.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct SkuShown {
    /// The shop's own id.
    sku: String,
    /// What sets it apart (a size), by language.
    option: BTreeMap<String, String>,
}

/// Lists products by their id.
#[utoipa::path(get, path = "/v1/products", tag = "everyone", params(Wanted, Page),
    responses((status = 200, body = Listed<ProductShown>), Unchanged, Problems))]
async fn products(
    State(shop): State<Arc<Shop>>,
    Asking(wanted): Asking<Wanted>,
    Asking(page): Asking<Page>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    shop.shown(page.at_least(&shop)?).await?;
    let limit = page.limit()?;
    let after = page.cursor::<String>()?.unwrap_or_default();
    let filter = ProductFilter {
        category: wanted.category,
        seller: wanted.seller,
    };
    let found = shop.records.products(&filter, &after, limit + 1).await?;
    let mut shown = Vec::with_capacity(found.len());
    for product in found {
        let showcase = shop.directory.product(&product.id, shop.now()).await?;
        shown.push(show(&shop, &showcase).await?);
    }
    let listed = Listed::of(shown, limit, |product| product.id.clone());
    Ok(tagged(&headers, &listed))
}

/// One product.
#[utoipa::path(get, path = "/v1/products/{product}", tag = "everyone",
    params(("product" = String, Path, description = "The shop's own id")),
    responses((status = 200, body = ProductShown), Unchanged, Problems))]
async fn product(
    State(shop): State<Arc<Shop>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let showcase = shop.directory.product(&id, shop.now()).await?;
    Ok(tagged(&headers, &show(&shop, &showcase).await?))
}

async fn show(shop: &Shop, showcase: &Showcase) -> Result<ProductShown, Problem> {
    let product = &showcase.product;
    let money = |amount| Sum {
        amount,
        currency: product.currency,
    };
    let brief = show_product(showcase);
    let deals = shop.records.deals_of_product(&product.id).await?;
    Ok(ProductShown {
        id: brief.id,
        name: brief.name,
        description: product.description.0.clone(),
        seller: show_seller(shop, &product.seller).await?,
        brand: product.brand.clone(),
        categories: showcase.categories.clone(),
        price: money(product.price),
        list_price: product.list_price.map(money),
        colours: product.colours.clone(),
        pictures: brief.pictures,
        skus: product.skus.iter().map(show_sku).collect(),
        deals: deals.into_iter().map(|deal| deal.id).collect(),
    })
}

fn show_sku(sku: &records::Sku) -> SkuShown {
    SkuShown {
        sku: sku.id.clone(),
        option: sku.option.0.clone(),
    }
}
