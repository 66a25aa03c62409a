//! What opens the door of a house: told for one delivery, and gone once all has arrived.

use crate::contacts::StoredContact;
use crate::keys::{blob, signed};
use crate::rows::Rows;
use crate::{Records, RecordsFault};
use sqlx::SqliteConnection;
use vocabulary::{Millis, OrderId};

/// Whatever became of the parcel, a code is not kept longer than this.
pub const ENTRANCE_CODES_KEPT_MS: u64 = 30 * 24 * 60 * 60 * 1_000;

impl Records {
    /// Erases what is older than [`ENTRANCE_CODES_KEPT_MS`] at `at`; tells how many.
    pub async fn purge_entrance_codes(&self, at: Millis) -> Result<u64, RecordsFault> {
        let due = signed(at.0.saturating_sub(ENTRANCE_CODES_KEPT_MS));
        let erased = sqlx::query("DELETE FROM entrance_codes WHERE stored_at <= ?")
            .bind(due)
            .execute(&self.writer)
            .await?;
        self.scrub().await?;
        Ok(erased.rows_affected())
    }
}

/// Erases the codes of the checkouts of these orders of which nothing is still to come: what was not
/// refunded on its way has arrived. Called as the order tables learn of it, whoever said it.
pub(crate) async fn erase_codes_of_arrived(
    orders: Vec<OrderId>,
    connection: &mut SqliteConnection,
) -> Result<(), RecordsFault> {
    let mut rows = Rows::new("WITH v (id) AS (");
    for order in orders {
        rows.row(|row| {
            row.push_bind(blob(order.0));
        });
    }
    let tail = ") DELETE FROM entrance_codes
         WHERE checkout_id IN (SELECT o.checkout_id FROM v JOIN orders o ON o.id = v.id)
           AND NOT EXISTS (
             SELECT 1 FROM orders o JOIN order_lines l ON l.order_id = o.id
             WHERE o.checkout_id = entrance_codes.checkout_id AND o.state <> 'Cancelled'
               AND l.delivered + max(0, l.units_refunded - l.returned) < l.units)";
    Ok(rows.run(tail, connection).await?)
}

/// Notes the codes of these, but of none whose contact is there already: a repeat would bring back
/// what was erased.
pub(crate) async fn note_codes(
    connection: &mut SqliteConnection,
    contacts: &[StoredContact],
) -> Result<(), RecordsFault> {
    for contact in contacts {
        let Some((code, at)) = contact.entrance_code() else {
            continue;
        };
        sqlx::query(
            "INSERT INTO entrance_codes (checkout_id, code, stored_at)
             SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM contacts WHERE checkout_id = ?1)
             ON CONFLICT (checkout_id) DO NOTHING",
        )
        .bind(blob(contact.of().0))
        .bind(code)
        .bind(signed(at.0))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
