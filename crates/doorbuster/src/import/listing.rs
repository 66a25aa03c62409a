//! Listing products with the ledger before the records take them: whatever both learn, the journal
//! learns first. What it knows already is found by its reference, so a second time changes nothing.

use super::telling::{Told, open_sellers, set_stock, tell_new};
use crate::house::House;
use anyhow::Context;
use intake::{ProductDraft, SkuDraft};
use ledger::Ledger;
use records::SkuNumbers;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{Command, Reference, Refusal, SellerId, SkuId};

/// Lists products, a chunk after the other.
#[derive(Default)]
pub(super) struct Lister {
    sellers: BTreeMap<String, SellerId>,
    /// What the ledger was told of so far.
    pub told: Told,
}

impl Lister {
    /// Opens the sellers that are new, lists the SKUs that are new, and makes the stock of all what
    /// the shop says it is. Returns the numbers of the SKUs.
    pub async fn list(
        &mut self,
        house: &House,
        drafts: &[ProductDraft],
    ) -> anyhow::Result<SkuNumbers> {
        self.meet_sellers(house, drafts).await?;
        let skus = || drafts.iter().flat_map(|draft| &draft.skus);
        let ids: Vec<&str> = skus().map(|sku| sku.id.as_str()).collect();
        let mut numbers = house.records.sku_numbers(&ids).await?;
        self.list_new(house, drafts, &mut numbers).await?;
        let stock = skus().map(|sku| (numbers[&sku.id], sku.stock));
        set_stock(house, stock.collect(), &mut self.told).await?;
        Ok(numbers)
    }

    async fn meet_sellers(&mut self, house: &House, drafts: &[ProductDraft]) -> anyhow::Result<()> {
        let all: BTreeSet<&str> = drafts.iter().map(|draft| draft.seller.as_str()).collect();
        let mut new: Vec<&str> = all.into_iter().collect();
        new.retain(|seller| !self.sellers.contains_key(*seller));
        if new.is_empty() {
            return Ok(());
        }
        let numbers = open_sellers(house, &new, &mut self.told).await?;
        let met = new.into_iter().map(str::to_owned).zip(numbers);
        self.sellers.extend(met);
        Ok(())
    }

    /// Adds the numbers of those SKUs that have none yet.
    async fn list_new(
        &mut self,
        house: &House,
        drafts: &[ProductDraft],
        numbers: &mut SkuNumbers,
    ) -> anyhow::Result<()> {
        let new: Vec<(&SkuDraft, &ProductDraft)> = drafts
            .iter()
            .flat_map(|draft| draft.skus.iter().map(move |sku| (sku, draft)))
            .filter(|(sku, _)| !numbers.contains_key(&sku.id))
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        let reference = |(sku, _): &(&SkuDraft, _)| house.keys.sku_reference(&sku.id);
        let references: Vec<Reference> = new.iter().map(reference).collect();
        let find = |ledger: &Ledger, reference| ledger.sku_by_reference(reference);
        let known: Vec<Option<SkuId>> = house.look_up(references.clone(), find).await?;
        let listing = new.iter().zip(&references).zip(known);
        let listing = listing.filter(|(_, number)| number.is_none());
        let listing = listing.map(|(((_, draft), reference), _)| Command::ListSku {
            reference: *reference,
            seller: self.sellers[&draft.seller],
            tax: draft.tax,
        });
        self.told.skus += tell_new(house, listing, Refusal::SkuExists).await?;
        for ((sku, _), number) in new.iter().zip(house.look_up(references, find).await?) {
            let number = number.context("a SKU that was listed has a number")?;
            numbers.insert(sku.id.clone(), number);
        }
        Ok(())
    }
}
