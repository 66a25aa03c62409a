//! From the shop's own ids to the ledger's numbers, many at a time.

use crate::catalogue::SkuNumbers;
use crate::keys::narrow;
use crate::rows::{VALUES_MAX, push_ids};
use crate::{Records, RecordsFault};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row};
use std::collections::HashMap;
use vocabulary::{SellerId, SkuId};

/// What a deal needs to know of a SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberedSku {
    /// Its number in the ledger.
    pub number: SkuId,
    /// The product's shop id.
    pub product: String,
    /// The seller's number in the ledger.
    pub seller: SellerId,
}

impl Records {
    /// The numbers of those of the SKUs that the ledger knows, by the shop's own id.
    pub async fn sku_numbers(&self, ids: &[&str]) -> Result<SkuNumbers, RecordsFault> {
        let mut found = SkuNumbers::with_capacity(ids.len());
        for chunk in ids.chunks(VALUES_MAX) {
            let mut query = QueryBuilder::new(
                "SELECT id, ledger_number FROM skus WHERE ledger_number IS NOT NULL AND id IN (",
            );
            push_ids(&mut query, chunk);
            let query = query.build().persistent(false);
            for row in query.fetch_all(&self.readers).await? {
                let number = SkuId(narrow(row.try_get("ledger_number")?)?);
                found.insert(row.try_get("id")?, number);
            }
        }
        Ok(found)
    }

    /// Those of the SKUs that the ledger knows, by the shop's own id.
    pub async fn numbered_skus(
        &self,
        ids: &[&str],
    ) -> Result<HashMap<String, NumberedSku>, RecordsFault> {
        let mut found = HashMap::with_capacity(ids.len());
        for chunk in ids.chunks(VALUES_MAX) {
            let mut query = QueryBuilder::new(
                "SELECT s.id, s.ledger_number, s.product_id, l.ledger_number AS seller_number
                 FROM skus s
                 JOIN products p ON p.id = s.product_id
                 JOIN sellers l ON l.id = p.seller_id
                 WHERE s.ledger_number IS NOT NULL AND l.ledger_number IS NOT NULL AND s.id IN (",
            );
            push_ids(&mut query, chunk);
            let query = query.build().persistent(false);
            for row in query.fetch_all(&self.readers).await? {
                found.insert(row.try_get("id")?, numbered(&row)?);
            }
        }
        Ok(found)
    }
}

fn numbered(row: &SqliteRow) -> Result<NumberedSku, RecordsFault> {
    Ok(NumberedSku {
        number: SkuId(narrow(row.try_get("ledger_number")?)?),
        product: row.try_get("product_id")?,
        seller: SellerId(narrow(row.try_get("seller_number")?)?),
    })
}
