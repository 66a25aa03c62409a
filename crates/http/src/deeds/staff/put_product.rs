//! Staff make or change a product: its texts, prices and SKUs. The journal learns of new SKUs before the
//! records do; what was and what is goes into the audit, field by field.

use super::audit::{Entry, write};
use super::product_history::known_product;
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use crate::who::Staff;
use intake::{ProductDraft, SkuDraft, judge_product};
use records::{Role, SkuNumbers};
use serde_json::{Map, Value};
use tokio::sync::{Mutex, oneshot};
use vocabulary::{Command, Receipt, Refusal, SellerId, SkuId, Tax};

/// Held by who reads a product in order to write it: of two who change it at once, neither loses what the
/// other did.
pub(super) static CHANGING: Mutex<()> = Mutex::const_new(());

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
/// [`Kind::NOT_FOUND`]; those of the records.
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
    let _turn = CHANGING.lock().await;
    if shop.records.product(&draft.id).await?.is_some() {
        return Err(Problem::field("id", "there is such a product"));
    }
    store(shop, &draft).await?;
    let entry = Entry {
        action: "product.make",
        target: format!("product:{}", draft.id),
        before: None,
        after: Some(Value::Object(json_of(&draft))),
    };
    write(shop, staff, entry).await
}

/// Changes a product to what is said; true where anything is another than before. Who sells it, its
/// currency and its tax stand fast, since the journal was told of them.
///
/// # Errors
/// As [`make_product`]; [`Kind::NOT_FOUND`].
pub async fn change_product(
    shop: &Shop,
    staff: &Staff,
    id: &str,
    said: Map<String, Value>,
) -> Result<bool, Problem> {
    staff.require(Role::Merchandiser)?;
    let _turn = CHANGING.lock().await;
    let before = product_json(shop, id).await?;
    let mut product = before.clone();
    for (field, value) in said {
        if FIELDS.contains(&field.as_str()) {
            product.insert(field, value);
        }
    }
    let draft = judged(product)?;
    let after = json_of(&draft);
    let differs = |field: &&str| before.get(*field) != after.get(*field);
    let changed: Vec<&str> = FIELDS.into_iter().filter(|field| differs(field)).collect();
    if changed.is_empty() {
        return Ok(false);
    }
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
        target: format!("product:{id}"),
        before: Some(only(&before)),
        after: Some(only(&after)),
    };
    write(shop, staff, entry).await?;
    Ok(true)
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
            let (tell, told) = oneshot::channel();
            shop.counter.look(Box::new(move |ledger| {
                // Whoever asked may have gone away.
                let _ = tell.send(ledger.sku_by_reference(reference));
            }))?;
            let known = told.await.map_err(|_| Problem::from(Kind::TILL_CLOSED))?;
            return known.ok_or(problem);
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
