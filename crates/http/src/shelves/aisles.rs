//! The aisles: the tree of categories and the sellers, with their names in every language.

use super::search::fold;
use crate::problem::Problem;
use intake::Localized;
use records::{Category, Records, Seller};
use std::collections::HashMap;
use vocabulary::SellerId;

/// How deep a tree of categories may be; what is deeper counts as standing here.
const DEPTH_MAX: usize = 16;

/// Categories and sellers.
#[derive(Debug, Default)]
pub struct Aisles {
    categories: HashMap<String, Category>,
    sellers: HashMap<SellerId, KnownSeller>,
    numbers: HashMap<String, SellerId>,
}

#[derive(Debug)]
struct KnownSeller {
    id: String,
    name: Localized,
    folded: String,
}

impl Aisles {
    /// As the records have them.
    ///
    /// # Errors
    /// Those of the records.
    pub async fn read(records: &Records) -> Result<Aisles, Problem> {
        let categories = records.all_categories().await?;
        let sellers = records.sellers("", u32::MAX).await?;
        let known = |seller: Seller| {
            let names: Vec<String> = seller.name.0.values().map(|name| fold(name)).collect();
            let known = KnownSeller {
                folded: names.join("\n"),
                id: seller.id,
                name: seller.name,
            };
            Some((seller.number?, known))
        };
        let sellers: HashMap<_, _> = sellers.into_iter().filter_map(known).collect();
        Ok(Aisles {
            categories: categories
                .into_iter()
                .map(|it| (it.id.clone(), it))
                .collect(),
            numbers: sellers
                .iter()
                .map(|(number, it)| (it.id.clone(), *number))
                .collect(),
            sellers,
        })
    }

    /// A category and all above it, itself first.
    pub fn up_from<'a>(&'a self, category: &str) -> impl Iterator<Item = &'a Category> {
        let own = self.categories.get(category);
        let above = |it: &&'a Category| self.categories.get(it.parent.as_ref()?);
        std::iter::successors(own, above).take(DEPTH_MAX)
    }

    /// True when `category` is `wanted` or stands below it.
    pub fn stands_in(&self, category: &str, wanted: &str) -> bool {
        category == wanted || self.up_from(category).any(|above| above.id == wanted)
    }

    /// What a category is called; its id where nothing is known.
    pub fn category_name<'a>(&'a self, id: &'a str, language: &str) -> &'a str {
        let known = self.categories.get(id);
        known.and_then(|it| it.name.best(language)).unwrap_or(id)
    }

    /// The number of a seller by the shop's id.
    pub fn seller_number(&self, id: &str) -> Option<SellerId> {
        self.numbers.get(id).copied()
    }

    /// The shop's id of a seller.
    pub fn seller_id(&self, number: SellerId) -> Option<&str> {
        self.sellers.get(&number).map(|it| it.id.as_str())
    }

    /// What a seller is called.
    pub fn seller_name(&self, number: SellerId, language: &str) -> &str {
        let known = self.sellers.get(&number);
        known.and_then(|it| it.name.best(language)).unwrap_or("")
    }

    /// The seller's names, folded for the search.
    pub fn seller_folded(&self, number: SellerId) -> &str {
        self.sellers
            .get(&number)
            .map_or("", |it| it.folded.as_str())
    }
}
