//! With which carrier units of an order left, and under which tracking number. That they left is the
//! ledger's; where one looks how far they are stands here alone.

use crate::keys::{blob, narrow, signed, unblob, unsigned, uuid_text};
use crate::{Records, RecordsFault};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use vocabulary::{Millis, OrderId};

/// The note of one shipment: the key under which the ledger knows a repeat of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WaybillId(pub u128);

impl std::fmt::Display for WaybillId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&uuid_text(self.0))
    }
}

/// Units of a line on their way with a carrier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waybill {
    /// Which shipment it is.
    pub id: WaybillId,
    /// Of which order.
    pub order: OrderId,
    /// Which line, from 0.
    pub line: u8,
    /// How many units.
    pub units: u16,
    /// The code of a known carrier, or a free name; empty where it was not said yet.
    pub carrier: String,
    /// The carrier's number for it; empty where there is none.
    pub tracking_number: String,
    /// When it was noted first.
    pub noted_at: Millis,
}

impl Records {
    /// Notes with whom units left, all or none; of the same shipment the last word counts, and saying nothing is no
    /// word.
    pub async fn put_waybills(&self, waybills: &[Waybill]) -> Result<(), RecordsFault> {
        if waybills.is_empty() {
            return Ok(());
        }
        let mut transaction = self.begin().await?;
        for waybill in waybills {
            put(&mut transaction, waybill).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// With whom the units of an order left, oldest first.
    pub async fn waybills_of(&self, order: OrderId) -> Result<Vec<Waybill>, RecordsFault> {
        let rows = sqlx::query("SELECT * FROM waybills WHERE order_id = ? ORDER BY noted_at, id")
            .bind(blob(order.0))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read_waybill).collect()
    }
}

async fn put(connection: &mut SqliteConnection, waybill: &Waybill) -> Result<(), RecordsFault> {
    sqlx::query(
        "INSERT INTO waybills (id, order_id, line, units, carrier, tracking_number, noted_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET
             carrier = excluded.carrier, tracking_number = excluded.tracking_number
         WHERE excluded.carrier <> ''",
    )
    .bind(blob(waybill.id.0))
    .bind(blob(waybill.order.0))
    .bind(i64::from(waybill.line))
    .bind(i64::from(waybill.units))
    .bind(&waybill.carrier)
    .bind(&waybill.tracking_number)
    .bind(signed(waybill.noted_at.0))
    .execute(connection)
    .await?;
    Ok(())
}

fn read_waybill(row: &SqliteRow) -> Result<Waybill, RecordsFault> {
    Ok(Waybill {
        id: WaybillId(unblob(row.try_get("id")?)?),
        order: OrderId(unblob(row.try_get("order_id")?)?),
        line: narrow(row.try_get("line")?)?,
        units: narrow(row.try_get("units")?)?,
        carrier: row.try_get("carrier")?,
        tracking_number: row.try_get("tracking_number")?,
        noted_at: Millis(unsigned(row.try_get("noted_at")?)?),
    })
}
