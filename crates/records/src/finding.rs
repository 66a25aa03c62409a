//! Finding products and deals at the desk, by what somebody typed and by what is chosen beside it.

use crate::catalogue::{Product, read_product};
use crate::keys::{narrow, unsigned};
use crate::{Records, RecordsFault};
use sqlx::{QueryBuilder, Sqlite};
use vocabulary::DealId;

/// Which products.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductSought {
    /// In its id, its name, its brand or the id of one of its SKUs.
    pub text: Option<String>,
    /// In this category or below it.
    pub category: Option<String>,
    /// Of this seller.
    pub seller: Option<String>,
    /// With an id behind this one.
    pub after: Option<String>,
}

/// Which deals, as far as the records know them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DealSought {
    /// In its own id, or in the id, the name or the brand of its product.
    pub text: Option<String>,
    /// Whose product is in this category or below it.
    pub category: Option<String>,
}

impl DealSought {
    /// True when every deal is sought.
    pub fn is_any(&self) -> bool {
        self.text.is_none() && self.category.is_none()
    }
}

impl Records {
    /// Up to `count` products after the first `skipped`, by id.
    pub async fn find_products(
        &self,
        sought: &ProductSought,
        skipped: u64,
        count: u32,
    ) -> Result<Vec<Product>, RecordsFault> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT p.* FROM products p WHERE TRUE");
        push_products(&mut query, sought);
        query
            .push(" ORDER BY p.id LIMIT ")
            .push_bind(i64::from(count));
        query
            .push(" OFFSET ")
            .push_bind(i64::try_from(skipped).unwrap_or(i64::MAX));
        let rows = query.build().fetch_all(&self.readers).await?;
        let products = rows.iter().map(read_product).collect::<Result<_, _>>()?;
        self.with_skus(products).await
    }

    /// How many products [`Records::find_products`] finds in all.
    pub async fn count_products(&self, sought: &ProductSought) -> Result<u64, RecordsFault> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM products p WHERE TRUE");
        push_products(&mut query, sought);
        let count: i64 = query.build_query_scalar().fetch_one(&self.readers).await?;
        unsigned(count)
    }

    /// The numbers of the deals that are sought, in no promised order.
    pub async fn find_deals(&self, sought: &DealSought) -> Result<Vec<DealId>, RecordsFault> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT d.ledger_number FROM deals d JOIN products p ON p.id = d.product_id
             WHERE d.ledger_number IS NOT NULL",
        );
        if let Some(text) = &sought.text {
            let like = like(text);
            query.push(" AND (d.id LIKE ").push_bind(like.clone());
            query.push(" ESCAPE '\\' OR ");
            push_text(&mut query, &like);
            query.push(")");
        }
        push_category(&mut query, sought.category.as_deref());
        let numbers: Vec<i64> = query.build_query_scalar().fetch_all(&self.readers).await?;
        numbers
            .into_iter()
            .map(|number| Ok(DealId(narrow(number)?)))
            .collect()
    }
}

fn push_products(query: &mut QueryBuilder<Sqlite>, sought: &ProductSought) {
    if let Some(text) = &sought.text {
        let like = like(text);
        query.push(" AND (");
        push_text(query, &like);
        query
            .push(" OR EXISTS (SELECT 1 FROM skus s WHERE s.product_id = p.id AND s.id LIKE ")
            .push_bind(like);
        query.push(" ESCAPE '\\'))");
    }
    push_category(query, sought.category.as_deref());
    if let Some(seller) = &sought.seller {
        query.push(" AND p.seller_id = ").push_bind(seller.clone());
    }
    if let Some(after) = &sought.after {
        query.push(" AND p.id > ").push_bind(after.clone());
    }
}

/// Of the names only the texts are looked through, not the tags of their languages.
fn push_text(query: &mut QueryBuilder<Sqlite>, like: &str) {
    query.push("p.id LIKE ").push_bind(like.to_owned());
    query
        .push(" ESCAPE '\\' OR p.brand LIKE ")
        .push_bind(like.to_owned());
    query
        .push(" ESCAPE '\\' OR EXISTS (SELECT 1 FROM json_each(p.name) n WHERE n.value LIKE ")
        .push_bind(like.to_owned());
    query.push(" ESCAPE '\\')");
}

fn push_category(query: &mut QueryBuilder<Sqlite>, category: Option<&str>) {
    if let Some(category) = category {
        query
            .push(
                " AND EXISTS (SELECT 1 FROM product_categories c
                 WHERE c.product_id = p.id AND c.category_id = ",
            )
            .push_bind(category.to_owned());
        query.push(")");
    }
}

/// The pattern of texts in which `text` stands somewhere.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.trim().chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}
