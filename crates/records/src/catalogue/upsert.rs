//! Many products at once: which are new, which changed, and writing those in a few statements.
//!
//! A product is known to be the same by a hash over all that came in with it.

use crate::RecordsFault;
use crate::catalogue::{ImportCounts, SkuNumbers};
use crate::rows::{Rows, VALUES_MAX, push_ids};
use crate::sellers::to_json;
use crate::states::basis_points;
use intake::{Localized, ProductDraft};
use sha2::{Digest, Sha256};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::{BTreeMap, HashMap};

/// How a category's path is written in one text.
const PATH_JOINT: &str = " > ";

/// Drafts, with what they are to the catalogue.
pub(super) struct SortedOut<'a> {
    added: Vec<Hashed<'a>>,
    changed: Vec<Hashed<'a>>,
    same: u64,
}

struct Hashed<'a> {
    draft: &'a ProductDraft,
    hash: Vec<u8>,
}

impl<'a> SortedOut<'a> {
    pub(super) fn counts(&self) -> ImportCounts {
        ImportCounts {
            added: self.added.len() as u64,
            changed: self.changed.len() as u64,
            same: self.same,
        }
    }

    pub(super) fn to_write(&self) -> impl Iterator<Item = &'a ProductDraft> {
        self.rows().map(|hashed| hashed.draft)
    }

    fn rows(&self) -> impl Iterator<Item = &Hashed<'a>> {
        self.added.iter().chain(&self.changed)
    }
}

/// Tells new, changed and same apart. Of drafts with one id the last counts; those before it are
/// not counted at all.
pub(super) async fn sort_out<'a>(
    connection: &mut SqliteConnection,
    drafts: &'a [ProductDraft],
) -> Result<SortedOut<'a>, RecordsFault> {
    let last: BTreeMap<&str, &ProductDraft> = drafts
        .iter()
        .map(|draft| (draft.id.as_str(), draft))
        .collect();
    let known = known_hashes(connection, last.keys().copied()).await?;
    let mut sorted = SortedOut {
        added: Vec::new(),
        changed: Vec::new(),
        same: 0,
    };
    for (id, draft) in last {
        let hash = content_hash(draft);
        match known.get(id) {
            None => sorted.added.push(Hashed { draft, hash }),
            Some(known) if *known == hash => sorted.same += 1,
            Some(_) => sorted.changed.push(Hashed { draft, hash }),
        }
    }
    Ok(sorted)
}

/// Writes what is new or changed.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    sorted: &SortedOut<'_>,
    numbers: &SkuNumbers,
) -> Result<(), RecordsFault> {
    write_categories(connection, sorted).await?;
    write_products(connection, sorted).await?;
    let changed: Vec<&str> = sorted
        .changed
        .iter()
        .map(|hashed| hashed.draft.id.as_str())
        .collect();
    for ids in changed.chunks(VALUES_MAX) {
        forget(
            connection,
            "DELETE FROM product_categories WHERE product_id IN (",
            ids,
        )
        .await?;
        forget(
            connection,
            "UPDATE skus SET offered = FALSE WHERE product_id IN (",
            ids,
        )
        .await?;
    }
    write_product_categories(connection, sorted).await?;
    write_skus(connection, sorted, numbers).await
}

async fn known_hashes(
    connection: &mut SqliteConnection,
    ids: impl Iterator<Item = &str>,
) -> Result<HashMap<String, Vec<u8>>, RecordsFault> {
    let ids: Vec<&str> = ids.collect();
    let mut known = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(VALUES_MAX) {
        let mut query =
            QueryBuilder::<Sqlite>::new("SELECT id, content_hash FROM products WHERE id IN (");
        push_ids(&mut query, ids);
        let rows: Vec<(String, Vec<u8>)> = query
            .build_query_as()
            .persistent(false)
            .fetch_all(&mut *connection)
            .await?;
        known.extend(rows);
    }
    Ok(known)
}

async fn forget(
    connection: &mut SqliteConnection,
    statement: &'static str,
    products: &[&str],
) -> Result<(), RecordsFault> {
    let mut query = QueryBuilder::<Sqlite>::new(statement);
    push_ids(&mut query, products);
    query.build().persistent(false).execute(connection).await?;
    Ok(())
}

async fn write_categories(
    connection: &mut SqliteConnection,
    sorted: &SortedOut<'_>,
) -> Result<(), RecordsFault> {
    // By id, so that those above come before those below.
    let mut categories: BTreeMap<String, (Option<String>, &Localized)> = BTreeMap::new();
    for draft in sorted.to_write() {
        let path = category_ids(draft);
        for (depth, (id, name)) in path.iter().zip(&draft.category).enumerate() {
            let parent = depth.checked_sub(1).map(|above| path[above].clone());
            categories.insert(id.clone(), (parent, name));
        }
    }
    let mut rows = Rows::new("INSERT INTO categories (id, parent, name)");
    for (id, (parent, name)) in categories {
        rows.row(|row| {
            row.push_bind(id).push_bind(parent).push_bind(to_json(name));
        });
    }
    let tail = "ON CONFLICT (id) DO UPDATE SET name = excluded.name";
    Ok(rows.run(tail, connection).await?)
}

async fn write_products(
    connection: &mut SqliteConnection,
    sorted: &SortedOut<'_>,
) -> Result<(), RecordsFault> {
    let mut rows = Rows::new(
        "INSERT INTO products (id, seller_id, name, description, category, brand, price,
             list_price, currency, tax_basis_points, colours, picture_sources, content_hash)",
    );
    for Hashed { draft, hash } in sorted.rows() {
        rows.row(|row| {
            row.push_bind(draft.id.clone())
                .push_bind(draft.seller.clone())
                .push_bind(to_json(&draft.name))
                .push_bind(to_json(&draft.description))
                .push_bind(category_ids(draft).pop().unwrap_or_default())
                .push_bind(draft.brand.clone())
                .push_bind(draft.price.0)
                .push_bind(draft.list_price.map(|price| price.0))
                .push_bind(draft.currency.code())
                .push_bind(basis_points(draft.tax))
                .push_bind(to_json(&draft.colours))
                .push_bind(to_json(&draft.pictures))
                .push_bind(hash.clone());
        });
    }
    let tail = "ON CONFLICT (id) DO UPDATE SET seller_id = excluded.seller_id,
             name = excluded.name, description = excluded.description,
             category = excluded.category, brand = excluded.brand, price = excluded.price,
             list_price = excluded.list_price, currency = excluded.currency,
             tax_basis_points = excluded.tax_basis_points, colours = excluded.colours,
             picture_sources = excluded.picture_sources, content_hash = excluded.content_hash";
    Ok(rows.run(tail, connection).await?)
}

async fn write_product_categories(
    connection: &mut SqliteConnection,
    sorted: &SortedOut<'_>,
) -> Result<(), RecordsFault> {
    let mut pairs: Vec<(String, &str)> = Vec::new();
    for draft in sorted.to_write() {
        pairs.extend(
            category_ids(draft)
                .into_iter()
                .map(|category| (category, draft.id.as_str())),
        );
    }
    let mut rows = Rows::new("INSERT INTO product_categories (category_id, product_id)");
    for (category, product) in pairs {
        rows.row(|row| {
            row.push_bind(category).push_bind(product.to_owned());
        });
    }
    let tail = "ON CONFLICT (category_id, product_id) DO NOTHING";
    Ok(rows.run(tail, connection).await?)
}

async fn write_skus(
    connection: &mut SqliteConnection,
    sorted: &SortedOut<'_>,
    numbers: &SkuNumbers,
) -> Result<(), RecordsFault> {
    let mut skus = Vec::new();
    for draft in sorted.to_write() {
        skus.extend(
            (0_i64..)
                .zip(&draft.skus)
                .map(|(position, sku)| (draft, position, sku)),
        );
    }
    let mut rows = Rows::new(
        "INSERT INTO skus (id, product_id, position, option_name, stock, offered, ledger_number)",
    );
    for (draft, position, sku) in skus {
        rows.row(|row| {
            row.push_bind(sku.id.clone())
                .push_bind(draft.id.clone())
                .push_bind(position)
                .push_bind(to_json(&sku.option))
                .push_bind(i64::from(sku.stock))
                .push_bind(true)
                .push_bind(numbers.get(&sku.id).map(|number| i64::from(number.0)));
        });
    }
    let tail = "ON CONFLICT (id) DO UPDATE SET product_id = excluded.product_id,
                 position = excluded.position, option_name = excluded.option_name,
                 stock = excluded.stock, offered = excluded.offered,
                 ledger_number = COALESCE(ledger_number, excluded.ledger_number)";
    Ok(rows.run(tail, connection).await?)
}

/// The ids of the categories on a product's path, root first.
fn category_ids(draft: &ProductDraft) -> Vec<String> {
    let mut path = String::new();
    let mut ids = Vec::with_capacity(draft.category.len());
    for level in &draft.category {
        if !path.is_empty() {
            path.push_str(PATH_JOINT);
        }
        path.push_str(level.best("en").unwrap_or_default());
        ids.push(path.clone());
    }
    ids
}

/// The first 128 bits of SHA-256 over the draft as JSON.
fn content_hash(draft: &ProductDraft) -> Vec<u8> {
    let json = serde_json::to_vec(draft).expect("a draft is always JSON");
    Sha256::digest(json)[..16].to_vec()
}
