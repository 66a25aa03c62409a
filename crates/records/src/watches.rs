//! Who wants to be told when a deal opens.

use crate::keys::{blob, narrow, signed, unblob};
use crate::{Consent, Records, RecordsFault};
use vocabulary::{DealId, Millis, PersonKey};

impl Records {
    /// Watches a deal; watching twice is watching once, with the newer word on nights. What members agree to for
    /// all that promotes is not copied here: they may withdraw it.
    pub async fn watch(
        &self,
        person: PersonKey,
        deal: DealId,
        at_night: bool,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        sqlx::query(
            "INSERT INTO watches (person, deal, created_at, at_night) VALUES (?, ?, ?, ?)
             ON CONFLICT (person, deal) DO UPDATE SET at_night = excluded.at_night",
        )
        .bind(blob(person.0))
        .bind(i64::from(deal.0))
        .bind(signed(at.0))
        .bind(at_night)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// A person watches what another one watches: they are the same.
    pub async fn watch_as(&self, other: PersonKey, person: PersonKey) -> Result<(), RecordsFault> {
        sqlx::query(
            "INSERT INTO watches (person, deal, created_at, at_night)
             SELECT ?, deal, created_at, at_night FROM watches WHERE person = ?
             ON CONFLICT (person, deal) DO NOTHING",
        )
        .bind(blob(person.0))
        .bind(blob(other.0))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Stops watching a deal.
    pub async fn unwatch(&self, person: PersonKey, deal: DealId) -> Result<(), RecordsFault> {
        sqlx::query("DELETE FROM watches WHERE person = ? AND deal = ?")
            .bind(blob(person.0))
            .bind(i64::from(deal.0))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// The deals that a person watches, by number.
    pub async fn watches(&self, person: PersonKey) -> Result<Vec<DealId>, RecordsFault> {
        let deals: Vec<i64> =
            sqlx::query_scalar("SELECT deal FROM watches WHERE person = ? ORDER BY deal")
                .bind(blob(person.0))
                .fetch_all(&self.readers)
                .await?;
        deals
            .into_iter()
            .map(|deal| narrow(deal).map(DealId))
            .collect()
    }

    /// Up to `count` persons who watch a deal, behind `after`, in the order of their keys; with whether they may be told at
    /// night: they said so of this deal, or agree to it as members now.
    pub async fn watchers(
        &self,
        deal: DealId,
        after: Option<PersonKey>,
        count: u32,
    ) -> Result<Vec<(PersonKey, bool)>, RecordsFault> {
        let persons: Vec<(Vec<u8>, bool)> = sqlx::query_as(
            "SELECT w.person, w.at_night OR EXISTS (
                 SELECT 1 FROM reachables r JOIN consents c ON c.account_id = r.account_id
                 WHERE r.person = w.person AND c.kind = ? AND c.withdrawn_at IS NULL)
             FROM watches w WHERE w.deal = ? AND w.person > ?
             ORDER BY w.person LIMIT ?",
        )
        .bind(Consent::AdvertisingAtNight.name())
        .bind(i64::from(deal.0))
        .bind(after.map_or_else(Vec::new, |person| blob(person.0)))
        .bind(i64::from(count))
        .fetch_all(&self.readers)
        .await?;
        persons
            .iter()
            .map(|(person, at_night)| Ok((PersonKey(unblob(person)?), *at_night)))
            .collect()
    }
}
