//! How a shopper is told things without asking: in which language, at which account, in which browsers.

use crate::pages::Language;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::who::Shopper;
use records::{PushAddress, Reachable};

/// The longest address of a push service that is kept, in bytes.
const ENDPOINT_BYTES_MAX: usize = 2_048;
/// An uncompressed point of P-256.
const PUBLIC_KEY_BYTES: usize = 65;
const AUTH_BYTES: usize = 16;

/// Notes how to speak to a shopper.
///
/// # Errors
/// Those of the records.
pub async fn be_reachable(
    shop: &Shop,
    shopper: &Shopper,
    language: Language,
) -> Result<(), Problem> {
    let reachable = Reachable {
        account: shopper.account(),
        locale: language.tag().to_owned(),
    };
    let noted = shop
        .records
        .note_reachable(shopper.person(), &reachable, shop.now());
    Ok(noted.await?)
}

/// Pushes to a shopper's browser from now on.
///
/// # Errors
/// Keys or an address that are none; those of the records.
pub async fn subscribe_push(
    shop: &Shop,
    shopper: &Shopper,
    address: &PushAddress,
    language: Language,
) -> Result<(), Problem> {
    let wrong = |field: &str| {
        Err(Problem::field(
            field,
            "is not what a browser subscribes with",
        ))
    };
    let endpoint = &address.endpoint;
    if !endpoint.starts_with("https://") || endpoint.len() > ENDPOINT_BYTES_MAX {
        return wrong("endpoint");
    }
    if address.public_key.len() != PUBLIC_KEY_BYTES {
        return wrong("keys.p256dh");
    }
    if address.auth.len() != AUTH_BYTES {
        return wrong("keys.auth");
    }
    be_reachable(shop, shopper, language).await?;
    let subscribed =
        shop.records
            .subscribe_push(shopper.person(), address, language.tag(), shop.now());
    Ok(subscribed.await?)
}
