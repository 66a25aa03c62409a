//! A deal as staff see it: its terms, and where the units of each SKU are.

use super::DealTerms;
use super::allow_extensions::extensions_of;
use crate::deeds::{DealState, Sum};
use crate::problem::Problem;
use crate::shop::Shop;
use intake::{DealDraft, DealPool, Localized};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;
use views::{DealCard, PoolCard};
use vocabulary::{DealId, Millis, Refusal};

/// A deal.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DealSheet {
    /// The shop's own id.
    pub deal: String,
    /// How it stands.
    pub state: DealState,
    /// The shop's own id of the seller.
    pub seller: String,
    /// The shop's own id of the product it shows.
    pub product: Option<String>,
    /// What the product is called, by language.
    #[schema(value_type = Object)]
    pub name: Localized,
    /// Its terms.
    #[serde(flatten)]
    pub terms: DealTerms,
    /// What is held, ordered or sold of what was allotted, in percent.
    pub claimed_percent: u8,
    /// Its SKUs.
    pub skus: Vec<PoolSheet>,
}

/// A SKU of a deal and where its units are.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PoolSheet {
    /// The shop's own id.
    pub sku: String,
    /// What sets it apart, by language.
    #[schema(value_type = Object)]
    pub option: Localized,
    /// The price of one.
    pub price: Sum,
    /// What the deal was given; available + held + ordered + sold.
    pub allotted: u32,
    /// Free for the next shopper.
    pub available: u32,
    /// In holds.
    pub held: u32,
    /// In orders that wait for payment.
    pub ordered: u32,
    /// In orders that are authorised or paid.
    pub sold: u32,
    /// How many people wait.
    pub waiting: u32,
}

/// Behind which deal a page goes on: what the list is sorted by, and the deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DealPosition(Millis, DealId);

impl fmt::Display for DealPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

impl FromStr for DealPosition {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (at, deal) = text.split_once('.').unwrap_or((text, ""));
        Ok(DealPosition(Millis(at.parse()?), DealId(deal.parse()?)))
    }
}

/// Where a deal stands in the list of deals of a state.
pub fn position(state: Option<DealState>, card: &DealCard) -> DealPosition {
    let at = match state {
        Some(DealState::Open | DealState::Upcoming) => card.terms.starts_at,
        Some(DealState::Over) => card.terms.ends_at,
        None => Millis(0),
    };
    DealPosition(at, card.deal)
}

/// Up to `count` deals of a state behind `after`: open and upcoming ones by their start, those that
/// are over the last ended first, and of all the newest first.
pub fn deals_behind(
    shop: &Shop,
    state: Option<DealState>,
    after: Option<DealPosition>,
    count: usize,
) -> Vec<DealCard> {
    let (views, now) = (shop.views(), shop.now());
    let deals = &views.deals;
    let rising = |card: &&DealCard| after.is_none_or(|after| position(state, card) > after);
    let falling = |card: &&DealCard| after.is_none_or(|after| position(state, card) < after);
    let take = |cards: &mut dyn Iterator<Item = &DealCard>| cards.take(count).cloned().collect();
    match state {
        Some(DealState::Open) => take(&mut deals.open(now).filter(rising)),
        Some(DealState::Upcoming) => take(&mut deals.upcoming(now).filter(rising)),
        Some(DealState::Over) => take(&mut deals.closed().filter(falling)),
        None => take(&mut deals.all().rev().filter(falling)),
    }
}

/// What the audit calls a deal.
pub fn deal_target(deal: &str) -> String {
    format!("deal:{deal}")
}

/// A deal by the shop's own id, as the view has it.
///
/// # Errors
/// [`Refusal::DealUnknown`]; those of the records.
pub async fn deal_card(shop: &Shop, deal: &str) -> Result<DealCard, Problem> {
    let name = shop.directory.deal(deal).await?;
    if let Some(card) = shop.views().deals.deal(name.number).cloned() {
        return Ok(card);
    }
    Err(Refusal::DealUnknown.into())
}

/// A deal with what the records say of it.
///
/// # Errors
/// Those of the records.
pub async fn deal_sheet(shop: &Shop, card: &DealCard) -> Result<DealSheet, Problem> {
    let now = shop.now();
    let name = shop.directory.deal_numbered(card.deal).await?;
    let product = name.as_ref().map(|name| name.product.clone());
    let showcase = match &product {
        Some(product) => shop.directory.product(product, now).await.ok(),
        None => None,
    };
    let seller = shop.directory.seller_numbered(card.seller, now).await?;
    let mut skus = Vec::with_capacity(card.pools.len());
    for pool in &card.pools {
        skus.push(pool_sheet(shop, card, pool).await?);
    }
    Ok(DealSheet {
        deal: name.map_or_else(|| format!("#{}", card.deal), |name| name.id.clone()),
        state: DealState::of(card, now),
        seller: seller.map_or_else(|| format!("#{}", card.seller), |seller| seller.id.clone()),
        product,
        name: showcase.map_or_else(Localized::default, |showcase| showcase.product.name.clone()),
        terms: card.terms.into(),
        claimed_percent: card.claimed_percent(),
        skus,
    })
}

/// A deal in the form in which it came in, to be exported or copied.
///
/// # Errors
/// Those of the records.
pub async fn draft_of(shop: &Shop, card: &DealCard) -> Result<DealDraft, Problem> {
    let mut pools = Vec::with_capacity(card.pools.len());
    for pool in &card.pools {
        pools.push(DealPool {
            sku: shop.directory.sku_id(pool.sku).await?,
            allotment: pool.counts.allotted(),
            price: pool.price,
        });
    }
    Ok(DealDraft {
        id: shop.directory.deal_id(card.deal).await?,
        currency: card.currency,
        terms: card.terms,
        extensions: extensions_of(card),
        pools,
    })
}

async fn pool_sheet(shop: &Shop, card: &DealCard, pool: &PoolCard) -> Result<PoolSheet, Problem> {
    let sku = shop.directory.sku_numbered(pool.sku).await?;
    let counts = pool.counts;
    Ok(PoolSheet {
        option: sku
            .as_ref()
            .map_or_else(Localized::default, |sku| sku.option.clone()),
        sku: sku.map_or_else(|| format!("#{}", pool.sku), |sku| sku.id.clone()),
        price: Sum {
            amount: pool.price,
            currency: card.currency,
        },
        allotted: counts.allotted(),
        available: counts.available,
        held: counts.held,
        ordered: counts.ordered,
        sold: counts.sold,
        waiting: pool.waiting,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_reads_back() {
        let position = DealPosition(Millis(1_794_355_200_000), DealId(7));
        assert_eq!(position.to_string().parse(), Ok(position));
        assert!("7".parse::<DealPosition>().is_err());
    }
}
