//! What buyers are told of their orders, read from the order tables. Orders are shown on pages of their own, so only who can
//! be reached elsewhere is told; where nobody can, nothing is read.

use clerks::notices::{NoticeKind, told_to_buyer};
use http::Shop;
use records::{FreshNotice, OrderEvent, RecordsFault, Wanted, WebhookCursor};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use vocabulary::{Event, Millis, OrderId, Seq};

/// Events that are looked at together.
const TOGETHER: u32 = 512;
/// How long a rest is between them: the writer belongs to the order tables first.
const REST: Duration = Duration::from_millis(250);
/// For how long news of an order are worth sending.
const USEFUL_MS: u64 = 3 * 24 * 60 * 60 * 1_000;

/// Tells buyers, from where they were told the last time.
pub(super) async fn tell(shop: Arc<Shop>, mut ordered: watch::Receiver<Seq>, has_mail: bool) {
    let told = shop.records.notices_reached().await.ok().flatten();
    let mut told = told.unwrap_or(at_end(*ordered.borrow()));
    loop {
        match tell_more(&shop, told, &ordered, has_mail).await {
            Ok(further) => told = further,
            Err(fault) => tracing::warn!(%fault, "buyers are told later"),
        }
        tokio::time::sleep(REST).await;
        if told.seq >= *ordered.borrow() && ordered.changed().await.is_err() {
            return;
        }
    }
}

fn at_end(seq: Seq) -> WebhookCursor {
    WebhookCursor {
        seq,
        index: u32::MAX,
    }
}

async fn tell_more(
    shop: &Shop,
    told: WebhookCursor,
    ordered: &watch::Receiver<Seq>,
    has_mail: bool,
) -> Result<WebhookCursor, RecordsFault> {
    let reached = at_end(*ordered.borrow());
    if !has_mail && !shop.records.any_push().await? {
        return Ok(reached);
    }
    let events = shop
        .records
        .events_after(told.seq, told.index, TOGETHER)
        .await?;
    let mut notices = Vec::new();
    for event in &events {
        notices.extend(notice(shop, event, has_mail).await?);
    }
    shop.records.put_notices(&notices).await?;
    let further = match events.last() {
        Some(last) if events.len() == TOGETHER as usize => WebhookCursor {
            seq: last.seq,
            index: last.index,
        },
        _ => reached,
    };
    shop.records.keep_notices_reached(further).await?;
    Ok(further)
}

async fn notice(
    shop: &Shop,
    row: &OrderEvent,
    has_mail: bool,
) -> Result<Option<FreshNotice>, RecordsFault> {
    let (Some(kind), Some(order)) = (kind_of(row), row.order) else {
        return Ok(None);
    };
    let Some(known) = shop.records.order(order).await? else {
        return Ok(None);
    };
    Ok(Some(FreshNotice {
        person: known.person,
        kind: kind.name().to_owned(),
        subject: subject(kind, order, row),
        details: json!({"order": order}),
        at: row.at,
        useful_until: Millis(row.at.0.saturating_add(USEFUL_MS)),
        leaves_at: row.at.plus(kind.settles_ms()),
        wanted: Wanted {
            mail: has_mail,
            contact: Some(known.checkout),
            shown: false,
        },
    }))
}

/// Parcels come one by one, and so may refunds; the lines of one of them are one piece of news.
fn subject(kind: NoticeKind, order: OrderId, row: &OrderEvent) -> String {
    match kind {
        NoticeKind::OrderShipped | NoticeKind::OrderDelivered | NoticeKind::Refunded => {
            format!("{order} {}", row.at)
        }
        _ => order.to_string(),
    }
}

fn kind_of(row: &OrderEvent) -> Option<NoticeKind> {
    let mut fields = row.body.clone();
    if row.kind == "OrderPaid" {
        return Some(NoticeKind::OrderPaid);
    }
    if let Some(order) = row.order {
        fields["order"] = json!(order);
    }
    let event: Event = serde_json::from_value(json!({ row.kind.as_str(): fields })).ok()?;
    told_to_buyer(&event).map(|(kind, _)| kind)
}
