//! Sessions of staff: how each was opened, from which device and address, and when it was last used.
//!
//! A session ends twelve hours after it was opened, and when nobody used it for an hour.

use crate::keys::{blob, signed, unblob, unsigned};
use crate::staff::read_staff;
use crate::states::Word;
use crate::{Records, RecordsFault, StaffId, StaffMember, Token};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use vocabulary::Millis;

/// How long a session lasts.
const SESSION_MS: u64 = 12 * 60 * 60 * 1_000;
/// How long a session lasts that nobody uses.
const IDLE_MS: u64 = 60 * 60 * 1_000;
/// How often being seen is written down.
const SEEN_EVERY_MS: u64 = 60 * 1_000;
/// The longest text of a device or an address that is kept.
const TEXT_CHARACTERS_MAX: usize = 300;

/// What somebody showed when they signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenedBy {
    /// A password and nothing else.
    Password,
    /// A password and the code of an authenticator.
    Code,
    /// A password and a recovery code.
    Recovery,
    /// A passkey, which is something one has and something one knows or is.
    Passkey,
}

impl Word for OpenedBy {
    const ALL: &'static [OpenedBy] = &[
        OpenedBy::Password,
        OpenedBy::Code,
        OpenedBy::Recovery,
        OpenedBy::Passkey,
    ];

    fn name(self) -> String {
        self.as_str().to_owned()
    }
}

impl OpenedBy {
    /// Its name in the tables and in messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            OpenedBy::Password => "password",
            OpenedBy::Code => "code",
            OpenedBy::Recovery => "recovery",
            OpenedBy::Passkey => "passkey",
        }
    }
}

/// A session to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStaffSession {
    /// Whose.
    pub staff: StaffId,
    /// What they showed.
    pub opened_by: OpenedBy,
    /// What their browser calls itself.
    pub device: String,
    /// Where the request came from.
    pub address: String,
}

/// A session that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffSession {
    /// Its number; it opens nothing.
    pub id: u128,
    /// How it was opened.
    pub opened: NewStaffSession,
    /// When.
    pub created_at: Millis,
    /// When it was last used, to the minute.
    pub last_seen: Millis,
    /// When it ends whatever happens.
    pub expires_at: Millis,
}

/// Who shows a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub member: StaffMember,
    /// The number of their session.
    pub session: u128,
    /// What they showed when they signed in.
    pub opened_by: OpenedBy,
    /// When that was.
    pub opened_at: Millis,
    /// Everybody must show a second factor.
    pub second_factor_required: bool,
}

impl Records {
    /// Opens a session.
    pub async fn open_staff_session(
        &self,
        opened: &NewStaffSession,
        at: Millis,
    ) -> Result<Token, RecordsFault> {
        let token = Token::random("dbs_");
        sqlx::query(
            "INSERT INTO staff_sessions
             (token_hash, id, staff_id, opened_by, device, address, created_at, last_seen, expires_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(token.hash())
        .bind(blob(rand::random()))
        .bind(blob(opened.staff.0))
        .bind(opened.opened_by.as_str())
        .bind(short(&opened.device))
        .bind(short(&opened.address))
        .bind(signed(at.0))
        .bind(signed(at.0))
        .bind(signed(at.plus(SESSION_MS).0))
        .execute(&self.writer)
        .await?;
        Ok(token)
    }

    /// Who is signed in with this token. Where the request is `used` by a person, and not sent by a
    /// page on its own, the session counts as used.
    pub async fn staff_signed_in(
        &self,
        token: &Token,
        used: bool,
        at: Millis,
    ) -> Result<Option<SignedIn>, RecordsFault> {
        let row = sqlx::query(
            "SELECT m.*, s.id AS session, s.last_seen, s.opened_by, s.created_at AS opened_at,
                    (SELECT value FROM staff_policy WHERE name = 'second_factor') AS second_factor
             FROM staff_sessions s JOIN staff m ON m.id = s.staff_id
             WHERE s.token_hash = ? AND s.revoked_at IS NULL AND s.expires_at > ?
               AND s.last_seen > ? AND m.active = TRUE",
        )
        .bind(token.hash())
        .bind(signed(at.0))
        .bind(idle_since(at))
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let last_seen = Millis(unsigned(row.try_get("last_seen")?)?);
        if used && at.since(last_seen) >= SEEN_EVERY_MS {
            sqlx::query("UPDATE staff_sessions SET last_seen = ? WHERE token_hash = ?")
                .bind(signed(at.0))
                .bind(token.hash())
                .execute(&self.writer)
                .await?;
        }
        let policy: Option<String> = row.try_get("second_factor")?;
        Ok(Some(SignedIn {
            member: read_staff(&row)?,
            session: unblob(row.try_get("session")?)?,
            opened_by: OpenedBy::named(row.try_get("opened_by")?)?,
            opened_at: Millis(unsigned(row.try_get("opened_at")?)?),
            second_factor_required: policy.as_deref() == Some("required"),
        }))
    }

    /// The sessions of somebody that have not ended, the one used last first.
    pub async fn staff_sessions(
        &self,
        staff: StaffId,
        at: Millis,
    ) -> Result<Vec<StaffSession>, RecordsFault> {
        let rows = sqlx::query(
            "SELECT * FROM staff_sessions WHERE staff_id = ? AND revoked_at IS NULL
               AND expires_at > ? AND last_seen > ? ORDER BY last_seen DESC, created_at DESC",
        )
        .bind(blob(staff.0))
        .bind(signed(at.0))
        .bind(idle_since(at))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(read_session).collect()
    }

    /// Ends a session of somebody; true when it was open until now.
    pub async fn end_staff_session(
        &self,
        staff: StaffId,
        session: u128,
        at: Millis,
    ) -> Result<bool, RecordsFault> {
        let ended = sqlx::query(
            "UPDATE staff_sessions SET revoked_at = ?
             WHERE id = ? AND staff_id = ? AND revoked_at IS NULL",
        )
        .bind(signed(at.0))
        .bind(blob(session))
        .bind(blob(staff.0))
        .execute(&self.writer)
        .await?;
        Ok(ended.rows_affected() > 0)
    }

    /// Whoever has this session has shown more by now than when it was opened.
    pub async fn strengthen_staff_session(
        &self,
        session: u128,
        opened_by: OpenedBy,
    ) -> Result<(), RecordsFault> {
        sqlx::query("UPDATE staff_sessions SET opened_by = ? WHERE id = ?")
            .bind(opened_by.as_str())
            .bind(blob(session))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Ends the session of this token.
    pub async fn staff_sign_out(&self, token: &Token, at: Millis) -> Result<(), RecordsFault> {
        sqlx::query("UPDATE staff_sessions SET revoked_at = ? WHERE token_hash = ?")
            .bind(signed(at.0))
            .bind(token.hash())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Ends all sessions of somebody, but for the one that is `kept`.
    pub async fn sign_out_everywhere(
        &self,
        staff: StaffId,
        kept: Option<u128>,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        sqlx::query(
            "UPDATE staff_sessions SET revoked_at = ?
             WHERE staff_id = ? AND revoked_at IS NULL AND id <> ?",
        )
        .bind(signed(at.0))
        .bind(blob(staff.0))
        .bind(kept.map_or_else(Vec::new, blob))
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}

fn idle_since(at: Millis) -> i64 {
    signed(at.0.saturating_sub(IDLE_MS))
}

fn short(text: &str) -> String {
    text.chars().take(TEXT_CHARACTERS_MAX).collect()
}

fn read_session(row: &SqliteRow) -> Result<StaffSession, RecordsFault> {
    let moment = |column| Ok::<_, RecordsFault>(Millis(unsigned(row.try_get(column)?)?));
    Ok(StaffSession {
        id: unblob(row.try_get("id")?)?,
        opened: NewStaffSession {
            staff: StaffId(unblob(row.try_get("staff_id")?)?),
            opened_by: OpenedBy::named(row.try_get("opened_by")?)?,
            device: row.try_get("device")?,
            address: row.try_get("address")?,
        },
        created_at: moment("created_at")?,
        last_seen: moment("last_seen")?,
        expires_at: moment("expires_at")?,
    })
}
