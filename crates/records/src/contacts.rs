//! Whom a checkout is for and where it goes. Names and addresses live here, never in the journal.
//!
//! A contact is stored right after its checkout was placed, many in one transaction: with thousands
//! of checkouts a second, a sync for each would be too slow.

use crate::accounts::{AccountId, fold_mail};
use crate::addresses::{Place, read_place};
use crate::keys::{blob, signed, unblob};
use crate::rows::Rows;
use crate::{Records, RecordsFault};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row, SqliteConnection};
use tokio::sync::{mpsc, oneshot};
use vocabulary::{CheckoutId, Millis};

/// How long contacts are kept: records of contracts and payments must be kept for 5 years (Korea,
/// Enforcement Decree of the Act on the Consumer Protection in Electronic Commerce, article 6).
pub const CONTACTS_KEPT_MS: u64 = 5 * 365_250 * 24 * 60 * 60;
/// How many contacts may wait to be stored; past it the answer is [`RecordsFault::Busy`].
const WAITING_MAX: usize = 4_096;
/// How many are stored in one transaction.
const TOGETHER_MAX: usize = 512;

/// Whom to call and where to bring it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Who takes the parcel.
    pub name: String,
    /// For the courier.
    pub phone: String,
    /// For messages about the order.
    pub mail: String,
    /// Where it goes.
    pub place: Place,
    /// What the shopper wants the courier to know.
    #[serde(default)]
    pub memo: String,
}

impl Records {
    /// Stores the contact of a placed checkout; on disk when this returns. The first one stays:
    /// storing again, or another, changes nothing.
    ///
    /// # Errors
    /// [`RecordsFault::Busy`] when nothing was stored and it may be tried again.
    pub async fn put_contact(
        &self,
        checkout: CheckoutId,
        account: Option<AccountId>,
        contact: Contact,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        let (stored, wait) = oneshot::channel();
        let slip = Slip {
            checkout,
            account,
            contact,
            at,
            stored,
        };
        self.contact_desk
            .0
            .try_send(slip)
            .map_err(|_| RecordsFault::Busy)?;
        wait.await.map_err(|_| RecordsFault::Busy)
    }

    /// The contact of a checkout.
    pub async fn contact(&self, checkout: CheckoutId) -> Result<Option<Contact>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM contacts WHERE checkout_id = ?")
            .bind(blob(checkout.0))
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| read_contact(&row)).transpose()
    }

    /// The contacts of a member's checkouts, oldest first.
    pub async fn contacts_of(
        &self,
        account: AccountId,
    ) -> Result<Vec<(CheckoutId, Contact)>, RecordsFault> {
        let rows = sqlx::query(
            "SELECT * FROM contacts WHERE account_id = ? ORDER BY stored_at, checkout_id",
        )
        .bind(blob(account.0))
        .fetch_all(&self.readers)
        .await?;
        let named = |row: &SqliteRow| {
            Ok((
                CheckoutId(unblob(row.try_get("checkout_id")?)?),
                read_contact(row)?,
            ))
        };
        rows.iter().map(named).collect()
    }

    /// Removes the contacts that the law no longer asks for at `at`; tells how many.
    pub async fn purge_contacts(&self, at: Millis) -> Result<u64, RecordsFault> {
        let purged = sqlx::query("DELETE FROM contacts WHERE stored_at <= ?")
            .bind(signed(at.0.saturating_sub(CONTACTS_KEPT_MS)))
            .execute(&self.writer)
            .await?;
        self.scrub().await?;
        Ok(purged.rows_affected())
    }
}

/// A contact on its way to the disk.
#[derive(Debug)]
struct Slip {
    checkout: CheckoutId,
    account: Option<AccountId>,
    contact: Contact,
    at: Millis,
    stored: oneshot::Sender<()>,
}

/// Where contacts are handed in.
#[derive(Clone, Debug)]
pub(crate) struct ContactDesk(mpsc::Sender<Slip>);

impl ContactDesk {
    /// Begins to store what is handed in, until the last handle is dropped.
    pub(crate) fn open(writer: SqlitePool) -> Self {
        let (hand_in, handed_in) = mpsc::channel(WAITING_MAX);
        tokio::spawn(store_contacts(writer, handed_in));
        ContactDesk(hand_in)
    }
}

async fn store_contacts(writer: SqlitePool, mut handed_in: mpsc::Receiver<Slip>) {
    let mut slips = Vec::new();
    while handed_in.recv_many(&mut slips, TOGETHER_MAX).await > 0 {
        if store(&writer, &slips).await.is_ok() {
            slips.drain(..).for_each(answer);
            continue;
        }
        // One of them may be at fault: each is tried alone, so that it spoils no other.
        for slip in slips.drain(..) {
            match store(&writer, std::slice::from_ref(&slip)).await {
                Ok(()) => answer(slip),
                Err(fault) => {
                    tracing::error!(%fault, checkout = %slip.checkout, "contact not stored")
                }
            }
        }
    }
}

/// Whoever handed it in may have gone away; it is stored all the same.
fn answer(slip: Slip) {
    let _gone = slip.stored.send(());
}

async fn store(writer: &SqlitePool, slips: &[Slip]) -> Result<(), RecordsFault> {
    let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
    insert(&mut transaction, slips).await?;
    Ok(transaction.commit().await?)
}

async fn insert(connection: &mut SqliteConnection, slips: &[Slip]) -> Result<(), RecordsFault> {
    let mut rows = Rows::new(
        "INSERT INTO contacts (checkout_id, account_id, name, phone, mail, country, postcode,
             line1, line2, memo, name_folded, phone_digits, phone_tail, mail_folded, stored_at)",
    );
    for Slip {
        checkout,
        account,
        contact,
        at,
        ..
    } in slips
    {
        let digits = fold_phone(&contact.phone);
        rows.row(|row| {
            row.push_bind(blob(checkout.0))
                .push_bind(account.map(|account| blob(account.0)))
                .push_bind(contact.name.clone())
                .push_bind(contact.phone.clone())
                .push_bind(contact.mail.clone())
                .push_bind(contact.place.country.clone())
                .push_bind(contact.place.postcode.clone())
                .push_bind(contact.place.line1.clone())
                .push_bind(contact.place.line2.clone())
                .push_bind(contact.memo.clone())
                .push_bind(fold_name(&contact.name))
                .push_bind(digits.clone())
                .push_bind(phone_tail(&digits).to_owned())
                .push_bind(fold_mail(&contact.mail))
                .push_bind(signed(at.0));
        });
    }
    Ok(rows
        .run("ON CONFLICT (checkout_id) DO NOTHING", connection)
        .await?)
}

fn read_contact(row: &SqliteRow) -> Result<Contact, RecordsFault> {
    Ok(Contact {
        name: row.try_get("name")?,
        phone: row.try_get("phone")?,
        mail: row.try_get("mail")?,
        place: read_place(row)?,
        memo: row.try_get("memo")?,
    })
}

/// A name as searches compare it: lower case, without blanks.
pub(crate) fn fold_name(name: &str) -> String {
    name.split_whitespace().collect::<String>().to_lowercase()
}

/// A phone number as searches compare it: its digits, the Korean country code as a leading zero.
pub(crate) fn fold_phone(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    match (
        phone.trim_start().starts_with('+'),
        digits.strip_prefix("82"),
    ) {
        (true, Some(national)) => format!("0{}", national.trim_start_matches('0')),
        _ => digits,
    }
}

/// The last four digits, by which people on the phone name an order.
pub(crate) fn phone_tail(digits: &str) -> &str {
    &digits[digits.len().saturating_sub(4)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_phones_fold_to_what_people_mean() {
        assert_eq!(fold_name(" 홍 길동 "), "홍길동");
        assert_eq!(fold_name("Ada  LOVELACE"), "adalovelace");
        assert_eq!(fold_phone("010-1234-5678"), "01012345678");
        assert_eq!(fold_phone("+82 (0)10 1234 5678"), "01012345678");
        assert_eq!(fold_phone("+86 138 0013 8000"), "8613800138000");
        assert_eq!(phone_tail("01012345678"), "5678");
        assert_eq!(phone_tail("12"), "12");
    }
}
