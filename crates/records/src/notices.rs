//! What shoppers are told without having asked at that moment, and what of it is still to be sent.
//!
//! What is worth telling, and when it may be sent, is the notice clerk's to say; how it reads, the pages'.

use crate::accounts::AccountId;
use crate::keys::{blob, narrow, signed, unblob, unsigned};
use crate::webhooks::WebhookCursor;
use crate::{Records, RecordsFault};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use vocabulary::{CheckoutId, Millis, PersonKey, Seq};

/// How many browsers of one person are pushed to; the oldest goes for the next.
const SUBSCRIPTIONS_MAX: i64 = 10;

/// A notice that may be new.
#[derive(Clone, Debug, PartialEq)]
pub struct FreshNotice {
    /// Whom it is for.
    pub person: PersonKey,
    /// Which sort.
    pub kind: String,
    /// What it is about; the same subject is told once.
    pub subject: String,
    /// What its words need.
    pub details: Value,
    /// When it happened.
    pub at: Millis,
    /// From when on nobody is served by it.
    pub useful_until: Millis,
    /// Not before this it leaves the house.
    pub leaves_at: Millis,
    /// Over which ways it may leave.
    pub wanted: Wanted,
}

/// Over which ways a notice may leave, and whether it is kept where it cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The shop can send mail.
    pub mail: bool,
    /// Also to the contact of this checkout, when the person has no account.
    pub contact: Option<CheckoutId>,
    /// Shown on pages, too; else it is kept only to be sent.
    pub shown: bool,
}

/// A notice.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredNotice {
    /// Its number; later ones have greater ones.
    pub number: i64,
    /// Whom it is for.
    pub person: PersonKey,
    /// Which sort.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// What its words need.
    pub details: Value,
    /// When it happened.
    pub at: Millis,
    /// From when on nobody is served by it.
    pub useful_until: Millis,
    /// When it was seen.
    pub read_at: Option<Millis>,
}

/// How a person is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reachable {
    /// Their account, where they have one.
    pub account: Option<AccountId>,
    /// A language tag.
    pub locale: String,
}

/// A browser that takes pushes.
#[derive(Clone, PartialEq, Eq)]
pub struct PushAddress {
    /// Where messages are posted.
    pub endpoint: String,
    /// Its public key: an uncompressed point of P-256.
    pub public_key: Vec<u8>,
    /// Its secret of 16 bytes.
    pub auth: Vec<u8>,
}

impl std::fmt::Debug for PushAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PushAddress(..)")
    }
}

/// Over which way a notice leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Channel {
    /// To a browser.
    Push(PushAddress),
    /// To a mail address.
    Mail(String),
}

/// A notice on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct NoticeDelivery {
    /// Its number.
    pub number: i64,
    /// What is told.
    pub notice: StoredNotice,
    /// Where to.
    pub channel: Channel,
    /// In which language.
    pub locale: String,
    /// How often it was tried.
    pub tries: u32,
}

impl Records {
    /// Notes how to speak to a person.
    pub async fn note_reachable(
        &self,
        person: PersonKey,
        reachable: &Reachable,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        sqlx::query(
            "INSERT INTO reachables (person, account_id, locale, seen_at) VALUES (?, ?, ?, ?)
             ON CONFLICT (person) DO UPDATE SET account_id = excluded.account_id,
                 locale = excluded.locale, seen_at = excluded.seen_at
             WHERE account_id IS NOT excluded.account_id OR locale <> excluded.locale",
        )
        .bind(blob(person.0))
        .bind(reachable.account.map(|account| blob(account.0)))
        .bind(&reachable.locale)
        .bind(signed(at.0))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Stores notices with what is to be sent of them, all or none; returns those that were new and are
    /// shown.
    pub async fn put_notices(
        &self,
        notices: &[FreshNotice],
    ) -> Result<Vec<StoredNotice>, RecordsFault> {
        let mut transaction = self.begin().await?;
        let mut shown = Vec::new();
        for notice in notices {
            let Some(stored) = put(&mut transaction, notice).await? else {
                continue;
            };
            let ways = queue(&mut transaction, notice, stored.number).await?;
            match (notice.wanted.shown, ways) {
                (true, _) => shown.push(stored),
                (false, 0) => forget(&mut transaction, stored.number).await?,
                (false, _) => {}
            }
        }
        transaction.commit().await?;
        Ok(shown)
    }

    /// Up to `count` notices of a person with lower numbers than `before`, newest first.
    pub async fn notices_of(
        &self,
        person: PersonKey,
        before: i64,
        count: u32,
    ) -> Result<Vec<StoredNotice>, RecordsFault> {
        let rows = sqlx::query(
            "SELECT * FROM notices WHERE person = ? AND number < ? ORDER BY number DESC LIMIT ?",
        )
        .bind(blob(person.0))
        .bind(before)
        .bind(i64::from(count))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(read_notice).collect()
    }

    /// A person has seen all notices up to this number.
    pub async fn notices_seen(
        &self,
        person: PersonKey,
        upto: i64,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        sqlx::query(
            "UPDATE notices SET read_at = ? WHERE person = ? AND number <= ? AND read_at IS NULL",
        )
        .bind(signed(at.0))
        .bind(blob(person.0))
        .bind(upto)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// A browser takes pushes for a person from now on.
    pub async fn subscribe_push(
        &self,
        person: PersonKey,
        address: &PushAddress,
        locale: &str,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO push_subscriptions (endpoint, person, public_key, auth, locale, created_at)
             VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (endpoint) DO UPDATE SET person = excluded.person,
                 public_key = excluded.public_key, auth = excluded.auth, locale = excluded.locale",
        )
        .bind(&address.endpoint)
        .bind(blob(person.0))
        .bind(&address.public_key)
        .bind(&address.auth)
        .bind(locale)
        .bind(signed(at.0))
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "DELETE FROM push_subscriptions WHERE endpoint IN (
                 SELECT endpoint FROM push_subscriptions WHERE person = ?
                 ORDER BY created_at DESC, endpoint LIMIT -1 OFFSET ?)",
        )
        .bind(blob(person.0))
        .bind(SUBSCRIPTIONS_MAX)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// A browser takes no more pushes.
    pub async fn unsubscribe_push(&self, endpoint: &str) -> Result<(), RecordsFault> {
        let mut transaction = self.begin().await?;
        for statement in [
            "DELETE FROM push_subscriptions WHERE endpoint = ?",
            "DELETE FROM notice_deliveries WHERE channel = 'push' AND address = ?",
        ] {
            sqlx::query(statement)
                .bind(endpoint)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Whether any browser takes pushes at all.
    pub async fn any_push(&self) -> Result<bool, RecordsFault> {
        let any = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM push_subscriptions)");
        Ok(any.fetch_one(&self.readers).await?)
    }

    /// Up to `count` deliveries that are due, longest due first. What serves nobody any more is dropped.
    pub async fn due_notices(
        &self,
        now: Millis,
        count: u32,
    ) -> Result<Vec<NoticeDelivery>, RecordsFault> {
        let rows = sqlx::query(
            "SELECT d.number AS delivery, d.channel, d.address, d.tries, n.*,
                 s.public_key, s.auth, COALESCE(s.locale, r.locale, '') AS locale
             FROM notice_deliveries d
             JOIN notices n ON n.number = d.notice
             LEFT JOIN push_subscriptions s ON d.channel = 'push' AND s.endpoint = d.address
             LEFT JOIN reachables r ON r.person = n.person
             WHERE d.due_at <= ? ORDER BY d.due_at, d.number LIMIT ?",
        )
        .bind(signed(now.0))
        .bind(i64::from(count))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(read_delivery).collect()
    }

    /// A delivery is over: it was sent, or serves nobody any more.
    pub async fn notice_delivered(&self, delivery: i64) -> Result<(), RecordsFault> {
        sqlx::query("DELETE FROM notice_deliveries WHERE number = ?")
            .bind(delivery)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// A delivery is tried again.
    pub async fn notice_again(&self, delivery: i64, due_at: Millis) -> Result<(), RecordsFault> {
        sqlx::query("UPDATE notice_deliveries SET tries = tries + 1, due_at = ? WHERE number = ?")
            .bind(signed(due_at.0))
            .bind(delivery)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Forgets notices of before `before`.
    pub async fn prune_notices(&self, before: Millis) -> Result<u64, RecordsFault> {
        let gone = sqlx::query("DELETE FROM notices WHERE at < ?")
            .bind(signed(before.0))
            .execute(&self.writer)
            .await?;
        Ok(gone.rows_affected())
    }

    /// Up to which event buyers were told; none before the first time.
    pub async fn notices_reached(&self) -> Result<Option<WebhookCursor>, RecordsFault> {
        let row = sqlx::query("SELECT seq, place FROM notice_cursor")
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| {
            Ok(WebhookCursor {
                seq: Seq(unsigned(row.try_get("seq")?)?),
                index: narrow(row.try_get("place")?)?,
            })
        })
        .transpose()
    }

    /// Buyers were told up to this event.
    pub async fn keep_notices_reached(&self, cursor: WebhookCursor) -> Result<(), RecordsFault> {
        sqlx::query(
            "INSERT INTO notice_cursor (one, seq, place) VALUES (1, ?, ?)
             ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, place = excluded.place",
        )
        .bind(signed(cursor.seq.0))
        .bind(i64::from(cursor.index))
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}

async fn put(
    connection: &mut SqliteConnection,
    notice: &FreshNotice,
) -> Result<Option<StoredNotice>, RecordsFault> {
    let row = sqlx::query(
        "INSERT INTO notices (person, kind, subject, details, at, useful_until)
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING *",
    )
    .bind(blob(notice.person.0))
    .bind(&notice.kind)
    .bind(&notice.subject)
    .bind(notice.details.to_string())
    .bind(signed(notice.at.0))
    .bind(signed(notice.useful_until.0))
    .fetch_optional(&mut *connection)
    .await?;
    row.as_ref().map(read_notice).transpose()
}

const PUSHES: &str = "INSERT INTO notice_deliveries (notice, channel, address, tries, due_at)
     SELECT ?, 'push', endpoint, 0, ? FROM push_subscriptions WHERE person = ?";
const MAIL_OF_ACCOUNT: &str =
    "INSERT INTO notice_deliveries (notice, channel, address, tries, due_at)
     SELECT ?, 'mail', a.mail, 0, ? FROM reachables r JOIN accounts a ON a.id = r.account_id
     WHERE r.person = ? AND a.mail IS NOT NULL";
const MAIL_OF_CONTACT: &str =
    "INSERT INTO notice_deliveries (notice, channel, address, tries, due_at)
     SELECT ?, 'mail', mail, 0, ? FROM contacts WHERE checkout_id = ? AND mail <> ''";

/// Notes over which ways a notice leaves; how many those are.
async fn queue(
    connection: &mut SqliteConnection,
    notice: &FreshNotice,
    number: i64,
) -> Result<u64, RecordsFault> {
    let mut add = async |statement: &'static str, key: u128| -> Result<u64, RecordsFault> {
        let added = sqlx::query(statement)
            .bind(number)
            .bind(signed(notice.leaves_at.0))
            .bind(blob(key))
            .execute(&mut *connection)
            .await?;
        Ok(added.rows_affected())
    };
    let pushes = add(PUSHES, notice.person.0).await?;
    let mails = match (notice.wanted.mail, notice.wanted.contact) {
        (false, _) => 0,
        (true, Some(checkout)) => add(MAIL_OF_CONTACT, checkout.0).await?,
        (true, None) => add(MAIL_OF_ACCOUNT, notice.person.0).await?,
    };
    Ok(pushes + mails)
}

async fn forget(connection: &mut SqliteConnection, number: i64) -> Result<(), RecordsFault> {
    sqlx::query("DELETE FROM notices WHERE number = ?")
        .bind(number)
        .execute(connection)
        .await?;
    Ok(())
}

fn read_notice(row: &SqliteRow) -> Result<StoredNotice, RecordsFault> {
    let details: String = row.try_get("details")?;
    let read_at: Option<i64> = row.try_get("read_at")?;
    Ok(StoredNotice {
        number: row.try_get("number")?,
        person: PersonKey(unblob(row.try_get("person")?)?),
        kind: row.try_get("kind")?,
        subject: row.try_get("subject")?,
        details: serde_json::from_str(&details)
            .map_err(|fault| RecordsFault::Damaged(format!("a notice: {fault}")))?,
        at: Millis(unsigned(row.try_get("at")?)?),
        useful_until: Millis(unsigned(row.try_get("useful_until")?)?),
        read_at: read_at.map(unsigned).transpose()?.map(Millis),
    })
}

fn read_delivery(row: &SqliteRow) -> Result<NoticeDelivery, RecordsFault> {
    let channel: String = row.try_get("channel")?;
    let address: String = row.try_get("address")?;
    let public_key: Option<Vec<u8>> = row.try_get("public_key")?;
    let auth: Option<Vec<u8>> = row.try_get("auth")?;
    Ok(NoticeDelivery {
        number: row.try_get("delivery")?,
        notice: read_notice(row)?,
        channel: match channel.as_str() {
            "push" => Channel::Push(PushAddress {
                endpoint: address,
                public_key: public_key.unwrap_or_default(),
                auth: auth.unwrap_or_default(),
            }),
            _ => Channel::Mail(address),
        },
        locale: row.try_get("locale")?,
        tries: narrow(row.try_get("tries")?)?,
    })
}
