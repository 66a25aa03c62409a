//! Whom a checkout is for and where it goes. Names and addresses live here, never in the journal.

use crate::accounts::{AccountId, fold_mail};
use crate::addresses::{Place, read_place};
use crate::desk::DeskRow;
use crate::entrance_codes::note_codes;
use crate::keys::{blob, signed, unblob};
use crate::origins::{Device, note_origins};
use crate::rows::Rows;
use crate::{Records, RecordsFault};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use vocabulary::{CheckoutId, Millis};

/// How long contacts are kept: records of contracts and payments must be kept for 5 years (Korea,
/// Enforcement Decree of the Act on the Consumer Protection in Electronic Commerce, article 6).
pub const CONTACTS_KEPT_MS: u64 = 5 * 365_250 * 24 * 60 * 60;

/// What goes when the law no longer asks for it, of one account or of all: a tracking number leads to whom the parcel
/// went, and goes first, while the contact tells whose it is.
const DUE: [&str; 2] = [
    "DELETE FROM waybills WHERE order_id IN (
         SELECT o.id FROM orders o JOIN contacts c ON c.checkout_id = o.checkout_id
         WHERE c.stored_at <= ?1 AND (?2 IS NULL OR c.account_id = ?2))",
    "DELETE FROM contacts WHERE stored_at <= ?1 AND (?2 IS NULL OR account_id = ?2)",
];

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
    /// Where the courier leaves it, by a word of the shop; empty where the shopper did not say.
    #[serde(default)]
    pub drop_off: String,
    /// What opens the door of the house; gone once all has arrived.
    #[serde(default)]
    pub entrance_code: String,
}

impl Records {
    /// Stores the contact of a placed checkout, and from where and on what it was placed; on disk when this
    /// returns. The first one stays: storing again, or another, changes nothing.
    ///
    /// # Errors
    /// [`RecordsFault::Busy`] when nothing was stored and it may be tried again.
    pub async fn put_contact(
        &self,
        checkout: CheckoutId,
        account: Option<AccountId>,
        contact: Contact,
        device: Device,
        at: Millis,
    ) -> Result<(), RecordsFault> {
        let stored = StoredContact {
            checkout,
            account,
            contact,
            device,
            at,
        };
        self.contact_desk.store(stored).await
    }

    /// The contact of a checkout.
    pub async fn contact(&self, checkout: CheckoutId) -> Result<Option<Contact>, RecordsFault> {
        let row = sqlx::query(
            "SELECT contacts.*, entrance_codes.code AS entrance_code
             FROM contacts LEFT JOIN entrance_codes USING (checkout_id)
             WHERE contacts.checkout_id = ?",
        )
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
            "SELECT contacts.*, entrance_codes.code AS entrance_code
             FROM contacts LEFT JOIN entrance_codes USING (checkout_id)
             WHERE account_id = ? ORDER BY contacts.stored_at, contacts.checkout_id",
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

    /// Removes the contacts that the law no longer asks for at `at`, and with them the accounts, receipts, waybills and
    /// requests to send units back of that age; tells how many contacts.
    pub async fn purge_contacts(&self, at: Millis) -> Result<u64, RecordsFault> {
        let due = signed(at.0.saturating_sub(CONTACTS_KEPT_MS));
        let mut transaction = self.begin().await?;
        let purged = remove_due(&mut transaction, None, at).await?;
        for statement in [
            "DELETE FROM virtual_accounts WHERE stored_at <= ?",
            "DELETE FROM refund_accounts WHERE stored_at <= ?",
            "DELETE FROM cash_receipts WHERE stored_at <= ?",
            "DELETE FROM return_requests WHERE asked_at <= ?",
            "DELETE FROM waybills WHERE noted_at <= ?",
        ] {
            let gone = sqlx::query(statement).bind(due);
            gone.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        self.scrub().await?;
        Ok(purged)
    }
}

/// Takes the account from its contacts, but for those that the law no longer asks for, which it removes; how many are
/// gone, and how many stay.
pub(crate) async fn unlink_contacts(
    connection: &mut SqliteConnection,
    account: AccountId,
    at: Millis,
) -> Result<(u64, u64), RecordsFault> {
    let gone = remove_due(connection, Some(account), at).await?;
    let kept = sqlx::query("UPDATE contacts SET account_id = NULL WHERE account_id = ?")
        .bind(blob(account.0))
        .execute(connection)
        .await?;
    Ok((gone, kept.rows_affected()))
}

/// Removes contacts that the law no longer asks for, of one account or of all; tells how many.
async fn remove_due(
    connection: &mut SqliteConnection,
    account: Option<AccountId>,
    at: Millis,
) -> Result<u64, RecordsFault> {
    let mut removed = 0;
    for statement in DUE {
        let done = sqlx::query(statement)
            .bind(signed(at.0.saturating_sub(CONTACTS_KEPT_MS)))
            .bind(account.map(|account| blob(account.0)))
            .execute(&mut *connection)
            .await?;
        removed = done.rows_affected();
    }
    Ok(removed)
}

/// A contact as a row.
pub(crate) struct StoredContact {
    checkout: CheckoutId,
    account: Option<AccountId>,
    contact: Contact,
    device: Device,
    at: Millis,
}

impl StoredContact {
    /// Of which checkout it is.
    pub(crate) fn of(&self) -> CheckoutId {
        self.checkout
    }

    /// Where the parcel goes, and on what that was said.
    pub(crate) fn origin(&self) -> (&Place, Device) {
        (&self.contact.place, self.device)
    }

    /// The code for the door, if one was said, and when.
    pub(crate) fn entrance_code(&self) -> Option<(&str, Millis)> {
        let code = self.contact.entrance_code.as_str();
        (!code.is_empty()).then_some((code, self.at))
    }
}

impl DeskRow for StoredContact {
    const NAME: &'static str = "contact";

    fn checkout(&self) -> CheckoutId {
        self.checkout
    }

    async fn insert(
        connection: &mut SqliteConnection,
        rows: &[StoredContact],
    ) -> Result<(), RecordsFault> {
        // The code first: beside a contact that is there already no other one is noted.
        note_codes(connection, rows).await?;
        note_origins(connection, rows).await?;
        insert(connection, rows).await
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    contacts: &[StoredContact],
) -> Result<(), RecordsFault> {
    let mut rows = Rows::new(
        "INSERT INTO contacts (checkout_id, account_id, name, phone, mail, country, postcode,
             province, city, line1, line2, memo, drop_off, name_folded, phone_digits, phone_tail,
             mail_folded, stored_at)",
    );
    for StoredContact {
        checkout,
        account,
        contact,
        at,
        ..
    } in contacts
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
                .push_bind(contact.place.province.clone())
                .push_bind(contact.place.city.clone())
                .push_bind(contact.place.line1.clone())
                .push_bind(contact.place.line2.clone())
                .push_bind(contact.memo.clone())
                .push_bind(contact.drop_off.clone())
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
    let code: Option<String> = row.try_get("entrance_code")?;
    Ok(Contact {
        name: row.try_get("name")?,
        phone: row.try_get("phone")?,
        mail: row.try_get("mail")?,
        place: read_place(row)?,
        memo: row.try_get("memo")?,
        drop_off: row.try_get("drop_off")?,
        entrance_code: code.unwrap_or_default(),
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
