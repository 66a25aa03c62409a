//! From the filled slots of a row to the text of a product: picks are taken, lists cut, words
//! translated. Nothing is judged here.

use crate::plan::{Fields, Items, Origin, Piece, ProductPlan, SkuPlan, Take, TakesByLanguage};
use crate::product_line::{ProductLine, SkuLine, Texts};
use crate::{clean, lists, percent};
use money::{Amount, Currency};

/// The product that a row says, as text.
pub(crate) fn product(plan: &ProductPlan, row: &Fields) -> ProductLine {
    let one = |take: &Take| first(texts(take, row));
    let perhaps = |take: &Option<Take>| take.as_ref().map(one).unwrap_or_default();
    let name = |text: String| match plan.decode_entities {
        true => clean::decode_entities(&text).into_owned(),
        false => text,
    };
    let mut line = ProductLine {
        id: one(&plan.id),
        seller: name(one(&plan.seller)),
        name: joined(&plan.name, row, " ", name),
        description: joined(&plan.description, row, "\n", |text| text),
        category: levels(&plan.category, row, name),
        brand: name(perhaps(&plan.brand)),
        price: one(&plan.price),
        list_price: perhaps(&plan.list_price),
        currency: one(&plan.currency),
        tax: perhaps(&plan.tax),
        colours: all(&plan.colours, row),
        pictures: all(&plan.pictures, row),
        skus: Vec::new(),
    };
    if let Some(take) = &plan.discount_percent {
        let step = plan.list_price_step.as_deref();
        line.list_price = before_discount(&line, &one(take), step).unwrap_or_default();
    }
    line.skus = skus(plan, row, &line.id);
    line
}

/// The texts that a take finds in `fields`, without blank ones.
pub(crate) fn texts(take: &Take, fields: &Fields) -> Vec<String> {
    let origin = match &take.origin {
        Origin::Value(value) => vec![value.clone()],
        Origin::FirstOf(slots) => first_not_blank(slots, fields),
        Origin::Template(pieces) => filled(pieces, fields).into_iter().collect(),
    };
    let mut texts: Vec<String> = match &take.split {
        Some(separator) => origin
            .iter()
            .flat_map(|text| cut(text, separator, take.escaped))
            .collect(),
        None => origin,
    };
    texts.retain(|text| !text.trim().is_empty() && !take.omit.iter().any(|o| o == text.trim()));
    if !take.table.is_empty() {
        texts.iter_mut().for_each(|text| translate(text, take));
    }
    if take.plain {
        texts
            .iter_mut()
            .for_each(|text| *text = clean::text_as_html(text));
    }
    if texts.is_empty() {
        texts.extend(take.default.clone());
    }
    texts
}

fn cut(text: &str, separator: &str, escaped: bool) -> Vec<String> {
    match escaped {
        true => lists::split(text, separator),
        false => text
            .split(separator)
            .map(|piece| piece.trim().to_owned())
            .collect(),
    }
}

/// The first text, or a blank.
pub(crate) fn first(texts: Vec<String>) -> String {
    texts.into_iter().next().unwrap_or_default()
}

fn translate(text: &mut String, take: &Take) {
    if let Some(known) = take.table.get(text.trim()) {
        known.clone_into(text);
    }
}

fn first_not_blank(slots: &[usize], fields: &Fields) -> Vec<String> {
    let found = slots.iter().map(|slot| &fields.found[*slot]);
    let mut spoken = found.filter(|texts| texts.iter().any(|text| !text.trim().is_empty()));
    spoken.next().cloned().unwrap_or_default()
}

/// The template with its slots filled; `None` when one is blank.
fn filled(pieces: &[Piece], fields: &Fields) -> Option<String> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(literal) => text.push_str(literal),
            Piece::Slot(slot) => {
                let found = fields.found[*slot].first().map(|found| found.trim());
                text.push_str(found.filter(|found| !found.is_empty())?);
            }
        }
    }
    Some(text)
}

fn all(takes: &[Take], row: &Fields) -> Vec<String> {
    takes.iter().flat_map(|take| texts(take, row)).collect()
}

fn joined(
    takes: &TakesByLanguage,
    row: &Fields,
    between: &str,
    decoded: impl Fn(String) -> String,
) -> Texts {
    let text = |takes: &Vec<Take>| {
        let parts: Vec<String> = takes.iter().flat_map(|take| texts(take, row)).collect();
        decoded(parts.join(between))
    };
    takes
        .iter()
        .map(|(language, takes)| (language.clone(), text(takes)))
        .collect()
}

/// The levels of the category path: the n-th text of each language names the n-th level.
fn levels(takes: &TakesByLanguage, row: &Fields, decoded: impl Fn(String) -> String) -> Vec<Texts> {
    let mut levels: Vec<Texts> = Vec::new();
    for (language, takes) in takes {
        let names = takes.iter().flat_map(|take| level_names(take, row));
        for (depth, name) in names.enumerate() {
            if levels.len() == depth {
                levels.push(Texts::new());
            }
            levels[depth].insert(language.clone(), decoded(name));
        }
    }
    levels
}

/// As [`texts`], but a cut path keeps its blank levels, so that languages stay in step.
fn level_names(take: &Take, row: &Fields) -> Vec<String> {
    let Some(separator) = &take.split else {
        return texts(take, row);
    };
    let whole = Take {
        split: None,
        ..take.clone()
    };
    let paths = texts(&whole, row);
    paths
        .iter()
        .flat_map(|path| cut(path, separator, take.escaped))
        .collect()
}

/// The list price of which `price` is left after the discount, rounded half up to a multiple of the
/// step (one minor unit where none is said). `None` where there is no discount or no number.
fn before_discount(line: &ProductLine, discount: &str, step: Option<&str>) -> Option<String> {
    let currency: Currency = line.currency.parse().ok()?;
    let price = money::parse(&line.price, currency)
        .ok()
        .filter(|price| price.0 > 0)?;
    let left = 10_000 - i128::from(percent::parse(discount)?);
    if left == 0 || left == 10_000 {
        return None;
    }
    let step = step
        .and_then(|step| money::parse(step, currency).ok())
        .unwrap_or(Amount(1));
    let step = i128::from(step.0.max(1));
    let (numerator, denominator) = (i128::from(price.0) * 10_000, left * step);
    let steps = (2 * numerator + denominator) / (2 * denominator);
    let listed = Amount(i64::try_from(steps * step).ok()?);
    (listed > price).then(|| money::format_plain(listed, currency))
}

/// The SKUs of a row; a product without any is one SKU with the product's own id.
fn skus(plan: &ProductPlan, row: &Fields, id: &str) -> Vec<SkuLine> {
    let lines: Vec<SkuLine> = match (&plan.sku, &plan.items) {
        (None, _) => Vec::new(),
        (Some(sku), Items::Row) => vec![sku_line(plan, sku, row)],
        (Some(sku), Items::Elements(_)) => {
            let items = row.items.iter().cloned();
            items
                .map(|item| sku_line(plan, sku, &with_row(plan, item, row)))
                .collect()
        }
        (Some(sku), Items::Pieces { slot, separator }) => {
            let texts = row.found[*slot].iter();
            let pieces = texts.flat_map(|text| cut(text, separator, false));
            let pieces = pieces.filter(|piece| !piece.is_empty());
            let items = pieces.map(|piece| item_of(plan, piece));
            items
                .map(|item| sku_line(plan, sku, &with_row(plan, item, row)))
                .collect()
        }
    };
    if !lines.is_empty() {
        return lines;
    }
    vec![SkuLine {
        id: id.to_owned(),
        ..SkuLine::default()
    }]
}

/// An item that is nothing but a text.
fn item_of(plan: &ProductPlan, piece: String) -> Fields {
    let mut item = Fields::with_slots(plan.item.0.len());
    for (slot, found) in plan.item.0.iter().zip(&mut item.found) {
        if slot.column == "item" {
            found.push(piece.clone());
        }
    }
    item
}

/// The item with its `row:COLUMN` slots filled from the row.
fn with_row(plan: &ProductPlan, mut item: Fields, row: &Fields) -> Fields {
    for (slot, found) in plan.item.0.iter().zip(&mut item.found) {
        let Some(column) = slot.column.strip_prefix("row:") else {
            continue;
        };
        let at = plan.row.0.iter().position(|slot| slot.column == column);
        *found = row.found[at.expect("every row: column has a slot in the row")].clone();
    }
    item
}

fn sku_line(plan: &ProductPlan, sku: &SkuPlan, fields: &Fields) -> SkuLine {
    let name = |text: String| match plan.decode_entities {
        true => clean::decode_entities(&text).into_owned(),
        false => text,
    };
    SkuLine {
        id: first(texts(&sku.id, fields)),
        option: joined(&sku.option, fields, " ", name),
        stock: sku
            .stock
            .as_ref()
            .map(|take| first(texts(take, fields)))
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(price: &str, discount: &str, step: Option<&str>) -> Option<String> {
        let line = ProductLine {
            price: price.into(),
            currency: "KRW".into(),
            ..ProductLine::default()
        };
        before_discount(&line, discount, step)
    }

    #[test]
    fn a_list_price_is_what_the_discount_was_taken_from() {
        assert_eq!(listed("73800", "40", None).as_deref(), Some("123000"));
        assert_eq!(listed("25260", "41", None).as_deref(), Some("42814"));
        assert_eq!(listed("25260", "41", Some("100")).as_deref(), Some("42800"));
        assert_eq!(listed("73800", "0", None), None);
        assert_eq!(listed("73800", "100", None), None);
        assert_eq!(listed("0", "40", None), None);
    }
}
