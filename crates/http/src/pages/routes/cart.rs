//! `/cart` and `/watches`: what a shopper has that is not ordered yet, and what they wait to see.

use super::home::watched;
use crate::deeds;
use crate::notices::wording;
use crate::pages::cart::{Cart, HeldItem, LapsedItem, UnpaidItem, WaitedItem};
use crate::pages::frame::Frame;
use crate::pages::visit::{Visit, after};
use crate::pages::watches::{Told, watches};
use crate::pages::window::{item, tiles};
use crate::problem::Problem;
use crate::request_key::Key;
use crate::shop::Shop;
use crate::who::Shopper;
use axum::Form;
use axum::extract::Path;
use axum::response::Redirect;
use maud::Markup;
use serde::Deserialize;
use std::collections::BTreeSet;
use views::HoldCard;
use vocabulary::{HoldId, HoldOrigin, OrderState, PlaceId};

/// Lapsed holds that are told of.
const LAPSED_MAX: usize = 10;
/// Notices that are told.
const NOTICES_MAX: u32 = 50;

#[derive(Debug, Deserialize)]
pub struct Keyed {
    key: String,
}

/// The cart.
pub async fn show(visit: Visit) -> Result<Markup, Problem> {
    let cart = match visit.shopper {
        Some(shopper) => cart(&visit.shop, &visit.frame, shopper).await?,
        None => Cart::default(),
    };
    Ok(cart.render(&visit.frame))
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
    })
}

async fn cart(shop: &Shop, frame: &Frame, shopper: Shopper) -> Result<Cart, Problem> {
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
    let mut cart = Cart {
        apart,
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
        let open = shop
            .views()
            .deals
            .deal(lapse.hold.deal)
            .is_some_and(|card| card.is_open(frame.now));
        let item = item(shop, frame, lapse.hold.deal, lapse.hold.sku).await?;
        cart.lapsed.push(LapsedItem {
            at: lapse.at,
            item,
            open,
        });
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
