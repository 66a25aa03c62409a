//! The answers to writes that never reach the ledger, kept for a while so that a repeat is known.

use crate::keys::{blob, narrow, signed};
use crate::{Records, RecordsFault};
use sqlx::Row;
use vocabulary::Millis;

/// For how long an answer is kept.
const KEPT_MS: u64 = 24 * 60 * 60 * 1_000;

/// An answer that was given. It must hold no credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    /// A hash of what was asked.
    pub asked: u64,
    /// The HTTP status.
    pub status: u16,
    /// The body, as JSON.
    pub body: Option<String>,
}

impl Records {
    /// The answer that was given to the request of this key in the last 24 h before `at`.
    pub async fn stored_answer(
        &self,
        key: u128,
        at: Millis,
    ) -> Result<Option<StoredAnswer>, RecordsFault> {
        let row = sqlx::query(
            "SELECT asked, status, body FROM stored_answers
             WHERE request_key = ? AND stored_at > ?",
        )
        .bind(blob(key))
        .bind(kept_since(at))
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let asked: Vec<u8> = row.try_get("asked")?;
        let damaged = |_| RecordsFault::Damaged("a stored answer's hash is not 8 bytes".into());
        Ok(Some(StoredAnswer {
            asked: u64::from_be_bytes(asked.try_into().map_err(damaged)?),
            status: narrow(row.try_get("status")?)?,
            body: row.try_get("body")?,
        }))
    }

    /// Keeps the answer to the request of this key, and forgets those that are too old.
    pub async fn store_answer(
        &self,
        key: u128,
        answer: &StoredAnswer,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        let mut transaction = self.begin().await?;
        sqlx::query("DELETE FROM stored_answers WHERE stored_at <= ?")
            .bind(kept_since(at))
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO stored_answers (request_key, asked, status, body, stored_at)
             VALUES (?, ?, ?, ?, ?) ON CONFLICT (request_key) DO NOTHING",
        )
        .bind(blob(key))
        .bind(answer.asked.to_be_bytes().to_vec())
        .bind(i64::from(answer.status))
        .bind(&answer.body)
        .bind(signed(at.0))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }
}

/// The last moment at which an answer was stored that is forgotten at `at`; -1 for none.
fn kept_since(at: Millis) -> i64 {
    at.0.checked_sub(KEPT_MS).map_or(-1, signed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_is_known_for_a_day_and_the_first_one_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let records = Records::open(&folder.path().join("records.sqlite"))
            .await
            .expect("records");
        let answer = |status| StoredAnswer {
            asked: u64::MAX,
            status,
            body: None,
        };
        let store = async |status, at| {
            let stored = records.store_answer(7, &answer(status), Millis(at)).await;
            stored.expect("it is stored");
        };
        let known = async |at| records.stored_answer(7, Millis(at)).await.expect("a look");
        store(201, 1_000).await;
        store(409, 1_001).await;
        assert_eq!(known(1_000 + KEPT_MS - 1).await, Some(answer(201)));
        assert_eq!(known(1_000 + KEPT_MS).await, None);
        store(204, 1_000 + KEPT_MS).await;
        assert_eq!(known(1_000 + KEPT_MS).await, Some(answer(204)));
    }
}
