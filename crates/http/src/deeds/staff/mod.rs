//! What staff can do. Each deed is audited with what was true before and after; the ledger learns
//! first, the audit second, under the name of who did it.

mod deals;
mod import_deals;
mod money_back;
mod parcels;
mod sign_in;
mod stock;

pub use deals::{
    DealTerms, PoolAsk, PriceAsk, StockAsk, add_allotment, change_deal, deal_json, end_deal,
    reprice_deal, schedule_deal,
};
pub use import_deals::{ImportProblem, Imported, import_deals};
pub use money_back::{OrderedRefund, RefundAsk, ScopeAsk, cancel_order, refund};
pub use parcels::{Parcel, ParcelProblem, ParcelsRecorded, What, parcels_of_csv, record_parcels};
pub use sign_in::sign_in;
pub use stock::{StockMove, StockMoved, move_stock};

use crate::problem::Problem;
use crate::shop::Shop;
use crate::who::Staff;
use records::Deed;
use serde_json::Value;

/// Writes a deed down.
///
/// # Errors
/// Those of the records.
pub async fn audit(
    shop: &Shop,
    staff: &Staff,
    action: &str,
    target: &str,
    (before, after): (Option<Value>, Option<Value>),
) -> Result<(), Problem> {
    let deed = Deed {
        at: shop.now(),
        who: staff.name.clone(),
        action: action.to_owned(),
        target: target.to_owned(),
        before,
        after,
    };
    Ok(shop.records.record_deed(&deed).await?)
}
