//! What members agreed to, from when to when. A consent that was withdrawn stays to be shown.

use crate::accounts::AccountId;
use crate::keys::{blob, signed};
use crate::{Records, RecordsFault};
use sqlx::SqliteConnection;
use std::collections::BTreeSet;
use vocabulary::Millis;

/// What can be agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Consent {
    /// The terms of use.
    Terms,
    /// That personal data is used as the privacy page says.
    Privacy,
    /// Advertising by mail and push.
    Advertising,
    /// Advertising from 21:00 to 08:00 (Korea, Act on Promotion of Information and Communications Network
    /// Utilization and Information Protection, article 50, paragraph 3).
    AdvertisingAtNight,
}

impl Consent {
    /// All of them.
    pub const ALL: [Consent; 4] = [
        Consent::Terms,
        Consent::Privacy,
        Consent::Advertising,
        Consent::AdvertisingAtNight,
    ];

    /// Its name in the table and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Consent::Terms => "terms",
            Consent::Privacy => "privacy",
            Consent::Advertising => "advertising",
            Consent::AdvertisingAtNight => "advertising_at_night",
        }
    }
}

impl Records {
    /// What a member agrees to now.
    pub async fn consents(&self, account: AccountId) -> Result<BTreeSet<Consent>, RecordsFault> {
        let kinds: Vec<String> = sqlx::query_scalar(
            "SELECT kind FROM consents WHERE account_id = ? AND withdrawn_at IS NULL",
        )
        .bind(blob(account.0))
        .fetch_all(&self.readers)
        .await?;
        let all = Consent::ALL.into_iter();
        Ok(all
            .filter(|consent| kinds.iter().any(|kind| kind == consent.name()))
            .collect())
    }

    /// Notes what a member agrees to from now on: what is not among `wanted` is withdrawn, of these kinds.
    pub async fn set_consents(
        &self,
        account: AccountId,
        kinds: &[Consent],
        wanted: &BTreeSet<Consent>,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        let mut transaction = self.begin().await?;
        for kind in kinds {
            match wanted.contains(kind) {
                true => give(&mut transaction, account, *kind, at).await?,
                false => withdraw(&mut transaction, account, *kind, at).await?,
            }
        }
        Ok(transaction.commit().await?)
    }
}

async fn give(
    connection: &mut SqliteConnection,
    account: AccountId,
    kind: Consent,
    at: Millis,
) -> Result<(), RecordsFault> {
    sqlx::query(
        "INSERT INTO consents (account_id, kind, given_at)
         SELECT ?1, ?2, ?3 WHERE NOT EXISTS (
             SELECT 1 FROM consents WHERE account_id = ?1 AND kind = ?2 AND withdrawn_at IS NULL)
         ON CONFLICT (account_id, kind, given_at) DO UPDATE SET withdrawn_at = NULL",
    )
    .bind(blob(account.0))
    .bind(kind.name())
    .bind(signed(at.0))
    .execute(connection)
    .await?;
    Ok(())
}

async fn withdraw(
    connection: &mut SqliteConnection,
    account: AccountId,
    kind: Consent,
    at: Millis,
) -> Result<(), RecordsFault> {
    sqlx::query(
        "UPDATE consents SET withdrawn_at = ?
         WHERE account_id = ? AND kind = ? AND withdrawn_at IS NULL",
    )
    .bind(signed(at.0))
    .bind(blob(account.0))
    .bind(kind.name())
    .execute(connection)
    .await?;
    Ok(())
}
