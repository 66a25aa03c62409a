//! Units come into the free stock of a SKU, or leave it for the shop's other channels.

use super::audit::{Entry, order_audited};
use super::stock_sheet::stocks;
use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Staff;
use records::Role;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use vocabulary::{Command, Refusal, RequestKey};

/// Units of a SKU; negative ones leave.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
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

/// Where the units of a SKU are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Stocked {
    /// The shop's own id.
    pub sku: String,
    /// All units ever received and not withdrawn, sold ones included.
    pub stock: u64,
    /// Units in no deal.
    pub free: u64,
}

/// What the audit calls a SKU.
pub fn sku_target(sku: &str) -> String {
    format!("sku:{sku}")
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
    let before = stock_of(shop, &ask.sku).await?;
    let then = |units: u64| i128::from(units) + i128::from(ask.units);
    let after = json!({
        "moved": ask.units,
        "stock": then(before.stock) as i64,
        "free": then(before.free) as i64,
    });
    let entry = Entry {
        action: "stock.move",
        target: sku_target(&ask.sku),
        before: Some(json!({"stock": before.stock, "free": before.free})),
        after: Some(after),
    };
    let done = order_audited(shop, staff, key, command, entry).await?;
    Ok(done.map(|_| StockMoved {
        sku: ask.sku.clone(),
        units: ask.units,
    }))
}

/// Where the units of a SKU are, as the ledger has it.
///
/// # Errors
/// [`Refusal::SkuUnknown`]; a till that is closed.
pub async fn stock_of(shop: &Shop, sku: &str) -> Result<Stocked, Problem> {
    let (number, _) = shop.directory.sku(sku).await?;
    let known = stocks(shop, vec![number]).await?.pop().flatten();
    let (stock, free) = known.ok_or(Refusal::SkuUnknown)?;
    let sku = sku.to_owned();
    Ok(Stocked { sku, stock, free })
}
