//! With whom units left.

use crate::{NOW, fresh};
use money::{Amount, Currency};
use records::{CONTACTS_KEPT_MS, Contact, Device, OrdersReached, Records, Waybill, WaybillId};
use views::OrderChange;
use vocabulary::{CheckoutId, OrderId, PersonKey, SellerId, Seq};

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

/// An order of this checkout.
async fn ordered(records: &Records, order: OrderId, checkout: CheckoutId) {
    let changes = [OrderChange::OrderPlaced {
        order,
        checkout,
        seller: SellerId(1),
        person: PersonKey(1),
        goods: Amount(1),
        shipping: Amount(0),
        surcharge: Amount(0),
        tax: Amount(0),
        total: Amount(1),
        currency: Currency::KRW,
        seq: Seq(1),
        at: NOW,
    }];
    let (from, to) = (OrdersReached(Seq(0)), OrdersReached(Seq(1)));
    let folded = records.fold_orders(from, to, &changes);
    folded.await.expect("folded");
}

#[tokio::test]
async fn a_number_leads_to_nobody_once_the_contact_is_gone() {
    let (_folder, records) = fresh().await;
    ordered(&records, OrderId(7), CheckoutId(3)).await;
    let contact = Contact::default();
    let stored = records.put_contact(CheckoutId(3), None, contact, Device::Phone, NOW);
    stored.await.expect("stored");
    let shipped_later = Waybill {
        noted_at: NOW.plus(24 * 60 * 60 * 1_000),
        ..waybill(1, "1111-2222-3333")
    };
    records.put_waybills(&[shipped_later]).await.expect("noted");
    let kept = async |at| {
        records.purge_contacts(at).await.expect("purged");
        records.waybills_of(OrderId(7)).await.expect("read").len()
    };
    assert_eq!(kept(NOW.plus(CONTACTS_KEPT_MS - 1)).await, 1);
    assert_eq!(kept(NOW.plus(CONTACTS_KEPT_MS)).await, 0);
}
