//! What was paid, by where it came from: the order tables joined with the origins of their checkouts. No person is in it.

use crate::keys::{narrow, signed};
use crate::{Records, RecordsFault, states};
use money::Currency;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use vocabulary::Millis;

/// Paid orders of one origin in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidFrom {
    /// ISO 3166, two letters; empty where it is not known.
    pub country: String,
    /// ISO 3166-2, such as KR-11; empty where it is not known.
    pub province: String,
    /// `phone`, `tablet`, `computer` or `program`; empty where it is not known.
    pub device: String,
    /// Of the amount.
    pub currency: Currency,
    /// How many orders.
    pub count: u64,
    /// What they came to, in minor units.
    pub amount: i128,
}

impl Records {
    /// When the last order was paid until `now` that the tables show.
    pub async fn last_paid_at(&self, now: Millis) -> Result<Option<Millis>, RecordsFault> {
        let last: Option<i64> =
            sqlx::query_scalar("SELECT max(paid_at) FROM orders WHERE paid_at <= ?")
                .bind(signed(now.0))
                .fetch_one(&self.readers)
                .await?;
        last.map(|at| Ok(Millis(narrow(at)?))).transpose()
    }

    /// What was paid from `from` on and before `before`, by origin and currency.
    pub async fn paid_from(
        &self,
        from: Millis,
        before: Millis,
    ) -> Result<Vec<PaidFrom>, RecordsFault> {
        let rows = sqlx::query(
            "SELECT coalesce(f.country, '') AS country, coalesce(f.province, '') AS province,
                 coalesce(f.device, '') AS device, o.currency, count(*) AS orders,
                 sum(o.total) AS amount
             FROM orders o LEFT JOIN checkout_origins f ON f.checkout_id = o.checkout_id
             WHERE o.paid_at >= ? AND o.paid_at < ?
             GROUP BY 1, 2, 3, 4",
        )
        .bind(signed(from.0))
        .bind(signed(before.0))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &SqliteRow) -> Result<PaidFrom, RecordsFault> {
    Ok(PaidFrom {
        country: row.try_get("country")?,
        province: row.try_get("province")?,
        device: row.try_get("device")?,
        currency: states::currency(row.try_get("currency")?)?,
        count: narrow(row.try_get("orders")?)?,
        amount: i128::from(row.try_get::<i64, _>("amount")?),
    })
}
