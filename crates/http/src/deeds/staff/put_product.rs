//! Staff make or change a product: its texts, prices and SKUs. The journal learns of new SKUs before the
//! records do; what was and what is goes into the audit, field by field.

use super::audit::{Entry, write, write_numbered};
use super::move_stock::sku_target;
use super::product_history::{Basis, known_product, product_target};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::turns::Turn;
use crate::who::Staff;
use intake::{ProductDraft, SkuDraft, judge_product};
use records::{Role, SkuNumbers};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use vocabulary::{Command, Receipt, Refusal, SellerId, SkuId, Tax};

/// The fields of a product in its JSON form that staff may change.
pub(super) const FIELDS: [&str; 8] = [
    "name",
    "description",
    "category",
    "brand",
    "price",
    "list_price",
    "colours",
    "skus",
];

/// A product in the JSON form of docs/guide/import.md, as it stands in the records.
///
/// # Errors
/// [`crate::problem::Kind::NOT_FOUND`]; those of the records.
pub async fn product_json(shop: &Shop, id: &str) -> Result<Map<String, Value>, Problem> {
    let product = known_product(shop, id).await?;
    Ok(json_of(&shop.records.draft_of(product).await?))
}

/// Makes a product.
///
/// # Errors
/// Fields that cannot be taken as they are; what the ledger refuses; those of the records.
pub async fn make_product(
    shop: &Shop,
    staff: &Staff,
    product: Map<String, Value>,
) -> Result<(), Problem> {
    staff.require(Role::Merchandiser)?;
    let draft = judged(product)?;
    let _turn = shop.turns.take(product_target(&draft.id)).await;
    if shop.records.product(&draft.id).await?.is_some() {
        return Err(Problem::field("id", "there is such a product"));
    }
    store(shop, &draft).await?;
    let entry = Entry {
        action: "product.make",
        target: product_target(&draft.id),
        before: None,
        after: Some(Value::Object(json_of(&draft))),
    };
    write(shop, staff, entry).await
}

/// Changes a product to what is said, where it is still what that is made of; the number of the deed, none
/// where nothing is another than before. Who sells it, its currency and its tax stand fast, since the journal
/// was told of them.
///
/// # Errors
/// As [`make_product`]; no such product; [`crate::problem::Kind::CHANGED_MEANWHILE`].
pub async fn change_product(
    shop: &Shop,
    staff: &Staff,
    id: &str,
    said: Map<String, Value>,
    basis: Basis<'_>,
) -> Result<Option<u64>, Problem> {
    staff.require(Role::Merchandiser)?;
    let _turn = shop.turns.take(product_target(id)).await;
    let before = product_json(shop, id).await?;
    let mut product = before.clone();
    for (field, value) in said {
        if FIELDS.contains(&field.as_str()) {
            // A field that was not there is brought back as nothing.
            match value {
                Value::Null => product.remove(&field),
                value => product.insert(field, value),
            };
        }
    }
    let draft = judged(product)?;
    let after = json_of(&draft);
    let differs = |field: &&str| before.get(*field) != after.get(*field);
    let changed: Vec<&str> = FIELDS.into_iter().filter(|field| differs(field)).collect();
    if changed.is_empty() {
        return Ok(None);
    }
    basis.check(shop, id, &before).await?;
    store(shop, &draft).await?;
    let only = |all: &Map<String, Value>| {
        let field = |field: &&str| {
            let value = all.get(*field).cloned().unwrap_or_default();
            ((*field).to_owned(), value)
        };
        Value::Object(changed.iter().map(field).collect())
    };
    let entry = Entry {
        action: "product.change",
        target: product_target(id),
        before: Some(only(&before)),
        after: Some(only(&after)),
    };
    write_numbered(shop, staff, entry).await.map(Some)
}

fn json_of(draft: &ProductDraft) -> Map<String, Value> {
    match serde_json::to_value(draft) {
        Ok(Value::Object(fields)) => fields,
        other => unreachable!("a product is a JSON object, not {other:?}"),
    }
}

fn judged(product: Map<String, Value>) -> Result<ProductDraft, Problem> {
    let problems = match judge_product(Value::Object(product)) {
        Ok((draft, left_out)) if left_out.is_empty() => return Ok(draft),
        Ok((_, problems)) | Err(problems) => problems,
    };
    let mut problem = Problem::field("", "is no product");
    if !problems.is_empty() {
        problem.errors.clear();
    }
    for wrong in problems {
        let field = wrong.field.clone().unwrap_or_default();
        problem
            .errors
            .extend(Problem::field(&field, wrong.cause.name()).errors);
    }
    Err(problem)
}

async fn store(shop: &Shop, draft: &ProductDraft) -> Result<(), Problem> {
    let seller = shop.directory.seller(&draft.seller, shop.now()).await?;
    let seller = seller.number.ok_or(Refusal::SellerUnknown)?;
    let mut numbers = SkuNumbers::new();
    let _turns = turns_of(shop, &draft.skus).await;
    for sku in &draft.skus {
        let known = shop.records.sku(&sku.id).await?;
        if known
            .as_ref()
            .is_some_and(|known| known.product != draft.id)
        {
            return Err(Problem::field("skus", "sku_elsewhere"));
        }
        let number = match known.and_then(|known| known.number) {
            Some(number) => number,
            None => list(shop, sku, seller, draft.tax).await?,
        };
        numbers.insert(sku.id.clone(), number);
    }
    let drafts = std::slice::from_ref(draft);
    shop.records.upsert_products(drafts, &numbers).await?;
    shop.directory.forget_texts();
    Ok(())
}

/// One's turn with each of these SKUs, which another product may want to have, too.
async fn turns_of(shop: &Shop, skus: &[SkuDraft]) -> Vec<Turn> {
    // All take them in one order, so that nobody waits for somebody who waits for them.
    let ids: BTreeSet<&str> = skus.iter().map(|sku| sku.id.as_str()).collect();
    let mut turns = Vec::with_capacity(ids.len());
    for id in ids {
        turns.push(shop.turns.take(sku_target(id)).await);
    }
    turns
}

/// Has the journal know a SKU and what is on its shelf; its number.
async fn list(shop: &Shop, sku: &SkuDraft, seller: SellerId, tax: Tax) -> Result<SkuId, Problem> {
    let reference = shop.secrets.sku_reference(&sku.id);
    let command = Command::ListSku {
        reference,
        seller,
        tax,
    };
    let number = match shop.order(None, command).await {
        Ok(done) => match done.what {
            Receipt::Sku(number) => number,
            other => unreachable!("a SKU is answered with its number, not {other:?}"),
        },
        // The records may have been cut off before they learnt of it.
        Err(problem) if problem.is(Refusal::SkuExists) => {
            let known = shop.look(move |ledger| ledger.sku_by_reference(reference));
            return known.await?.ok_or(problem);
        }
        Err(problem) => return Err(problem),
    };
    if sku.stock > 0 {
        let units = sku.stock;
        let sku = number;
        shop.order(None, Command::ReceiveStock { sku, units })
            .await?;
    }
    Ok(number)
}
