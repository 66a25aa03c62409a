//! The aisles: the tree of categories and the sellers, with their names in every language.

use super::search::fold;
use crate::problem::Problem;
use intake::Localized;
use records::{Category, Records, Seller};
use std::collections::HashMap;
use vocabulary::SellerId;

/// How deep a tree of categories may be; what is deeper counts as standing here.
const DEPTH_MAX: usize = 16;

/// A category by its place among those that were read together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Aisle(u32);

/// Categories and sellers.
#[derive(Debug, Default)]
pub struct Aisles {
    categories: Vec<Category>,
    /// Of each category all that it stands in, itself first.
    paths: Vec<Vec<Aisle>>,
    places: HashMap<String, Aisle>,
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
        let places: HashMap<String, Aisle> = (0..)
            .zip(&categories)
            .map(|(place, it)| (it.id.clone(), Aisle(place)))
            .collect();
        Ok(Aisles {
            paths: paths(&categories, &places),
            categories,
            places,
            numbers: sellers
                .iter()
                .map(|(number, it)| (it.id.clone(), *number))
                .collect(),
            sellers,
        })
    }

    /// A category by its id.
    pub fn find(&self, id: &str) -> Option<Aisle> {
        self.places.get(id).copied()
    }

    /// A category and all above it, itself first.
    pub fn up_from(&self, aisle: Aisle) -> &[Aisle] {
        &self.paths[aisle.place()]
    }

    /// All categories, by id.
    pub fn all(&self) -> impl Iterator<Item = Aisle> + use<> {
        (0..self.categories.len() as u32).map(Aisle)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.categories.len()
    }

    /// A category's id.
    pub fn id(&self, aisle: Aisle) -> &str {
        &self.categories[aisle.place()].id
    }

    /// What a category is called.
    pub fn name(&self, aisle: Aisle, language: &str) -> &str {
        let category = &self.categories[aisle.place()];
        category.name.best(language).unwrap_or(&category.id)
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

impl Aisle {
    /// Its place among all.
    pub fn place(self) -> usize {
        self.0 as usize
    }
}

fn paths(categories: &[Category], places: &HashMap<String, Aisle>) -> Vec<Vec<Aisle>> {
    let above = |aisle: &Aisle| {
        let parent = categories[aisle.place()].parent.as_ref()?;
        places.get(parent).copied()
    };
    let path = |category: &Category| {
        let own = places.get(&category.id).copied();
        std::iter::successors(own, above).take(DEPTH_MAX).collect()
    };
    categories.iter().map(path).collect()
}
