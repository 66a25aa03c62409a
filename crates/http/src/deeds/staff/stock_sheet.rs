//! Where the units of a product are, SKU by SKU: what the ledger has in stock and free, and where the
//! views saw those that deals have.

use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use records::Sku;
use std::collections::HashMap;
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
    let stocks: HashMap<SkuId, Stock> = numbers.iter().copied().zip(stocks).collect();
    let mut allotted = allotted(shop, &numbers);
    let sheet = |sku: Sku| {
        let at = |number| stocks.get(&number).copied().flatten();
        let (stock, free) = sku.number.and_then(at).unwrap_or_default();
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

/// What is in stock and what is free of it; none for a SKU that the ledger does not know.
pub(super) type Stock = Option<(u64, u64)>;

/// What the ledger has of each of these SKUs, in their order, all at one moment.
///
/// # Errors
/// A till that is closed.
pub(super) async fn stocks(shop: &Shop, skus: Vec<SkuId>) -> Result<Vec<Stock>, Problem> {
    shop.look(move |ledger| {
        let facts = |sku| ledger.sku(sku).map(|facts| (facts.stock, facts.free));
        skus.into_iter().map(facts).collect()
    })
    .await
}

type Allotted = HashMap<SkuId, ([u64; 4], usize)>;

/// Where the units of deals are, by SKU, and how many deals are not over.
fn allotted(shop: &Shop, skus: &[SkuId]) -> Allotted {
    let views = shop.views();
    let mut allotted: Allotted = skus.iter().map(|sku| (*sku, Default::default())).collect();
    for card in views.deals.all() {
        for pool in &card.pools {
            let Some((units, deals)) = allotted.get_mut(&pool.sku) else {
                continue;
            };
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
