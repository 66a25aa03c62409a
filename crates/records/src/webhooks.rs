//! Where the shop's own systems listen, how far each has been told, and what it answered.
//!
//! What is told when, and in which order, is decided by the webhook clerk.

use crate::keys::{blob, fresh_id, narrow, signed, unblob, unsigned};
use crate::{Records, RecordsFault};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::collections::BTreeSet;
use vocabulary::{Millis, Seq};

/// How many deliveries are remembered for each endpoint.
const DELIVERIES_KEPT: i64 = 1_000;

/// An endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndpointId(pub u128);

/// How far an endpoint has been told: up to and with this event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct WebhookCursor {
    /// The command.
    pub seq: Seq,
    /// The how many-th of its events, from 0.
    pub index: u32,
}

/// Somewhere that listens.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// Where messages are posted.
    pub url: String,
    /// What they are signed with; must not be logged.
    pub secret: String,
    /// The names of the events it wants; all when empty.
    pub kinds: Vec<String>,
    /// Messages are sent.
    pub active: bool,
    /// Why not, when the clerk gave up on it.
    pub paused_reason: Option<String>,
    /// How far it has been told.
    pub cursor: WebhookCursor,
    /// How often it was told to begin again elsewhere.
    pub replays: u64,
    /// Since when.
    pub created_at: Millis,
}

/// How far an endpoint was told, by who reads on from one of its replays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Which.
    pub endpoint: EndpointId,
    /// The [`Endpoint::replays`] that it was read with.
    pub replays: u64,
    /// Up to and with this event.
    pub cursor: WebhookCursor,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Endpoint {
            id,
            url,
            active,
            cursor,
            ..
        } = self;
        write!(f, "Endpoint({id:?}, {url}, active: {active}, {cursor:?})")
    }
}

/// A try to tell an endpoint something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Which message; the same at each try.
    pub message_id: String,
    /// When.
    pub at: Millis,
    /// The HTTP status; none when there was no answer.
    pub status: Option<u16>,
    /// How long it took.
    pub took_ms: u64,
    /// What went wrong, in words.
    pub fault: Option<String>,
}

impl Records {
    /// Adds an endpoint that is told what comes after `from`.
    pub async fn add_endpoint(
        &self,
        url: &str,
        secret: &str,
        kinds: &[String],
        from: WebhookCursor,
        at: Millis,
    ) -> Result<EndpointId, RecordsFault> {
        let id = fresh_id(at);
        sqlx::query(
            "INSERT INTO webhook_endpoints (id, url, secret, kinds, active, cursor_seq,
                 cursor_place, created_at)
             VALUES (?, ?, ?, ?, TRUE, ?, ?, ?)",
        )
        .bind(blob(id))
        .bind(url)
        .bind(secret)
        .bind(kinds.join(","))
        .bind(signed(from.seq.0))
        .bind(i64::from(from.index))
        .bind(signed(at.0))
        .execute(&self.writer)
        .await?;
        Ok(EndpointId(id))
    }

    /// Every endpoint, oldest first.
    pub async fn endpoints(&self) -> Result<Vec<Endpoint>, RecordsFault> {
        let rows = sqlx::query("SELECT * FROM webhook_endpoints ORDER BY id")
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read_endpoint).collect()
    }

    /// An endpoint.
    pub async fn endpoint(&self, id: EndpointId) -> Result<Option<Endpoint>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM webhook_endpoints WHERE id = ?")
            .bind(blob(id.0))
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| read_endpoint(&row)).transpose()
    }

    /// Changes where an endpoint listens, what it wants, and whether it is told at all. The reason
    /// for which it was paused is forgotten.
    pub async fn change_endpoint(
        &self,
        id: EndpointId,
        url: &str,
        kinds: &[String],
        active: bool,
    ) -> Result<(), RecordsFault> {
        sqlx::query(
            "UPDATE webhook_endpoints SET url = ?, kinds = ?, active = ?, paused_reason = NULL
             WHERE id = ?",
        )
        .bind(url)
        .bind(kinds.join(","))
        .bind(active)
        .bind(blob(id.0))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Stops telling an endpoint that does not listen, unless it was told to begin again since
    /// `replays` was read.
    pub async fn pause_endpoint(
        &self,
        id: EndpointId,
        replays: u64,
        reason: &str,
    ) -> Result<(), RecordsFault> {
        sqlx::query(
            "UPDATE webhook_endpoints SET active = FALSE, paused_reason = ?
             WHERE id = ? AND replays = ?",
        )
        .bind(reason)
        .bind(blob(id.0))
        .bind(signed(replays))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Removes an endpoint with what it answered.
    pub async fn remove_endpoint(&self, id: EndpointId) -> Result<(), RecordsFault> {
        let mut transaction = self.begin().await?;
        for statement in [
            "DELETE FROM webhook_deliveries WHERE endpoint_id = ?",
            "DELETE FROM webhook_endpoints WHERE id = ?",
        ] {
            sqlx::query(statement)
                .bind(blob(id.0))
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Has an endpoint told again from behind `cursor` on. Whoever still tells it what came of the
    /// cursor before can move this one no more.
    pub async fn replay_endpoint(
        &self,
        id: EndpointId,
        cursor: WebhookCursor,
    ) -> Result<(), RecordsFault> {
        sqlx::query(
            "UPDATE webhook_endpoints SET cursor_seq = ?, cursor_place = ?, replays = replays + 1
             WHERE id = ?",
        )
        .bind(signed(cursor.seq.0))
        .bind(i64::from(cursor.index))
        .bind(blob(id.0))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Writes down how far endpoints were told and how they answered, all or nothing. What belongs
    /// to an endpoint that is gone, or to a cursor of before its last replay, is passed over. Of
    /// each endpoint the last 1,000 deliveries are kept.
    pub async fn keep_told(
        &self,
        told: &[Told],
        deliveries: &[(EndpointId, Delivery)],
    ) -> Result<(), RecordsFault> {
        let mut transaction = self.begin().await?;
        for told in told {
            move_cursor(&mut transaction, told).await?;
        }
        for (id, delivery) in deliveries {
            add_delivery(&mut transaction, *id, delivery).await?;
        }
        let answered: BTreeSet<EndpointId> = deliveries.iter().map(|(id, _)| *id).collect();
        for id in answered {
            forget_old_deliveries(&mut transaction, id).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// The last deliveries to an endpoint, newest first.
    pub async fn deliveries(
        &self,
        id: EndpointId,
        count: u32,
    ) -> Result<Vec<Delivery>, RecordsFault> {
        let rows = sqlx::query(
            "SELECT * FROM webhook_deliveries WHERE endpoint_id = ? ORDER BY number DESC LIMIT ?",
        )
        .bind(blob(id.0))
        .bind(i64::from(count))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(read_delivery).collect()
    }
}

async fn move_cursor(connection: &mut SqliteConnection, told: &Told) -> Result<(), RecordsFault> {
    sqlx::query(
        "UPDATE webhook_endpoints SET cursor_seq = ?, cursor_place = ?
         WHERE id = ? AND replays = ?",
    )
    .bind(signed(told.cursor.seq.0))
    .bind(i64::from(told.cursor.index))
    .bind(blob(told.endpoint.0))
    .bind(signed(told.replays))
    .execute(connection)
    .await?;
    Ok(())
}

async fn add_delivery(
    connection: &mut SqliteConnection,
    id: EndpointId,
    delivery: &Delivery,
) -> Result<(), RecordsFault> {
    sqlx::query(
        "INSERT INTO webhook_deliveries (endpoint_id, message_id, at, status, took_ms, fault)
         SELECT id, ?, ?, ?, ?, ? FROM webhook_endpoints WHERE id = ?",
    )
    .bind(&delivery.message_id)
    .bind(signed(delivery.at.0))
    .bind(delivery.status.map(i64::from))
    .bind(signed(delivery.took_ms))
    .bind(&delivery.fault)
    .bind(blob(id.0))
    .execute(connection)
    .await?;
    Ok(())
}

async fn forget_old_deliveries(
    connection: &mut SqliteConnection,
    id: EndpointId,
) -> Result<(), RecordsFault> {
    sqlx::query(
        "DELETE FROM webhook_deliveries WHERE endpoint_id = ? AND number <=
             (SELECT number FROM webhook_deliveries WHERE endpoint_id = ?
              ORDER BY number DESC LIMIT 1 OFFSET ?)",
    )
    .bind(blob(id.0))
    .bind(blob(id.0))
    .bind(DELIVERIES_KEPT)
    .execute(connection)
    .await?;
    Ok(())
}

fn read_endpoint(row: &SqliteRow) -> Result<Endpoint, RecordsFault> {
    let kinds: String = row.try_get("kinds")?;
    Ok(Endpoint {
        id: EndpointId(unblob(row.try_get("id")?)?),
        url: row.try_get("url")?,
        secret: row.try_get("secret")?,
        kinds: kinds
            .split(',')
            .filter(|kind| !kind.is_empty())
            .map(str::to_owned)
            .collect(),
        active: row.try_get("active")?,
        paused_reason: row.try_get("paused_reason")?,
        cursor: WebhookCursor {
            seq: Seq(unsigned(row.try_get("cursor_seq")?)?),
            index: narrow(row.try_get("cursor_place")?)?,
        },
        replays: unsigned(row.try_get("replays")?)?,
        created_at: Millis(unsigned(row.try_get("created_at")?)?),
    })
}

fn read_delivery(row: &SqliteRow) -> Result<Delivery, RecordsFault> {
    let status: Option<i64> = row.try_get("status")?;
    Ok(Delivery {
        message_id: row.try_get("message_id")?,
        at: Millis(unsigned(row.try_get("at")?)?),
        status: status.map(narrow).transpose()?,
        took_ms: unsigned(row.try_get("took_ms")?)?,
        fault: row.try_get("fault")?,
    })
}
