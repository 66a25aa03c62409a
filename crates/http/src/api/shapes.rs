//! What things look like in JSON: the bodies that several resources share.

use crate::deeds::{DealState, Sum};
use crate::moment::Moment;
use crate::problem::{Problem, ProblemBody};
use crate::shop::Shop;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoParams, IntoResponses, ToSchema};
use views::{DealCard, PoolCard};
use vocabulary::{Deduct, Method, OrderState, PaymentState};

/// The header that makes a repeat known.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code)] // It is only described; it is read where the body is.
pub(crate) struct IdempotencyKey {
    /// 1 to 255 printable characters; the same key and body give the same answer.
    #[param(rename = "Idempotency-Key", required = false)]
    key: Option<String>,
}

/// Every answer that is no.
pub(crate) struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let schema = Ref::from_schema_name(<ProblemBody as ToSchema>::name());
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let response = ResponseBuilder::new()
            .description("A problem (RFC 9457)")
            .content("application/problem+json", content)
            .build();
        BTreeMap::from([("default".to_owned(), RefOr::T(response))])
    }
}

/// How a SKU of a deal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SkuState {
    /// There are units.
    Available,
    /// None are left; one may wait for one.
    Waitlist,
    /// None are left.
    Gone,
}

impl SkuState {
    pub fn of(card: &DealCard, pool: &PoolCard) -> SkuState {
        let waits = card.terms.waitlist_max > 0 && card.terms.deduct == Deduct::OnOrder;
        match (card.closed, pool.counts.available) {
            (false, 1..) => SkuState::Available,
            (false, 0) if waits => SkuState::Waitlist,
            _ => SkuState::Gone,
        }
    }
}

/// Somebody who sells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct SellerShown {
    /// The shop's own id.
    pub id: String,
    /// What it is called, by language.
    pub name: BTreeMap<String, String>,
}

/// A product, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ProductBrief {
    /// The shop's own id.
    pub id: String,
    /// What it is called, by language.
    pub name: BTreeMap<String, String>,
    /// Its pictures.
    pub pictures: Vec<PictureShown>,
}

/// A picture in the widths that there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct PictureShown {
    /// Its own size, in pixels.
    pub width: u32,
    /// Its own size, in pixels.
    pub height: u32,
    /// Where each width lies, narrowest first.
    pub urls: Vec<String>,
}

/// A SKU of a deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct DealSku {
    /// The shop's own id.
    pub sku: String,
    /// What sets it apart (a size), by language.
    pub option: BTreeMap<String, String>,
    /// The price of a unit for who takes a hold now.
    pub price: Sum,
    /// What the product sells for outside the deal.
    pub list_price: Option<Sum>,
    /// Whether there are units.
    pub state: SkuState,
    /// How many wait for one.
    pub waiting: u32,
}

/// A deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct DealShown {
    /// The shop's own id.
    pub deal: String,
    /// How it stands.
    pub state: DealState,
    /// Who sells.
    pub seller: SellerShown,
    /// What is sold.
    pub product: ProductBrief,
    /// The first millisecond in which a hold may be placed.
    pub starts_at: Moment,
    /// The first millisecond in which none may be placed any more.
    pub ends_at: Moment,
    /// How many units one person may have; 0 for no limit.
    pub limit: u16,
    /// Only members may take part.
    pub members_only: bool,
    /// Only verified persons may take part.
    pub verified_only: bool,
    /// How long a hold lasts.
    pub hold_seconds: u32,
    /// Units held, ordered and sold, in percent of the allotment.
    pub claimed_percent: u8,
    /// Its SKUs.
    pub skus: Vec<DealSku>,
}

/// A deal as it is shown; none while the records have not learnt of it.
///
/// # Errors
/// Those of the records.
pub(crate) async fn show_deal(shop: &Shop, card: &DealCard) -> Result<Option<DealShown>, Problem> {
    let now = shop.now();
    let Some(name) = shop.directory.deal_numbered(card.deal).await? else {
        return Ok(None);
    };
    let showcase = shop.directory.product(&name.product, now).await?;
    let product = &showcase.product;
    let usual = product.list_price.unwrap_or(product.price);
    let money = |amount| Sum {
        amount,
        currency: card.currency,
    };
    let mut skus = Vec::with_capacity(card.pools.len());
    for pool in &card.pools {
        let sku = shop.directory.sku_numbered(pool.sku).await?;
        let list_price = (usual > pool.price && product.currency == card.currency).then_some(usual);
        skus.push(DealSku {
            sku: shop.directory.sku_id(pool.sku).await?,
            option: sku.map(|sku| sku.option.0.clone()).unwrap_or_default(),
            price: money(pool.price),
            list_price: list_price.map(money),
            state: SkuState::of(card, pool),
            waiting: pool.waiting,
        });
    }
    Ok(Some(DealShown {
        deal: name.id.clone(),
        state: DealState::of(card, now),
        seller: show_seller(shop, &product.seller).await?,
        product: show_product(&showcase),
        starts_at: card.terms.starts_at.into(),
        ends_at: card.terms.ends_at.into(),
        limit: card.terms.limit,
        members_only: card.terms.members_only,
        verified_only: card.terms.verified_only,
        hold_seconds: card.terms.hold_ms / 1_000,
        claimed_percent: card.claimed_percent(),
        skus,
    }))
}

/// A seller as it is shown.
///
/// # Errors
/// Those of the records.
pub(crate) async fn show_seller(shop: &Shop, id: &str) -> Result<SellerShown, Problem> {
    let seller = shop.directory.seller(id, shop.now()).await?;
    Ok(SellerShown {
        id: seller.id.clone(),
        name: seller.name.0.clone(),
    })
}

/// A product in short.
pub(crate) fn show_product(showcase: &crate::directory::Showcase) -> ProductBrief {
    ProductBrief {
        id: showcase.product.id.clone(),
        name: showcase.product.name.0.clone(),
        pictures: showcase.pictures.iter().map(show_picture).collect(),
    }
}

/// A picture in the widths that there are.
pub(crate) fn show_picture(picture: &records::Picture) -> PictureShown {
    let url = |width: &u32| format!("/pictures/{}-{width}.webp", picture.hash);
    PictureShown {
        width: picture.width,
        height: picture.height,
        urls: picture.widths.iter().map(url).collect(),
    }
}

/// The state of an order as it is written.
pub(crate) fn order_state(state: OrderState) -> &'static str {
    match state {
        OrderState::Placed => "placed",
        OrderState::Confirmed => "confirmed",
        OrderState::Paid => "paid",
        OrderState::Cancelled => "cancelled",
        OrderState::Lapsed => "lapsed",
    }
}

/// A way to pay as it is written.
pub(crate) fn payment_method(method: Method) -> &'static str {
    match method {
        Method::Card => "card",
        Method::Wallet => "wallet",
        Method::Deposit => "deposit",
    }
}

/// The state of a try to pay as it is written.
pub(crate) fn payment_state(state: PaymentState) -> &'static str {
    match state {
        PaymentState::Started => "started",
        PaymentState::Authorised => "authorised",
        PaymentState::Captured => "captured",
        PaymentState::Declined => "declined",
        PaymentState::Lapsed => "lapsed",
        PaymentState::Voiding => "voiding",
        PaymentState::Voided => "voided",
        PaymentState::Suspended => "suspended",
    }
}
