//! Signing in, of members and of staff: a login and a password are held against a row. Wrong
//! passwords in a row lock a login for the address they came from, for a while, longer each time, whether
//! there is such a login or not. Only very many from anywhere lock it for all but known addresses.

use crate::keys::{blob, signed, unsigned};
use crate::{Records, RecordsFault};
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use vocabulary::Millis;

/// How many wrong passwords in a row from one address cost nothing.
const FREE_FAILURES: u32 = 4;
/// How many in a row from anywhere do: many addresses together must not guess without end.
const FREE_FAILURES_EVERYWHERE: u32 = 99;
/// How long the first lock lasts; each next one is twice as long.
const FIRST_LOCK_MS: u64 = 30_000;
/// How long wrong passwords are remembered after the last of them.
const FAILURES_KEPT_MS: u64 = 30 * 24 * 60 * 60 * 1_000;
/// How long an address is known after the right password last came from it.
const KNOWN_KEPT_MS: u64 = 180 * 24 * 60 * 60 * 1_000;
/// How long a lock lasts at most.
const LOCK_MS_MAX: u64 = 60 * 60 * 1_000;

/// Whose logins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Realm {
    Members,
    Staff,
    /// The second step of staff, whose codes are short: what is guessed there is counted apart.
    StaffCode,
    /// Members who say that they forgot their password: what is asked there is counted apart.
    Forgotten,
}

impl Realm {
    /// Where the right password is shown by which an address is known.
    fn entrance(self) -> Realm {
        match self {
            Realm::Members | Realm::Forgotten => Realm::Members,
            Realm::Staff => Realm::Staff,
            Realm::StaffCode => Realm::StaffCode,
        }
    }

    /// The row of a login that may be used.
    fn row(self) -> &'static str {
        match self {
            Realm::Members | Realm::Forgotten => "SELECT * FROM accounts WHERE mail = ?",
            Realm::Staff | Realm::StaffCode => {
                "SELECT * FROM staff WHERE mail = ? AND active = TRUE"
            }
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

/// The rows by which a login is locked, and by which an address is known.
struct Locks {
    /// For one address.
    here: Vec<u8>,
    /// For all addresses.
    everywhere: Vec<u8>,
    /// There is such a row when the right password came from this address before.
    known: Vec<u8>,
}

impl Locks {
    fn of(realm: Realm, login: &str, address: &str) -> Locks {
        let hash = |realm: Realm, parts: &[&str]| hash(&format!("{realm:?}\0{}", parts.join("\0")));
        Locks {
            here: hash(realm, &[login, "at", address]),
            everywhere: hash(realm, &[login]),
            known: hash(realm.entrance(), &[login, "known at", address]),
        }
    }
}

impl Records {
    /// Checks a login and a password that came from `address`. Five wrong ones in a row lock the login
    /// for that address, a hundred from anywhere for all from which the right one never came.
    pub(crate) async fn check_login(
        &self,
        realm: Realm,
        login: &str,
        password: String,
        address: &str,
        at: Millis,
    ) -> Result<Checked, RecordsFault> {
        let locks = Locks::of(realm, login, address);
        if let Some(until) = self.locked_until(&locks, at).await? {
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
        let right = self.passwords.verify(password, hash).await? && found.is_some();
        self.login_tried(&locks, right, at).await?;
        Ok(match found.filter(|_| right) {
            Some(row) => Checked::Right(row),
            None => Checked::Wrong,
        })
    }

    /// Forgets wrong passwords and known addresses of long ago; tells how many.
    pub async fn prune_sign_ins(&self, at: Millis) -> Result<u64, RecordsFault> {
        // Each row was locked until the moment of its last change, or until later.
        let before = |kept_ms| signed(at.0.saturating_sub(kept_ms));
        let pruned = sqlx::query(
            "DELETE FROM sign_in_failures
             WHERE locked_until < CASE failures WHEN 0 THEN ? ELSE ? END",
        )
        .bind(before(KNOWN_KEPT_MS))
        .bind(before(FAILURES_KEPT_MS))
        .execute(&self.writer)
        .await?;
        Ok(pruned.rows_affected())
    }

    /// Until when no code of staff is looked at that comes from `address` for `login`.
    pub async fn staff_code_locked(
        &self,
        login: &str,
        address: &str,
        at: Millis,
    ) -> Result<Option<Millis>, RecordsFault> {
        let locks = Locks::of(Realm::StaffCode, login, address);
        self.locked_until(&locks, at).await
    }

    /// A code of staff was right, or wrong: as with passwords, too many wrong ones in a row lock.
    pub async fn staff_code_tried(
        &self,
        login: &str,
        address: &str,
        right: bool,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        let locks = Locks::of(Realm::StaffCode, login, address);
        self.login_tried(&locks, right, at).await
    }

    /// Counts something that is done for a login from `address` as a wrong password is, unless it is locked
    /// already: then until when.
    pub(crate) async fn count_login(
        &self,
        realm: Realm,
        login: &str,
        address: &str,
        at: Millis,
    ) -> Result<Option<Millis>, RecordsFault> {
        let locks = Locks::of(realm, login, address);
        let until = self.locked_until(&locks, at).await?;
        if until.is_none() {
            self.login_tried(&locks, false, at).await?;
        }
        Ok(until)
    }

    /// What was shown for a login was right, or wrong.
    async fn login_tried(
        &self,
        locks: &Locks,
        right: bool,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        let mut transaction = self.begin().await?;
        match right {
            true => succeeded(&mut transaction, locks, at).await?,
            false => failed(&mut transaction, locks, at).await?,
        }
        Ok(transaction.commit().await?)
    }

    /// Until when this login is locked here, if it is at `at`.
    async fn locked_until(
        &self,
        locks: &Locks,
        at: Millis,
    ) -> Result<Option<Millis>, RecordsFault> {
        let here = self.lock(&locks.here).await?;
        let everywhere = match self.lock(&locks.known).await? {
            Some(_) => None,
            None => self.lock(&locks.everywhere).await?,
        };
        Ok(here.max(everywhere).filter(|until| at < *until))
    }

    async fn lock(&self, hash: &[u8]) -> Result<Option<Millis>, RecordsFault> {
        let until: Option<i64> =
            sqlx::query_scalar("SELECT locked_until FROM sign_in_failures WHERE login_hash = ?")
                .bind(hash)
                .fetch_optional(&self.readers)
                .await?;
        Ok(until.map(unsigned).transpose()?.map(Millis))
    }
}

/// Whoever comes from `address` showed that the login is theirs.
pub(crate) async fn login_known(
    connection: &mut SqliteConnection,
    realm: Realm,
    (login, address): (&str, &str),
    at: Millis,
) -> Result<(), RecordsFault> {
    succeeded(connection, &Locks::of(realm, login, address), at).await
}

/// One more wrong password.
async fn failed(
    connection: &mut SqliteConnection,
    locks: &Locks,
    at: Millis,
) -> Result<(), RecordsFault> {
    let rows = [
        (&locks.here, FREE_FAILURES),
        (&locks.everywhere, FREE_FAILURES_EVERYWHERE),
    ];
    for (hash, free) in rows {
        count_failure(connection, hash, free, at).await?;
    }
    Ok(())
}

/// The right password: what was before is forgotten, and the address is known from now on.
async fn succeeded(
    connection: &mut SqliteConnection,
    locks: &Locks,
    at: Millis,
) -> Result<(), RecordsFault> {
    sqlx::query("DELETE FROM sign_in_failures WHERE login_hash IN (?, ?)")
        .bind(&locks.here)
        .bind(&locks.everywhere)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO sign_in_failures (login_hash, failures, locked_until) VALUES (?, 0, ?)
         ON CONFLICT (login_hash) DO UPDATE SET locked_until = excluded.locked_until",
    )
    .bind(&locks.known)
    .bind(signed(at.0))
    .execute(connection)
    .await?;
    Ok(())
}

async fn count_failure(
    connection: &mut SqliteConnection,
    hash: &[u8],
    free: u32,
    at: Millis,
) -> Result<(), RecordsFault> {
    let failures: i64 = sqlx::query_scalar(
        "INSERT INTO sign_in_failures (login_hash, failures, locked_until) VALUES (?, 1, 0)
         ON CONFLICT (login_hash) DO UPDATE SET failures = sign_in_failures.failures + 1
         RETURNING failures",
    )
    .bind(hash)
    .fetch_one(&mut *connection)
    .await?;
    let lock_ms = lock_ms(u32::try_from(failures).unwrap_or(u32::MAX), free);
    sqlx::query("UPDATE sign_in_failures SET locked_until = ? WHERE login_hash = ?")
        .bind(signed(at.plus(lock_ms).0))
        .bind(hash)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

fn lock_ms(failures: u32, free: u32) -> u64 {
    match failures.checked_sub(free + 1) {
        None => 0,
        Some(doublings) => (FIRST_LOCK_MS << doublings.min(20)).min(LOCK_MS_MAX),
    }
}

/// Logins and addresses are personal, and a login may be of somebody without an account.
fn hash(text: &str) -> Vec<u8> {
    let hash = Sha256::digest(text);
    let (first, _) = hash.split_first_chunk::<16>().expect("a hash has 32 bytes");
    blob(u128::from_be_bytes(*first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_double_up_to_an_hour() {
        let locks: Vec<u64> = (4..9).map(|n| lock_ms(n, FREE_FAILURES)).collect();
        assert_eq!(locks, [0, 30_000, 60_000, 120_000, 240_000]);
        assert_eq!(lock_ms(u32::MAX, FREE_FAILURES), LOCK_MS_MAX);
    }

    #[tokio::test]
    async fn very_many_from_anywhere_lock_a_login_but_for_known_addresses() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("records.sqlite");
        let records = Records::open(&path).await.expect("records");
        let now = Millis(1_000);
        let from = |address: &str| Locks::of(Realm::Staff, "owner@shop.kr", address);
        let locked = async |address: &str| {
            let until = records.locked_until(&from(address), now).await;
            until.expect("an answer").is_some()
        };
        let home = from("203.0.113.7");
        let known = records.login_tried(&home, true, now).await;
        known.expect("written");
        for n in 0..=FREE_FAILURES_EVERYWHERE {
            assert!(!locked("192.0.2.1").await, "after {n} failures");
            let address = from(&format!("198.51.100.{n}"));
            let failed = records.login_tried(&address, false, now).await;
            failed.expect("written");
        }
        assert!(locked("192.0.2.1").await);
        assert!(!locked("203.0.113.7").await);
    }
}
