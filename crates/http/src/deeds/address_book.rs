//! A member's address book: an address is added, changed, made the first choice or removed.

use crate::countries::zone_of;
use crate::deeds::check_contact::contact_faults;
use crate::deeds::place_checkout::place_of;
use crate::deeds::{AddressAsk, ContactAsk, ContactFault};
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use records::{AccountId, Address, AddressId};
use serde::Deserialize;
use utoipa::ToSchema;
use vocabulary::Zone;

/// An address as it is to be kept.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedAddressAsk {
    /// Who receives it.
    pub recipient: String,
    /// Whom to call.
    pub phone: String,
    /// Where that is.
    pub address: AddressAsk,
    /// The member's first choice from now on.
    #[serde(default)]
    pub first: bool,
}

/// What is to be different of an address; what is not said stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedAddressChange {
    /// Who receives it.
    #[serde(default)]
    pub recipient: Option<String>,
    /// Whom to call.
    #[serde(default)]
    pub phone: Option<String>,
    /// Where that is, whole.
    #[serde(default)]
    pub address: Option<AddressAsk>,
    /// True makes it the member's first choice; another becomes it in its stead.
    #[serde(default)]
    pub first: Option<bool>,
}

impl SavedAddressAsk {
    /// All that is wrong with it, each with its field's path as in a contact.
    pub fn faults(&self, shop: &Shop) -> Vec<(&'static str, ContactFault)> {
        let contact = ContactAsk {
            name: self.recipient.clone(),
            phone: self.phone.clone(),
            email: String::new(),
            address: self.address.clone(),
            memo: String::new(),
            drop_off: String::new(),
            entrance_code: String::new(),
        };
        let mut faults = contact_faults(&contact, &shop.settings.countries);
        faults.retain(|(field, _)| *field != "email");
        faults
    }

    fn checked(&self, shop: &Shop) -> Result<Address, Problem> {
        let faults = self.faults(shop).into_iter().map(|(field, fault)| {
            let field = if field == "name" { "recipient" } else { field };
            (field.to_owned(), fault.detail(&self.address))
        });
        let problem = Problem::from(Kind::INVALID).with_fields(faults);
        if !problem.errors.is_empty() {
            return Err(problem);
        }
        let place = place_of(&self.address);
        let zones = &shop.settings.zones;
        let zone = zone_of(&place, |name| zones.contains_key(name));
        Ok(Address {
            recipient: self.recipient.trim().to_owned(),
            phone: self.phone.trim().to_owned(),
            zone: zones.get(zone).copied().unwrap_or(Zone(0)),
            place,
            first: self.first,
        })
    }
}

/// Adds an address, or changes the one of that id.
///
/// # Errors
/// [`Kind::INVALID`] with the fields, [`Kind::ADDRESS_BOOK_FULL`], and [`Kind::NOT_FOUND`] where the member has
/// no such address.
pub async fn save_address(
    shop: &Shop,
    account: AccountId,
    id: Option<AddressId>,
    ask: &SavedAddressAsk,
) -> Result<AddressId, Problem> {
    let address = ask.checked(shop)?;
    match id {
        None => {
            let added = shop.records.add_address(account, &address, shop.now());
            added.await?.ok_or(Kind::ADDRESS_BOOK_FULL.into())
        }
        Some(id) => match shop.records.change_address(account, id, &address).await? {
            true => Ok(id),
            false => Err(Kind::NOT_FOUND.into()),
        },
    }
}

/// Changes an address of the member's.
///
/// # Errors
/// [`Kind::INVALID`] with the fields, and [`Kind::NOT_FOUND`] where the member has no such address.
pub async fn change_address(
    shop: &Shop,
    account: AccountId,
    id: AddressId,
    change: SavedAddressChange,
) -> Result<(), Problem> {
    let saved = saved_address(shop, account, id).await?;
    let ask = SavedAddressAsk {
        recipient: change.recipient.unwrap_or(saved.recipient),
        phone: change.phone.unwrap_or(saved.phone),
        address: change
            .address
            .unwrap_or_else(|| AddressAsk::of(saved.place)),
        first: change.first.unwrap_or(saved.first),
    };
    save_address(shop, account, Some(id), &ask)
        .await
        .map(|_| ())
}

/// Removes an address of the member's.
///
/// # Errors
/// [`Kind::NOT_FOUND`] where the member has no such address.
pub async fn forget_address(shop: &Shop, account: AccountId, id: AddressId) -> Result<(), Problem> {
    match shop.records.remove_address(account, id).await? {
        true => Ok(()),
        false => Err(Kind::NOT_FOUND.into()),
    }
}

/// An address of the member's.
///
/// # Errors
/// [`Kind::NOT_FOUND`] where the member has no such address.
pub async fn saved_address(
    shop: &Shop,
    account: AccountId,
    id: AddressId,
) -> Result<Address, Problem> {
    let book = shop.records.addresses(account).await?.into_iter();
    let mut found = book.filter(|(other, _)| *other == id);
    let found = found.next().map(|(_, address)| address);
    found.ok_or(Kind::NOT_FOUND.into())
}
