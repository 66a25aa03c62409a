//! Sellers: what they are called, and who they are in the eyes of the law.

use crate::api::shapes::Problems;
use crate::api::tagged::{Unchanged, tagged};
use crate::deeds::Sum;
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use records::Seller;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vocabulary::Refusal;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new().routes(routes!(seller))
}

/// A seller with all that it tells of itself.
#[derive(Serialize, ToSchema)]
struct SellerTold {
    /// The shop's own id.
    id: String,
    /// What it is called, by language.
    name: BTreeMap<String, String>,
    /// What it says of itself, by language.
    about: BTreeMap<String, String>,
    /// What the way there costs; null where it ships free.
    shipping: Option<Sum>,
    /// What the way back costs who changed their mind; null where it is free.
    return_fee: Option<Sum>,
    /// Who it is in the eyes of the law; what is not known is blank.
    business: BusinessTold,
}

/// Who a seller is in the eyes of the law.
#[derive(Serialize, ToSchema)]
struct BusinessTold {
    /// What the firm is called.
    name: String,
    /// Who represents it.
    representative: String,
    /// Its number with the tax office.
    registration_number: String,
    /// Its number as a mail-order business.
    mail_order_number: String,
    /// Where it is.
    address: String,
    /// Where to call it.
    phone: String,
    /// Where to write to it.
    mail: String,
    /// Who runs its machines.
    hosting: String,
}

/// One seller.
#[utoipa::path(get, path = "/v1/sellers/{seller}", tag = "everyone",
    params(("seller" = String, Path, description = "The shop's own id")),
    responses((status = 200, body = SellerTold), Unchanged, Problems))]
async fn seller(
    State(shop): State<Arc<Shop>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = shop.directory.seller(&id, shop.now()).await;
    let seller = found.map_err(|problem| match problem.is(Refusal::SellerUnknown) {
        true => Kind::NOT_FOUND.into(),
        false => problem,
    })?;
    Ok(tagged(&headers, &told(&shop, &seller)))
}

fn told(shop: &Shop, seller: &Seller) -> SellerTold {
    let money = |amount| Sum {
        amount,
        currency: shop.settings.currency,
    };
    let business = seller.business.clone();
    let terms = seller.shipping.as_ref();
    SellerTold {
        id: seller.id.clone(),
        name: seller.name.0.clone(),
        about: seller.about.0.clone(),
        shipping: terms.map(|terms| money(terms.fee)),
        return_fee: terms.map(|terms| money(terms.way_back())),
        business: BusinessTold {
            name: business.name,
            representative: business.representative,
            registration_number: business.registration_number,
            mail_order_number: business.mail_order_number,
            address: business.address,
            phone: business.phone,
            mail: business.mail,
            hosting: business.hosting,
        },
    }
}
