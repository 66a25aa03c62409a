//! Who was invited to work at the desk: a link that opens once, and only for a few days.

use crate::accounts::fold_mail;
use crate::keys::{blob, fresh_id, signed, unblob, unsigned};
use crate::states::Word;
use crate::{Records, RecordsFault, Role, StaffId, Token};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use vocabulary::Millis;

/// How long an invitation stands.
const STANDS_MS: u64 = 3 * 24 * 60 * 60 * 1_000;

/// Somebody to be invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInvitation {
    /// Their login to be.
    pub mail: String,
    /// How to address them.
    pub name: String,
    /// What they will be allowed to do.
    pub role: Role,
    /// Who invites them.
    pub invited_by: String,
}

/// An invitation that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its number; it opens nothing.
    pub id: u128,
    /// Whom it invites.
    pub invited: NewInvitation,
    /// Since when.
    pub created_at: Millis,
    /// Until when.
    pub expires_at: Millis,
}

impl Records {
    /// Invites somebody by a link that shows `token`. `None` when the login is taken. An earlier
    /// invitation of the same login stands no more.
    pub async fn invite(
        &self,
        invited: &NewInvitation,
        token: &Token,
        at: Millis,
    ) -> Result<Option<Invitation>, RecordsFault> {
        let mail = fold_mail(&invited.mail);
        let id = fresh_id(at);
        let mut transaction = self.begin().await?;
        let taken: Option<i64> = sqlx::query_scalar("SELECT 1 FROM staff WHERE mail = ?")
            .bind(&mail)
            .fetch_optional(&mut *transaction)
            .await?;
        if taken.is_some() {
            return Ok(None);
        }
        sqlx::query(
            "UPDATE staff_invitations SET ended_at = ? WHERE mail = ? AND ended_at IS NULL",
        )
        .bind(signed(at.0))
        .bind(&mail)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "INSERT INTO staff_invitations
             (id, token_hash, mail, name, role, invited_by, created_at, expires_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(blob(id))
        .bind(token.hash())
        .bind(&mail)
        .bind(&invited.name)
        .bind(invited.role.as_str())
        .bind(&invited.invited_by)
        .bind(signed(at.0))
        .bind(signed(at.plus(STANDS_MS).0))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        let invited = NewInvitation {
            mail,
            ..invited.clone()
        };
        Ok(Some(Invitation {
            id,
            invited,
            created_at: at,
            expires_at: at.plus(STANDS_MS),
        }))
    }

    /// The invitations that stand, oldest first.
    pub async fn invitations(&self, at: Millis) -> Result<Vec<Invitation>, RecordsFault> {
        let rows = sqlx::query(
            "SELECT * FROM staff_invitations WHERE ended_at IS NULL AND expires_at > ? ORDER BY id",
        )
        .bind(signed(at.0))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(read_invitation).collect()
    }

    /// The invitation that this token opens.
    pub async fn invitation(
        &self,
        token: &Token,
        at: Millis,
    ) -> Result<Option<Invitation>, RecordsFault> {
        let row = sqlx::query(
            "SELECT * FROM staff_invitations
             WHERE token_hash = ? AND ended_at IS NULL AND expires_at > ?",
        )
        .bind(token.hash())
        .bind(signed(at.0))
        .fetch_optional(&self.readers)
        .await?;
        row.map(|row| read_invitation(&row)).transpose()
    }

    /// The invitation that was made with this token, whether or not it stands.
    pub async fn invitation_ever(&self, token: &Token) -> Result<Option<Invitation>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM staff_invitations WHERE token_hash = ?")
            .bind(token.hash())
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| read_invitation(&row)).transpose()
    }

    /// Takes an invitation back, or has it used up; true when it stood until now.
    pub async fn end_invitation(&self, id: u128, at: Millis) -> Result<bool, RecordsFault> {
        let ended = sqlx::query(
            "UPDATE staff_invitations SET ended_at = ?
             WHERE id = ? AND ended_at IS NULL AND expires_at > ?",
        )
        .bind(signed(at.0))
        .bind(blob(id))
        .bind(signed(at.0))
        .execute(&self.writer)
        .await?;
        Ok(ended.rows_affected() > 0)
    }

    /// Takes on whom this token invites, once; `None` when it opens nothing any more.
    pub async fn accept_invitation(
        &self,
        token: &Token,
        name: &str,
        password: String,
        at: Millis,
    ) -> Result<Option<StaffId>, RecordsFault> {
        let Some(invitation) = self.invitation(token, at).await? else {
            return Ok(None);
        };
        if !self.end_invitation(invitation.id, at).await? {
            return Ok(None);
        }
        let NewInvitation { mail, role, .. } = invitation.invited;
        self.add_staff(&mail, name, role, password, at).await
    }
}

fn read_invitation(row: &SqliteRow) -> Result<Invitation, RecordsFault> {
    Ok(Invitation {
        id: unblob(row.try_get("id")?)?,
        invited: NewInvitation {
            mail: row.try_get("mail")?,
            name: row.try_get("name")?,
            role: Role::named(row.try_get("role")?)?,
            invited_by: row.try_get("invited_by")?,
        },
        created_at: Millis(unsigned(row.try_get("created_at")?)?),
        expires_at: Millis(unsigned(row.try_get("expires_at")?)?),
    })
}
