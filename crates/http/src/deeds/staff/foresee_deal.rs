//! What would come of a deal before it is put on the schedule or moved: what the ledger would refuse,
//! and what staff should know although nothing forbids it.

use super::schedule_deal::command;
use super::stock_sheet::{Stock, stocks};
use crate::problem::Problem;
use crate::shop::Shop;
use intake::DealDraft;
use money::Amount;
use std::collections::{BTreeMap, HashMap};
use vocabulary::{Command, DealId, Millis, Refusal, SkuId};

/// Something that staff should know of a deal to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// Its start is past: it opens at once.
    OpensAtOnce,
    /// Another deal has this SKU at the same time.
    Overlaps {
        /// The shop's own id of the SKU.
        sku: String,
        /// The shop's own id of the other deal.
        deal: String,
    },
    /// A SKU costs no less than outside deals, or even more than it is listed at.
    NoCheaper {
        /// The shop's own id of the SKU.
        sku: String,
        /// What it costs outside deals, or is listed at.
        otherwise: Amount,
    },
    /// Its prices are in another currency than the product's.
    OtherCurrency {
        /// The shop's own id of the SKU.
        sku: String,
        /// The currency of the product.
        product: money::Currency,
    },
}

/// What is foreseen of a deal to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Foresight {
    /// What the ledger would refuse it for.
    pub refusal: Option<Refusal>,
    /// SKUs of which fewer units are free than are asked for, with how many there are.
    pub short: Vec<(String, u64)>,
    /// What staff should know.
    pub warnings: Vec<Warning>,
}

/// Looks ahead at one deal.
///
/// # Errors
/// A SKU that there is not; a till that is closed; those of the records.
pub async fn foresee_deal(shop: &Shop, draft: &DealDraft) -> Result<Foresight, Problem> {
    let (command, _) = command(shop, draft).await?;
    let Command::ScheduleDeal { pools, .. } = &command else {
        unreachable!("{command:?} schedules no deal")
    };
    let skus: Vec<SkuId> = pools.iter().map(|pool| pool.sku).collect();
    let free = free_units(shop, skus.clone()).await?;
    let wanted = draft.pools.iter().zip(free);
    let short = wanted.filter(|(pool, free)| u64::from(pool.allotment) > *free);
    let short = short.map(|(pool, free)| (pool.sku.clone(), free)).collect();
    let refusal = would_refuse(shop, vec![command.clone()], BTreeMap::new()).await?;
    Ok(Foresight {
        refusal: refusal.0.into_iter().next().flatten(),
        short,
        warnings: Windows::of(shop).warnings(shop, draft, &skus).await?,
    })
}

/// When each SKU is in a deal that is not over.
pub struct Windows(HashMap<SkuId, Vec<(Millis, Millis, DealId)>>);

impl Windows {
    /// As the views show it now.
    pub fn of(shop: &Shop) -> Windows {
        let views = shop.views();
        let mut windows: HashMap<_, Vec<_>> = HashMap::new();
        for card in views.deals.all().filter(|card| !card.closed) {
            let window = (card.terms.starts_at, card.terms.ends_at, card.deal);
            for pool in &card.pools {
                windows.entry(pool.sku).or_default().push(window);
            }
        }
        Windows(windows)
    }

    /// Leaves this deal out: it is the one that is looked at.
    #[must_use]
    pub fn without(mut self, deal: DealId) -> Windows {
        let all = self.0.values_mut();
        all.for_each(|windows| windows.retain(|(_, _, other)| *other != deal));
        self
    }

    /// Another deal with this SKU that runs at some time of the window.
    fn meeting(&self, sku: SkuId, (from, to): (Millis, Millis)) -> Option<DealId> {
        let mut windows = self.0.get(&sku)?.iter();
        let met = windows.find(|(starts, ends, _)| *starts < to && from < *ends);
        met.map(|(_, _, deal)| *deal)
    }

    /// What staff should know of a deal of these SKUs.
    ///
    /// # Errors
    /// Those of the records.
    pub async fn warnings(
        &self,
        shop: &Shop,
        draft: &DealDraft,
        skus: &[SkuId],
    ) -> Result<Vec<Warning>, Problem> {
        let now = shop.now();
        let mut warnings = Vec::new();
        for pool in &draft.pools {
            warnings.extend(price_warning(shop, draft, pool, now).await?);
        }
        let window = (draft.terms.starts_at, draft.terms.ends_at);
        for (pool, sku) in draft.pools.iter().zip(skus) {
            if let Some(other) = self.meeting(*sku, window) {
                warnings.push(Warning::Overlaps {
                    sku: pool.sku.clone(),
                    deal: shop.directory.deal_id(other).await?,
                });
            }
        }
        if window.0 < now && now < window.1 {
            warnings.push(Warning::OpensAtOnce);
        }
        Ok(warnings)
    }
}

/// What the ledger would refuse these for, one after the other, and which units they would take on
/// top of those that are `taken`.
///
/// # Errors
/// A till that is closed.
pub(super) async fn would_refuse(
    shop: &Shop,
    commands: Vec<Command>,
    mut taken: BTreeMap<SkuId, u64>,
) -> Result<(Vec<Option<Refusal>>, BTreeMap<SkuId, u64>), Problem> {
    let now = shop.now();
    shop.look(move |ledger| (ledger.would_refuse(now, &commands, &mut taken), taken))
        .await
}

/// How many units of each of these SKUs are in no deal.
///
/// # Errors
/// A till that is closed.
pub async fn free_units(shop: &Shop, skus: Vec<SkuId>) -> Result<Vec<u64>, Problem> {
    let free = |stock: Stock| stock.map_or(0, |(_, free)| free);
    Ok(stocks(shop, skus).await?.into_iter().map(free).collect())
}

async fn price_warning(
    shop: &Shop,
    draft: &DealDraft,
    pool: &intake::DealPool,
    now: Millis,
) -> Result<Option<Warning>, Problem> {
    let (_, sku) = shop.directory.sku(&pool.sku).await?;
    let showcase = shop.directory.product(&sku.product, now).await?;
    let product = &showcase.product;
    if product.currency != draft.currency {
        return Ok(Some(Warning::OtherCurrency {
            sku: pool.sku.clone(),
            product: product.currency,
        }));
    }
    let listed = product.list_price.filter(|listed| pool.price > *listed);
    let otherwise = listed.or((pool.price >= product.price).then_some(product.price));
    Ok(otherwise.map(|otherwise| Warning::NoCheaper {
        sku: pool.sku.clone(),
        otherwise,
    }))
}
