//! What staff did is written down: who, what, to what, with before and after.

use crate::problem::Problem;
use crate::shop::{Done, Shop};
use crate::who::Staff;
use records::Deed;
use serde_json::Value;
use vocabulary::{Command, Receipt, RequestKey};

/// What is written of a deed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Entry {
    /// Its name, like `deal.end`.
    pub action: &'static str,
    /// To what: kind and id, like `deal:spring-7`.
    pub target: String,
    /// What was true before; none where there was nothing.
    pub before: Option<Value>,
    /// What is true since; none where it was removed.
    pub after: Option<Value>,
}

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

/// Writes an entry down.
pub(super) async fn write(shop: &Shop, staff: &Staff, entry: Entry) -> Result<(), Problem> {
    let change = (entry.before, entry.after);
    audit(shop, staff, entry.action, &entry.target, change).await
}

/// Has the ledger do something, and writes it down unless it had been done before.
pub(super) async fn order_audited(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    command: Command,
    entry: Entry,
) -> Result<Done<Receipt>, Problem> {
    let done = shop.order_recalling(key, command).await?;
    if !done.repeated {
        write(shop, staff, entry).await?;
    }
    Ok(done)
}
