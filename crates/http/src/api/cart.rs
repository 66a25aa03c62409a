//! The cart: a shopper's live holds and places, and what lapsed of late.

use crate::api::asking::{Asking, AtLeast};
use crate::api::shapes::Problems;
use crate::deeds::Sum;
use crate::moment::Moment;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::who::Shopper;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use views::{HoldCard, PlaceCard};
use vocabulary::{HoldOrigin, Millis};

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new().routes(routes!(cart))
}

/// A cart.
#[derive(Debug, Serialize, ToSchema)]
struct Cart {
    /// Live holds, oldest first.
    holds: Vec<HoldShown>,
    /// Places in waitlists, oldest first.
    places: Vec<PlaceShown>,
    /// Holds that lapsed in the last 24 hours, oldest first.
    lapsed: Vec<HoldShown>,
    /// The shop's clock.
    now: Moment,
}

/// A hold.
#[derive(Debug, Serialize, ToSchema)]
struct HoldShown {
    /// Its id.
    hold: String,
    /// The shop's own id of the deal.
    deal: String,
    /// The shop's own id of the SKU.
    sku: String,
    /// How many.
    units: u16,
    /// The price of a unit.
    price: Sum,
    /// The first millisecond in which it is lapsed.
    expires_at: Moment,
    /// The waitlist gave it.
    offered: bool,
    /// How much longer it may be made now; 0 for not at all.
    extension_seconds: u32,
}

/// A place in a waitlist.
#[derive(Debug, Serialize, ToSchema)]
struct PlaceShown {
    /// Its id.
    place: String,
    /// The shop's own id of the deal.
    deal: String,
    /// The shop's own id of the SKU.
    sku: String,
    /// How many wait before it.
    ahead: u32,
}

/// What the shopper has.
#[utoipa::path(get, path = "/v1/cart", tag = "shopper", params(AtLeast),
    responses((status = 200, body = Cart), Problems))]
async fn cart(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    Asking(at_least): Asking<AtLeast>,
) -> Result<Json<Cart>, Problem> {
    shop.shown(at_least.seq(&shop)?).await?;
    let now = shop.now();
    let (holds, places, lapsed) = {
        let views = shop.views();
        let lapsed = shopper.lapsed(&views, now).into_iter();
        (
            shopper.holds(&views, now),
            shopper.places(&views),
            lapsed.map(|lapse| lapse.hold).collect(),
        )
    };
    Ok(Json(Cart {
        holds: show_holds(&shop, holds, now).await?,
        places: show_places(&shop, places).await?,
        lapsed: show_holds(&shop, lapsed, now).await?,
        now: now.into(),
    }))
}

async fn show_holds(
    shop: &Shop,
    cards: Vec<HoldCard>,
    now: Millis,
) -> Result<Vec<HoldShown>, Problem> {
    let mut shown = Vec::with_capacity(cards.len());
    for card in cards {
        shown.push(HoldShown {
            hold: card.hold.to_string(),
            deal: shop.directory.deal_id(card.deal).await?,
            sku: shop.directory.sku_id(card.sku).await?,
            units: card.units,
            price: Sum {
                amount: card.price,
                currency: card.currency,
            },
            expires_at: card.expires_at.into(),
            offered: matches!(card.origin, HoldOrigin::Offered(_)),
            extension_seconds: shop.views().extension(&card, now).unwrap_or(0) / 1_000,
        });
    }
    Ok(shown)
}

async fn show_places(shop: &Shop, cards: Vec<PlaceCard>) -> Result<Vec<PlaceShown>, Problem> {
    let mut shown = Vec::with_capacity(cards.len());
    for card in cards {
        shown.push(PlaceShown {
            place: card.place.to_string(),
            deal: shop.directory.deal_id(card.deal).await?,
            sku: shop.directory.sku_id(card.sku).await?,
            ahead: card.ahead,
        });
    }
    Ok(shown)
}
