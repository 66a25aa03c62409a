//! What was made of products' pictures. The bytes lie as files beside the records, named by hash and
//! width.

use crate::keys::narrow;
use crate::sellers::{from_json, to_json};
use crate::{Records, RecordsFault};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// A picture of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Where it came from.
    pub source: String,
    /// The hash of what came, in hex; it names the files.
    pub hash: String,
    /// Of the widest file, in pixels.
    pub width: u32,
    /// Of the widest file, in pixels.
    pub height: u32,
    /// The widths there are files of, narrowest first.
    pub widths: Vec<u32>,
}

impl Records {
    /// Replaces the pictures of a product.
    pub async fn put_pictures(
        &self,
        product: &str,
        pictures: &[Picture],
    ) -> Result<(), RecordsFault> {
        let mut transaction = self.begin().await?;
        sqlx::query("DELETE FROM pictures WHERE product_id = ?")
            .bind(product)
            .execute(&mut *transaction)
            .await?;
        for (position, picture) in (0_i64..).zip(pictures) {
            sqlx::query(
                "INSERT INTO pictures (product_id, position, source, hash, width, height, widths)
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
            )
            .bind(product)
            .bind(position)
            .bind(&picture.source)
            .bind(&picture.hash)
            .bind(i64::from(picture.width))
            .bind(i64::from(picture.height))
            .bind(to_json(&picture.widths))
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// The pictures of a product, in its order.
    pub async fn pictures(&self, product: &str) -> Result<Vec<Picture>, RecordsFault> {
        let rows = sqlx::query("SELECT * FROM pictures WHERE product_id = ? ORDER BY position")
            .bind(product)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read_picture).collect()
    }

    /// What was made of the picture with this hash, for whichever product: it need not be made again.
    pub async fn picture_hashed(&self, hash: &str) -> Result<Option<Picture>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM pictures WHERE hash = ? LIMIT 1")
            .bind(hash)
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| read_picture(&row)).transpose()
    }
}

fn read_picture(row: &SqliteRow) -> Result<Picture, RecordsFault> {
    Ok(Picture {
        source: row.try_get("source")?,
        hash: row.try_get("hash")?,
        width: narrow(row.try_get("width")?)?,
        height: narrow(row.try_get("height")?)?,
        widths: from_json(row.try_get("widths")?)?,
    })
}
