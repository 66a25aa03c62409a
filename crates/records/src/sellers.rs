//! Sellers: what they are called, what they say of themselves, what they ask for shipping.
//!
//! What shipping costs in an order is decided by the ledger, which is told these terms.

use crate::keys::narrow;
use crate::rows::Rows;
use crate::{Records, RecordsFault};
use intake::Localized;
use money::Amount;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::SellerId;

/// What a seller asks for shipping, in the currency of the festival.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippingTerms {
    /// The fee of an order, in minor units.
    pub fee: Amount,
    /// Goods of this value or more ship free.
    pub free_from: Amount,
    /// Additions by the name of a zone.
    #[serde(default)]
    pub surcharges: BTreeMap<String, Amount>,
    /// What the way back costs who changed their mind; without it as much as the way there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_fee: Option<Amount>,
}

impl ShippingTerms {
    /// What the way back costs who changed their mind.
    pub fn way_back(&self) -> Amount {
        self.return_fee.unwrap_or(self.fee)
    }
}

/// Who a seller, or the shop, is in the eyes of the law: what Korean shops must show (Act on the Consumer
/// Protection in Electronic Commerce, articles 10 and 13). What is not known is blank.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Business {
    /// What the firm is called.
    pub name: String,
    /// Who represents it.
    pub representative: String,
    /// Its number with the tax office.
    pub registration_number: String,
    /// Its number as a mail-order business.
    pub mail_order_number: String,
    /// Where it is.
    pub address: String,
    /// Where to call it.
    pub phone: String,
    /// Where to write to it.
    pub mail: String,
    /// Who runs its machines.
    pub hosting: String,
}

impl Business {
    /// True when nothing is known.
    pub fn is_blank(&self) -> bool {
        *self == Business::default()
    }
}

/// A seller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    /// The shop's own id.
    pub id: String,
    /// What it is called.
    pub name: Localized,
    /// What it says of itself.
    #[serde(default)]
    pub about: Localized,
    /// None: it ships free.
    #[serde(default)]
    pub shipping: Option<ShippingTerms>,
    /// Who it is in the eyes of the law.
    #[serde(default, skip_serializing_if = "Business::is_blank")]
    pub business: Business,
    /// Its number in the ledger, once it was told.
    #[serde(skip)]
    pub number: Option<SellerId>,
}

impl Records {
    /// Adds a seller or changes what is known of it; its number stays.
    pub async fn put_seller(&self, seller: &Seller) -> Result<(), RecordsFault> {
        sqlx::query(
            "INSERT INTO sellers (id, name, about, shipping, business) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, about = excluded.about,
                 shipping = excluded.shipping, business = excluded.business",
        )
        .bind(&seller.id)
        .bind(to_json(&seller.name))
        .bind(to_json(&seller.about))
        .bind(seller.shipping.as_ref().map(to_json))
        .bind((!seller.business.is_blank()).then(|| to_json(&seller.business)))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// A seller by the shop's own id.
    pub async fn seller(&self, id: &str) -> Result<Option<Seller>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM sellers WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| read_seller(&row)).transpose()
    }

    /// A seller by its number in the ledger.
    pub async fn seller_numbered(&self, number: SellerId) -> Result<Option<Seller>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM sellers WHERE ledger_number = ?")
            .bind(i64::from(number.0))
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| read_seller(&row)).transpose()
    }

    /// Up to `count` sellers behind `after`, by id.
    pub async fn sellers(&self, after: &str, count: u32) -> Result<Vec<Seller>, RecordsFault> {
        let rows = sqlx::query("SELECT * FROM sellers WHERE id > ? ORDER BY id LIMIT ?")
            .bind(after)
            .bind(i64::from(count))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read_seller).collect()
    }

    /// Notes the numbers that the journal gave to sellers, all or nothing.
    pub async fn bind_sellers(&self, numbers: &[(String, SellerId)]) -> Result<(), RecordsFault> {
        let mut transaction = self.begin().await?;
        let mut rows = Rows::new("WITH v (id, number) AS (");
        for (id, number) in numbers {
            rows.row(|row| {
                row.push_bind(id.clone()).push_bind(i64::from(number.0));
            });
        }
        let tail = ") UPDATE sellers SET ledger_number = v.number FROM v WHERE sellers.id = v.id";
        rows.run(tail, &mut transaction).await?;
        Ok(transaction.commit().await?)
    }
}

/// Adds sellers of whom nothing but the id is known, unless they are there.
pub(crate) async fn ensure_sellers(
    connection: &mut SqliteConnection,
    ids: &BTreeSet<&str>,
) -> Result<(), RecordsFault> {
    let mut rows = Rows::new("INSERT INTO sellers (id, name, about)");
    for id in ids {
        // The language of a name that came without one is undetermined (BCP 47).
        let name = to_json(&Localized::from([("und", *id)]));
        rows.row(|row| {
            row.push_bind((*id).to_owned())
                .push_bind(name)
                .push_bind("{}");
        });
    }
    let tail = "ON CONFLICT (id) DO NOTHING";
    Ok(rows.run(tail, connection).await?)
}

/// A value as a column of JSON holds it.
pub(crate) fn to_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("texts and numbers are always JSON")
}

/// The value of a column of JSON.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, RecordsFault> {
    serde_json::from_str(text).map_err(|fault| RecordsFault::Damaged(format!("`{text}`: {fault}")))
}

fn read_seller(row: &SqliteRow) -> Result<Seller, RecordsFault> {
    let shipping: Option<&str> = row.try_get("shipping")?;
    let business: Option<&str> = row.try_get("business")?;
    let number: Option<i64> = row.try_get("ledger_number")?;
    Ok(Seller {
        id: row.try_get("id")?,
        name: from_json(row.try_get("name")?)?,
        about: from_json(row.try_get("about")?)?,
        shipping: shipping.map(from_json).transpose()?,
        business: business.map(from_json).transpose()?.unwrap_or_default(),
        number: number.map(narrow).transpose()?.map(SellerId),
    })
}
