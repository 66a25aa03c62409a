//! Staff cancel an order in the shop's name.

use super::audit::{Entry, order_audited};
use super::order_sheet::standing;
use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Staff;
use records::Role;
use serde_json::json;
use vocabulary::{Cancelling, Command, OrderId, RequestKey};

/// Cancels an order: of an unpaid checkout, all orders; of a paid one, this, and its money goes back.
///
/// # Errors
/// What the ledger refuses.
pub async fn cancel_order(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    order: OrderId,
) -> Result<Done<()>, Problem> {
    staff.require(Role::Support)?;
    let entry = Entry {
        action: "order.cancel",
        target: format!("order:{order}"),
        before: standing(shop, order).await?,
        after: Some(json!({"state": "cancelled"})),
    };
    let by = Cancelling::Staff;
    let command = Command::CancelOrder { order, by };
    let done = order_audited(shop, staff, key, command, entry).await?;
    Ok(done.map(|_| ()))
}
