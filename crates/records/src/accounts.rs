//! Members' accounts: registering, signing in, what is known of a member.
//!
//! Sessions, addresses and contacts have their own files, and so has how all of it is erased; staff are no accounts.

use crate::keys::{blob, fresh_id, signed, unblob, unsigned, uuid_text};
use crate::lockout::{Checked, Realm};
use crate::password_resets::end_resets;
use crate::sessions::revoke_sessions;
use crate::{Records, RecordsFault, SessionId};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use vocabulary::{Millis, PersonKey};

/// A member's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub u128);

impl std::fmt::Display for AccountId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&uuid_text(self.0))
    }
}

/// Who registers.
#[derive(Clone)]
pub struct NewAccount {
    /// The login.
    pub mail: String,
    /// As typed; kept only as a hash.
    pub password: String,
    /// How to address them.
    pub name: String,
    /// A language tag.
    pub locale: String,
}

/// The answer to a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registered {
    /// The account is there.
    Done(AccountId),
    /// The mail has an account already.
    Taken,
}

/// The answer to a login and a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// The right password.
    In(AccountId),
    /// No such login, or not its password; which of the two is not told.
    Wrong,
    /// Too many wrong passwords in a row.
    Locked {
        /// When to try again.
        until: Millis,
    },
}

/// What is known of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The login, in lower case.
    pub mail: String,
    /// How to address them.
    pub name: String,
    /// For the courier; empty when not told.
    pub phone: String,
    /// A language tag.
    pub locale: String,
    /// The key of the verified person behind it, where there is one.
    pub verified_person: Option<PersonKey>,
    /// When it was made.
    pub created_at: Millis,
}

impl Records {
    /// Opens an account.
    ///
    /// # Errors
    /// [`RecordsFault::Busy`] when too many passwords wait to be hashed.
    pub async fn register(
        &self,
        account: NewAccount,
        at: Millis,
    ) -> Result<Registered, RecordsFault> {
        let hash = self.passwords.hash(account.password).await?;
        let id = fresh_id(at);
        let inserted = sqlx::query(
            "INSERT INTO accounts (id, mail, password_hash, name, phone, locale, created_at)
             VALUES (?, ?, ?, ?, '', ?, ?) ON CONFLICT (mail) DO NOTHING",
        )
        .bind(blob(id))
        .bind(fold_mail(&account.mail))
        .bind(hash)
        .bind(account.name)
        .bind(account.locale)
        .bind(signed(at.0))
        .execute(&self.writer)
        .await?;
        Ok(match inserted.rows_affected() {
            0 => Registered::Taken,
            _ => Registered::Done(AccountId(id)),
        })
    }

    /// Checks a login and a password. Five wrong ones in a row lock the login, longer each time.
    pub async fn sign_in(
        &self,
        mail: &str,
        password: String,
        address: &str,
        at: Millis,
    ) -> Result<SignIn, RecordsFault> {
        let mail = fold_mail(mail);
        let checked = self.check_login(Realm::Members, &mail, password, address, at);
        Ok(match checked.await? {
            Checked::Right(row) => SignIn::In(AccountId(unblob(row.try_get("id")?)?)),
            Checked::Wrong => SignIn::Wrong,
            Checked::Locked { until } => SignIn::Locked { until },
        })
    }

    /// What is known of a member; `None` when there is no such account or it was erased.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM accounts WHERE id = ? AND erased_at IS NULL")
            .bind(blob(id.0))
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| read_account(&row)).transpose()
    }

    /// Changes how a member is addressed and called, and in which language.
    pub async fn change_account(
        &self,
        id: AccountId,
        name: &str,
        phone: &str,
        locale: &str,
    ) -> Result<(), RecordsFault> {
        sqlx::query(
            "UPDATE accounts SET name = ?, phone = ?, locale = ?
             WHERE id = ? AND erased_at IS NULL",
        )
        .bind(name)
        .bind(phone)
        .bind(locale)
        .bind(blob(id.0))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Another login; false when somebody else has it. Links that went to the old one end.
    pub async fn change_mail(&self, id: AccountId, mail: &str) -> Result<bool, RecordsFault> {
        let mail = fold_mail(mail);
        let mut transaction = self.begin().await?;
        let changed = sqlx::query(
            "UPDATE accounts SET mail = ?1 WHERE id = ?2 AND erased_at IS NULL
                 AND NOT EXISTS (SELECT 1 FROM accounts WHERE mail = ?1 AND id <> ?2)",
        )
        .bind(mail)
        .bind(blob(id.0))
        .execute(&mut *transaction)
        .await?;
        let changed = changed.rows_affected() > 0;
        if changed {
            end_resets(&mut transaction, id).await?;
        }
        transaction.commit().await?;
        Ok(changed)
    }

    /// Another password; all sessions of the account end, and all links that would set another.
    pub async fn change_password(
        &self,
        id: AccountId,
        password: String,
        at: Millis,
    ) -> Result<Vec<SessionId>, RecordsFault> {
        let hash = self.passwords.hash(password).await?;
        let mut transaction = self.begin().await?;
        set_password(&mut transaction, id, hash).await?;
        let ended = revoke_sessions(&mut transaction, id, None, at).await?;
        transaction.commit().await?;
        Ok(ended)
    }

    /// Notes which verified person a member is.
    pub async fn verify_account(
        &self,
        id: AccountId,
        person: PersonKey,
    ) -> Result<(), RecordsFault> {
        sqlx::query("UPDATE accounts SET verified_person = ? WHERE id = ? AND erased_at IS NULL")
            .bind(blob(person.0))
            .bind(blob(id.0))
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

/// The hash of another password; links that would set another one end.
pub(crate) async fn set_password(
    connection: &mut SqliteConnection,
    id: AccountId,
    hash: String,
) -> Result<(), RecordsFault> {
    end_resets(connection, id).await?;
    sqlx::query("UPDATE accounts SET password_hash = ? WHERE id = ? AND erased_at IS NULL")
        .bind(hash)
        .bind(blob(id.0))
        .execute(connection)
        .await?;
    Ok(())
}

/// A mail address as logins and searches compare it.
pub(crate) fn fold_mail(mail: &str) -> String {
    mail.trim().to_lowercase()
}

pub(crate) fn read_account(row: &SqliteRow) -> Result<Account, RecordsFault> {
    let verified: Option<Vec<u8>> = row.try_get("verified_person")?;
    Ok(Account {
        id: AccountId(unblob(row.try_get("id")?)?),
        mail: row.try_get("mail")?,
        name: row.try_get("name")?,
        phone: row.try_get("phone")?,
        locale: row.try_get("locale")?,
        verified_person: verified
            .map(|key| unblob(&key).map(PersonKey))
            .transpose()?,
        created_at: Millis(unsigned(row.try_get("created_at")?)?),
    })
}
