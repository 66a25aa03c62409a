//! What the desk asks of the order tables in order to say that something is wrong.

use crate::keys::{signed, unblob, unsigned};
use crate::{Records, RecordsFault};
use sqlx::Row;
use vocabulary::{Millis, OrderId};

/// How many of the newest tries to pay are looked at: enough for a share, and quick in any rush.
const LOOKED_AT: i64 = 2_000;

/// How the tries to pay of a while came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PaymentShares {
    /// Tries that came to an end.
    pub ended: u64,
    /// Those of them that the provider, or somebody's bank, declined.
    pub declined: u64,
    /// Those of them that the provider failed, or did not answer in time.
    pub failed: u64,
}

/// A refund that did not reach the shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailedRefund {
    /// Of which order, where it is of one.
    pub order: Option<OrderId>,
    /// Since when.
    pub at: Millis,
}

impl Records {
    /// How the tries to pay came out that changed since `since`, among the newest.
    pub async fn payment_shares(&self, since: Millis) -> Result<PaymentShares, RecordsFault> {
        // Checkouts are numbered by time, so that the newest lie together at the end of the key.
        let row = sqlx::query(
            "SELECT count(*) AS ended,
                    coalesce(sum(state = 'Declined' AND reason = 'Declined'), 0) AS declined,
                    coalesce(sum(state = 'Lapsed' OR (state = 'Declined' AND reason IN ('TimedOut', 'ProviderFault'))), 0) AS failed
             FROM (SELECT state, reason, changed_at FROM payments
                   ORDER BY checkout_id DESC, attempt DESC LIMIT ?)
             WHERE changed_at >= ? AND state <> 'Started'",
        )
        .bind(LOOKED_AT)
        .bind(signed(since.0))
        .fetch_one(&self.readers)
        .await?;
        let count = |column| unsigned(row.try_get(column)?);
        Ok(PaymentShares {
            ended: count("ended")?,
            declined: count("declined")?,
            failed: count("failed")?,
        })
    }

    /// How many refunds failed, and up to `count` of them, the last first.
    pub async fn failed_refunds(
        &self,
        count: u32,
    ) -> Result<(u64, Vec<FailedRefund>), RecordsFault> {
        let all: i64 = sqlx::query_scalar("SELECT count(*) FROM refunds WHERE state = 'Failed'")
            .fetch_one(&self.readers)
            .await?;
        let rows = sqlx::query(
            "SELECT r.changed_at, coalesce(r.order_id, (SELECT min(id) FROM orders o WHERE o.checkout_id = r.checkout_id)) AS order_id
             FROM refunds r WHERE r.state = 'Failed' ORDER BY r.changed_at DESC LIMIT ?",
        )
        .bind(i64::from(count))
        .fetch_all(&self.readers)
        .await?;
        let failed = rows.iter().map(|row| {
            let order: Option<Vec<u8>> = row.try_get("order_id")?;
            let order = order.as_deref().map(unblob).transpose()?;
            Ok(FailedRefund {
                order: order.map(OrderId),
                at: Millis(unsigned(row.try_get("changed_at")?)?),
            })
        });
        Ok((unsigned(all)?, failed.collect::<Result<_, RecordsFault>>()?))
    }

    /// Up to `count` deals whose id begins with `text`, or whose product's name in some language
    /// contains it, with that product's id; by id.
    pub async fn look_for_deals(
        &self,
        text: &str,
        count: u32,
    ) -> Result<Vec<(String, String)>, RecordsFault> {
        let rows = sqlx::query(
            "SELECT d.id, d.product_id FROM deals d JOIN products p ON p.id = d.product_id
             WHERE d.id LIKE ? ESCAPE '\\' OR p.name LIKE ? ESCAPE '\\' ORDER BY d.id LIMIT ?",
        )
        .bind(format!("{}%", like(text)))
        .bind(format!("%{}%", like(text)))
        .bind(i64::from(count))
        .fetch_all(&self.readers)
        .await?;
        let pair = |row: &sqlx::sqlite::SqliteRow| Ok((row.try_get(0)?, row.try_get(1)?));
        rows.iter().map(pair).collect()
    }
}

/// A text as `LIKE` takes it letter by letter.
fn like(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::blob;

    #[test]
    fn what_means_anything_to_like_means_itself() {
        assert_eq!(like("50%_\\"), "50\\%\\_\\\\");
    }

    #[tokio::test]
    async fn shares_count_what_ended_of_late() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("records.sqlite");
        let records = Records::open(&path).await.expect("records");
        let tries = [
            ("Captured", None, 50),
            ("Declined", Some("Declined"), 60),
            ("Declined", Some("ProviderFault"), 61),
            ("Declined", Some("Abandoned"), 62),
            ("Lapsed", None, 63),
            ("Started", None, 64),
            ("Declined", Some("Declined"), 10),
        ];
        for (n, (state, reason, at)) in (0_u128..).zip(tries) {
            let put = sqlx::query(
                "INSERT INTO payments VALUES (?, 1, 'Card', 'Two', 0, 1, 'KRW', ?, ?, ?, ?, 0)",
            );
            let put = put.bind(blob(n)).bind(state).bind(reason);
            let put = put.bind(at).bind(at).execute(&records.writer);
            put.await.expect("written");
        }
        let shares = records.payment_shares(Millis(40)).await.expect("read");
        let expected = PaymentShares {
            ended: 5,
            declined: 1,
            failed: 2,
        };
        assert_eq!(shares, expected);
        let none = records.failed_refunds(5).await.expect("read");
        assert_eq!(none, (0, Vec::new()));
    }
}
