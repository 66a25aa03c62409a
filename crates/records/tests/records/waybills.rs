//! With whom units left.

use crate::{NOW, fresh};
use records::{CONTACTS_KEPT_MS, Waybill, WaybillId};
use vocabulary::OrderId;

fn waybill(id: u128, number: &str) -> Waybill {
    Waybill {
        id: WaybillId(id),
        order: OrderId(7),
        line: 0,
        units: 2,
        carrier: "cj".to_owned(),
        tracking_number: number.to_owned(),
        noted_at: NOW,
    }
}

#[tokio::test]
async fn of_a_shipment_the_last_word_counts_and_it_is_kept_as_long_as_the_contract() {
    let (_folder, records) = fresh().await;
    let first = [waybill(1, "1111-2222-3333"), waybill(2, "")];
    records.put_waybills(&first).await.expect("noted");
    let mended = Waybill {
        noted_at: NOW.plus(5),
        ..waybill(1, "1111-2222-3334")
    };
    records.put_waybills(&[mended]).await.expect("noted");
    let noted = records.waybills_of(OrderId(7)).await.expect("read");
    assert_eq!(noted, [waybill(1, "1111-2222-3334"), waybill(2, "")]);
    let other = records.waybills_of(OrderId(8)).await.expect("read");
    assert_eq!(other, []);
    let kept = async |at| {
        records.purge_contacts(at).await.expect("purged");
        records.waybills_of(OrderId(7)).await.expect("read").len()
    };
    assert_eq!(kept(NOW.plus(CONTACTS_KEPT_MS - 1)).await, 2);
    assert_eq!(kept(NOW.plus(CONTACTS_KEPT_MS)).await, 0);
}
