//! What was changed of a product, deed by deed and field by field, as the audit has it.

use super::audit::newest_deed;
use super::put_product::FIELDS;
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use records::{AuditEntry, AuditFilter, Product};
use serde_json::{Map, Value};

/// The field of the audit in which the pictures stand, in their order.
pub(super) const PICTURES: &str = "pictures";

/// A field that a deed changed, in the JSON form of docs/guide/import.md; pictures by their names.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// Which.
    pub field: String,
    /// What it was; null where there was nothing.
    pub before: Value,
    /// What it is since.
    pub after: Value,
}

/// What a change of a product is made of: where that is another by now, it is not done.
#[derive(Clone, Copy, Debug)]
pub enum Basis<'a> {
    /// It is done whatever the product is by now.
    Any,
    /// This is the number of the last deed done to the product; 0: none was.
    Deed(u64),
    /// These are fields of the product with their values.
    Fields(&'a Map<String, Value>),
}

impl Basis<'_> {
    /// Lets a change be done while the product is what it is made of; `now` has its fields.
    ///
    /// # Errors
    /// [`Kind::CHANGED_MEANWHILE`]; those of the records.
    pub(super) async fn check(
        self,
        shop: &Shop,
        id: &str,
        now: &Map<String, Value>,
    ) -> Result<(), Problem> {
        let is =
            |(field, value): (&String, &Value)| now.get(field).unwrap_or(&Value::Null) == value;
        let stands = match self {
            Basis::Any => true,
            Basis::Deed(number) => newest_deed(shop, &product_target(id)).await? == number,
            Basis::Fields(fields) => fields.iter().all(is),
        };
        match stands {
            true => Ok(()),
            false => Err(Kind::CHANGED_MEANWHILE.into()),
        }
    }
}

/// What the audit calls a product.
pub fn product_target(id: &str) -> String {
    format!("product:{id}")
}

impl FieldChange {
    /// The fields that a deed changed.
    pub fn of(entry: &AuditEntry) -> Vec<FieldChange> {
        let (Some(Value::Object(before)), Some(after)) = (&entry.deed.before, &entry.deed.after)
        else {
            return Vec::new();
        };
        let change = |(field, was): (&String, &Value)| FieldChange {
            field: field.clone(),
            before: was.clone(),
            after: after[field].clone(),
        };
        before.iter().map(change).collect()
    }
}

/// A product of the catalogue.
///
/// # Errors
/// [`Kind::NOT_FOUND`]; those of the records.
pub async fn known_product(shop: &Shop, id: &str) -> Result<Product, Problem> {
    let product = shop.records.product(id).await?;
    product.ok_or(Problem::from(Kind::NOT_FOUND))
}

/// Up to `count` deeds that changed a product, or one `field` of it, newest first, older than the one
/// numbered `before`.
///
/// # Errors
/// A field that no product has; those of the records.
pub async fn product_history(
    shop: &Shop,
    id: &str,
    field: Option<&str>,
    before: Option<u64>,
    count: u32,
) -> Result<Vec<AuditEntry>, Problem> {
    let is_known = |field: &str| field == PICTURES || FIELDS.contains(&field);
    if field.is_some_and(|field| !is_known(field)) {
        let detail = format!("is one of {}, {PICTURES}", FIELDS.join(", "));
        return Err(Problem::field("field", detail));
    }
    let filter = AuditFilter {
        targets: vec![product_target(id)],
        field: field.map(str::to_owned),
        ..AuditFilter::default()
    };
    Ok(shop.records.audit(&filter, before, count).await?)
}
