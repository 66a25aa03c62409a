//! What the shop calls the sellers, SKUs and deals that events number. Each is read once: a number,
//! once bound, stays bound.

use super::book::fault;
use clerks::Names;
use clerks::ports::BookFault;
use records::Records;
use std::collections::BTreeMap;
use std::sync::RwLock;
use vocabulary::{DealId, Event, SellerId, SkuId};

/// The shop's own ids, as many as there are sellers, deals, and SKUs left unsold.
pub(super) struct ShopNames {
    records: Records,
    known: RwLock<BTreeMap<Number, String>>,
}

/// A number of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Number {
    Seller(SellerId),
    Sku(SkuId),
    Deal(DealId),
}

const UNPOISONED: &str = "nobody panics while holding the names";

impl ShopNames {
    /// No names yet.
    pub(super) fn of(records: Records) -> ShopNames {
        ShopNames {
            records,
            known: RwLock::default(),
        }
    }

    /// Reads the names of what an event numbers. With `may_wait`, a number without a name is a
    /// fault: the event is read again when the name may be there. Else the number stands for it.
    ///
    /// # Errors
    /// Those of the records.
    pub(super) async fn learn(&self, event: &Event, may_wait: bool) -> Result<(), BookFault> {
        for number in numbers_of(event).into_iter().flatten() {
            if self.known(number).is_some() {
                continue;
            }
            match self.read(number).await? {
                Some(name) => self.put(number, name),
                None if may_wait => {
                    let what =
                        format!("the records do not know yet what the shop calls {number:?}");
                    return Err(BookFault(what));
                }
                None => {}
            }
        }
        Ok(())
    }

    async fn read(&self, number: Number) -> Result<Option<String>, BookFault> {
        let records = &self.records;
        Ok(match number {
            Number::Seller(number) => {
                let seller = records.seller_numbered(number).await.map_err(fault)?;
                seller.map(|seller| seller.id)
            }
            Number::Sku(number) => {
                let sku = records.sku_numbered(number).await.map_err(fault)?;
                sku.map(|sku| sku.id)
            }
            Number::Deal(number) => {
                let deal = records.deal_numbered(number).await.map_err(fault)?;
                deal.map(|deal| deal.id)
            }
        })
    }

    fn put(&self, number: Number, name: String) {
        self.known.write().expect(UNPOISONED).insert(number, name);
    }

    fn known(&self, number: Number) -> Option<String> {
        self.known.read().expect(UNPOISONED).get(&number).cloned()
    }
}

impl Names for ShopNames {
    fn seller(&self, seller: SellerId) -> String {
        let name = self.known(Number::Seller(seller));
        name.unwrap_or_else(|| format!("#{seller}"))
    }

    fn sku(&self, sku: SkuId) -> String {
        let name = self.known(Number::Sku(sku));
        name.unwrap_or_else(|| format!("#{sku}"))
    }

    fn deal(&self, deal: DealId) -> String {
        let name = self.known(Number::Deal(deal));
        name.unwrap_or_else(|| format!("#{deal}"))
    }
}

/// What a message about the event calls by the shop's own ids.
fn numbers_of(event: &Event) -> [Option<Number>; 2] {
    match *event {
        Event::OrderPlaced { seller, .. } => [Some(Number::Seller(seller)), None],
        Event::UnsoldReturned { deal, sku, .. } => {
            [Some(Number::Deal(deal)), Some(Number::Sku(sku))]
        }
        Event::DealOpened { deal } | Event::DealClosed { deal } => [Some(Number::Deal(deal)), None],
        _ => [None, None],
    }
}
