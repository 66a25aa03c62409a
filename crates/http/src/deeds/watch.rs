//! A shopper wants to be told when a deal opens, or no longer.

use crate::pages::Language;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::who::Shopper;

/// Watches a deal, by the shop's own id of it; `at_night` says that it may be told between 21:00 and 8:00, too. Who
/// watches is spoken to in `language`.
///
/// # Errors
/// An unknown deal; those of the records.
pub async fn watch(
    shop: &Shop,
    shopper: &Shopper,
    deal: &str,
    at_night: bool,
    language: Language,
) -> Result<(), Problem> {
    let deal = shop.directory.deal(deal).await?.number;
    let now = shop.now();
    super::be_reachable(shop, shopper, language).await?;
    let watched = shop.records.watch(shopper.person(), deal, at_night, now);
    Ok(watched.await?)
}

/// Watches a deal no longer.
///
/// # Errors
/// As [`watch`].
pub async fn unwatch(shop: &Shop, shopper: &Shopper, deal: &str) -> Result<(), Problem> {
    let deal = shop.directory.deal(deal).await?.number;
    Ok(shop.records.unwatch(shopper.person(), deal).await?)
}
