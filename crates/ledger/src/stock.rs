//! The SKUs and their units: all that came in, and how many of them are in no deal. Units inside
//! deals are in `deals.rs`.

use crate::numbered::{Listed, Numbered};
use crate::turn::Turn;
use serde::{Deserialize, Serialize};
use vocabulary::{Event, Reference, SellerId, SkuId, Tax};

/// A stock keeping unit.
#[derive(Serialize, Deserialize)]
pub(crate) struct Sku {
    reference: Reference,
    pub(crate) seller: SellerId,
    pub(crate) tax: Tax,
    stock: u64,
    free: u64,
}

impl Sku {
    /// All units ever received and not withdrawn, sold ones included.
    pub(crate) fn stock(&self) -> u64 {
        self.stock
    }

    /// Units in no deal.
    pub(crate) fn free(&self) -> u64 {
        self.free
    }
}

impl Listed for Sku {
    fn reference(&self) -> Reference {
        self.reference
    }
}

/// Every SKU. Whatever changes `stock` or `free` says so.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Stock {
    rows: Numbered<Sku>,
}

const NEGATIVE: &str = "units only leave where they are";

impl Stock {
    pub(crate) fn list(&mut self, reference: Reference, seller: SellerId, tax: Tax) -> SkuId {
        SkuId(self.rows.add(Sku {
            reference,
            seller,
            tax,
            stock: 0,
            free: 0,
        }))
    }

    /// A SKU that may be unknown.
    pub(crate) fn find(&self, sku: SkuId) -> Option<&Sku> {
        self.rows.find(sku.0)
    }

    /// A SKU that stands in a deal.
    pub(crate) fn sku(&self, sku: SkuId) -> &Sku {
        self.rows.row(sku.0)
    }

    pub(crate) fn by_reference(&self, reference: Reference) -> Option<SkuId> {
        self.rows.by_reference(reference).map(SkuId)
    }

    /// Units come into the house.
    pub(crate) fn receive(&mut self, turn: &mut Turn, sku: SkuId, units: u32) {
        self.change(turn, sku, |row| {
            row.stock += u64::from(units);
            row.free += u64::from(units);
        });
    }

    /// Free units leave the house.
    pub(crate) fn withdraw(&mut self, turn: &mut Turn, sku: SkuId, units: u32) {
        self.change(turn, sku, |row| {
            row.stock = row.stock.checked_sub(units.into()).expect(NEGATIVE);
            row.free = row.free.checked_sub(units.into()).expect(NEGATIVE);
        });
    }

    /// Free units go into a deal.
    pub(crate) fn allot(&mut self, turn: &mut Turn, sku: SkuId, units: u32) {
        self.change(turn, sku, |row| {
            row.free = row.free.checked_sub(units.into()).expect(NEGATIVE);
        });
    }

    /// Units of a deal are free again.
    pub(crate) fn take_back(&mut self, turn: &mut Turn, sku: SkuId, units: u32) {
        self.change(turn, sku, |row| row.free += u64::from(units));
    }

    /// All SKUs in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (SkuId, &Sku)> {
        self.rows.iter().map(|(number, row)| (SkuId(number), row))
    }

    pub(crate) fn reindex(&mut self) {
        self.rows.reindex();
    }

    fn change(&mut self, turn: &mut Turn, sku: SkuId, change: impl FnOnce(&mut Sku)) {
        let row = self.rows.row_mut(sku.0);
        change(row);
        turn.say(Event::StockChanged {
            sku,
            stock: row.stock,
            free: row.free,
        });
    }
}
