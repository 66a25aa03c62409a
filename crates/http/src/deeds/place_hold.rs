//! A shopper takes units at the deal price, for a while.

use crate::deeds::PlaceTaken;
use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Shopper;
use serde::Deserialize;
use utoipa::ToSchema;
use vocabulary::{Command, HoldId, Millis, Receipt, RequestKey};

/// What is asked for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldAsk {
    /// The shop's own id of the deal.
    pub deal: String,
    /// The shop's own id of the SKU.
    pub sku: String,
    /// How many units.
    #[serde(default = "one")]
    pub units: u16,
    /// Where nothing is left, take a place in the waitlist instead (for one unit).
    #[serde(default)]
    pub or_wait: bool,
}

const fn one() -> u16 {
    1
}

/// What the shopper got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// The units, until the clock runs out.
    Hold {
        /// Its number.
        hold: HoldId,
        /// The first millisecond in which it is lapsed.
        expires_at: Millis,
    },
    /// A place in the waitlist.
    Place(PlaceTaken),
}

/// Places a hold, or takes a place in the waitlist if that was asked for too.
///
/// # Errors
/// What the ledger refuses.
pub async fn place_hold(
    shop: &Shop,
    shopper: &Shopper,
    key: Option<RequestKey>,
    ask: &HoldAsk,
) -> Result<Done<Held>, Problem> {
    let command = hold_command(shop, shopper, ask).await?;
    Ok(shop.order(key, command).await?.map(held))
}

/// The command for what is asked.
///
/// # Errors
/// An unknown deal or SKU.
pub async fn hold_command(
    shop: &Shop,
    shopper: &Shopper,
    ask: &HoldAsk,
) -> Result<Command, Problem> {
    let deal = shop.directory.deal(&ask.deal).await?.number;
    let (sku, _) = shop.directory.sku(&ask.sku).await?;
    Ok(Command::PlaceHold {
        deal,
        sku,
        units: ask.units,
        shopper: shopper.words(),
        or_wait: ask.or_wait,
    })
}

/// What a receipt says the shopper got.
pub fn held(receipt: Receipt) -> Held {
    match receipt {
        Receipt::Hold { hold, expires_at } => Held::Hold { hold, expires_at },
        Receipt::Place { place, ahead } => Held::Place(PlaceTaken { place, ahead }),
        other => unreachable!("a hold is answered with a hold or a place, not {other:?}"),
    }
}
