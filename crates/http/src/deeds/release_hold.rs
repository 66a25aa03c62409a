//! A shopper gives a hold back.

use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Shopper;
use vocabulary::{Command, HoldId, RequestKey};

/// Gives a hold back.
///
/// # Errors
/// What the ledger refuses.
pub async fn release_hold(
    shop: &Shop,
    shopper: &Shopper,
    key: Option<RequestKey>,
    hold: HoldId,
) -> Result<Done<()>, Problem> {
    let command = |person| Command::ReleaseHold { hold, person };
    Ok(shopper.order(shop, key, command).await?.map(|_| ()))
}
