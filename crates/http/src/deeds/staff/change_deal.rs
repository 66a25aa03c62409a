//! Staff change the terms of a deal.

use super::DealTerms;
use super::audit::{Entry, order_audited};
use super::{deal_card, deal_target};
use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Staff;
use records::Role;
use serde_json::json;
use vocabulary::{Command, RequestKey};

/// Changes a deal's terms to those that are said; the number of the deed, unless it had been done before.
///
/// # Errors
/// What the ledger refuses; a time that does not fit.
pub async fn change_deal(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    deal: &str,
    terms: &DealTerms,
) -> Result<Done<Option<u64>>, Problem> {
    change_terms(shop, staff, key, deal, terms.words()?).await
}

/// As [`change_deal`], in the ledger's words.
///
/// # Errors
/// What the ledger refuses.
pub async fn change_terms(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    deal: &str,
    terms: vocabulary::DealTerms,
) -> Result<Done<Option<u64>>, Problem> {
    staff.require(Role::Merchandiser)?;
    let card = deal_card(shop, deal).await?;
    let entry = Entry {
        action: "deal.change",
        target: deal_target(deal),
        before: Some(json!({"terms": DealTerms::from(card.terms)})),
        after: Some(json!({"terms": DealTerms::from(terms)})),
    };
    let deal = card.deal;
    let command = Command::ChangeDeal { deal, terms };
    order_audited(shop, staff, key, command, entry).await
}
