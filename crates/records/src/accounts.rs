//! Members' accounts: registering, signing in, what is known of a member, export and erasure.
//!
//! Sessions, addresses and contacts have their own files; staff are no accounts.

use crate::contacts::CONTACTS_KEPT_MS;
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

/// What an erasure did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Addresses removed.
    pub addresses: u64,
    /// Sessions removed.
    pub sessions: u64,
    /// Consents removed.
    pub consents: u64,
    /// Watches removed.
    pub watches: u64,
    /// Accounts of deposits removed.
    pub virtual_accounts: u64,
    /// Contacts of checkouts removed: the law no longer asks for them.
    pub contacts: u64,
    /// Contacts of checkouts that the law asks to keep, no longer linked to the account.
    pub contacts_kept: u64,
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
        end_resets(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(changed.rows_affected() > 0)
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

    /// Erases what is known of somebody without an account, by the keys under which they trade: what they
    /// watch, what they were told and where, where their deposits went and would go back to, what opens their
    /// door, what they wrote when they sent units back. Contacts, orders and payments stay for
    /// [`CONTACTS_KEPT_MS`], as for members.
    pub async fn erase_guest(&self, persons: &[PersonKey]) -> Result<Erased, RecordsFault> {
        let mut transaction = self.begin().await?;
        let mut erased = Erased::default();
        for person in persons {
            erase_traces(&mut transaction, *person, &mut erased).await?;
        }
        transaction.commit().await?;
        self.scrub().await?;
        Ok(erased)
    }

    /// Erases a member: login, name, addresses, sessions, consents, watches, what they wrote when they sent
    /// units back, and where their deposits went are gone from the file. The contacts of their checkouts
    /// stay for [`CONTACTS_KEPT_MS`] from storing, unlinked, because the law asks for records of contracts;
    /// [`Records::purge_contacts`] removes them then. `persons` are the keys under which they traded.
    pub async fn erase_account(
        &self,
        id: AccountId,
        persons: &[PersonKey],
        at: Millis,
    ) -> Result<Erased, RecordsFault> {
        let mut transaction = self.begin().await?;
        let mut erased = Erased::default();
        for person in persons {
            erase_traces(&mut transaction, *person, &mut erased).await?;
        }
        erase(&mut transaction, id, at, &mut erased).await?;
        transaction.commit().await?;
        self.scrub().await?;
        Ok(erased)
    }
}

const REFUNDS_OF_PERSON: &str = "DELETE FROM refund_accounts
     WHERE checkout_id IN (SELECT checkout_id FROM orders WHERE person = ?)";
const REFUNDS_OF_ACCOUNT: &str = "DELETE FROM refund_accounts
     WHERE checkout_id IN (SELECT checkout_id FROM contacts WHERE account_id = ?)";
const CODES_OF_ACCOUNT: &str = "DELETE FROM entrance_codes
     WHERE checkout_id IN (SELECT checkout_id FROM contacts WHERE account_id = ?)";
/// What they held as a guest and paid as a member trades under another person.
const DEPOSITS_OF_ACCOUNT: &str = "DELETE FROM virtual_accounts
     WHERE checkout_id IN (SELECT checkout_id FROM contacts WHERE account_id = ?)";
const NOTES_OF_ACCOUNT: &str = "UPDATE return_requests SET note = ''
     WHERE checkout_id IN (SELECT checkout_id FROM contacts WHERE account_id = ?)";
const CODES_OF_PERSON: &str = "DELETE FROM entrance_codes
     WHERE checkout_id IN (SELECT checkout_id FROM orders WHERE person = ?)";
const DEPOSITS_OF_PERSON: &str = "DELETE FROM virtual_accounts
     WHERE checkout_id IN (SELECT checkout_id FROM orders WHERE person = ?)";

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

/// Removes rows, or what stands in them; tells how many rows.
async fn run(
    connection: &mut SqliteConnection,
    statement: &'static str,
    key: u128,
) -> Result<u64, RecordsFault> {
    let done = sqlx::query(statement)
        .bind(blob(key))
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

/// What is found by the key of a person.
async fn erase_traces(
    connection: &mut SqliteConnection,
    PersonKey(person): PersonKey,
    erased: &mut Erased,
) -> Result<(), RecordsFault> {
    let watches = "DELETE FROM watches WHERE person = ?";
    erased.watches += run(connection, watches, person).await?;
    // What was still to be sent goes with its notice.
    for traces in [
        "DELETE FROM notices WHERE person = ?",
        "DELETE FROM push_subscriptions WHERE person = ?",
        "DELETE FROM reachables WHERE person = ?",
    ] {
        run(connection, traces, person).await?;
    }
    erased.virtual_accounts += run(connection, DEPOSITS_OF_PERSON, person).await?;
    run(connection, REFUNDS_OF_PERSON, person).await?;
    run(connection, CODES_OF_PERSON, person).await?;
    let notes = "UPDATE return_requests SET note = '' WHERE person = ?";
    run(connection, notes, person).await?;
    Ok(())
}

/// What is found by the account, and the account itself.
async fn erase(
    connection: &mut SqliteConnection,
    AccountId(id): AccountId,
    at: Millis,
    erased: &mut Erased,
) -> Result<(), RecordsFault> {
    erased.addresses = run(connection, "DELETE FROM addresses WHERE account_id = ?", id).await?;
    let sessions = "DELETE FROM member_sessions WHERE account_id = ?";
    erased.sessions = run(connection, sessions, id).await?;
    let consents = "DELETE FROM consents WHERE account_id = ?";
    erased.consents = run(connection, consents, id).await?;
    end_resets(connection, AccountId(id)).await?;
    erased.virtual_accounts += run(connection, DEPOSITS_OF_ACCOUNT, id).await?;
    run(connection, REFUNDS_OF_ACCOUNT, id).await?;
    run(connection, CODES_OF_ACCOUNT, id).await?;
    run(connection, NOTES_OF_ACCOUNT, id).await?;
    erased.contacts = sqlx::query("DELETE FROM contacts WHERE account_id = ? AND stored_at <= ?")
        .bind(blob(id))
        .bind(signed(at.0.saturating_sub(CONTACTS_KEPT_MS)))
        .execute(&mut *connection)
        .await?
        .rows_affected();
    let unlink = "UPDATE contacts SET account_id = NULL WHERE account_id = ?";
    erased.contacts_kept = run(connection, unlink, id).await?;
    sqlx::query(
        "UPDATE accounts SET mail = NULL, password_hash = NULL, name = NULL, phone = NULL,
             locale = '', verified_person = NULL, erased_at = ?
         WHERE id = ?",
    )
    .bind(signed(at.0))
    .bind(blob(id))
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
