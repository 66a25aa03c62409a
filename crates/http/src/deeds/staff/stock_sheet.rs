//! Where the units of a product are, SKU by SKU: what the ledger has in stock and free, and where the
//! views saw those that deals have.

use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use records::Sku;
use std::collections::HashMap;
use tokio::sync::oneshot;
use vocabulary::SkuId;

/// Where the units of a SKU are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockSheet {
    /// The SKU, as the records have it.
    pub sku: Sku,
    /// Its number; none where the ledger does not know it yet, and then there are no units.
    pub number: Option<SkuId>,
    /// All units ever received and not withdrawn, sold ones included.
    pub stock: u64,
    /// Units in no deal.
    pub free: u64,
    /// Units of deals, over or not: available, held, ordered, sold.
    pub allotted: [u64; 4],
    /// Deals that have it and are not over.
    pub deals: usize,
}

/// Where the units of each SKU of a product are. The views may lie a moment behind the ledger.
///
/// # Errors
/// No such product; a till that is closed; those of the records.
pub async fn stock_sheet(shop: &Shop, product: &str) -> Result<Vec<StockSheet>, Problem> {
    let known = shop.records.product(product).await?;
    let skus = known.ok_or(Problem::from(Kind::NOT_FOUND))?.skus;
    let numbers: Vec<SkuId> = skus.iter().filter_map(|sku| sku.number).collect();
    let stocks = stocks(shop, numbers.clone()).await?;
    let mut allotted = allotted(shop, &numbers);
    let sheet = |sku: Sku| {
        let at = |number| stocks.get(&number).copied().unwrap_or_default();
        let (stock, free) = sku.number.map_or((0, 0), at);
        let taken = sku.number.and_then(|number| allotted.remove(&number));
        let (allotted, deals) = taken.unwrap_or_default();
        StockSheet {
            number: sku.number,
            sku,
            stock,
            free,
            allotted,
            deals,
        }
    };
    Ok(skus.into_iter().map(sheet).collect())
}

/// What is in stock and what is free, by SKU.
async fn stocks(shop: &Shop, skus: Vec<SkuId>) -> Result<HashMap<SkuId, (u64, u64)>, Problem> {
    let (tell, told) = oneshot::channel();
    shop.counter.look(Box::new(move |ledger| {
        let facts = |sku: SkuId| ledger.sku(sku).map(|it| (sku, (it.stock, it.free)));
        // Whoever asked may have gone away.
        let _ = tell.send(skus.into_iter().filter_map(facts).collect());
    }))?;
    told.await.map_err(|_| Problem::from(Kind::TILL_CLOSED))
}

type Allotted = HashMap<SkuId, ([u64; 4], usize)>;

/// Where the units of deals are, by SKU, and how many deals are not over.
fn allotted(shop: &Shop, skus: &[SkuId]) -> Allotted {
    let views = shop.views();
    let mut allotted = Allotted::new();
    for card in views.deals.all() {
        for pool in card.pools.iter().filter(|pool| skus.contains(&pool.sku)) {
            let (units, deals) = allotted.entry(pool.sku).or_default();
            let counts = pool.counts;
            let here = [counts.available, counts.held, counts.ordered, counts.sold];
            for (sum, here) in units.iter_mut().zip(here) {
                *sum += u64::from(here);
            }
            *deals += usize::from(!card.closed);
        }
    }
    allotted
}
