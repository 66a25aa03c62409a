//! A member's address book.
//!
//! Where a checkout goes is copied into its contact: an address may change after that.

use crate::accounts::AccountId;
use crate::keys::{blob, fresh_id, narrow, signed, unblob};
use crate::{Records, RecordsFault};
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use vocabulary::{Millis, Zone};

/// An address of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressId(pub u128);

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
}

impl Records {
    /// A member's addresses, oldest first.
    pub async fn addresses(
        &self,
        account: AccountId,
    ) -> Result<Vec<(AddressId, Address)>, RecordsFault> {
        let rows =
            sqlx::query("SELECT * FROM addresses WHERE account_id = ? ORDER BY created_at, id")
                .bind(blob(account.0))
                .fetch_all(&self.readers)
                .await?;
        rows.iter().map(read_address).collect()
    }

    /// Adds an address to the book.
    pub async fn add_address(
        &self,
        account: AccountId,
        address: &Address,
        at: Millis,
    ) -> Result<AddressId, RecordsFault> {
        let id = fresh_id(at);
        sqlx::query(
            "INSERT INTO addresses (id, account_id, recipient, phone, country, postcode,
                 province, city, line1, line2, zone, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(blob(id))
        .bind(blob(account.0))
        .bind(&address.recipient)
        .bind(&address.phone)
        .bind(&address.place.country)
        .bind(&address.place.postcode)
        .bind(&address.place.province)
        .bind(&address.place.city)
        .bind(&address.place.line1)
        .bind(&address.place.line2)
        .bind(i64::from(address.zone.0))
        .bind(signed(at.0))
        .execute(&self.writer)
        .await?;
        Ok(AddressId(id))
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

fn read_address(row: &SqliteRow) -> Result<(AddressId, Address), RecordsFault> {
    let address = Address {
        recipient: row.try_get("recipient")?,
        phone: row.try_get("phone")?,
        place: read_place(row)?,
        zone: Zone(narrow(row.try_get("zone")?)?),
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
