//! A mapping made ready: every column it names has a slot, so that a reader looks each up once a
//! file and fills the slots row by row.

use crate::Duplicates;
use crate::mapping::{
    ByLanguage, DealFields, Mapping, OneRowIs, Pick, Picks, ProductFields, SkuFields,
};
use crate::problem::Columns;
use std::collections::BTreeMap;

/// What the readers fill for one row: the texts found for each slot, and the same for each element
/// of the array that holds its SKUs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    pub found: Vec<Vec<String>>,
    pub items: Vec<Fields>,
}

impl Fields {
    /// Empty slots.
    pub fn with_slots(count: usize) -> Fields {
        Fields {
            found: vec![Vec::new(); count],
            items: Vec::new(),
        }
    }
}

/// A column that some field needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    /// A header name, a JSON pointer, `file:NAME`, or in items `item` and `row:COLUMN`.
    pub column: String,
    /// The fields that want it, for messages.
    pub fields: Vec<String>,
    /// There is something else to fall back to when the column does not exist.
    pub optional: bool,
}

impl Slot {
    /// The first field that wants it.
    pub fn field(&self) -> &str {
        &self.fields[0]
    }
}

/// The slots of a row or of an item.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots(pub Vec<Slot>);

impl Slots {
    /// From fields to their columns, where those have other names. A field by language goes without
    /// its language.
    fn columns(&self, into: &mut Columns) {
        for slot in &self.0 {
            for field in &slot.fields {
                let field = field.split('.').next().unwrap_or(field);
                let of_row = slot.column.strip_prefix("row:").unwrap_or(&slot.column);
                let known = into.entry(field.to_owned()).or_default();
                if !known.split(", ").any(|column| column == of_row) {
                    known.push_str(if known.is_empty() { "" } else { ", " });
                    known.push_str(of_row);
                }
            }
        }
        into.retain(|field, column| field != column);
    }

    fn slot(&mut self, column: &str, field: &str, optional: bool) -> usize {
        if let Some(known) = self.0.iter().position(|slot| slot.column == column) {
            self.0[known].optional &= optional;
            self.0[known].fields.push(field.to_owned());
            return known;
        }
        self.0.push(Slot {
            column: column.to_owned(),
            fields: vec![field.to_owned()],
            optional,
        });
        self.0.len() - 1
    }
}

/// Where the SKUs of a row stand.
#[derive(Clone, Debug)]
pub(crate) enum Items {
    /// The row says itself what its one SKU is.
    Row,
    /// In the elements of this JSON array.
    Elements(String),
    /// In the pieces of the text in this slot.
    Pieces { slot: usize, separator: String },
}

/// How products are made of rows.
#[derive(Clone, Debug)]
pub(crate) struct ProductPlan {
    pub row: Slots,
    pub item: Slots,
    pub items: Items,
    pub one_row_is: OneRowIs,
    pub duplicates: Duplicates,
    pub decode_entities: bool,
    pub id: Take,
    pub seller: Take,
    pub name: TakesByLanguage,
    pub description: TakesByLanguage,
    pub category: TakesByLanguage,
    pub brand: Option<Take>,
    pub price: Take,
    pub list_price: Option<Take>,
    pub discount_percent: Option<Take>,
    pub list_price_step: Option<String>,
    pub currency: Take,
    pub tax: Option<Take>,
    pub colours: Vec<Take>,
    pub pictures: Vec<Take>,
    pub sku: Option<SkuPlan>,
}

/// How a SKU is made of an item.
#[derive(Clone, Debug)]
pub(crate) struct SkuPlan {
    pub id: Take,
    pub option: TakesByLanguage,
    pub stock: Option<Take>,
}

/// How deal lines are made of rows.
#[derive(Clone, Debug)]
pub(crate) struct DealPlan {
    pub row: Slots,
    pub takes: BTreeMap<String, Take>,
}

/// Takes by language tag.
pub(crate) type TakesByLanguage = BTreeMap<String, Vec<Take>>;

/// A pick with its columns replaced by slots.
#[derive(Clone, Debug)]
pub(crate) struct Take {
    pub origin: Origin,
    pub default: Option<String>,
    pub split: Option<String>,
    pub escaped: bool,
    pub omit: Vec<String>,
    pub table: BTreeMap<String, String>,
    pub plain: bool,
}

/// Where a text begins.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    Value(String),
    FirstOf(Vec<usize>),
    Template(Vec<Piece>),
}

/// A piece of a template.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Literal(String),
    Slot(usize),
}

type Tables = BTreeMap<String, BTreeMap<String, String>>;

impl ProductPlan {
    /// The plan of a mapping's product section.
    pub fn of(fields: &ProductFields, sku: Option<&SkuFields>, tables: &Tables) -> ProductPlan {
        let mut row = Planner::of(tables);
        let mut item = Planner::of(tables);
        let items = items(sku, &mut row);
        let sku = sku.map(|fields| {
            SkuPlan::of(
                fields,
                if matches!(items, Items::Row) {
                    &mut row
                } else {
                    &mut item
                },
            )
        });
        ProductPlan {
            one_row_is: fields.one_row_is,
            duplicates: fields.duplicates,
            decode_entities: fields.decode_entities,
            id: row.take(&fields.id, "id"),
            seller: row.take(&fields.seller, "seller"),
            name: row.by_language(&fields.name, "name"),
            description: row.by_language(&fields.description, "description"),
            category: row.by_language(&fields.category, "category"),
            brand: row.perhaps(&fields.brand, "brand"),
            price: row.take(&fields.price, "price"),
            list_price: row.perhaps(&fields.list_price, "list_price"),
            discount_percent: row.perhaps(&fields.discount_percent, "discount_percent"),
            list_price_step: fields.list_price_step.clone(),
            currency: row.take(&fields.currency, "currency"),
            tax: row.perhaps(&fields.tax, "tax"),
            colours: row.takes(&fields.colours, "colours"),
            pictures: row.takes(&fields.pictures, "pictures"),
            sku,
            items,
            row: link_rows(&mut item.slots, row.slots),
            item: item.slots,
        }
    }
}

impl ProductPlan {
    /// Which columns its fields are taken from, where those are called otherwise.
    pub fn columns(&self) -> Columns {
        let mut columns = Columns::new();
        self.row.columns(&mut columns);
        self.item.columns(&mut columns);
        columns
    }
}

impl SkuPlan {
    fn of(fields: &SkuFields, planner: &mut Planner) -> SkuPlan {
        SkuPlan {
            id: planner.take(&fields.id, "sku"),
            option: planner.by_language(&fields.option, "option"),
            stock: planner.perhaps(&fields.stock, "stock"),
        }
    }
}

impl DealPlan {
    /// Which columns its fields are taken from, where those are called otherwise.
    pub fn columns(&self) -> Columns {
        let mut columns = Columns::new();
        self.row.columns(&mut columns);
        columns
    }

    /// The plan of a mapping's deal section, or of native columns.
    pub fn of(fields: &DealFields, mapping: &Mapping) -> DealPlan {
        let mut row = Planner::of(&mapping.tables);
        let takes = fields.0.iter();
        let takes = takes
            .map(|(field, pick)| (field.clone(), row.take(pick, field)))
            .collect();
        DealPlan {
            takes,
            row: row.slots,
        }
    }
}

fn items(sku: Option<&SkuFields>, row: &mut Planner) -> Items {
    match sku.map(|sku| (&sku.each, &sku.split)) {
        Some((Some(each), Some(separator))) => Items::Pieces {
            slot: row.slots.slot(each, "sku", false),
            separator: separator.clone(),
        },
        Some((Some(each), None)) => Items::Elements(each.clone()),
        _ => Items::Row,
    }
}

/// Gives the row a slot for every `row:COLUMN` of its items; returns the row's slots.
fn link_rows(item: &mut Slots, mut row: Slots) -> Slots {
    for slot in &item.0 {
        if let Some(column) = slot.column.strip_prefix("row:") {
            row.slot(column, slot.field(), slot.optional);
        }
    }
    row
}

/// Turns picks into takes and collects their slots.
struct Planner<'a> {
    slots: Slots,
    tables: &'a Tables,
}

impl<'a> Planner<'a> {
    fn of(tables: &'a Tables) -> Planner<'a> {
        Planner {
            slots: Slots::default(),
            tables,
        }
    }

    fn take(&mut self, pick: &Pick, field: &str) -> Take {
        let table = pick
            .translate
            .as_ref()
            .and_then(|name| self.tables.get(name));
        Take {
            origin: self.origin(pick, field),
            default: pick.default.clone(),
            split: pick.split.clone(),
            escaped: pick.escaped,
            omit: pick.omit.clone(),
            table: table.cloned().unwrap_or_default(),
            plain: pick.plain,
        }
    }

    fn origin(&mut self, pick: &Pick, field: &str) -> Origin {
        if let Some(value) = &pick.value {
            return Origin::Value(value.clone());
        }
        if let Some(template) = &pick.template {
            return Origin::Template(self.template(template, field));
        }
        let optional = pick.columns.len() > 1 || pick.default.is_some();
        let columns = pick.columns.iter();
        let slots = columns.map(|column| self.slots.slot(column, field, optional));
        Origin::FirstOf(slots.collect())
    }

    fn template(&mut self, text: &str, field: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, tail)) = rest.split_once('{') {
            let Some((column, after)) = tail.split_once('}') else {
                break;
            };
            pieces.push(Piece::Literal(before.to_owned()));
            pieces.push(Piece::Slot(self.slots.slot(column, field, false)));
            rest = after;
        }
        pieces.push(Piece::Literal(rest.to_owned()));
        pieces
    }

    fn takes(&mut self, picks: &Picks, field: &str) -> Vec<Take> {
        picks.0.iter().map(|pick| self.take(pick, field)).collect()
    }

    fn perhaps(&mut self, pick: &Option<Pick>, field: &str) -> Option<Take> {
        pick.as_ref().map(|pick| self.take(pick, field))
    }

    fn by_language(&mut self, fields: &ByLanguage, field: &str) -> TakesByLanguage {
        let takes = |(language, picks): (&String, &Picks)| {
            (
                language.clone(),
                self.takes(picks, &format!("{field}.{language}")),
            )
        };
        fields.iter().map(takes).collect()
    }
}
