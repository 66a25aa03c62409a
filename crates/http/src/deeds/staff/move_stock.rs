//! Units come into free stock, or leave it.

use crate::deeds::staff::audit;
use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Staff;
use records::Role;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use vocabulary::{Command, RequestKey};

/// Units of a SKU; negative ones leave.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct StockMove {
    /// The shop's own id of the SKU.
    pub sku: String,
    /// How many; negative withdraws.
    pub units: i64,
}

/// What was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockMoved {
    /// The shop's own id of the SKU.
    pub sku: String,
    /// How many; negative left.
    pub units: i64,
}

/// Receives or withdraws units.
///
/// # Errors
/// What the ledger refuses.
pub async fn move_stock(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    ask: &StockMove,
) -> Result<Done<StockMoved>, Problem> {
    staff.require(Role::Merchandiser)?;
    let (sku, _) = shop.directory.sku(&ask.sku).await?;
    let units = u32::try_from(ask.units.unsigned_abs())
        .map_err(|_| Problem::field("units", "is more than any stock"))?;
    let command = match ask.units < 0 {
        true => Command::WithdrawStock { sku, units },
        false => Command::ReceiveStock { sku, units },
    };
    let done = shop.order(key, command).await?;
    if !done.repeated {
        let after = json!({"moved": ask.units});
        audit(shop, staff, "move_stock", &ask.sku, (None, Some(after))).await?;
    }
    Ok(done.map(|_| StockMoved {
        sku: ask.sku.clone(),
        units: ask.units,
    }))
}
