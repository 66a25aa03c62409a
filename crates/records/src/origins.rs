//! Where checkouts come from, without a person: country, province and the kind of device. The board counts
//! by it when the contacts are long erased.

use crate::contacts::StoredContact;
use crate::keys::blob;
use crate::rows::Rows;
use crate::states::Word;
use crate::{Records, RecordsFault};
use sqlx::{Row, SqliteConnection};
use vocabulary::CheckoutId;

/// On what a checkout was placed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Device {
    /// A phone.
    Phone,
    /// A tablet.
    Tablet,
    /// A computer.
    Computer,
    /// A program, which did not say for whom.
    #[default]
    Program,
}

impl Word for Device {
    const ALL: &'static [Device] = &[
        Device::Phone,
        Device::Tablet,
        Device::Computer,
        Device::Program,
    ];

    fn name(self) -> String {
        self.word().to_owned()
    }
}

impl Device {
    /// Its name in the column.
    pub const fn word(self) -> &'static str {
        match self {
            Device::Phone => "phone",
            Device::Tablet => "tablet",
            Device::Computer => "computer",
            Device::Program => "program",
        }
    }
}

/// Where a checkout comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// ISO 3166 code of two letters.
    pub country: String,
    /// ISO 3166-2 code, such as KR-11, where it is known.
    pub province: Option<String>,
    /// On what it was placed.
    pub device: Device,
}

impl Records {
    /// Where a checkout comes from; nothing where it was placed without a contact.
    pub async fn origin(&self, checkout: CheckoutId) -> Result<Option<Origin>, RecordsFault> {
        let row = sqlx::query("SELECT * FROM checkout_origins WHERE checkout_id = ?")
            .bind(blob(checkout.0))
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let device: String = row.try_get("device")?;
        Ok(Some(Origin {
            country: row.try_get("country")?,
            province: row.try_get("province")?,
            device: Device::named(&device)?,
        }))
    }
}

/// Notes where these come from; what is noted already stays.
pub(crate) async fn note_origins(
    connection: &mut SqliteConnection,
    contacts: &[StoredContact],
) -> Result<(), RecordsFault> {
    let mut rows =
        Rows::new("INSERT INTO checkout_origins (checkout_id, country, province, device)");
    for contact in contacts {
        let (place, device) = contact.origin();
        let province = Some(place.province.clone()).filter(|province| !province.is_empty());
        rows.row(|row| {
            row.push_bind(blob(contact.of().0))
                .push_bind(place.country.clone())
                .push_bind(province)
                .push_bind(device.word());
        });
    }
    let tail = "ON CONFLICT (checkout_id) DO NOTHING";
    Ok(rows.run(tail, connection).await?)
}
