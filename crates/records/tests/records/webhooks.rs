//! Webhook endpoints and what they answered.

use crate::{NOW, fresh};
use records::{Delivery, WebhookCursor};
use vocabulary::Seq;

#[tokio::test]
async fn an_endpoint_keeps_its_cursor_and_its_last_thousand_deliveries() {
    let (_folder, records) = fresh().await;
    let kinds = ["OrderPaid".to_owned(), "RefundSent".to_owned()];
    let from = WebhookCursor {
        seq: Seq(7),
        index: 2,
    };
    let url = "https://shop.kr/hook";
    let id = records
        .add_endpoint(url, "s3cret", &kinds, from, NOW)
        .await
        .expect("added");
    for n in 0..1_005 {
        let delivery = Delivery {
            message_id: format!("m{n}"),
            at: NOW.plus(n),
            status: (n % 2 == 0).then_some(200),
            took_ms: n,
            fault: None,
        };
        records
            .record_delivery(id, &delivery)
            .await
            .expect("written");
    }
    let deliveries = records.deliveries(id, 2_000).await.expect("read");
    assert_eq!(deliveries.len(), 1_000);
    assert_eq!(deliveries[0].message_id, "m1004");
    records
        .move_cursor(
            id,
            WebhookCursor {
                seq: Seq(9),
                index: 0,
            },
        )
        .await
        .expect("moved");
    records
        .pause_endpoint(id, "silent for 3 days")
        .await
        .expect("paused");
    let endpoint = records.endpoint(id).await.expect("read").expect("there");
    assert_eq!((endpoint.cursor.seq, endpoint.active), (Seq(9), false));
    assert_eq!(endpoint.paused_reason.as_deref(), Some("silent for 3 days"));
    assert_eq!(endpoint.kinds, kinds);
    assert!(!format!("{endpoint:?}").contains("s3cret"));
    records
        .change_endpoint(id, url, &[], true)
        .await
        .expect("changed");
    let endpoint = records.endpoint(id).await.expect("read").expect("there");
    assert_eq!((endpoint.kinds.len(), endpoint.paused_reason), (0, None));
    records.remove_endpoint(id).await.expect("removed");
    assert!(records.endpoints().await.expect("read").is_empty());
}
