//! A shopper gives an order up; of an unpaid checkout, all orders.

use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Shopper;
use vocabulary::{Cancelling, Command, OrderId, RequestKey};

/// Cancels an order.
///
/// # Errors
/// What the ledger refuses.
pub async fn cancel_order(
    shop: &Shop,
    shopper: &Shopper,
    key: Option<RequestKey>,
    order: OrderId,
) -> Result<Done<()>, Problem> {
    let command = |person| Command::CancelOrder {
        order,
        by: Cancelling::Shopper(person),
    };
    Ok(shopper.order(shop, key, command).await?.map(|_| ()))
}
