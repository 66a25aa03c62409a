//! Signing in, of members and of staff: a login and a password are held against a row. Wrong
//! passwords in a row lock a login for a while, longer each time, whether there is such a login or not.

use crate::keys::{blob, signed, unsigned};
use crate::{Records, RecordsFault};
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use vocabulary::Millis;

/// How many wrong passwords in a row cost nothing.
const FREE_FAILURES: u32 = 4;
/// How long the first lock lasts; each next one is twice as long.
const FIRST_LOCK_MS: u64 = 30_000;
/// How long a lock lasts at most.
const LOCK_MS_MAX: u64 = 60 * 60 * 1_000;

/// Whose logins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Realm {
    Members,
    Staff,
}

impl Realm {
    /// The row of a login that may be used.
    fn row(self) -> &'static str {
        match self {
            Realm::Members => "SELECT * FROM accounts WHERE mail = ?",
            Realm::Staff => "SELECT * FROM staff WHERE mail = ? AND active = TRUE",
        }
    }
}

/// How a login and a password fared.
pub(crate) enum Checked {
    /// They are right; the row they belong to.
    Right(SqliteRow),
    /// One of them is wrong.
    Wrong,
    /// Too many were wrong.
    Locked {
        /// Until when.
        until: Millis,
    },
}

impl Records {
    /// Checks a login and a password. Five wrong ones in a row lock the login, longer each time.
    pub(crate) async fn check_login(
        &self,
        realm: Realm,
        login: &str,
        password: String,
        at: Millis,
    ) -> Result<Checked, RecordsFault> {
        if let Some(until) = self.locked_until(realm, login, at).await? {
            return Ok(Checked::Locked { until });
        }
        let found = sqlx::query(realm.row())
            .bind(login)
            .fetch_optional(&self.readers)
            .await?;
        let hash = found
            .as_ref()
            .map(|row| row.try_get("password_hash"))
            .transpose()?;
        match (self.passwords.verify(password, hash).await?, found) {
            (true, Some(row)) => {
                self.sign_in_succeeded(realm, login).await?;
                Ok(Checked::Right(row))
            }
            _ => {
                self.sign_in_failed(realm, login, at).await?;
                Ok(Checked::Wrong)
            }
        }
    }

    /// Until when this login is locked, if it is at `at`.
    async fn locked_until(
        &self,
        realm: Realm,
        login: &str,
        at: Millis,
    ) -> Result<Option<Millis>, RecordsFault> {
        let until: Option<i64> =
            sqlx::query_scalar("SELECT locked_until FROM sign_in_failures WHERE login_hash = ?")
                .bind(login_hash(realm, login))
                .fetch_optional(&self.readers)
                .await?;
        let until = until.map(unsigned).transpose()?.map(Millis);
        Ok(until.filter(|until| at < *until))
    }

    /// One more wrong password.
    async fn sign_in_failed(
        &self,
        realm: Realm,
        login: &str,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        let mut transaction = self.begin().await?;
        let failures: i64 = sqlx::query_scalar(
            "INSERT INTO sign_in_failures (login_hash, failures, locked_until) VALUES (?, 1, 0)
             ON CONFLICT (login_hash) DO UPDATE SET failures = sign_in_failures.failures + 1
             RETURNING failures",
        )
        .bind(login_hash(realm, login))
        .fetch_one(&mut *transaction)
        .await?;
        let lock_ms = lock_ms(u32::try_from(failures).unwrap_or(u32::MAX));
        sqlx::query("UPDATE sign_in_failures SET locked_until = ? WHERE login_hash = ?")
            .bind(signed(at.plus(lock_ms).0))
            .bind(login_hash(realm, login))
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// The right password: what was before is forgotten.
    async fn sign_in_succeeded(&self, realm: Realm, login: &str) -> Result<(), RecordsFault> {
        sqlx::query("DELETE FROM sign_in_failures WHERE login_hash = ?")
            .bind(login_hash(realm, login))
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

fn lock_ms(failures: u32) -> u64 {
    match failures.checked_sub(FREE_FAILURES + 1) {
        None => 0,
        Some(doublings) => (FIRST_LOCK_MS << doublings.min(20)).min(LOCK_MS_MAX),
    }
}

/// The login itself is personal and may be of somebody without an account.
fn login_hash(realm: Realm, login: &str) -> Vec<u8> {
    let hash = Sha256::digest(format!("{realm:?}\0{login}"));
    let (first, _) = hash.split_first_chunk::<16>().expect("a hash has 32 bytes");
    blob(u128::from_be_bytes(*first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_double_up_to_an_hour() {
        let locks: Vec<u64> = (4..9).map(lock_ms).collect();
        assert_eq!(locks, [0, 30_000, 60_000, 120_000, 240_000]);
        assert_eq!(lock_ms(u32::MAX), LOCK_MS_MAX);
    }
}
