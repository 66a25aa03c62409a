//! What lists of deals say of each deal, read in one go for who keeps it in memory, and the edition of
//! the catalogue that tells when to read it again.

use crate::keys::{narrow, unsigned};
use crate::pictures::Picture;
use crate::sellers::from_json;
use crate::{Records, RecordsFault, states};
use futures::TryStreamExt;
use intake::Localized;
use money::{Amount, Currency};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use vocabulary::DealId;

/// A deal with what a list says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelved {
    /// Its number in the ledger.
    pub number: DealId,
    /// The shop's own id.
    pub deal: String,
    /// The shop id of the product it shows.
    pub product: String,
    /// What the product is called.
    pub name: Localized,
    /// The category it stands in.
    pub category: String,
    /// Who makes it.
    pub brand: Option<String>,
    /// What it sells for outside deals.
    pub price: Amount,
    /// What it is listed at before the shop's discount.
    pub list_price: Option<Amount>,
    /// Of both prices.
    pub currency: Currency,
    /// Its first picture.
    pub picture: Option<Picture>,
}

const ALL: &str =
    "SELECT d.ledger_number, d.id AS deal, p.id, p.name, p.category, p.brand, p.price,
        p.list_price, p.currency, g.source, g.hash, g.width, g.height, g.widths
    FROM deals d
    JOIN products p ON p.id = d.product_id
    LEFT JOIN pictures g ON g.product_id = p.id AND g.position = 0
    WHERE d.ledger_number IS NOT NULL
    ORDER BY d.ledger_number";

impl Records {
    /// The edition of the catalogue. Any change of what [`Records::read_shelved`] reads moves it.
    pub async fn catalogue_edition(&self) -> Result<u64, RecordsFault> {
        let edition: i64 = sqlx::query_scalar("SELECT edition FROM catalogue_edition")
            .fetch_one(&self.readers)
            .await?;
        unsigned(edition)
    }

    /// Hands every deal that the ledger knows to `take`, by its number, as it is read.
    pub async fn read_shelved(&self, mut take: impl FnMut(Shelved)) -> Result<(), RecordsFault> {
        let mut rows = sqlx::query(ALL).fetch(&self.readers);
        while let Some(row) = rows.try_next().await? {
            take(read_shelved(&row)?);
        }
        Ok(())
    }
}

fn read_shelved(row: &SqliteRow) -> Result<Shelved, RecordsFault> {
    let list_price: Option<i64> = row.try_get("list_price")?;
    Ok(Shelved {
        number: DealId(narrow(row.try_get("ledger_number")?)?),
        deal: row.try_get("deal")?,
        product: row.try_get("id")?,
        name: from_json(row.try_get("name")?)?,
        category: row.try_get("category")?,
        brand: row.try_get("brand")?,
        price: Amount(row.try_get("price")?),
        list_price: list_price.map(Amount),
        currency: states::currency(row.try_get("currency")?)?,
        picture: read_picture(row)?,
    })
}

fn read_picture(row: &SqliteRow) -> Result<Option<Picture>, RecordsFault> {
    let Some(hash) = row.try_get("hash")? else {
        return Ok(None);
    };
    Ok(Some(Picture {
        source: row.try_get("source")?,
        hash,
        width: narrow(row.try_get("width")?)?,
        height: narrow(row.try_get("height")?)?,
        widths: from_json(row.try_get("widths")?)?,
    }))
}
