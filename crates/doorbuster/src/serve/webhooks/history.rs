//! From a row of the history of orders back to the event that it was. Only of the events that
//! webhooks tell.

use super::book::fault;
use clerks::ports::BookFault;
use clerks::{Happening, RefundDetails, WEBHOOK_KINDS};
use records::{OrderEvent, Records};
use serde_json::{Value, json};
use vocabulary::{Event, PaymentId, RefundId};

/// What happened, with all that its message says; none where nobody is told.
///
/// # Errors
/// When the records fail or are damaged.
pub(super) async fn happening(
    records: &Records,
    row: &OrderEvent,
) -> Result<Option<Happening>, BookFault> {
    let Some(event) = event_of(records, row).await? else {
        return Ok(None);
    };
    let refund = match event {
        Event::RefundSent { refund } | Event::RefundFailed { refund } => {
            Some(details(records, row, refund).await?)
        }
        _ => None,
    };
    Ok(Some(Happening {
        seq: row.seq,
        index: row.index,
        at: row.at,
        event,
        refund,
    }))
}

async fn event_of(records: &Records, row: &OrderEvent) -> Result<Option<Event>, BookFault> {
    let mut fields = row.body.clone();
    match row.kind.as_str() {
        "OrderPlaced" => fields["person"] = person(records, row).await?,
        "OrderPaid" => fields["payment"] = payment(row)?,
        // Its message is called `Refunded`; all others are called as their events.
        "RefundSent" => {}
        kind if WEBHOOK_KINDS.contains(&kind) => {}
        _ => return Ok(None),
    }
    let event = serde_json::from_value(json!({ row.kind.as_str(): fields }));
    event.map(Some).map_err(|cause| damaged(row, cause))
}

/// Who bought is left out of the row, and stands with the order.
async fn person(records: &Records, row: &OrderEvent) -> Result<Value, BookFault> {
    let missing = || damaged(row, "its order is missing");
    let order = records.order(row.order.ok_or_else(missing)?).await;
    let order = order.map_err(fault)?.ok_or_else(missing)?;
    Ok(json!(order.person))
}

/// Which try paid stands in the row as people read it.
fn payment(row: &OrderEvent) -> Result<Value, BookFault> {
    let text = row.body["payment"].as_str().unwrap_or_default();
    let payment: PaymentId = text.parse().map_err(|cause| damaged(row, cause))?;
    Ok(json!(payment))
}

async fn details(
    records: &Records,
    row: &OrderEvent,
    refund: RefundId,
) -> Result<RefundDetails, BookFault> {
    let missing = || damaged(row, "its refund is missing");
    let refunds = records.refunds(row.checkout.ok_or_else(missing)?).await;
    let mut refunds = refunds.map_err(fault)?.into_iter();
    let refund = refunds.find(|known| known.refund == refund);
    let refund = refund.ok_or_else(missing)?;
    Ok(RefundDetails {
        order: refund.order,
        payment: refund.payment,
        amount: refund.amount,
        currency: refund.currency,
    })
}

fn damaged(row: &OrderEvent, cause: impl std::fmt::Display) -> BookFault {
    let OrderEvent {
        kind, seq, index, ..
    } = row;
    BookFault(format!("the {kind} at {seq}.{index} is damaged: {cause}"))
}
