//! Staff end a deal before its time.

use super::audit::{Entry, order_audited};
use super::{deal_card, deal_target};
use crate::moment::Moment;
use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Staff;
use records::Role;
use serde_json::json;
use vocabulary::{Command, RequestKey};

/// Ends a deal now.
///
/// # Errors
/// What the ledger refuses.
pub async fn end_deal(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    deal: &str,
) -> Result<Done<()>, Problem> {
    staff.require(Role::Merchandiser)?;
    let card = deal_card(shop, deal).await?;
    let ends_at = Moment(card.terms.ends_at);
    let entry = Entry {
        action: "deal.end",
        target: deal_target(deal),
        before: Some(json!({"over": card.closed, "ends_at": ends_at})),
        after: Some(json!({"over": true})),
    };
    let command = Command::EndDeal { deal: card.deal };
    let done = order_audited(shop, staff, key, command, entry).await?;
    Ok(done.map(|_| ()))
}
