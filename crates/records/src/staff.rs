//! Staff: who they are, what they may do, their sessions, and the keys of programs.
//!
//! Tokens are 256 random bits and kept as SHA-256 only. What staff do is written in the audit by
//! who lets them do it.

use crate::accounts::fold_mail;
use crate::keys::{blob, fresh_id, signed, unblob, unsigned, uuid_text};
use crate::lockout::{Checked, Realm};
use crate::states::Word;
use crate::{Records, RecordsFault};
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use vocabulary::Millis;

/// What one may do; each role may also do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Cancels, refunds, records shipments and returns.
    Support,
    /// Deals, stock and catalogue.
    Merchandiser,
    /// Staff, keys and webhooks.
    Owner,
}

impl Word for Role {
    const ALL: &'static [Role] = &[Role::Viewer, Role::Support, Role::Merchandiser, Role::Owner];

    fn name(self) -> String {
        self.as_str().to_owned()
    }
}

impl Role {
    /// The name that API and configuration use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Support => "support",
            Role::Merchandiser => "merchandiser",
            Role::Owner => "owner",
        }
    }

    /// The role of this name.
    pub fn from_name(name: &str) -> Option<Role> {
        Role::named(name).ok()
    }
}

/// Somebody on the staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StaffId(pub u128);

impl std::fmt::Display for StaffId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&uuid_text(self.0))
    }
}

/// Somebody on the staff, with what they may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    /// Their id.
    pub id: StaffId,
    /// The login, in lower case.
    pub mail: String,
    /// How to address them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// May sign in.
    pub active: bool,
    /// Since when.
    pub created_at: Millis,
}

/// A key by which a program acts for the shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id; the key itself is shown once, when it is made.
    pub id: u128,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Since when.
    pub created_at: Millis,
    /// Since when it works no more.
    pub revoked_at: Option<Millis>,
}

/// What a session or a program shows to be let in. Its text must not be logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(pub String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(..)")
    }
}

impl Token {
    pub(crate) fn random(prefix: &str) -> Token {
        Token(format!(
            "{prefix}{}",
            hex::encode(rand::random::<[u8; 32]>())
        ))
    }

    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }
}

/// The answer to a login and a password of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StaffSignIn {
    /// The right password, and whose it is.
    Right(StaffMember),
    /// No such login, or not its password; which of the two is not told.
    Wrong,
    /// Too many wrong passwords in a row.
    Locked {
        /// When to try again.
        until: Millis,
    },
}

/// What became of a change of somebody on the staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is so.
    Done,
    /// It would have left nobody who may decide who works here.
    LastOwner,
    /// They are not what they were any more; nothing was changed.
    Meanwhile,
}

impl Records {
    /// Takes somebody on; `None` when the login is taken.
    pub async fn add_staff(
        &self,
        mail: &str,
        name: &str,
        role: Role,
        password: String,
        at: Millis,
    ) -> Result<Option<StaffId>, RecordsFault> {
        let hash = self.passwords.hash(password).await?;
        let id = fresh_id(at);
        let inserted = sqlx::query(
            "INSERT INTO staff (id, mail, name, role, password_hash, active, created_at)
             VALUES (?, ?, ?, ?, ?, TRUE, ?) ON CONFLICT (mail) DO NOTHING",
        )
        .bind(blob(id))
        .bind(fold_mail(mail))
        .bind(name)
        .bind(role.as_str())
        .bind(hash)
        .bind(signed(at.0))
        .execute(&self.writer)
        .await?;
        Ok((inserted.rows_affected() > 0).then_some(StaffId(id)))
    }

    /// Everybody on the staff, by login.
    pub async fn staff(&self) -> Result<Vec<StaffMember>, RecordsFault> {
        let rows = sqlx::query("SELECT * FROM staff ORDER BY mail")
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read_staff).collect()
    }

    /// Changes what somebody may do and whether they may sign in from `was`, unless that is another by now;
    /// who may no longer sign in is signed out at once. The last owner who may sign in stays one.
    pub async fn change_staff(
        &self,
        id: StaffId,
        was: (Role, bool),
        (role, active): (Role, bool),
        at: Millis,
    ) -> Result<Changed, RecordsFault> {
        let mut transaction = self.begin().await?;
        let changed = sqlx::query(
            "UPDATE staff SET role = ?, active = ? WHERE id = ? AND role = ? AND active = ?",
        )
        .bind(role.as_str())
        .bind(active)
        .bind(blob(id.0))
        .bind(was.0.as_str())
        .bind(was.1)
        .execute(&mut *transaction)
        .await?;
        if changed.rows_affected() == 0 {
            return Ok(Changed::Meanwhile);
        }
        let owners: i64 =
            sqlx::query_scalar("SELECT count(*) FROM staff WHERE role = 'owner' AND active = TRUE")
                .fetch_one(&mut *transaction)
                .await?;
        if owners == 0 {
            return Ok(Changed::LastOwner);
        }
        transaction.commit().await?;
        if !active {
            self.sign_out_everywhere(id, None, at).await?;
        }
        Ok(Changed::Done)
    }

    /// Another password for somebody on the staff; all their sessions end.
    pub async fn change_staff_password(
        &self,
        id: StaffId,
        password: String,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        self.put_staff_password(id, password).await?;
        self.sign_out_everywhere(id, None, at).await
    }

    /// Another password that somebody chose for themselves; all their sessions end but the one that
    /// is `kept`.
    pub async fn change_own_password(
        &self,
        id: StaffId,
        password: String,
        kept: u128,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        self.put_staff_password(id, password).await?;
        self.sign_out_everywhere(id, Some(kept), at).await
    }

    async fn put_staff_password(&self, id: StaffId, password: String) -> Result<(), RecordsFault> {
        let hash = self.passwords.hash(password).await?;
        sqlx::query("UPDATE staff SET password_hash = ? WHERE id = ?")
            .bind(hash)
            .bind(blob(id.0))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Checks a login and a password that came from `address`. No session is opened by this.
    pub async fn staff_password(
        &self,
        mail: &str,
        password: String,
        address: &str,
        at: Millis,
    ) -> Result<StaffSignIn, RecordsFault> {
        let mail = fold_mail(mail);
        let checked = self.check_login(Realm::Staff, &mail, password, address, at);
        Ok(match checked.await? {
            Checked::Right(row) => StaffSignIn::Right(read_staff(&row)?),
            Checked::Wrong => StaffSignIn::Wrong,
            Checked::Locked { until } => StaffSignIn::Locked { until },
        })
    }

    /// The member of the staff with this id.
    pub async fn staff_of(&self, id: StaffId) -> Result<Option<StaffMember>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM staff WHERE id = ?")
            .bind(blob(id.0))
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| read_staff(&row)).transpose()
    }

    /// Lets a key in that was made elsewhere; one that is known is left as it is.
    pub async fn put_api_key(
        &self,
        name: &str,
        role: Role,
        token: &Token,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        sqlx::query(
            "INSERT INTO api_keys (id, key_hash, name, role, created_at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (key_hash) DO NOTHING",
        )
        .bind(blob(fresh_id(at)))
        .bind(token.hash())
        .bind(name)
        .bind(role.as_str())
        .bind(signed(at.0))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Makes a key for a program. The token is shown this once.
    pub async fn make_api_key(
        &self,
        name: &str,
        role: Role,
        at: Millis,
    ) -> Result<(ApiKey, Token), RecordsFault> {
        let token = Token::random("dbk_");
        let id = fresh_id(at);
        sqlx::query(
            "INSERT INTO api_keys (id, key_hash, name, role, created_at) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(blob(id))
        .bind(token.hash())
        .bind(name)
        .bind(role.as_str())
        .bind(signed(at.0))
        .execute(&self.writer)
        .await?;
        let name = name.to_owned();
        Ok((
            ApiKey {
                id,
                name,
                role,
                created_at: at,
                revoked_at: None,
            },
            token,
        ))
    }

    /// The key that this token is, unless it was revoked.
    pub async fn api_key(&self, token: &Token) -> Result<Option<ApiKey>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM api_keys WHERE key_hash = ? AND revoked_at IS NULL")
            .bind(token.hash())
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| read_api_key(&row)).transpose()
    }

    /// The key that this token is or was, revoked or not.
    pub async fn api_key_ever(&self, token: &Token) -> Result<Option<ApiKey>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM api_keys WHERE key_hash = ?")
            .bind(token.hash())
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| read_api_key(&row)).transpose()
    }

    /// Every key there is or was, oldest first.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>, RecordsFault> {
        let rows = sqlx::query("SELECT * FROM api_keys ORDER BY id")
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read_api_key).collect()
    }

    /// Makes a key work no more; true when it did until now.
    pub async fn revoke_api_key(&self, id: u128, at: Millis) -> Result<bool, RecordsFault> {
        let revoked =
            sqlx::query("UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL")
                .bind(signed(at.0))
                .bind(blob(id))
                .execute(&self.writer)
                .await?;
        Ok(revoked.rows_affected() > 0)
    }
}

pub(crate) fn read_staff(row: &SqliteRow) -> Result<StaffMember, RecordsFault> {
    Ok(StaffMember {
        id: StaffId(unblob(row.try_get("id")?)?),
        mail: row.try_get("mail")?,
        name: row.try_get("name")?,
        role: Role::named(row.try_get("role")?)?,
        active: row.try_get("active")?,
        created_at: Millis(unsigned(row.try_get("created_at")?)?),
    })
}

fn read_api_key(row: &SqliteRow) -> Result<ApiKey, RecordsFault> {
    let revoked_at: Option<i64> = row.try_get("revoked_at")?;
    Ok(ApiKey {
        id: unblob(row.try_get("id")?)?,
        name: row.try_get("name")?,
        role: Role::named(row.try_get("role")?)?,
        created_at: Millis(unsigned(row.try_get("created_at")?)?),
        revoked_at: revoked_at.map(unsigned).transpose()?.map(Millis),
    })
}
