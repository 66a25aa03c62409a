//! `/cart` and `/watches`: what a shopper has that is not ordered yet, and what they wait to see.

use super::checkout::chosen;
use super::home::watched;
use crate::deeds::{self, Quote};
use crate::notices::wording;
use crate::pages::bill::live_bill;
use crate::pages::cart::{Cart, HeldItem, LapsedItem, UnpaidItem, WaitedItem};
use crate::pages::frame::Frame;
use crate::pages::tile::Stand;
use crate::pages::visit::{Visit, after};
use crate::pages::watches::{Told, watches};
use crate::pages::window::{item, pool_stand, seller_name, tiles};
use crate::problem::Problem;
use crate::request_key::Key;
use crate::shop::Shop;
use crate::who::Shopper;
use axum::Form;
use axum::extract::{Path, RawQuery};
use axum::response::Redirect;
use maud::Markup;
use serde::Deserialize;
use std::collections::BTreeSet;
use views::{HoldCard, LapsedHold};
use vocabulary::{HoldId, HoldOrigin, OrderState, PlaceId};

/// Lapsed holds that are told of.
const LAPSED_MAX: usize = 10;
/// Notices that are told.
const NOTICES_MAX: u32 = 50;

#[derive(Debug, Deserialize)]
pub struct Keyed {
    key: String,
}

/// The cart, with all of it picked, or what a query says is.
pub async fn show(visit: Visit, RawQuery(query): RawQuery) -> Result<Markup, Problem> {
    let query = query.unwrap_or_default();
    let says_picks = query.split('&').any(|pair| pair == "picked=yes");
    let picked = says_picks.then(|| chosen(&query));
    let cart = match visit.shopper {
        Some(shopper) => cart(&visit.shop, &visit.frame, shopper, picked).await?,
        None => Cart::default(),
    };
    Ok(cart.render(&visit.frame))
}

/// What the picked holds come to, for the script that shows it.
pub async fn bill(visit: Visit, body: String) -> Result<Markup, Problem> {
    let picked = chosen(&body);
    let mut holds = match visit.shopper {
        Some(shopper) => shopper.holds(&visit.shop.views(), visit.frame.now),
        None => Vec::new(),
    };
    holds.retain(|card| picked.contains(&card.hold));
    let quote = deeds::quote(&visit.shop, &holds, "", visit.frame.now).await?;
    Ok(live_bill(&visit.frame, quote.as_ref()))
}

/// What the shopper watches.
pub async fn show_watches(visit: Visit) -> Result<Markup, Problem> {
    let watched = watched(&visit).await?;
    let mut cards: Vec<_> = {
        let views = visit.shop.views();
        watched
            .iter()
            .filter_map(|deal| views.deals.deal(*deal).cloned())
            .collect()
    };
    cards.sort_by_key(|card| (card.closed, card.terms.starts_at));
    let tiles = tiles(&visit.shop, &visit.frame, cards, &watched).await?;
    let told = told(&visit).await?;
    let push_key = visit.shop.push_key.as_deref();
    Ok(watches(&visit.frame, &told, &tiles, push_key))
}

/// What the shopper was told; all of it is seen with this.
async fn told(visit: &Visit) -> Result<Vec<Told>, Problem> {
    let (shop, frame) = (&visit.shop, &visit.frame);
    let Some(shopper) = visit.shopper else {
        return Ok(Vec::new());
    };
    let notices = shopper.notices(shop, i64::MAX, NOTICES_MAX).await?;
    let mut told = Vec::new();
    for notice in &notices {
        let said = wording(shop, notice, frame.words.language).await?;
        told.extend(said.map(|said| Told {
            said,
            at: notice.at,
            fresh: notice.read_at.is_none(),
        }));
    }
    if let Some(newest) = notices
        .first()
        .filter(|_| told.iter().any(|told| told.fresh))
    {
        for person in shopper.persons() {
            let seen = shop.records.notices_seen(person, newest.number, frame.now);
            seen.await?;
        }
    }
    Ok(told)
}

/// Gives a hold back.
pub async fn release(
    visit: Visit,
    shopper: Shopper,
    Path(hold): Path<u64>,
    Form(form): Form<Keyed>,
) -> Result<Redirect, Problem> {
    let key = Key::of(&form.key, &[b"release", &hold.to_be_bytes()])?.by(&shopper.scope());
    let released = deeds::release_hold(&visit.shop, &shopper, Some(key), HoldId(hold)).await;
    after(&visit.shop, released, "/cart", "released", "/cart").await
}

/// Leaves a waitlist.
pub async fn leave(
    visit: Visit,
    shopper: Shopper,
    Path(place): Path<u64>,
    Form(form): Form<Keyed>,
) -> Result<Redirect, Problem> {
    let key = Key::of(&form.key, &[b"leave", &place.to_be_bytes()])?.by(&shopper.scope());
    let left = deeds::leave_waitlist(&visit.shop, &shopper, Some(key), PlaceId(place)).await;
    after(&visit.shop, left, "/cart", "left", "/cart").await
}

/// Gives a hold more time.
pub async fn extend(
    visit: Visit,
    shopper: Shopper,
    Path(hold): Path<u64>,
    Form(form): Form<Keyed>,
) -> Result<Redirect, Problem> {
    let key = Key::of(&form.key, &[b"extend", &hold.to_be_bytes()])?.by(&shopper.scope());
    let extended = deeds::extend_hold(&visit.shop, &shopper, Some(key), HoldId(hold)).await;
    after(&visit.shop, extended, "/cart", "extended", "/cart").await
}

/// A hold as a row.
pub async fn held_item(shop: &Shop, frame: &Frame, hold: HoldCard) -> Result<HeldItem, Problem> {
    Ok(HeldItem {
        hold: hold.hold,
        item: item(shop, frame, hold.deal, hold.sku).await?,
        units: hold.units,
        price: hold.price,
        currency: hold.currency,
        expires_at: hold.expires_at,
        offered: matches!(hold.origin, HoldOrigin::Offered(_)),
        extension_ms: shop.views().extension(&hold, frame.now),
    })
}

async fn cart(
    shop: &Shop,
    frame: &Frame,
    shopper: Shopper,
    picked: Option<Vec<HoldId>>,
) -> Result<Cart, Problem> {
    let (mut holds, places, unpaid, lapsed, apart) = {
        let views = shop.views();
        let holds = shopper.holds(&views, frame.now);
        let holders = holds
            .iter()
            .map(|card| shopper.holder(&views, &[card.hold]));
        let apart = holders.collect::<BTreeSet<_>>().len() > 1;
        let lapsed = shopper.lapsed(&views, frame.now).into_iter().rev();
        (
            holds,
            shopper.places(&views),
            shopper.unpaid(&views),
            lapsed.take(LAPSED_MAX).collect::<Vec<_>>(),
            apart,
        )
    };
    holds.sort_by_key(|hold| hold.expires_at);
    let picked = picked.unwrap_or_else(|| holds.iter().map(|hold| hold.hold).collect());
    let chosen = holds.iter().filter(|hold| picked.contains(&hold.hold));
    let quote = deeds::quote(shop, &chosen.cloned().collect::<Vec<_>>(), "", frame.now).await?;
    let mut cart = Cart {
        apart,
        hints: hints(shop, frame, quote.as_ref()).await?,
        picked,
        quote,
        ..Cart::default()
    };
    for hold in holds {
        cart.holds.push(held_item(shop, frame, hold).await?);
    }
    for place in places {
        let item = item(shop, frame, place.deal, place.sku).await?;
        cart.places.push(WaitedItem {
            place: place.place,
            item,
            ahead: place.ahead,
        });
    }
    for lapse in lapsed {
        cart.lapsed.push(lapsed_item(shop, frame, lapse).await?);
    }
    cart.unpaid = unpaid
        .into_iter()
        .map(|card| UnpaidItem {
            checkout: card.checkout,
            total: card.total,
            currency: card.currency,
            pay_by: card.pay_by,
            confirmed: card.state() == OrderState::Confirmed,
        })
        .collect();
    Ok(cart)
}

async fn lapsed_item(shop: &Shop, frame: &Frame, lapse: LapsedHold) -> Result<LapsedItem, Problem> {
    let card = shop.views().deals.deal(lapse.hold.deal).cloned();
    let open = card.filter(|card| card.is_open(frame.now));
    let stand = open.as_ref().and_then(|card| {
        let pool = card.pool(lapse.hold.sku)?;
        Some(pool_stand(card, pool))
    });
    Ok(LapsedItem {
        at: lapse.at,
        item: item(shop, frame, lapse.hold.deal, lapse.hold.sku).await?,
        sku: shop.directory.sku_id(lapse.hold.sku).await?,
        units: lapse.hold.units,
        stand: stand.unwrap_or(Stand::Over),
    })
}

/// How much more of each seller's goods would ship free.
async fn hints(shop: &Shop, frame: &Frame, quote: Option<&Quote>) -> Result<Vec<String>, Problem> {
    let mut hints = Vec::new();
    for one in quote.map_or(&[][..], |quote| &quote.sellers) {
        let Some(missing) = one.free_in else { continue };
        let seller = seller_name(shop, frame, one.seller).await?;
        let amount = frame.words.amount(missing, shop.settings.currency);
        hints.push(frame.words.say_with(
            "ships-free-in",
            [("seller", seller.into()), ("amount", amount.into())],
        ));
    }
    Ok(hints)
}
