//! What staff did is written down: who, what, to what, with before and after.

use crate::problem::{Kind, Problem};
use crate::shop::{Done, Shop};
use crate::who::Staff;
use records::{AuditEntry, AuditFilter, Deed};
use serde_json::Value;
use vocabulary::{Command, RequestKey};

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

/// Writes a deed down; its number.
///
/// # Errors
/// Those of the records.
pub async fn audit(
    shop: &Shop,
    staff: &Staff,
    action: &str,
    target: &str,
    (before, after): (Option<Value>, Option<Value>),
) -> Result<u64, Problem> {
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

/// The number of the last deed that was done to `target`; 0 where none was.
///
/// # Errors
/// Those of the records.
pub async fn newest_deed(shop: &Shop, target: &str) -> Result<u64, Problem> {
    let newest = deeds_of(shop, vec![target.to_owned()], 1).await?.pop();
    Ok(newest.map_or(0, |entry| entry.number))
}

/// Up to `count` deeds that were done to one of these, newest first.
///
/// # Errors
/// Those of the records.
pub async fn deeds_of(
    shop: &Shop,
    targets: Vec<String>,
    count: u32,
) -> Result<Vec<AuditEntry>, Problem> {
    let filter = AuditFilter {
        targets,
        ..AuditFilter::default()
    };
    Ok(shop.records.audit(&filter, None, count).await?)
}

/// The deed of that number, where it was done to `target`.
///
/// # Errors
/// [`Kind::NOT_FOUND`]; those of the records.
pub async fn deed_of(shop: &Shop, target: &str, number: u64) -> Result<Deed, Problem> {
    let entry = shop.records.audit_entry(number).await?;
    let entry = entry.filter(|entry| entry.deed.target == target);
    let entry = entry.ok_or(Problem::from(Kind::NOT_FOUND))?;
    Ok(entry.deed)
}

/// Writes an entry down.
pub(super) async fn write(shop: &Shop, staff: &Staff, entry: Entry) -> Result<(), Problem> {
    write_numbered(shop, staff, entry).await.map(|_| ())
}

/// Writes an entry down; its number.
pub(super) async fn write_numbered(
    shop: &Shop,
    staff: &Staff,
    entry: Entry,
) -> Result<u64, Problem> {
    let change = (entry.before, entry.after);
    audit(shop, staff, entry.action, &entry.target, change).await
}

/// Has the ledger do something, and writes it down unless it had been done before: under which number.
pub(super) async fn order_audited(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    command: Command,
    entry: Entry,
) -> Result<Done<Option<u64>>, Problem> {
    let done = shop.order_recalling(key, command).await?;
    let number = match done.repeated {
        true => None,
        false => Some(write_numbered(shop, staff, entry).await?),
    };
    Ok(done.map(|_| number))
}
