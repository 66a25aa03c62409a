//! A shopper wants to be told when a deal opens, or no longer.

use crate::problem::Problem;
use crate::shop::Shop;
use crate::who::Shopper;

/// Watches a deal, by the shop's own id of it.
///
/// # Errors
/// An unknown deal; those of the records.
pub async fn watch(shop: &Shop, shopper: &Shopper, deal: &str) -> Result<(), Problem> {
    let deal = shop.directory.deal(deal).await?.number;
    let now = shop.now();
    Ok(shop.records.watch(shopper.person(), deal, now).await?)
}

/// Watches a deal no longer.
///
/// # Errors
/// As [`watch`].
pub async fn unwatch(shop: &Shop, shopper: &Shopper, deal: &str) -> Result<(), Problem> {
    let deal = shop.directory.deal(deal).await?.number;
    Ok(shop.records.unwatch(shopper.person(), deal).await?)
}
