//! A member's address book.
//!
//! Where a checkout goes is copied into its contact: an address may change after that.

use crate::accounts::AccountId;
use crate::keys::{blob, fresh_id, narrow, signed, unblob, uuid_text};
use crate::{Records, RecordsFault};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Row, Sqlite, SqliteConnection};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;
use vocabulary::{Millis, Zone};

/// An address of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressId(pub u128);

impl fmt::Display for AddressId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&uuid_text(self.0))
    }
}

impl FromStr for AddressId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        Uuid::parse_str(text).map(|id| AddressId(id.as_u128()))
    }
}

/// Where a parcel can go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// ISO 3166 code of two letters.
    pub country: String,
    /// As written in that country.
    pub postcode: String,
    /// ISO 3166-2 code of the province; empty where none is known.
    #[serde(default)]
    pub province: String,
    /// The city, where the lines do not say it.
    #[serde(default)]
    pub city: String,
    /// Street and number, or what stands for it.
    pub line1: String,
    /// Flat, floor; may be empty.
    #[serde(default)]
    pub line2: String,
}

/// An entry of the address book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Who takes the parcel.
    pub recipient: String,
    /// For the courier.
    pub phone: String,
    /// Where it goes.
    pub place: Place,
    /// What zone that is.
    pub zone: Zone,
    /// The member's first choice.
    #[serde(default)]
    pub first: bool,
}

/// How many addresses a member may keep.
pub const ADDRESSES_MAX: usize = 20;

impl Records {
    /// A member's addresses: the first choice, then oldest first.
    pub async fn addresses(
        &self,
        account: AccountId,
    ) -> Result<Vec<(AddressId, Address)>, RecordsFault> {
        let rows = sqlx::query(
            "SELECT * FROM addresses WHERE account_id = ?
             ORDER BY chosen_first DESC, created_at, id",
        )
        .bind(blob(account.0))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(read_address).collect()
    }

    /// Adds an address to the book; none where it is full.
    pub async fn add_address(
        &self,
        account: AccountId,
        address: &Address,
        at: Millis,
    ) -> Result<Option<AddressId>, RecordsFault> {
        let id = fresh_id(at);
        let most = i64::try_from(ADDRESSES_MAX).unwrap_or(i64::MAX);
        let mut transaction = self.begin().await?;
        let there: i64 = sqlx::query_scalar("SELECT count(*) FROM addresses WHERE account_id = ?")
            .bind(blob(account.0))
            .fetch_one(&mut *transaction)
            .await?;
        if there >= most {
            return Ok(None);
        }
        let statement = sqlx::query(
            "INSERT INTO addresses (recipient, phone, country, postcode, province, city, line1,
                 line2, zone, id, account_id, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        );
        bound(statement, address)
            .bind(blob(id))
            .bind(blob(account.0))
            .bind(signed(at.0))
            .execute(&mut *transaction)
            .await?;
        if address.first {
            choose_first(&mut transaction, account, AddressId(id)).await?;
        }
        transaction.commit().await?;
        Ok(Some(AddressId(id)))
    }

    /// Changes an address of this member's book; true when it was there.
    pub async fn change_address(
        &self,
        account: AccountId,
        id: AddressId,
        address: &Address,
    ) -> Result<bool, RecordsFault> {
        let mut transaction = self.begin().await?;
        let statement = sqlx::query(
            "UPDATE addresses SET recipient = ?, phone = ?, country = ?, postcode = ?,
                 province = ?, city = ?, line1 = ?, line2 = ?, zone = ?
             WHERE id = ? AND account_id = ?",
        );
        let changed = bound(statement, address)
            .bind(blob(id.0))
            .bind(blob(account.0))
            .execute(&mut *transaction)
            .await?;
        if address.first {
            choose_first(&mut transaction, account, id).await?;
        }
        transaction.commit().await?;
        Ok(changed.rows_affected() > 0)
    }

    /// Removes an address of this member's book; true when it was there.
    pub async fn remove_address(
        &self,
        account: AccountId,
        id: AddressId,
    ) -> Result<bool, RecordsFault> {
        let removed = sqlx::query("DELETE FROM addresses WHERE id = ? AND account_id = ?")
            .bind(blob(id.0))
            .bind(blob(account.0))
            .execute(&self.writer)
            .await?;
        Ok(removed.rows_affected() > 0)
    }
}

type Statement<'a> = sqlx::query::Query<'a, Sqlite, SqliteArguments>;

/// The statement with what an address says, in the order of the columns above.
fn bound<'a>(statement: Statement<'a>, address: &'a Address) -> Statement<'a> {
    statement
        .bind(&address.recipient)
        .bind(&address.phone)
        .bind(&address.place.country)
        .bind(&address.place.postcode)
        .bind(&address.place.province)
        .bind(&address.place.city)
        .bind(&address.place.line1)
        .bind(&address.place.line2)
        .bind(i64::from(address.zone.0))
}

/// Makes this the first choice, if it is the member's, and no other.
async fn choose_first(
    connection: &mut SqliteConnection,
    account: AccountId,
    id: AddressId,
) -> Result<(), RecordsFault> {
    sqlx::query(
        "UPDATE addresses SET chosen_first = (id = ?1)
         WHERE account_id = ?2 AND EXISTS
             (SELECT 1 FROM addresses WHERE id = ?1 AND account_id = ?2)",
    )
    .bind(blob(id.0))
    .bind(blob(account.0))
    .execute(connection)
    .await?;
    Ok(())
}

fn read_address(row: &SqliteRow) -> Result<(AddressId, Address), RecordsFault> {
    let address = Address {
        recipient: row.try_get("recipient")?,
        phone: row.try_get("phone")?,
        place: read_place(row)?,
        zone: Zone(narrow(row.try_get("zone")?)?),
        first: row.try_get("chosen_first")?,
    };
    Ok((AddressId(unblob(row.try_get("id")?)?), address))
}

/// The place in the columns `country`, `postcode`, `province`, `city`, `line1` and `line2`.
pub(crate) fn read_place(row: &SqliteRow) -> Result<Place, RecordsFault> {
    Ok(Place {
        country: row.try_get("country")?,
        postcode: row.try_get("postcode")?,
        province: row.try_get("province")?,
        city: row.try_get("city")?,
        line1: row.try_get("line1")?,
        line2: row.try_get("line2")?,
    })
}
