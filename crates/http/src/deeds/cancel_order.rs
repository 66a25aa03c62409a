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
    let by = Cancelling::Shopper(shopper.person());
    let command = Command::CancelOrder { order, by };
    Ok(shop.order_recalling(key, command).await?.map(|_| ()))
}
