//! Deals: the schedule, and what staff change on it.

use crate::api::answer::{Answer, answer};
use crate::api::asking::{Asking, AtLeast, Listed, Page, in_currency};
use crate::api::shapes::{IdempotencyKey, Problems};
use crate::deeds::staff::{
    self, DealSheet, ExtensionsAsk, PoolAsk, PriceAsk, StockAsk, with_terms,
};
use crate::deeds::{DealState, Sum};
use crate::problem::{Problem, ProblemBody};
use crate::request_key::{Asked, Nothing, part};
use crate::shop::{Done, Shop};
use crate::who::Staff;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use intake::{DealDraft, Extensions};
use money::Currency;
use records::Role;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vocabulary::{DealId, RequestKey, Seq};

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, change))
        .routes(routes!(end))
        .routes(routes!(add_allotment))
        .routes(routes!(allow_extensions))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfState {
    /// Only deals that stand so; without it all, the newest first.
    #[param(inline)]
    state: Option<DealState>,
}

with_terms! {
    /// A deal to be; `starts_at` and `ends_at` must be said.
    struct DealAsk {
        /// The shop's own id of it.
        deal: String,
        /// What is sold in it, all of one seller.
        skus: Vec<NewPool>,
    }
}

/// A SKU of a deal to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPool {
    /// The shop's own id.
    sku: String,
    /// How many units move from its free stock into the deal.
    units: u32,
    /// The price of one.
    price: Sum,
}

with_terms! {
    /// What is to be different; what is not said stays.
    struct Changes {
        /// New prices; holds keep theirs.
        #[serde(default)]
        skus: Vec<NewPrice>,
    }
}

/// A new price.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPrice {
    /// The shop's own id of the SKU.
    sku: String,
    /// The price of one from now on.
    price: Sum,
}

/// Which deal was made or changed.
#[derive(Serialize, ToSchema)]
struct DealNamed {
    /// The shop's own id.
    deal: String,
}

/// Deals with their terms and where their units are.
#[utoipa::path(get, path = "/v1/staff/deals", tag = "staff", params(OfState, Page),
    responses((status = 200, body = Listed<DealSheet>), Problems))]
async fn list(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Asking(wanted): Asking<OfState>,
    Asking(page): Asking<Page>,
) -> Result<Json<Listed<DealSheet>>, Problem> {
    who.require(Role::Viewer)?;
    shop.shown(page.at_least(&shop)?).await?;
    let limit = page.limit()?;
    let cards = staff::deals_behind(&shop, wanted.state, page.cursor()?, limit as usize + 1);
    let cards = Listed::of(cards, limit, |card| staff::position(wanted.state, card));
    let mut items = Vec::with_capacity(cards.items.len());
    for card in &cards.items {
        items.push(staff::deal_sheet(&shop, card).await?);
    }
    let next = cards.next;
    Ok(Json(Listed { items, next }))
}

/// One deal.
#[utoipa::path(get, path = "/v1/staff/deals/{deal}", tag = "staff", params(AtLeast),
    responses((status = 200, body = DealSheet), Problems))]
async fn read(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(deal): Path<String>,
    Asking(at_least): Asking<AtLeast>,
) -> Result<Json<DealSheet>, Problem> {
    who.require(Role::Viewer)?;
    shop.shown(at_least.seq(&shop)?).await?;
    let card = staff::deal_card(&shop, &deal).await?;
    Ok(Json(staff::deal_sheet(&shop, &card).await?))
}

/// Puts a deal on the schedule. Its units move from the free stock of its SKUs.
#[utoipa::path(post, path = "/v1/staff/deals", tag = "staff", params(IdempotencyKey), request_body = DealAsk, responses(
    (status = 201, body = DealNamed),
    (status = 409, description = "There is such a deal, or too few units are free.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "The terms cannot be kept.", body = ProblemBody, content_type = "application/problem+json"), Problems,
))]
async fn create(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    asked: Asked<DealAsk>,
) -> Result<Answer<DealNamed>, Problem> {
    let key = asked.key_by(&who.scope());
    let draft = draft(&shop, asked.body)?;
    let done = staff::schedule_deal(&shop, &who, key, &draft).await?;
    let named = |_: DealId| DealNamed { deal: draft.id };
    Ok(answer(&shop, StatusCode::CREATED, done.map(named)))
}

/// Changes the terms or the prices of a deal. Terms first, then prices in their order; the first that
/// is refused ends it, and what was done before stays done.
#[utoipa::path(patch, path = "/v1/staff/deals/{deal}", tag = "staff", params(IdempotencyKey), request_body = Changes, responses(
    (status = 200, body = DealNamed),

    (status = 409, description = "It has opened, or is over.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "The terms cannot be kept.", body = ProblemBody, content_type = "application/problem+json"), Problems,
))]
async fn change(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(deal): Path<String>,
    asked: Asked<Changes>,
) -> Result<Answer<DealNamed>, Problem> {
    let key = asked.key_by(&who.scope());
    let done = apply(&shop, &who, key, &deal, asked.body).await?;
    Ok(answer(
        &shop,
        StatusCode::OK,
        done.map(|()| DealNamed { deal }),
    ))
}

/// Ends a deal now. Who waits is told; holds keep their clocks; what is unsold returns to free stock.
#[utoipa::path(post, path = "/v1/staff/deals/{deal}/end", tag = "staff", params(IdempotencyKey), responses(
    (status = 200, body = DealNamed), Problems,
))]
async fn end(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(deal): Path<String>,
    asked: Asked<Option<Nothing>>,
) -> Result<Answer<DealNamed>, Problem> {
    let done = staff::end_deal(&shop, &who, asked.key_by(&who.scope()), &deal).await?;
    Ok(answer(
        &shop,
        StatusCode::OK,
        done.map(|()| DealNamed { deal }),
    ))
}

/// Moves more units from free stock into a deal; who waits is served first.
#[utoipa::path(post, path = "/v1/staff/deals/{deal}/allotments", tag = "staff", params(IdempotencyKey), request_body = StockAsk, responses(
    (status = 201, body = DealNamed), Problems,
))]
async fn add_allotment(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(deal): Path<String>,
    asked: Asked<StockAsk>,
) -> Result<Answer<DealNamed>, Problem> {
    let key = asked.key_by(&who.scope());
    let done = staff::add_allotment(&shop, &who, key, &deal, &asked.body).await?;
    Ok(answer(
        &shop,
        StatusCode::CREATED,
        done.map(|()| DealNamed { deal }),
    ))
}

/// Says how often and how much longer holds of a deal may be made.
#[utoipa::path(post, path = "/v1/staff/deals/{deal}/extensions", tag = "staff", params(IdempotencyKey), request_body = ExtensionsAsk, responses(
    (status = 201, body = DealNamed), Problems,
))]
async fn allow_extensions(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(deal): Path<String>,
    asked: Asked<ExtensionsAsk>,
) -> Result<Answer<DealNamed>, Problem> {
    let key = asked.key_by(&who.scope());
    let done = staff::allow_extensions(&shop, &who, key, &deal, &asked.body).await?;
    Ok(answer(
        &shop,
        StatusCode::CREATED,
        done.map(|_| DealNamed { deal }),
    ))
}

async fn apply(
    shop: &Shop,
    who: &Staff,
    key: Option<RequestKey>,
    deal: &str,
    changes: Changes,
) -> Result<Done<()>, Problem> {
    let _turn = shop.turns.take(staff::deal_target(deal)).await;
    let card = staff::deal_card(shop, deal).await?;
    let asked_terms = changes.terms();
    let prices = prices(changes.skus, card.currency)?;
    let mut all = Done {
        what: (),
        seq: Seq(0),
        repeated: true,
    };
    let mut nothing = true;
    if !asked_terms.is_empty() {
        let terms = asked_terms.over(card.terms)?;
        let changed = staff::change_terms(shop, who, part(key, 0), deal, terms).await?;
        all = together(all, shop.seen(changed).await);
        nothing = false;
    }
    for (place, price) in (1..).zip(&prices) {
        let key = part(key, place);
        let repriced = staff::reprice_deal(shop, who, key, deal, price).await?;
        all = together(all, shop.seen(repriced).await);
        nothing = false;
    }
    match nothing {
        true => Err(Problem::field("", "nothing is to be different")),
        false => Ok(all),
    }
}

/// Both were done; all was done before only if both were.
fn together<T>(one: Done<()>, other: Done<T>) -> Done<()> {
    Done {
        what: (),
        seq: one.seq.max(other.seq),
        repeated: one.repeated && other.repeated,
    }
}

fn prices(skus: Vec<NewPrice>, currency: Currency) -> Result<Vec<PriceAsk>, Problem> {
    let prices = skus.into_iter().map(|NewPrice { sku, price }| {
        in_currency("skus.price.currency", price.currency, currency)?;
        let price = price.amount.0;
        Ok(PriceAsk { sku, price })
    });
    prices.collect()
}

fn draft(shop: &Shop, ask: DealAsk) -> Result<DealDraft, Problem> {
    let currency = ask.skus.first().map(|pool| pool.price.currency);
    let currency = currency.ok_or_else(|| Problem::field("skus", "is empty"))?;
    let terms = ask.terms().whole(shop)?;
    let pools = ask.skus.into_iter().map(|pool| {
        in_currency("skus.price.currency", pool.price.currency, currency)?;
        let (price, units) = (pool.price.amount.0, pool.units);
        let sku = pool.sku;
        Ok(PoolAsk { sku, units, price }.into())
    });
    Ok(DealDraft {
        id: ask.deal,
        currency,
        pools: pools.collect::<Result<_, Problem>>()?,
        terms,
        extensions: Extensions::default(),
    })
}
