//! A product as text, before it is judged and after it is written: the native JSON form.
//!
//! What the texts must be to make a product stands in `judge`.

use crate::{Localized, Location, ProductDraft, SkuDraft, judge};
use money::format_plain;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use vocabulary::Tax;

/// Text by language tag.
pub(crate) type Texts = BTreeMap<String, String>;

/// Everything a row may say of a product, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ProductLine {
    pub id: String,
    pub seller: String,
    pub name: Texts,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub description: Texts,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<Texts>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub brand: String,
    #[serde(deserialize_with = "text_or_number")]
    pub price: String,
    #[serde(
        skip_serializing_if = "String::is_empty",
        deserialize_with = "text_or_number"
    )]
    pub list_price: String,
    pub currency: String,
    pub tax: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub colours: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<String>,
    pub skus: Vec<SkuLine>,
}

/// Everything a row may say of a SKU, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SkuLine {
    pub id: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub option: Texts,
    #[serde(deserialize_with = "text_or_number")]
    pub stock: String,
}

impl ProductLine {
    /// The first field of this line that says something else of the product than `first` does;
    /// blanks say nothing.
    pub fn contradicts(&self, first: &ProductLine) -> Option<&'static str> {
        let texts = [
            ("seller", &self.seller, &first.seller),
            ("brand", &self.brand, &first.brand),
            ("price", &self.price, &first.price),
            ("list_price", &self.list_price, &first.list_price),
            ("currency", &self.currency, &first.currency),
            ("tax", &self.tax, &first.tax),
        ];
        let localized = [
            ("name", &self.name, &first.name),
            ("description", &self.description, &first.description),
        ];
        let lists = [
            ("colours", &self.colours, &first.colours),
            ("pictures", &self.pictures, &first.pictures),
        ];
        let other_texts = |own: &Texts, first: &Texts| {
            own.iter()
                .any(|(language, text)| !text.is_empty() && first.get(language) != Some(text))
        };
        let text = texts
            .into_iter()
            .find(|(_, own, first)| !own.is_empty() && own != first);
        let named = localized
            .into_iter()
            .find(|(_, own, first)| other_texts(own, first));
        let list = lists
            .into_iter()
            .find(|(_, own, first)| !own.is_empty() && own != first);
        let path = !self.category.is_empty() && self.category != first.category;
        text.map(|found| found.0)
            .or(named.map(|found| found.0))
            .or(list.map(|found| found.0))
            .or(path.then_some("category"))
    }
}

impl From<ProductDraft> for ProductLine {
    fn from(draft: ProductDraft) -> Self {
        ProductLine {
            price: format_plain(draft.price, draft.currency),
            list_price: draft
                .list_price
                .map_or_else(String::new, |amount| format_plain(amount, draft.currency)),
            currency: draft.currency.code().to_owned(),
            tax: tax_text(draft.tax),
            id: draft.id,
            seller: draft.seller,
            name: draft.name.0,
            description: draft.description.0,
            category: draft.category.into_iter().map(|level| level.0).collect(),
            brand: draft.brand.unwrap_or_default(),
            colours: draft.colours,
            pictures: draft.pictures.into_iter().map(|source| source.0).collect(),
            skus: draft.skus.into_iter().map(SkuLine::from).collect(),
        }
    }
}

impl From<SkuDraft> for SkuLine {
    fn from(sku: SkuDraft) -> Self {
        SkuLine {
            id: sku.id,
            option: sku.option.0,
            stock: sku.stock.to_string(),
        }
    }
}

impl TryFrom<ProductLine> for ProductDraft {
    type Error = String;

    fn try_from(line: ProductLine) -> Result<Self, Self::Error> {
        let location = Location {
            file: "product".into(),
            line: 1,
        };
        let (draft, problems) = judge::product(line, &location);
        draft.ok_or_else(|| {
            let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
            said.join("; ")
        })
    }
}

/// The tax as a file says it: `10%`, `5.5%` or `exempt`.
pub fn tax_text(tax: Tax) -> String {
    match tax {
        Tax::Included { basis_points } => crate::percent::format(basis_points),
        Tax::Exempt => "exempt".to_owned(),
    }
}

/// A JSON text or number, as written: no float comes between the file and the amount.
fn text_or_number<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    let raw = Box::<RawValue>::deserialize(input)?;
    match raw.get().as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw.get()).map_err(serde::de::Error::custom),
        Some(b'-' | b'0'..=b'9') => Ok(raw.get().to_owned()),
        Some(b'n') => Ok(String::new()),
        _ => Err(serde::de::Error::custom("expected a text or a number")),
    }
}

impl From<Texts> for Localized {
    fn from(texts: Texts) -> Self {
        Localized(texts)
    }
}
