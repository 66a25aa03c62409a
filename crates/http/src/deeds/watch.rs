//! A shopper wants to be told when a deal opens, or no longer.

use crate::notices::kept_back;
use crate::pages::Language;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::who::Shopper;
use clerks::notices::NoticeKind;
use records::Consent;
use vocabulary::{DealId, Millis};

/// When who watches a deal is told that it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToldOfOpening {
    /// As it opens.
    AtTheBell,
    /// It opens at night: in the morning.
    InTheMorning,
    /// It opens at night, and is over by the morning: not at all.
    NotAtNight,
    /// Not at all: its bell has rung.
    RungAlready,
}

/// Watches a deal, by the shop's own id of it; `at_night` says that it may be told between 21:00 and 8:00, too, as
/// members may have said for all that promotes. Who watches is spoken to in `language`. Nothing is kept where the bell
/// of the deal has rung.
///
/// # Errors
/// An unknown deal; those of the records.
pub async fn watch(
    shop: &Shop,
    shopper: &Shopper,
    deal: &str,
    at_night: bool,
    language: Language,
) -> Result<ToldOfOpening, Problem> {
    let deal = shop.directory.deal(deal).await?.number;
    if window_of(shop, deal).is_some_and(|(bell, _)| bell <= shop.now()) {
        return Ok(ToldOfOpening::RungAlready);
    }
    super::be_reachable(shop, shopper, language).await?;
    let watched = shop
        .records
        .watch(shopper.person(), deal, at_night, shop.now());
    watched.await?;
    let at_night = at_night || agreed_to_nights(shop, shopper).await?;
    Ok(told_of_opening(shop, deal, at_night))
}

async fn agreed_to_nights(shop: &Shop, shopper: &Shopper) -> Result<bool, Problem> {
    Ok(match shopper.account() {
        Some(account) => {
            let consents = shop.records.consents(account).await?;
            consents.contains(&Consent::AdvertisingAtNight)
        }
        None => false,
    })
}

/// When its bell rings, and when it ends; none where the views do not show it yet.
fn window_of(shop: &Shop, deal: DealId) -> Option<(Millis, Millis)> {
    let views = shop.views();
    let terms = views.deals.deal(deal)?.terms;
    Some((terms.starts_at, terms.ends_at))
}

fn told_of_opening(shop: &Shop, deal: DealId, at_night: bool) -> ToldOfOpening {
    let Some((bell, end)) = window_of(shop, deal) else {
        return ToldOfOpening::AtTheBell;
    };
    let zone = &shop.settings.time_zone;
    match kept_back(zone, NoticeKind::DealOpened, at_night, bell) {
        0 => ToldOfOpening::AtTheBell,
        kept_ms if bell.plus(kept_ms) < end => ToldOfOpening::InTheMorning,
        _ => ToldOfOpening::NotAtNight,
    }
}

/// Watches a deal no longer.
///
/// # Errors
/// As [`watch`].
pub async fn unwatch(shop: &Shop, shopper: &Shopper, deal: &str) -> Result<(), Problem> {
    let deal = shop.directory.deal(deal).await?.number;
    Ok(shop.records.unwatch(shopper.person(), deal).await?)
}
