//! Webhook endpoints and what they answered.

use crate::{NOW, fresh};
use records::{Delivery, EndpointId, Records, Told, WebhookCursor};
use vocabulary::Seq;

const URL: &str = "https://shop.kr/hook";

fn behind(seq: u64) -> WebhookCursor {
    WebhookCursor {
        seq: Seq(seq),
        index: u32::MAX,
    }
}

fn told(endpoint: EndpointId, replays: u64, seq: u64) -> Told {
    Told {
        endpoint,
        replays,
        cursor: behind(seq),
    }
}

fn delivery(n: u64) -> Delivery {
    Delivery {
        message_id: format!("m{n}"),
        at: NOW.plus(n),
        status: n.is_multiple_of(2).then_some(200),
        took_ms: n,
        fault: None,
    }
}

async fn added(records: &Records, kinds: &[String]) -> EndpointId {
    let added = records.add_endpoint(URL, "s3cret", kinds, behind(7), NOW);
    added.await.expect("added")
}

#[tokio::test]
async fn an_endpoint_keeps_its_cursor_and_its_last_thousand_deliveries() {
    let (_folder, records) = fresh().await;
    let kinds = ["OrderPaid".to_owned(), "Refunded".to_owned()];
    let id = added(&records, &kinds).await;
    let tries: Vec<_> = (0..1_005).map(|n| (id, delivery(n))).collect();
    let keep = async |told: &[Told], tries: &[(EndpointId, Delivery)]| {
        records.keep_told(told, tries).await.expect("kept");
    };
    keep(&[], &tries[..600]).await;
    keep(&[told(id, 0, 9)], &tries[600..]).await;
    let deliveries = records.deliveries(id, 2_000).await.expect("read");
    assert_eq!(deliveries.len(), 1_000);
    assert_eq!(deliveries[0].message_id, "m1004");
    records
        .pause_endpoint(id, 0, "silent for 3 days")
        .await
        .expect("paused");
    let endpoint = records.endpoint(id).await.expect("read").expect("there");
    assert_eq!((endpoint.cursor.seq, endpoint.active), (Seq(9), false));
    assert_eq!(endpoint.paused_reason.as_deref(), Some("silent for 3 days"));
    assert_eq!(endpoint.kinds, kinds);
    assert!(!format!("{endpoint:?}").contains("s3cret"));
    records
        .change_endpoint(id, URL, &[], true)
        .await
        .expect("changed");
    let endpoint = records.endpoint(id).await.expect("read").expect("there");
    assert_eq!((endpoint.kinds.len(), endpoint.paused_reason), (0, None));
    records.remove_endpoint(id).await.expect("removed");
    assert!(records.endpoints().await.expect("read").is_empty());
}

#[tokio::test]
async fn who_tells_from_before_a_replay_neither_moves_the_cursor_nor_pauses() {
    let (_folder, records) = fresh().await;
    let id = added(&records, &[]).await;
    records
        .replay_endpoint(id, behind(2))
        .await
        .expect("replayed");
    records
        .keep_told(&[told(id, 0, 30)], &[])
        .await
        .expect("passed over");
    records
        .pause_endpoint(id, 0, "it was silent")
        .await
        .expect("passed over");
    let endpoint = records.endpoint(id).await.expect("read").expect("there");
    assert_eq!(
        (endpoint.cursor, endpoint.replays, endpoint.active),
        (behind(2), 1, true)
    );
    records
        .keep_told(&[told(id, 1, 3)], &[])
        .await
        .expect("kept");
    let endpoint = records.endpoint(id).await.expect("read").expect("there");
    assert_eq!(endpoint.cursor, behind(3));
}

#[tokio::test]
async fn what_an_endpoint_answered_that_is_gone_holds_up_nothing() {
    let (_folder, records) = fresh().await;
    let (gone, stays) = (added(&records, &[]).await, added(&records, &[]).await);
    records.remove_endpoint(gone).await.expect("removed");
    records
        .keep_told(
            &[told(gone, 0, 8), told(stays, 0, 8)],
            &[(gone, delivery(1)), (stays, delivery(2))],
        )
        .await
        .expect("kept");
    let endpoint = records.endpoint(stays).await.expect("read").expect("there");
    assert_eq!(endpoint.cursor, behind(8));
    assert_eq!(records.deliveries(stays, 9).await.expect("read").len(), 1);
    assert_eq!(records.deliveries(gone, 9).await.expect("read").len(), 0);
}
