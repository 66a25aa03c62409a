//! A shopper waits for one unit of what is gone.

use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Shopper;
use serde::Deserialize;
use utoipa::ToSchema;
use vocabulary::{Command, PlaceId, Receipt, RequestKey};

/// What is waited for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceAsk {
    /// The shop's own id of the deal.
    pub deal: String,
    /// The shop's own id of the SKU.
    pub sku: String,
}

/// A place in a waitlist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceTaken {
    /// Its number.
    pub place: PlaceId,
    /// How many wait before it.
    pub ahead: u32,
}

/// Takes a place.
///
/// # Errors
/// What the ledger refuses.
pub async fn join_waitlist(
    shop: &Shop,
    shopper: &Shopper,
    key: Option<RequestKey>,
    ask: &PlaceAsk,
) -> Result<Done<PlaceTaken>, Problem> {
    let command = wait_command(shop, shopper, ask).await?;
    Ok(shop.order(key, command).await?.map(PlaceTaken::of))
}

/// The command for what is asked.
///
/// # Errors
/// An unknown deal or SKU.
pub async fn wait_command(
    shop: &Shop,
    shopper: &Shopper,
    ask: &PlaceAsk,
) -> Result<Command, Problem> {
    let deal = shop.directory.deal(&ask.deal).await?.number;
    let (sku, _) = shop.directory.sku(&ask.sku).await?;
    let shopper = shopper.words();
    Ok(Command::JoinWaitlist { deal, sku, shopper })
}

impl PlaceTaken {
    /// What a receipt says the shopper got.
    pub fn of(receipt: Receipt) -> PlaceTaken {
        match receipt {
            Receipt::Place { place, ahead } => PlaceTaken { place, ahead },
            other => unreachable!("who waits is answered with a place, not {other:?}"),
        }
    }
}
