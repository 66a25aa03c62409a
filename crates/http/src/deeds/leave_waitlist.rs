//! A shopper gives up a place.

use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Shopper;
use vocabulary::{Command, PlaceId, RequestKey};

/// Gives up a place.
///
/// # Errors
/// What the ledger refuses.
pub async fn leave_waitlist(
    shop: &Shop,
    shopper: &Shopper,
    key: Option<RequestKey>,
    place: PlaceId,
) -> Result<Done<()>, Problem> {
    let command = |person| Command::LeaveWaitlist { place, person };
    Ok(shopper.order(shop, key, command).await?.map(|_| ()))
}
