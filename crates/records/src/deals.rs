//! Which product a deal shows, and its number in the ledger. Its terms and its stock are the
//! ledger's; the view of deals says them.

use crate::keys::narrow;
use crate::{Records, RecordsFault};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use vocabulary::DealId;

/// A deal, as far as the records know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deal {
    /// The shop's own id.
    pub id: String,
    /// The shop id of the product it shows.
    pub product: String,
    /// Its number in the ledger, once it was told.
    pub number: Option<DealId>,
}

/// Under which product and category a deal is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelvedDeal {
    /// Its number in the ledger.
    pub number: DealId,
    /// The shop id of the product it shows.
    pub product: String,
    /// The category in which that stands.
    pub category: String,
}

impl Records {
    /// Where every deal is counted whose number is greater than `after`, by number.
    pub async fn shelved_deals(&self, after: DealId) -> Result<Vec<ShelvedDeal>, RecordsFault> {
        let rows = sqlx::query(
            "SELECT d.ledger_number, d.product_id, p.category
             FROM deals d JOIN products p ON p.id = d.product_id
             WHERE d.ledger_number > ? ORDER BY d.ledger_number",
        )
        .bind(i64::from(after.0))
        .fetch_all(&self.readers)
        .await?;
        let shelved = rows.iter().map(|row| {
            Ok(ShelvedDeal {
                number: DealId(narrow(row.try_get("ledger_number")?)?),
                product: row.try_get("product_id")?,
                category: row.try_get("category")?,
            })
        });
        shelved.collect()
    }

    /// Notes deals with the products they show and the numbers that the journal gave them, all or
    /// nothing; a deal that is known is changed. A number once noted stays where none is told.
    pub async fn put_deals(&self, deals: &[Deal]) -> Result<(), RecordsFault> {
        let mut transaction = self.begin().await?;
        for deal in deals {
            sqlx::query(
                "INSERT INTO deals (id, product_id, ledger_number) VALUES (?, ?, ?)
                 ON CONFLICT (id) DO UPDATE SET product_id = excluded.product_id,
                     ledger_number = coalesce(excluded.ledger_number, deals.ledger_number)",
            )
            .bind(&deal.id)
            .bind(&deal.product)
            .bind(deal.number.map(|number| i64::from(number.0)))
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// A deal by the shop's own id.
    pub async fn deal(&self, id: &str) -> Result<Option<Deal>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM deals WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| read_deal(&row)).transpose()
    }

    /// A deal by its number in the ledger.
    pub async fn deal_numbered(&self, number: DealId) -> Result<Option<Deal>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM deals WHERE ledger_number = ?")
            .bind(i64::from(number.0))
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| read_deal(&row)).transpose()
    }

    /// The deals that show a product, by id.
    pub async fn deals_of_product(&self, product: &str) -> Result<Vec<Deal>, RecordsFault> {
        let rows = sqlx::query("SELECT * FROM deals WHERE product_id = ? ORDER BY id")
            .bind(product)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read_deal).collect()
    }

    /// Up to `count` deals behind `after`, by id.
    pub async fn deals(&self, after: &str, count: u32) -> Result<Vec<Deal>, RecordsFault> {
        let rows = sqlx::query("SELECT * FROM deals WHERE id > ? ORDER BY id LIMIT ?")
            .bind(after)
            .bind(i64::from(count))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read_deal).collect()
    }
}

fn read_deal(row: &SqliteRow) -> Result<Deal, RecordsFault> {
    let number: Option<i64> = row.try_get("ledger_number")?;
    Ok(Deal {
        id: row.try_get("id")?,
        product: row.try_get("product_id")?,
        number: number.map(narrow).transpose()?.map(DealId),
    })
}
