//! The directory: what the shop calls a deal, a SKU, a seller, a product, and what the ledger
//! numbers it, kept in memory so that a hold asks no table. What is missing is read from the records.

use crate::problem::{Kind, Problem};
use money::Currency;
use records::{Picture, Product, Records, Seller, Sku};
use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, RwLock};
use vocabulary::{DealId, Millis, Refusal, SellerId, SkuId};

/// How many of each are kept; past it all are forgotten and read again as they are asked for.
const KEPT_MAX: usize = 262_144;
/// How long a text of the catalogue is believed before it is read again.
const TEXTS_BELIEVED_MS: u64 = 60_000;
/// Numbers are bound for ever.
const FOR_EVER: u64 = u64::MAX;

/// A deal by both its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealName {
    /// The shop's own id.
    pub id: String,
    /// The ledger's number.
    pub number: DealId,
    /// The shop's own id of the product that it shows.
    pub product: String,
}

/// Who sells a deal, and in which currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sale {
    /// The shop's own id of the seller.
    pub seller: String,
    /// Of all its prices.
    pub currency: Currency,
}

/// A product with its pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Showcase {
    /// Its texts, prices and SKUs.
    pub product: Product,
    /// What was made of its pictures.
    pub pictures: Vec<Picture>,
    /// The categories it stands in, root first.
    pub categories: Vec<String>,
}

/// Shop ids and ledger numbers.
pub struct Directory {
    records: Records,
    deals: Shelf<String, DealName>,
    deals_by_number: Shelf<DealId, DealName>,
    sales: Shelf<String, Sale>,
    skus: Shelf<String, Sku>,
    skus_by_number: Shelf<SkuId, Sku>,
    sellers: Shelf<String, Seller>,
    sellers_by_number: Shelf<SellerId, Seller>,
    products: Shelf<String, Showcase>,
}

impl Directory {
    /// An empty directory over `records`.
    pub fn over(records: Records) -> Self {
        Directory {
            records,
            deals: Shelf::keeping(FOR_EVER),
            deals_by_number: Shelf::keeping(FOR_EVER),
            sales: Shelf::keeping(TEXTS_BELIEVED_MS),
            skus: Shelf::keeping(FOR_EVER),
            skus_by_number: Shelf::keeping(FOR_EVER),
            sellers: Shelf::keeping(TEXTS_BELIEVED_MS),
            sellers_by_number: Shelf::keeping(TEXTS_BELIEVED_MS),
            products: Shelf::keeping(TEXTS_BELIEVED_MS),
        }
    }

    /// Forgets the texts of the catalogue: something was imported.
    pub fn forget_texts(&self) {
        self.skus.clear();
        self.skus_by_number.clear();
        self.sales.clear();
        self.sellers.clear();
        self.sellers_by_number.clear();
        self.products.clear();
    }

    /// A deal by the shop's id.
    ///
    /// # Errors
    /// [`Refusal::DealUnknown`], and those of the records.
    pub async fn deal(&self, id: &str) -> Result<Arc<DealName>, Problem> {
        if let Some(deal) = self.deals.find(id, Millis(0)) {
            return Ok(deal);
        }
        let deal = self.records.deal(id).await?.and_then(deal_name);
        let deal = deal.ok_or(Refusal::DealUnknown)?;
        Ok(self.deals.put(id.to_owned(), deal, Millis(0)))
    }

    /// A deal by its number; none while only the ledger knows it.
    ///
    /// # Errors
    /// Those of the records.
    pub async fn deal_numbered(&self, number: DealId) -> Result<Option<Arc<DealName>>, Problem> {
        if let Some(deal) = self.deals_by_number.find(&number, Millis(0)) {
            return Ok(Some(deal));
        }
        let deal = self.records.deal_numbered(number).await?;
        let deal = deal.and_then(deal_name);
        Ok(deal.map(|deal| self.deals_by_number.put(number, deal, Millis(0))))
    }

    /// The shop's id of a deal; its number in words while only the ledger knows it.
    ///
    /// # Errors
    /// Those of the records.
    pub async fn deal_id(&self, number: DealId) -> Result<String, Problem> {
        let deal = self.deal_numbered(number).await?;
        Ok(deal.map_or_else(|| format!("#{number}"), |deal| deal.id.clone()))
    }

    /// Who sells a deal, by the shop's id of it, if that was noted of late.
    pub fn sale(&self, deal: &str, now: Millis) -> Option<Arc<Sale>> {
        self.sales.find(deal, now)
    }

    /// Notes who sells a deal.
    pub fn note_sale(&self, deal: &str, sale: Sale, now: Millis) -> Arc<Sale> {
        self.sales.put(deal.to_owned(), sale, now)
    }

    /// A SKU by the shop's id.
    ///
    /// # Errors
    /// [`Refusal::SkuUnknown`], also while the ledger was not told of it; those of the records.
    pub async fn sku(&self, id: &str) -> Result<(SkuId, Arc<Sku>), Problem> {
        let known = match self.skus.find(id, Millis(0)) {
            Some(sku) => sku,
            None => {
                let sku = self.records.sku(id).await?;
                let sku = sku.filter(|sku| sku.number.is_some());
                let sku = sku.ok_or(Refusal::SkuUnknown)?;
                self.skus.put(id.to_owned(), sku, Millis(0))
            }
        };
        let number = known.number.ok_or(Refusal::SkuUnknown)?;
        Ok((number, known))
    }

    /// A SKU by its number.
    ///
    /// # Errors
    /// Those of the records.
    pub async fn sku_numbered(&self, number: SkuId) -> Result<Option<Arc<Sku>>, Problem> {
        if let Some(sku) = self.skus_by_number.find(&number, Millis(0)) {
            return Ok(Some(sku));
        }
        let sku = self.records.sku_numbered(number).await?;
        Ok(sku.map(|sku| self.skus_by_number.put(number, sku, Millis(0))))
    }

    /// The shop's id of a SKU; its number in words while only the ledger knows it.
    ///
    /// # Errors
    /// Those of the records.
    pub async fn sku_id(&self, number: SkuId) -> Result<String, Problem> {
        let sku = self.sku_numbered(number).await?;
        Ok(sku.map_or_else(|| format!("#{number}"), |sku| sku.id.clone()))
    }

    /// A seller by the shop's id.
    ///
    /// # Errors
    /// [`Refusal::SellerUnknown`], and those of the records.
    pub async fn seller(&self, id: &str, now: Millis) -> Result<Arc<Seller>, Problem> {
        if let Some(seller) = self.sellers.find(id, now) {
            return Ok(seller);
        }
        let seller = self.records.seller(id).await?;
        let seller = seller.ok_or(Refusal::SellerUnknown)?;
        Ok(self.sellers.put(id.to_owned(), seller, now))
    }

    /// A seller by its number.
    ///
    /// # Errors
    /// Those of the records.
    pub async fn seller_numbered(
        &self,
        number: SellerId,
        now: Millis,
    ) -> Result<Option<Arc<Seller>>, Problem> {
        if let Some(seller) = self.sellers_by_number.find(&number, now) {
            return Ok(Some(seller));
        }
        let seller = self.records.seller_numbered(number).await?;
        Ok(seller.map(|seller| self.sellers_by_number.put(number, seller, now)))
    }

    /// A product with its pictures.
    ///
    /// # Errors
    /// [`Kind::NOT_FOUND`], and those of the records.
    pub async fn product(&self, id: &str, now: Millis) -> Result<Arc<Showcase>, Problem> {
        if let Some(showcase) = self.products.find(id, now) {
            return Ok(showcase);
        }
        let product = self.records.product(id).await?;
        let product = product.ok_or(Problem::from(Kind::NOT_FOUND))?;
        let pictures = self.records.pictures(id).await?;
        let path = self.records.category_path(&product.category).await?;
        let showcase = Showcase {
            product,
            pictures,
            categories: path.into_iter().map(|category| category.id).collect(),
        };
        Ok(self.products.put(id.to_owned(), showcase, now))
    }
}

fn deal_name(deal: records::Deal) -> Option<DealName> {
    Some(DealName {
        number: deal.number?,
        id: deal.id,
        product: deal.product,
    })
}

/// Things by their names, each believed for a while.
struct Shelf<K, V> {
    things: RwLock<HashMap<K, (Millis, Arc<V>)>>,
    believed_ms: u64,
}

const UNPOISONED: &str = "nobody panics while holding a shelf";

impl<K: Hash + Eq, V> Shelf<K, V> {
    fn keeping(believed_ms: u64) -> Self {
        Shelf {
            things: RwLock::default(),
            believed_ms,
        }
    }

    fn find<Q: Hash + Eq + ?Sized>(&self, name: &Q, now: Millis) -> Option<Arc<V>>
    where
        K: Borrow<Q>,
    {
        let things = self.things.read().expect(UNPOISONED);
        let (read_at, thing) = things.get(name)?;
        (now.since(*read_at) < self.believed_ms).then(|| thing.clone())
    }

    fn put(&self, name: K, thing: V, now: Millis) -> Arc<V> {
        let thing = Arc::new(thing);
        let mut things = self.things.write().expect(UNPOISONED);
        if things.len() >= KEPT_MAX {
            things.clear();
        }
        things.insert(name, (now, thing.clone()));
        thing
    }

    fn clear(&self) {
        self.things.write().expect(UNPOISONED).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_longer_believed_is_not_found() {
        let shelf: Shelf<String, u8> = Shelf::keeping(10);
        shelf.put("a".to_owned(), 1, Millis(100));
        assert_eq!(shelf.find("a", Millis(109)).as_deref(), Some(&1));
        assert_eq!(shelf.find("a", Millis(110)), None);
        shelf.clear();
        assert_eq!(shelf.find("a", Millis(100)), None);
    }
}
