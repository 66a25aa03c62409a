//! Forgotten passwords: a link that sets another one once, for half an hour. What opens it leaves by mail;
//! here lies its hash.

use crate::accounts::{Account, AccountId, fold_mail, read_account, set_password};
use crate::keys::{blob, signed, unblob};
use crate::lockout::Realm;
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
        let row = sqlx::query("SELECT * FROM accounts WHERE mail = ? AND erased_at IS NULL")
            .bind(fold_mail(mail))
            .fetch_optional(&self.readers)
            .await?;
        let Some(account) = row.map(|row| read_account(&row)).transpose()? else {
            return Ok(None);
        };
        let token = Token::random("dbr_");
        let made = sqlx::query(
            "INSERT INTO password_resets (token_hash, account_id, asked_at, expires_at)
             SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (
                 SELECT 1 FROM password_resets WHERE account_id = ?2 AND asked_at > ?5)",
        )
        .bind(token.hash())
        .bind(blob(account.id.0))
        .bind(signed(at.0))
        .bind(signed(at.plus(RESET_STANDS_MS).0))
        .bind(signed(at.0.saturating_sub(NEXT_AFTER_MS)))
        .execute(&self.writer)
        .await?;
        Ok((made.rows_affected() > 0).then_some((token, account)))
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
        transaction.commit().await?;
        for realm in [Realm::Members, Realm::Forgotten] {
            self.login_known(realm, &account.mail, address, at).await?;
        }
        Ok(Some(ResetPassword { account, ended }))
    }

    /// Removes links whose time is over.
    pub(crate) async fn prune_resets(&self, at: Millis) -> Result<(), RecordsFault> {
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
    let used: Option<Vec<u8>> = sqlx::query_scalar(
        "DELETE FROM password_resets WHERE token_hash = ? AND expires_at > ? RETURNING account_id",
    )
    .bind(token.hash())
    .bind(signed(at.0))
    .fetch_optional(connection)
    .await?;
    Ok(used.map(|account| unblob(&account)).transpose()?.is_some())
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
