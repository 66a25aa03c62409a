//! The mapping file: which files are meant and which column or JSON pointer is which field.
//!
//! Its words are explained by example in docs/guide/import.md. What is done with them lives in
//! `plan` and `gather`.

use crate::Fault;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::path::Path;

/// A mapping file, read and checked for its form. One with a `[files]` section alone, or the default,
/// means files in the native columns.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What the mapping is called in messages.
    #[serde(skip)]
    pub(crate) file: String,
    #[serde(default)]
    pub(crate) files: Files,
    pub(crate) product: Option<ProductFields>,
    pub(crate) sku: Option<SkuFields>,
    pub(crate) deal: Option<DealFields>,
    #[serde(default)]
    pub(crate) tables: BTreeMap<String, BTreeMap<String, String>>,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// [`Fault::Io`], or [`Fault::Mapping`] with the line and column of what is wrong in it.
    pub fn open(path: &Path) -> Result<Mapping, Fault> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(Fault::io(file.clone()))?;
        Mapping::parse(&text, &file)
    }

    /// Reads a mapping from its text; `file` is what messages call it.
    ///
    /// # Errors
    /// [`Fault::Mapping`] with the line and column of what is wrong in it.
    pub fn parse(text: &str, file: &str) -> Result<Mapping, Fault> {
        let mapping: Mapping =
            toml::from_str(text).map_err(|error| wrong_form(text, file, &error))?;
        let mapping = Mapping {
            file: file.to_owned(),
            ..mapping
        };
        mapping.check(text)?;
        Ok(mapping)
    }

    /// The same mapping for files in an encoding that is told from elsewhere. Of the default mapping it
    /// makes one for native files in that encoding.
    pub fn in_encoding(mut self, label: &str) -> Mapping {
        self.files.encoding = Some(label.to_owned());
        self
    }

    /// The section that an import needs; none where there is none at all, so that the native columns
    /// are read.
    pub(crate) fn section<'m, T>(
        &self,
        section: &'m Option<T>,
        name: &'static str,
    ) -> Result<Option<&'m T>, Fault> {
        let any = self.product.is_some() || self.sku.is_some() || self.deal.is_some();
        match section {
            None if any => Err(Fault::WrongMapping {
                file: self.file.clone(),
                section: name,
            }),
            section => Ok(section.as_ref()),
        }
    }

    /// What the form alone cannot say: tables that exist, one way to a list price.
    fn check(&self, text: &str) -> Result<(), Fault> {
        for pick in self.picks() {
            if let Some(table) = &pick.translate
                && !self.tables.contains_key(table)
            {
                let message = format!("there is no table [tables.{table}]");
                return Err(self.wrong(text, &format!("\"{table}\""), message));
            }
        }
        if self
            .files
            .delimiter
            .is_some_and(|delimiter| !delimiter.is_ascii())
        {
            let message = "a delimiter is one ASCII character".to_owned();
            return Err(self.wrong(text, "delimiter", message));
        }
        let Some(product) = &self.product else {
            return Ok(());
        };
        if product.list_price.is_some() && product.discount_percent.is_some() {
            let message = "say list_price or discount_percent, not both".to_owned();
            return Err(self.wrong(text, "discount_percent", message));
        }
        if product.name.is_empty() {
            let message = "say the name in a language, as in name.ko = \"column\"".to_owned();
            return Err(self.wrong(text, "[product", message));
        }
        Ok(())
    }

    fn picks(&self) -> impl Iterator<Item = &Pick> {
        let product = self.product.iter().flat_map(ProductFields::picks);
        let sku = self.sku.iter().flat_map(SkuFields::picks);
        let deal = self.deal.iter().flat_map(|deal| deal.0.values());
        product.chain(sku).chain(deal)
    }

    /// A fault at the first place where the text says `near`.
    fn wrong(&self, text: &str, near: &str, message: String) -> Fault {
        let (line, column) = line_and_column(text, text.find(near).unwrap_or(0));
        Fault::Mapping {
            file: self.file.clone(),
            line,
            column,
            message,
        }
    }
}

/// Which files are meant and how they are written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Files {
    /// Patterns, read in this order; empty for every file with a known ending.
    pub include: Vec<String>,
    pub format: Option<Format>,
    pub encoding: Option<String>,
    pub delimiter: Option<char>,
    /// Names for the columns of files that have no header line.
    pub columns: Vec<String>,
    /// JSON pointer to the array of rows inside one document.
    pub rows: Option<String>,
}

/// How the rows of a file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Comma-separated, or whatever delimiter the header line shows.
    Csv,
    /// Tab-separated.
    Tsv,
    /// One document, an array of documents, or documents one after the other.
    Json,
    /// One document a line.
    Jsonl,
}

impl Format {
    /// The format that the ending of a file name tells.
    pub fn of_name(name: &str) -> Option<Format> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "csv" => Some(Format::Csv),
            "tsv" | "tab" => Some(Format::Tsv),
            "json" => Some(Format::Json),
            "jsonl" | "ndjson" => Some(Format::Jsonl),
            _ => None,
        }
    }
}

/// What to do when an id comes again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Duplicates {
    /// The first good row goes in, each later one is a problem.
    #[default]
    Refuse,
    /// The first good row goes in, later ones are passed over.
    First,
    /// The last good row goes in, earlier ones are passed over.
    Last,
}

/// What one row of the files is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OneRowIs {
    #[default]
    Product,
    /// Consecutive rows with one product id are one product.
    Sku,
}

/// Field by language.
pub(crate) type ByLanguage = BTreeMap<String, Picks>;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProductFields {
    #[serde(default)]
    pub one_row_is: OneRowIs,
    #[serde(default)]
    pub duplicates: Duplicates,
    /// Whether `&amp;` and the like in names are decoded.
    #[serde(default = "yes")]
    pub decode_entities: bool,
    pub id: Pick,
    pub seller: Pick,
    pub name: ByLanguage,
    #[serde(default)]
    pub description: ByLanguage,
    #[serde(default)]
    pub category: ByLanguage,
    pub brand: Option<Pick>,
    pub price: Pick,
    pub list_price: Option<Pick>,
    pub discount_percent: Option<Pick>,
    /// To a multiple of how much a list price from `discount_percent` is rounded.
    pub list_price_step: Option<String>,
    pub currency: Pick,
    pub tax: Option<Pick>,
    #[serde(default)]
    pub colours: Picks,
    #[serde(default)]
    pub pictures: Picks,
}

impl ProductFields {
    fn picks(&self) -> impl Iterator<Item = &Pick> {
        let single = [&self.id, &self.seller, &self.price, &self.currency].into_iter();
        let perhaps = [
            &self.brand,
            &self.list_price,
            &self.discount_percent,
            &self.tax,
        ];
        let texts = [&self.name, &self.description, &self.category];
        single
            .chain(perhaps.into_iter().flatten())
            .chain(
                texts
                    .into_iter()
                    .flat_map(|by| by.values().flat_map(|picks| &picks.0)),
            )
            .chain(self.colours.0.iter())
            .chain(self.pictures.0.iter())
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SkuFields {
    /// The array whose elements are the SKUs, or the column that `split` cuts into them.
    pub each: Option<String>,
    pub split: Option<String>,
    pub id: Pick,
    #[serde(default)]
    pub option: ByLanguage,
    pub stock: Option<Pick>,
}

impl SkuFields {
    fn picks(&self) -> impl Iterator<Item = &Pick> {
        let options = self.option.values().flat_map(|picks| &picks.0);
        std::iter::once(&self.id).chain(&self.stock).chain(options)
    }
}

/// Deal fields by the names of the native columns.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct DealFields(pub BTreeMap<String, Pick>);

/// Where the text of a field comes from and what is done to it on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pick {
    /// The first of these that is not blank.
    pub columns: Vec<String>,
    /// This very text.
    pub value: Option<String>,
    /// This text with `{column}` replaced; blank when a column is.
    pub template: Option<String>,
    /// When everything else is blank.
    pub default: Option<String>,
    /// Cuts the text into several.
    pub split: Option<String>,
    /// A backslash keeps the next character from cutting, as in the native columns.
    pub escaped: bool,
    /// Texts that count as blank.
    pub omit: Vec<String>,
    /// A table that replaces texts it knows.
    pub translate: Option<String>,
    /// The text is plain, where HTML is expected.
    pub plain: bool,
}

impl Pick {
    /// A column as it is.
    pub fn column(name: &str) -> Pick {
        Pick {
            columns: vec![name.to_owned()],
            ..Pick::default()
        }
    }
}

/// One pick or several, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Picks(pub Vec<Pick>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PickTable {
    column: Option<String>,
    #[serde(default)]
    columns: Vec<String>,
    value: Option<String>,
    template: Option<String>,
    default: Option<String>,
    split: Option<String>,
    #[serde(default)]
    omit: Vec<String>,
    translate: Option<String>,
    #[serde(default)]
    plain: bool,
}

impl PickTable {
    fn into_pick(self) -> Result<Pick, &'static str> {
        let mut columns = self.columns;
        columns.splice(0..0, self.column);
        let origins = [
            !columns.is_empty(),
            self.value.is_some(),
            self.template.is_some(),
        ];
        if origins.into_iter().filter(|said| *said).count() != 1 {
            return Err("say exactly one of column, columns, value, template");
        }
        Ok(Pick {
            columns,
            value: self.value,
            template: self.template,
            default: self.default,
            split: self.split.filter(|separator| !separator.is_empty()),
            escaped: false,
            omit: self.omit,
            translate: self.translate,
            plain: self.plain,
        })
    }
}

impl<'de> Deserialize<'de> for Pick {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(PickVisitor)
    }
}

struct PickVisitor;

impl<'de> Visitor<'de> for PickVisitor {
    type Value = Pick;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("a column name, or a table such as { value = \"KRW\" }")
    }

    fn visit_str<E>(self, name: &str) -> Result<Pick, E> {
        Ok(Pick::column(name))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Pick, A::Error> {
        PickTable::deserialize(MapAccessDeserializer::new(map))?
            .into_pick()
            .map_err(serde::de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Picks {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(PicksVisitor)
    }
}

struct PicksVisitor;

impl<'de> Visitor<'de> for PicksVisitor {
    type Value = Picks;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("a column name, a table such as { value = \"KRW\" }, or a list of them")
    }

    fn visit_str<E>(self, name: &str) -> Result<Picks, E> {
        Ok(Picks(vec![Pick::column(name)]))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Picks, A::Error> {
        PickVisitor.visit_map(map).map(|pick| Picks(vec![pick]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Picks, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Picks)
    }
}

fn yes() -> bool {
    true
}

fn wrong_form(text: &str, file: &str, error: &toml::de::Error) -> Fault {
    let (line, column) = line_and_column(text, error.span().map_or(0, |span| span.start));
    Fault::Mapping {
        file: file.to_owned(),
        line,
        column,
        message: error.message().trim().replace('\n', "; "),
    }
}

fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at.min(text.len())];
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
        [files]
        include = ["a/*.csv"]
        encoding = "euc-kr"
        [product]
        id = "no"
        seller = { value = "우리 가게" }
        name.ko = ["brand", { column = "name", omit = ["-"] }]
        price = { columns = ["sale", "price"] }
        currency = { value = "KRW" }
        colours = { column = "colours", split = "|" }
    "#;

    #[test]
    fn a_pick_is_a_column_a_table_or_a_list() {
        let mapping = Mapping::parse(SMALL, "m.toml").expect("a good mapping");
        let product = mapping.product.expect("a product section");
        assert_eq!(product.id, Pick::column("no"));
        assert_eq!(product.seller.value.as_deref(), Some("우리 가게"));
        assert_eq!(product.name["ko"].0.len(), 2);
        assert_eq!(product.price.columns, ["sale", "price"]);
        assert_eq!(product.duplicates, Duplicates::Refuse);
    }

    #[test]
    fn what_is_wrong_is_said_with_line_and_column() {
        let table = [
            (
                "id = \"no\"",
                "ide = \"no\"",
                "m.toml:6:9: unknown field `ide`",
            ),
            (
                "{ value = \"KRW\" }",
                "{}",
                "m.toml:10:20: say exactly one of column",
            ),
            (
                "\"KRW\" }",
                "\"KRW\", translate = \"x\" }",
                "m.toml:10:49: there is no table [tables.x]",
            ),
            ("name.ko", "colour", "m.toml:"),
            ("encoding =", "encoding", "m.toml:4:"),
        ];
        for (old, wrong, said) in table {
            let fault = Mapping::parse(&SMALL.replace(old, wrong), "m.toml").expect_err(wrong);
            assert!(fault.to_string().starts_with(said), "{fault}");
        }
    }
}
