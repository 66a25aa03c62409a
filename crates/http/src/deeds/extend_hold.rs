//! A shopper asks for more time for a hold.

use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Shopper;
use vocabulary::{Command, HoldId, Millis, Receipt, RequestKey};

/// Gives a hold more time; tells its new end.
///
/// # Errors
/// What the ledger refuses.
pub async fn extend_hold(
    shop: &Shop,
    shopper: &Shopper,
    key: Option<RequestKey>,
    hold: HoldId,
) -> Result<Done<Millis>, Problem> {
    let command = |person| Command::ExtendHold { hold, person };
    let done = shopper.order(shop, key, command).await?;
    match done.what {
        Receipt::Hold { expires_at, .. } => Ok(done.map(|_| expires_at)),
        other => unreachable!("more time is told with its end, not {other:?}"),
    }
}
