//! Members' sessions. The cookie is signed by the http room and names a row here, so that a
//! session can be ended from here.

use crate::accounts::AccountId;
use crate::keys::{blob, signed, unblob, unsigned};
use crate::{Records, RecordsFault};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use vocabulary::{Millis, PersonKey};

/// How long a session lasts after it was last seen.
const UNSEEN_MS_MAX: u64 = 30 * 24 * 60 * 60 * 1_000;
/// How often being seen is written down.
const SEEN_EVERY_MS: u64 = 10 * 60 * 1_000;

/// A session: 128 random bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u128);

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Whose session it is.
    pub account: AccountId,
    /// How to address them.
    pub name: String,
    /// A language tag.
    pub locale: String,
    /// The key of the verified person behind the account, where there is one.
    pub verified_person: Option<PersonKey>,
}

/// A session, as its member is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedSession {
    /// Which.
    pub id: SessionId,
    /// The family of browser and system; empty where it was not told.
    pub device: String,
    /// When it was opened.
    pub opened_at: Millis,
    /// When it was last seen, to some minutes.
    pub last_seen: Millis,
}

impl Records {
    /// Opens a session for who has signed in with a `device`: the family of browser and system.
    pub async fn open_session(
        &self,
        account: AccountId,
        device: &str,
        at: Millis,
    ) -> Result<SessionId, RecordsFault> {
        let id: u128 = rand::random();
        sqlx::query(
            "INSERT INTO member_sessions (id, account_id, device, created_at, last_seen)
             VALUES (?, ?, ?, ?, ?)",
        )
        .bind(blob(id))
        .bind(blob(account.0))
        .bind(device)
        .bind(signed(at.0))
        .bind(signed(at.0))
        .execute(&self.writer)
        .await?;
        Ok(SessionId(id))
    }

    /// Who is signed in with this session; `None` when it was ended, is unknown, or was not seen
    /// for 30 days.
    pub async fn member(&self, id: SessionId, at: Millis) -> Result<Option<Member>, RecordsFault> {
        let row = sqlx::query(
            "SELECT s.last_seen, a.id, a.name, a.locale, a.verified_person
             FROM member_sessions s JOIN accounts a ON a.id = s.account_id
             WHERE s.id = ? AND s.revoked_at IS NULL AND a.erased_at IS NULL",
        )
        .bind(blob(id.0))
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let unseen_ms = at.since(Millis(unsigned(row.try_get("last_seen")?)?));
        if unseen_ms >= UNSEEN_MS_MAX {
            return Ok(None);
        }
        if unseen_ms >= SEEN_EVERY_MS {
            self.session_seen(id, at).await?;
        }
        let verified: Option<Vec<u8>> = row.try_get("verified_person")?;
        Ok(Some(Member {
            account: AccountId(unblob(row.try_get("id")?)?),
            name: row.try_get("name")?,
            locale: row.try_get("locale")?,
            verified_person: verified
                .map(|key| unblob(&key).map(PersonKey))
                .transpose()?,
        }))
    }

    /// Ends a session.
    pub async fn revoke_session(&self, id: SessionId, at: Millis) -> Result<(), RecordsFault> {
        sqlx::query(
            "UPDATE member_sessions SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
        )
        .bind(signed(at.0))
        .bind(blob(id.0))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Ends all sessions of a member but one; tells which.
    pub async fn revoke_sessions_of(
        &self,
        account: AccountId,
        but: Option<SessionId>,
        at: Millis,
    ) -> Result<Vec<SessionId>, RecordsFault> {
        let mut connection = self.writer.acquire().await?;
        revoke_sessions(&mut connection, account, but, at).await
    }

    /// A member's sessions that have not ended at `at`, last seen first.
    pub async fn sessions_of(
        &self,
        account: AccountId,
        at: Millis,
    ) -> Result<Vec<OpenedSession>, RecordsFault> {
        let rows = sqlx::query(
            "SELECT id, device, created_at, last_seen FROM member_sessions
             WHERE account_id = ? AND revoked_at IS NULL AND last_seen > ?
             ORDER BY last_seen DESC, id",
        )
        .bind(blob(account.0))
        .bind(signed(at.0.saturating_sub(UNSEEN_MS_MAX)))
        .fetch_all(&self.readers)
        .await?;
        let read = |row: &SqliteRow| {
            Ok(OpenedSession {
                id: SessionId(unblob(row.try_get("id")?)?),
                device: row.try_get("device")?,
                opened_at: Millis(unsigned(row.try_get("created_at")?)?),
                last_seen: Millis(unsigned(row.try_get("last_seen")?)?),
            })
        };
        rows.iter().map(read).collect()
    }

    async fn session_seen(&self, id: SessionId, at: Millis) -> Result<(), RecordsFault> {
        sqlx::query("UPDATE member_sessions SET last_seen = ? WHERE id = ?")
            .bind(signed(at.0))
            .bind(blob(id.0))
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

/// Ends all sessions of a member but one; tells which.
pub(crate) async fn revoke_sessions(
    connection: &mut SqliteConnection,
    account: AccountId,
    but: Option<SessionId>,
    at: Millis,
) -> Result<Vec<SessionId>, RecordsFault> {
    let ended: Vec<Vec<u8>> = sqlx::query_scalar(
        "UPDATE member_sessions SET revoked_at = ?1
         WHERE account_id = ?2 AND revoked_at IS NULL AND (?3 IS NULL OR id <> ?3)
         RETURNING id",
    )
    .bind(signed(at.0))
    .bind(blob(account.0))
    .bind(but.map(|but| blob(but.0)))
    .fetch_all(connection)
    .await?;
    ended.iter().map(|id| unblob(id).map(SessionId)).collect()
}
