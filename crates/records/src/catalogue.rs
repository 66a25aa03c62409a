//! The catalogue: products with their SKUs in a tree of categories, in the shop's own ids.
//!
//! Prices and stock here are what the shop says outside deals; what is scarce, and what a deal
//! costs, the ledger knows.

use crate::keys::narrow;
use crate::sellers::{ensure_sellers, from_json};
use crate::states;
use crate::{Records, RecordsFault};
use intake::{Localized, PictureSource, ProductDraft, SkuDraft};
use money::{Amount, Currency};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};
use std::collections::HashMap;
use vocabulary::{SkuId, Tax};

mod upsert;

/// The ledger's numbers of SKUs, by the shop's own ids.
pub type SkuNumbers = HashMap<String, SkuId>;

/// How many products came in, by what they were to the catalogue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// Not there before.
    pub added: u64,
    /// There, but not like this.
    pub changed: u64,
    /// There, exactly like this.
    pub same: u64,
}

impl std::ops::AddAssign for ImportCounts {
    fn add_assign(&mut self, other: Self) {
        self.added += other.added;
        self.changed += other.changed;
        self.same += other.same;
    }
}

/// A product with its SKUs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// The shop's own id.
    pub id: String,
    /// The seller's shop id.
    pub seller: String,
    /// What it is called.
    pub name: Localized,
    /// Clean HTML.
    pub description: Localized,
    /// The category it stands in; see [`Records::category_path`].
    pub category: String,
    /// Who makes it.
    pub brand: Option<String>,
    /// What it sells for outside deals.
    pub price: Amount,
    /// What it is listed at before the shop's discount.
    pub list_price: Option<Amount>,
    /// Of both prices.
    pub currency: Currency,
    /// How tax lies in the prices.
    pub tax: Tax,
    /// The names of its colours.
    pub colours: Vec<String>,
    /// Where its pictures came from.
    pub picture_sources: Vec<PictureSource>,
    /// What is offered of it, in the shop's order.
    pub skus: Vec<Sku>,
}

/// A SKU of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sku {
    /// The shop's own id.
    pub id: String,
    /// The product's shop id.
    pub product: String,
    /// What sets it apart; empty where the product has one SKU.
    pub option: Localized,
    /// What the shop said is on the shelf.
    pub stock: u32,
    /// Its number in the ledger, once it was told.
    pub number: Option<SkuId>,
}

/// A category of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// The names of its path in one language, joined by ` > `.
    pub id: String,
    /// The one above; none at the root.
    pub parent: Option<String>,
    /// What it is called.
    pub name: Localized,
}

/// Which products.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductFilter {
    /// Only in this category or below it.
    pub category: Option<String>,
    /// Only of this seller.
    pub seller: Option<String>,
}

impl Records {
    /// Puts products into the catalogue, all or nothing: those that are there exactly like this are
    /// left alone. SKUs that a product no longer has are no longer offered. `numbers` has those that
    /// the journal gave to their SKUs; a number that was noted before stays. Some thousands at a time
    /// are quickest.
    pub async fn upsert_products(
        &self,
        drafts: &[ProductDraft],
        numbers: &SkuNumbers,
    ) -> Result<ImportCounts, RecordsFault> {
        let mut transaction = self.begin().await?;
        let sorted = upsert::sort_out(&mut transaction, drafts).await?;
        let sellers = sorted.to_write().map(|draft| draft.seller.as_str());
        ensure_sellers(&mut transaction, &sellers.collect()).await?;
        upsert::write(&mut transaction, &sorted, numbers).await?;
        transaction.commit().await?;
        Ok(sorted.counts())
    }

    /// What [`Records::upsert_products`] would do; does nothing.
    pub async fn compare_products(
        &self,
        drafts: &[ProductDraft],
    ) -> Result<ImportCounts, RecordsFault> {
        let mut connection = self.readers.acquire().await?;
        Ok(upsert::sort_out(&mut connection, drafts).await?.counts())
    }

    /// A product by the shop's own id.
    pub async fn product(&self, id: &str) -> Result<Option<Product>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM products WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        Ok(match row {
            Some(row) => self.with_skus(vec![read_product(&row)?]).await?.pop(),
            None => None,
        })
    }

    /// Up to `count` products behind `after`, by id. With an empty `after` it is the first page;
    /// products that come in meanwhile neither hide nor double others.
    pub async fn products(
        &self,
        filter: &ProductFilter,
        after: &str,
        count: u32,
    ) -> Result<Vec<Product>, RecordsFault> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT p.* FROM products p");
        if let Some(category) = &filter.category {
            query.push(" JOIN product_categories c ON c.product_id = p.id AND c.category_id = ");
            query
                .push_bind(category.clone())
                .push(" WHERE c.product_id > ");
        } else {
            query.push(" WHERE p.id > ");
        }
        query.push_bind(after.to_owned());
        if let Some(seller) = &filter.seller {
            query.push(" AND p.seller_id = ").push_bind(seller.clone());
        }
        query.push(match filter.category {
            Some(_) => " ORDER BY c.product_id LIMIT ",
            None => " ORDER BY p.id LIMIT ",
        });
        let rows = query
            .push_bind(i64::from(count))
            .build()
            .fetch_all(&self.readers)
            .await?;
        let products = rows.iter().map(read_product).collect::<Result<_, _>>()?;
        self.with_skus(products).await
    }

    /// How many products there are.
    pub async fn products_count(&self) -> Result<u64, RecordsFault> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM products")
            .fetch_one(&self.readers)
            .await?;
        crate::keys::unsigned(count)
    }

    /// A SKU by the shop's own id, offered or not.
    pub async fn sku(&self, id: &str) -> Result<Option<Sku>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM skus WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| read_sku(&row)).transpose()
    }

    /// A SKU by its number in the ledger, offered or not.
    pub async fn sku_numbered(&self, number: SkuId) -> Result<Option<Sku>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM skus WHERE ledger_number = ?")
            .bind(i64::from(number.0))
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| read_sku(&row)).transpose()
    }

    /// The categories below `parent`, or the roots, by id.
    pub async fn categories(&self, parent: Option<&str>) -> Result<Vec<Category>, RecordsFault> {
        let query = match parent {
            Some(parent) => {
                sqlx::query("SELECT * FROM categories WHERE parent = ? ORDER BY id").bind(parent)
            }
            None => sqlx::query("SELECT * FROM categories WHERE parent IS NULL ORDER BY id"),
        };
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(read_category).collect()
    }

    /// Every category, by id.
    pub async fn all_categories(&self) -> Result<Vec<Category>, RecordsFault> {
        let rows = sqlx::query("SELECT * FROM categories ORDER BY id")
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read_category).collect()
    }

    /// A category with all above it, root first; empty when there is none of that id.
    pub async fn category_path(&self, id: &str) -> Result<Vec<Category>, RecordsFault> {
        let rows = sqlx::query(
            "WITH RECURSIVE path (id, parent, name, height) AS (
                 SELECT id, parent, name, 0 FROM categories WHERE id = ?
                 UNION ALL
                 SELECT c.id, c.parent, c.name, path.height + 1
                 FROM categories c JOIN path ON c.id = path.parent)
             SELECT id, parent, name FROM path ORDER BY height DESC",
        )
        .bind(id)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(read_category).collect()
    }

    /// A product in the form in which it came in, to be exported.
    pub async fn draft_of(&self, product: Product) -> Result<ProductDraft, RecordsFault> {
        let path = self.category_path(&product.category).await?;
        let draft = |sku: Sku| SkuDraft {
            id: sku.id,
            option: sku.option,
            stock: sku.stock,
        };
        Ok(ProductDraft {
            id: product.id,
            seller: product.seller,
            name: product.name,
            description: product.description,
            category: path.into_iter().map(|level| level.name).collect(),
            brand: product.brand,
            price: product.price,
            list_price: product.list_price,
            currency: product.currency,
            tax: product.tax,
            colours: product.colours,
            pictures: product.picture_sources,
            skus: product.skus.into_iter().map(draft).collect(),
        })
    }

    pub(crate) async fn with_skus(
        &self,
        mut products: Vec<Product>,
    ) -> Result<Vec<Product>, RecordsFault> {
        for product in &mut products {
            let rows = sqlx::query(
                "SELECT * FROM skus WHERE product_id = ? AND offered = TRUE ORDER BY position",
            )
            .bind(&product.id)
            .fetch_all(&self.readers)
            .await?;
            product.skus = rows.iter().map(read_sku).collect::<Result<_, _>>()?;
        }
        Ok(products)
    }
}

pub(crate) fn read_product(row: &SqliteRow) -> Result<Product, RecordsFault> {
    let list_price: Option<i64> = row.try_get("list_price")?;
    Ok(Product {
        id: row.try_get("id")?,
        seller: row.try_get("seller_id")?,
        name: from_json(row.try_get("name")?)?,
        description: from_json(row.try_get("description")?)?,
        category: row.try_get("category")?,
        brand: row.try_get("brand")?,
        price: Amount(row.try_get("price")?),
        list_price: list_price.map(Amount),
        currency: states::currency(row.try_get("currency")?)?,
        tax: states::tax(row.try_get("tax_basis_points")?)?,
        colours: from_json(row.try_get("colours")?)?,
        picture_sources: from_json(row.try_get("picture_sources")?)?,
        skus: Vec::new(),
    })
}

fn read_sku(row: &SqliteRow) -> Result<Sku, RecordsFault> {
    let number: Option<i64> = row.try_get("ledger_number")?;
    Ok(Sku {
        id: row.try_get("id")?,
        product: row.try_get("product_id")?,
        option: from_json(row.try_get("option_name")?)?,
        stock: narrow(row.try_get("stock")?)?,
        number: number.map(narrow).transpose()?.map(SkuId),
    })
}

fn read_category(row: &SqliteRow) -> Result<Category, RecordsFault> {
    Ok(Category {
        id: row.try_get("id")?,
        parent: row.try_get("parent")?,
        name: from_json(row.try_get("name")?)?,
    })
}
