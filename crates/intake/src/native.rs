//! The native CSV columns: what `export` writes and `import` takes without a mapping.
//!
//! Texts by language stand in `name_ko`, `description_en` and so on; the levels of a category path
//! are cut by `>`, lists by `|`; a backslash keeps either from cutting. One line is one SKU.

use crate::mapping::{
    ByLanguage, DealFields, Duplicates, Mapping, OneRowIs, Pick, Picks, ProductFields, SkuFields,
};
use crate::plan::{DealPlan, ProductPlan};
use crate::{Fault, fault::nearest};
use std::collections::BTreeMap;

/// The separator of levels in a category path.
pub(crate) const PATH: char = '>';
/// The separator of lists.
pub(crate) const LIST: char = '|';

/// The columns that hold one text.
const PLAIN: [&str; 11] = [
    "id",
    "seller",
    "brand",
    "price",
    "list_price",
    "currency",
    "tax",
    "colours",
    "pictures",
    "sku",
    "stock",
];
/// The columns without which there is no product; the others may be left out.
const REQUIRED: [&str; 4] = ["id", "seller", "price", "currency"];
/// The beginnings of the columns that hold a text in a language.
const BY_LANGUAGE: [&str; 4] = ["name_", "description_", "category_", "option_"];

/// The columns of a deal line, in the order in which they are written.
pub const DEAL: [&str; 17] = [
    "deal",
    "sku",
    "price",
    "currency",
    "allotment",
    "start",
    "end",
    "limit",
    "hold",
    "payment",
    "deposit",
    "members_only",
    "verified_only",
    "deduct",
    "waitlist",
    "extensions",
    "extension",
];
const DEAL_REQUIRED: [&str; 5] = ["sku", "price", "allotment", "start", "end"];

/// How products are made of a file with this header.
pub(crate) fn product_plan(file: &str, header: &[String]) -> Result<ProductPlan, Fault> {
    let known = PLAIN
        .into_iter()
        .chain(["name_ko", "description_ko", "category_ko", "option_ko"]);
    let fits = |name: &str| PLAIN.contains(&name) || language_of(name).is_some();
    check(file, header, known, fits, &REQUIRED)?;
    let fields = product_fields(header);
    let sku = sku_fields(header);
    Ok(ProductPlan::of(&fields, Some(&sku), &BTreeMap::new()))
}

/// How deal lines are made of a file with this header.
pub(crate) fn deal_plan(file: &str, header: &[String]) -> Result<DealPlan, Fault> {
    check(
        file,
        header,
        DEAL.into_iter(),
        |name| DEAL.contains(&name),
        &DEAL_REQUIRED,
    )?;
    let columns = header.iter().map(|name| (name.clone(), Pick::column(name)));
    Ok(DealPlan::of(
        &DealFields(columns.collect()),
        &Mapping::default(),
    ))
}

/// How deal lines are made of JSON objects whose keys are the native columns.
pub(crate) fn deal_plan_of_json() -> DealPlan {
    let columns = DEAL
        .iter()
        .map(|name| ((*name).to_owned(), Pick::column(name)));
    DealPlan::of(&DealFields(columns.collect()), &Mapping::default())
}

/// Every column must be known, and the required ones there.
fn check<'a>(
    file: &str,
    header: &[String],
    known: impl Iterator<Item = &'a str>,
    fits: impl Fn(&str) -> bool,
    required: &[&str],
) -> Result<(), Fault> {
    if let Some(column) = required
        .iter()
        .find(|column| !header.iter().any(|name| name == *column))
    {
        return Err(Fault::MissingColumn {
            file: file.to_owned(),
            wanted: (*column).to_owned(),
            field: (*column).to_owned(),
            nearest: nearest(column, header.iter().map(String::as_str)),
        });
    }
    if let Some(at) = header.iter().position(|name| !fits(name)) {
        let (nearest, _) = nearest(&header[at], known).expect("there are native columns");
        return Err(Fault::Header {
            file: file.to_owned(),
            message: format!(
                "column {} is `{}`, which is no column of ours; the nearest is `{nearest}`, or write a mapping",
                at + 1,
                header[at]
            ),
        });
    }
    Ok(())
}

/// The column without its language, and the language.
fn language_of(column: &str) -> Option<(&'static str, &str)> {
    let stem = BY_LANGUAGE
        .into_iter()
        .find(|stem| column.starts_with(stem))?;
    Some((stem, &column[stem.len()..])).filter(|(_, language)| !language.is_empty())
}

fn product_fields(header: &[String]) -> ProductFields {
    let perhaps = |name: &str| {
        header
            .iter()
            .any(|column| column == name)
            .then(|| Pick::column(name))
    };
    let list = |name: &str| {
        Picks(
            perhaps(name)
                .map(|pick| cut(pick, LIST))
                .into_iter()
                .collect(),
        )
    };
    ProductFields {
        one_row_is: OneRowIs::Sku,
        duplicates: Duplicates::Refuse,
        decode_entities: false,
        id: Pick::column("id"),
        seller: Pick::column("seller"),
        name: by_language(header, "name_", |pick| pick),
        description: by_language(header, "description_", |pick| pick),
        category: by_language(header, "category_", |pick| cut(pick, PATH)),
        brand: perhaps("brand"),
        price: Pick::column("price"),
        list_price: perhaps("list_price"),
        discount_percent: None,
        list_price_step: None,
        currency: Pick::column("currency"),
        tax: perhaps("tax"),
        colours: list("colours"),
        pictures: list("pictures"),
    }
}

fn sku_fields(header: &[String]) -> SkuFields {
    let there = |name: &str| header.iter().any(|column| column == name);
    let id = if there("sku") { "sku" } else { "id" };
    SkuFields {
        each: None,
        split: None,
        id: Pick::column(id),
        option: by_language(header, "option_", |pick| pick),
        stock: there("stock").then(|| Pick::column("stock")),
    }
}

fn by_language(header: &[String], stem: &str, made: impl Fn(Pick) -> Pick) -> ByLanguage {
    let languages = header.iter().filter_map(|column| {
        let (own, language) = language_of(column)?;
        (own == stem).then(|| (language.to_owned(), Picks(vec![made(Pick::column(column))])))
    });
    languages.collect()
}

fn cut(pick: Pick, separator: char) -> Pick {
    Pick {
        split: Some(separator.to_string()),
        escaped: true,
        ..pick
    }
}
