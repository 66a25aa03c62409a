//! The shape of what comes in and goes out: products as drafts that keep every rule of a file.
//!
//! Deals stand in [`crate::DealDraft`]; the text form with its columns in `product_line`.

use crate::product_line::ProductLine;
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vocabulary::Tax;

/// A text in one or more languages, by language tag (`ko`, `zh`, `en`, `pt-BR`).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Localized(pub BTreeMap<String, String>);

impl Localized {
    /// The text in `language`, else in English, else in whichever language comes first.
    pub fn best(&self, language: &str) -> Option<&str> {
        self.0
            .get(language)
            .or_else(|| self.0.get("en"))
            .or_else(|| self.0.values().next())
            .map(String::as_str)
    }

    /// True when there is no text in any language.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The languages there are, in order.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl<L: Into<String>, T: Into<String>, const N: usize> From<[(L, T); N]> for Localized {
    fn from(texts: [(L, T); N]) -> Self {
        Localized(
            texts
                .into_iter()
                .map(|(l, t)| (l.into(), t.into()))
                .collect(),
        )
    }
}

/// A path to a picture, relative to the imported folder, with `/` between its parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PictureSource(pub String);

/// A product as a shop offers it. Every draft that [`crate::read_products`] hands out has an id, a
/// seller, a name, a price above zero and at least one SKU; its texts are tidy and its HTML is clean.
///
/// As JSON it has the form of docs/guide/import.md: amounts are decimal texts in the currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "ProductLine", try_from = "ProductLine")]
pub struct ProductDraft {
    /// The shop's own id.
    pub id: String,
    /// Who sells it.
    pub seller: String,
    /// What it is called.
    pub name: Localized,
    /// Clean HTML; empty where there is none.
    pub description: Localized,
    /// The path in the category tree, root first.
    pub category: Vec<Localized>,
    /// Who makes it, where that is said.
    pub brand: Option<String>,
    /// What it sells for outside deals; above zero.
    pub price: Amount,
    /// What it is listed at before the shop's discount; above `price`.
    pub list_price: Option<Amount>,
    /// The currency of both prices.
    pub currency: Currency,
    /// How tax lies in the prices.
    pub tax: Tax,
    /// The names of its colours, each once.
    pub colours: Vec<String>,
    /// Where its pictures lie, each once.
    pub pictures: Vec<PictureSource>,
    /// What can be put into a cart; at least one.
    pub skus: Vec<SkuDraft>,
}

/// One variant of a product that is stocked and sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkuDraft {
    /// The shop's own id, unique in its catalogue.
    pub id: String,
    /// What sets it apart (a size); empty where the product has one SKU.
    pub option: Localized,
    /// Units on the shelf.
    pub stock: u32,
}
