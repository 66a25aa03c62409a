//! Staff give one SKU of a deal a new price; holds keep theirs.

use super::audit::{Entry, order_audited};
use super::{deal_card, deal_target};
use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Staff;
use money::Amount;
use records::Role;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use vocabulary::{Command, RequestKey};

/// A new price.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct PriceAsk {
    /// The shop's own id of the SKU.
    pub sku: String,
    /// The new price of one, in minor units.
    pub price: i64,
}

/// Gives one SKU of a deal a new price; the number of the deed, unless it had been done before.
///
/// # Errors
/// What the ledger refuses.
pub async fn reprice_deal(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    deal: &str,
    ask: &PriceAsk,
) -> Result<Done<Option<u64>>, Problem> {
    staff.require(Role::Merchandiser)?;
    let card = deal_card(shop, deal).await?;
    let (sku, _) = shop.directory.sku(&ask.sku).await?;
    let before = card.pool(sku).map(|pool| pool.price);
    let entry = Entry {
        action: "deal.reprice",
        target: deal_target(deal),
        before: before.map(|price| json!({"sku": ask.sku, "price": price})),
        after: Some(json!({"sku": ask.sku, "price": ask.price})),
    };
    let command = Command::RepriceDeal {
        deal: card.deal,
        sku,
        price: Amount(ask.price),
    };
    order_audited(shop, staff, key, command, entry).await
}
