//! What staff can show beside a password: the codes of an authenticator, recovery codes, passkeys;
//! and whether everybody must.
//!
//! How a code is made and a passkey is checked stands in the http room; here is kept what must be
//! remembered so that each code works once.

use crate::keys::{blob, fresh_id, narrow, signed, unblob, unsigned};
use crate::{Records, RecordsFault, StaffId};
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use vocabulary::Millis;

/// What somebody has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    /// An authenticator that makes codes.
    pub codes: bool,
    /// Recovery codes that were not used yet.
    pub recovery_left: u32,
    /// Passkeys, oldest first.
    pub passkeys: Vec<StaffPasskey>,
}

impl Factors {
    /// Has something beside the password. Recovery codes alone are nothing to work with.
    pub fn any(&self) -> bool {
        self.codes || !self.passkeys.is_empty()
    }
}

/// A passkey of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffPasskey {
    /// Its number.
    pub id: u128,
    /// Whose.
    pub staff: StaffId,
    /// What they call it.
    pub name: String,
    /// The public key with its counter, as the http room reads it.
    pub passkey: String,
    /// Since when.
    pub created_at: Millis,
    /// When somebody signed in with it last.
    pub last_used: Option<Millis>,
}

impl Records {
    /// What somebody has beside their password.
    pub async fn staff_factors(&self, staff: StaffId) -> Result<Factors, RecordsFault> {
        let codes = self.code_secret(staff).await?.is_some();
        let left: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM staff_recovery_codes WHERE staff_id = ? AND used_at IS NULL",
        )
        .bind(blob(staff.0))
        .fetch_one(&self.readers)
        .await?;
        let rows = sqlx::query("SELECT * FROM staff_passkeys WHERE staff_id = ? ORDER BY id")
            .bind(blob(staff.0))
            .fetch_all(&self.readers)
            .await?;
        Ok(Factors {
            codes,
            recovery_left: narrow(left)?,
            passkeys: rows.iter().map(read_passkey).collect::<Result<_, _>>()?,
        })
    }

    /// The sealed secret of somebody's authenticator, where they have one.
    pub async fn code_secret(&self, staff: StaffId) -> Result<Option<Vec<u8>>, RecordsFault> {
        let secret = sqlx::query_scalar("SELECT code_secret FROM staff WHERE id = ?")
            .bind(blob(staff.0))
            .fetch_optional(&self.readers)
            .await?;
        Ok(secret.flatten())
    }

    /// Somebody's authenticator from now on, by its sealed secret; `step` is that of the code by which
    /// they confirmed it. None takes it away, with the recovery codes.
    pub async fn change_code_secret(
        &self,
        staff: StaffId,
        secret: Option<(&[u8], u64)>,
    ) -> Result<(), RecordsFault> {
        let mut transaction = self.begin().await?;
        sqlx::query("UPDATE staff SET code_secret = ?, code_step = ? WHERE id = ?")
            .bind(secret.map(|(secret, _)| secret))
            .bind(secret.map(|(_, step)| signed(step)))
            .bind(blob(staff.0))
            .execute(&mut *transaction)
            .await?;
        if secret.is_none() {
            sqlx::query("DELETE FROM staff_recovery_codes WHERE staff_id = ?")
                .bind(blob(staff.0))
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Uses the code of a step up; false when it, or a later one, was used before.
    pub async fn spend_code(&self, staff: StaffId, step: u64) -> Result<bool, RecordsFault> {
        let spent = sqlx::query(
            "UPDATE staff SET code_step = ? WHERE id = ? AND coalesce(code_step, -1) < ?",
        )
        .bind(signed(step))
        .bind(blob(staff.0))
        .bind(signed(step))
        .execute(&self.writer)
        .await?;
        Ok(spent.rows_affected() > 0)
    }

    /// Fresh recovery codes for somebody; those of before work no more.
    pub async fn change_recovery_codes(
        &self,
        staff: StaffId,
        codes: &[String],
    ) -> Result<(), RecordsFault> {
        let mut transaction = self.begin().await?;
        sqlx::query("DELETE FROM staff_recovery_codes WHERE staff_id = ?")
            .bind(blob(staff.0))
            .execute(&mut *transaction)
            .await?;
        for code in codes {
            sqlx::query("INSERT INTO staff_recovery_codes (code_hash, staff_id) VALUES (?, ?)")
                .bind(code_hash(staff, code))
                .bind(blob(staff.0))
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Uses a recovery code up; false when there is none like it that was not used.
    pub async fn spend_recovery_code(
        &self,
        staff: StaffId,
        code: &str,
        at: Millis,
    ) -> Result<bool, RecordsFault> {
        let spent = sqlx::query(
            "UPDATE staff_recovery_codes SET used_at = ? WHERE code_hash = ? AND used_at IS NULL",
        )
        .bind(signed(at.0))
        .bind(code_hash(staff, code))
        .execute(&self.writer)
        .await?;
        Ok(spent.rows_affected() > 0)
    }

    /// Somebody's new passkey; false when it is known already.
    pub async fn add_passkey(
        &self,
        staff: StaffId,
        credential: &[u8],
        name: &str,
        passkey: &str,
        at: Millis,
    ) -> Result<bool, RecordsFault> {
        let added = sqlx::query(
            "INSERT INTO staff_passkeys (id, credential_id, staff_id, name, passkey_json, created_at)
             VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (credential_id) DO NOTHING",
        )
        .bind(blob(fresh_id(at)))
        .bind(credential)
        .bind(blob(staff.0))
        .bind(name)
        .bind(passkey)
        .bind(signed(at.0))
        .execute(&self.writer)
        .await?;
        Ok(added.rows_affected() > 0)
    }

    /// The passkey with this credential id, of somebody who may sign in.
    pub async fn passkey(&self, credential: &[u8]) -> Result<Option<StaffPasskey>, RecordsFault> {
        let row = sqlx::query(
            "SELECT p.* FROM staff_passkeys p JOIN staff m ON m.id = p.staff_id
             WHERE p.credential_id = ? AND m.active = TRUE",
        )
        .bind(credential)
        .fetch_optional(&self.readers)
        .await?;
        row.map(|row| read_passkey(&row)).transpose()
    }

    /// A passkey was used; `passkey` has its counter as it is now.
    pub async fn passkey_used(
        &self,
        id: u128,
        passkey: &str,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        sqlx::query("UPDATE staff_passkeys SET passkey_json = ?, last_used = ? WHERE id = ?")
            .bind(passkey)
            .bind(signed(at.0))
            .bind(blob(id))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Calls a passkey of somebody `name`; true when they have it and it is still called `was`.
    pub async fn rename_passkey(
        &self,
        staff: StaffId,
        id: u128,
        was: &str,
        name: &str,
    ) -> Result<bool, RecordsFault> {
        let renamed = sqlx::query(
            "UPDATE staff_passkeys SET name = ? WHERE id = ? AND staff_id = ? AND name = ?",
        )
        .bind(name)
        .bind(blob(id))
        .bind(blob(staff.0))
        .bind(was)
        .execute(&self.writer);
        Ok(renamed.await?.rows_affected() > 0)
    }

    /// Takes a passkey of somebody away; true when they had it.
    pub async fn remove_passkey(&self, staff: StaffId, id: u128) -> Result<bool, RecordsFault> {
        let removed = sqlx::query("DELETE FROM staff_passkeys WHERE id = ? AND staff_id = ?")
            .bind(blob(id))
            .bind(blob(staff.0))
            .execute(&self.writer);
        Ok(removed.await?.rows_affected() > 0)
    }

    /// Takes away all that somebody had beside their password, and ends their sessions: for who lost
    /// their phone.
    pub async fn forget_factors(&self, staff: StaffId, at: Millis) -> Result<(), RecordsFault> {
        self.change_code_secret(staff, None).await?;
        sqlx::query("DELETE FROM staff_passkeys WHERE staff_id = ?")
            .bind(blob(staff.0))
            .execute(&self.writer)
            .await?;
        self.sign_out_everywhere(staff, None, at).await
    }

    /// Everybody must show more than a password.
    pub async fn second_factor_required(&self) -> Result<bool, RecordsFault> {
        let value: Option<String> =
            sqlx::query_scalar("SELECT value FROM staff_policy WHERE name = 'second_factor'")
                .fetch_optional(&self.readers)
                .await?;
        Ok(value.as_deref() == Some("required"))
    }

    /// Whether everybody must show more than a password.
    pub async fn require_second_factor(&self, required: bool) -> Result<(), RecordsFault> {
        sqlx::query(
            "INSERT INTO staff_policy (name, value) VALUES ('second_factor', ?)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(if required { "required" } else { "offered" })
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}

/// Recovery codes are long and random, so that a plain hash keeps them; whose they are is hashed in.
fn code_hash(staff: StaffId, code: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(staff.0.to_be_bytes());
    hash.update(code.as_bytes());
    hash.finalize().to_vec()
}

fn read_passkey(row: &SqliteRow) -> Result<StaffPasskey, RecordsFault> {
    let last_used: Option<i64> = row.try_get("last_used")?;
    Ok(StaffPasskey {
        id: unblob(row.try_get("id")?)?,
        staff: StaffId(unblob(row.try_get("staff_id")?)?),
        name: row.try_get("name")?,
        passkey: row.try_get("passkey_json")?,
        created_at: Millis(unsigned(row.try_get("created_at")?)?),
        last_used: last_used.map(unsigned).transpose()?.map(Millis),
    })
}
