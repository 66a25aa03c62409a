//! Forgotten passwords: a link that sets another one once, for half an hour. What opens it leaves by mail;
//! here lies its hash.

use crate::accounts::{Account, AccountId, fold_mail, read_account, set_password};
use crate::keys::{blob, signed};
use crate::lockout::{Realm, login_known};
use crate::sessions::revoke_sessions;
use crate::{Records, RecordsFault, SessionId, Token};
use sqlx::SqliteConnection;
use vocabulary::Millis;

/// How long a link stands.
pub const RESET_STANDS_MS: u64 = 30 * 60 * 1_000;
/// How long after a link no other one of the same account is made: nobody's mailbox is filled by others.
const NEXT_AFTER_MS: u64 = 60 * 1_000;

/// A password that was set anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResetPassword {
    /// Whose.
    pub account: Account,
    /// The sessions that ended by it.
    pub ended: Vec<SessionId>,
}

impl Records {
    /// Counts that the password of `mail` is said to be forgotten, from `address`, as wrong passwords are
    /// counted and whether there is such a login or not. `Some` where it was said too often: until then
    /// nothing is to be done.
    pub async fn password_forgotten(
        &self,
        mail: &str,
        address: &str,
        at: Millis,
    ) -> Result<Option<Millis>, RecordsFault> {
        self.count_login(Realm::Forgotten, &fold_mail(mail), address, at)
            .await
    }

    /// A link for the account of `mail`; what it has to show is told this once. `None` when there is no such
    /// account, or when it got a link a moment ago.
    pub async fn make_reset(
        &self,
        mail: &str,
        at: Millis,
    ) -> Result<Option<(Token, Account)>, RecordsFault> {
        let token = Token::random("dbr_");
        let mut transaction = self.begin().await?;
        let made: Option<Vec<u8>> = sqlx::query_scalar(
            "INSERT INTO password_resets (token_hash, account_id, asked_at, expires_at)
             SELECT ?1, a.id, ?2, ?3 FROM accounts a
             WHERE a.mail = ?4 AND a.erased_at IS NULL AND NOT EXISTS (
                 SELECT 1 FROM password_resets WHERE account_id = a.id AND asked_at > ?5)
             RETURNING account_id",
        )
        .bind(token.hash())
        .bind(signed(at.0))
        .bind(signed(at.plus(RESET_STANDS_MS).0))
        .bind(fold_mail(mail))
        .bind(signed(at.0.saturating_sub(NEXT_AFTER_MS)))
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(account) = made else {
            return Ok(None);
        };
        let row = sqlx::query("SELECT * FROM accounts WHERE id = ?")
            .bind(account)
            .fetch_one(&mut *transaction)
            .await?;
        let account = read_account(&row)?;
        transaction.commit().await?;
        Ok(Some((token, account)))
    }

    /// Whose link this is, while it stands.
    pub async fn reset_of(
        &self,
        token: &Token,
        at: Millis,
    ) -> Result<Option<Account>, RecordsFault> {
        let row = sqlx::query(
            "SELECT a.* FROM password_resets r JOIN accounts a ON a.id = r.account_id
             WHERE r.token_hash = ? AND r.expires_at > ? AND a.erased_at IS NULL",
        )
        .bind(token.hash())
        .bind(signed(at.0))
        .fetch_optional(&self.readers)
        .await?;
        row.map(|row| read_account(&row)).transpose()
    }

    /// Another password by a link: every link and every session of the account ends, and wrong passwords are
    /// forgotten. `None` when the link does not stand, or somebody else was faster.
    pub async fn reset_password(
        &self,
        token: &Token,
        password: String,
        address: &str,
        at: Millis,
    ) -> Result<Option<ResetPassword>, RecordsFault> {
        let Some(account) = self.reset_of(token, at).await? else {
            return Ok(None);
        };
        let hash = self.passwords.hash(password).await?;
        let mut transaction = self.begin().await?;
        if !use_up(&mut transaction, token, at).await? {
            return Ok(None);
        }
        set_password(&mut transaction, account.id, hash).await?;
        let ended = revoke_sessions(&mut transaction, account.id, None, at).await?;
        for realm in [Realm::Members, Realm::Forgotten] {
            login_known(&mut transaction, realm, (&account.mail, address), at).await?;
        }
        transaction.commit().await?;
        Ok(Some(ResetPassword { account, ended }))
    }

    /// Removes links whose time is over.
    pub async fn prune_resets(&self, at: Millis) -> Result<(), RecordsFault> {
        sqlx::query("DELETE FROM password_resets WHERE expires_at <= ?")
            .bind(signed(at.0))
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

/// A link opens once: true for the first who uses it while it stands.
async fn use_up(
    connection: &mut SqliteConnection,
    token: &Token,
    at: Millis,
) -> Result<bool, RecordsFault> {
    let used = sqlx::query("DELETE FROM password_resets WHERE token_hash = ? AND expires_at > ?")
        .bind(token.hash())
        .bind(signed(at.0))
        .execute(connection)
        .await?;
    Ok(used.rows_affected() > 0)
}

/// Ends the links of an account: its password or its login is another since.
pub(crate) async fn end_resets(
    connection: &mut SqliteConnection,
    account: AccountId,
) -> Result<(), RecordsFault> {
    sqlx::query("DELETE FROM password_resets WHERE account_id = ?")
        .bind(blob(account.0))
        .execute(connection)
        .await?;
    Ok(())
}
