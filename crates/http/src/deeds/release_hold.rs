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
    let person = shopper.person();
    let done = shop
        .order(key, Command::ReleaseHold { hold, person })
        .await?;
    Ok(done.map(|_| ()))
}
