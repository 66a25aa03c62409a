//! Staff move more units from free stock into a deal; who waits is served first.

use super::audit::{Entry, order_audited};
use super::{deal_card, deal_target};
use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Staff;
use records::Role;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use vocabulary::{Command, RequestKey};

/// More units.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StockAsk {
    /// The shop's own id of the SKU.
    pub sku: String,
    /// How many.
    pub units: u32,
}

/// Moves more units from free stock into a deal.
///
/// # Errors
/// What the ledger refuses.
pub async fn add_allotment(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    deal: &str,
    ask: &StockAsk,
) -> Result<Done<()>, Problem> {
    staff.require(Role::Merchandiser)?;
    let card = deal_card(shop, deal).await?;
    let (sku, _) = shop.directory.sku(&ask.sku).await?;
    let before = card.pool(sku).map(|pool| pool.counts.allotted());
    let after = before.map(|allotted| u64::from(allotted) + u64::from(ask.units));
    let entry = Entry {
        action: "deal.add_allotment",
        target: deal_target(deal),
        before: before.map(|allotted| json!({"sku": ask.sku, "allotted": allotted})),
        after: after.map(|allotted| json!({"sku": ask.sku, "allotted": allotted})),
    };
    let command = Command::AddAllotment {
        deal: card.deal,
        sku,
        units: ask.units,
    };
    let done = order_audited(shop, staff, key, command, entry).await?;
    Ok(done.map(|_| ()))
}
