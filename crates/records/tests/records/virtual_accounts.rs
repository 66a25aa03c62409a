//! Where deposits go.

use crate::{NOW, fresh};
use records::VirtualAccount;
use vocabulary::{CheckoutId, PaymentId};

fn account(number: &str) -> VirtualAccount {
    VirtualAccount {
        bank: "샌드박스은행".to_owned(),
        number: number.to_owned(),
        holder: "(주)한밤".to_owned(),
    }
}

const fn payment(attempt: u16) -> PaymentId {
    PaymentId {
        checkout: CheckoutId(7),
        attempt,
    }
}

#[tokio::test]
async fn each_try_has_its_own_account_and_the_providers_last_word_counts() {
    let (_folder, records) = fresh().await;
    let put = async |attempt, number: &str| {
        let stored = records.put_virtual_account(payment(attempt), account(number), NOW);
        stored.await.expect("stored");
    };
    put(1, "990-1").await;
    put(2, "990-2").await;
    put(1, "990-3").await;
    let known = async |attempt| {
        records
            .virtual_account(payment(attempt))
            .await
            .expect("read")
    };
    assert_eq!(known(1).await, Some(account("990-3")));
    assert_eq!(known(2).await, Some(account("990-2")));
    assert_eq!(known(3).await, None);
}

#[tokio::test]
async fn they_are_kept_when_the_order_tables_are_burnt_and_come_along_in_a_backup() {
    let (folder, records) = fresh().await;
    let put = records.put_virtual_account(payment(1), account("990-1"), NOW);
    put.await.expect("stored");
    records.burn_orders().await.expect("burnt");
    let copy = folder.path().join("copy.sqlite");
    records.backup_to(&copy).await.expect("a backup");
    let copy = records::Records::open(&copy).await.expect("the copy");
    let known = copy.virtual_account(payment(1)).await.expect("read");
    assert_eq!(known, Some(account("990-1")));
}

#[tokio::test]
async fn many_at_once_are_all_stored() {
    let (_folder, records) = fresh().await;
    let puts: Vec<_> = (0..300_u16)
        .map(|n| {
            let records = records.clone();
            tokio::spawn(async move {
                let put = records.put_virtual_account(payment(n), account(&n.to_string()), NOW);
                put.await.expect("stored");
            })
        })
        .collect();
    for put in puts {
        put.await.expect("no panic");
    }
    for n in 0..300_u16 {
        let known = records.virtual_account(payment(n)).await.expect("read");
        assert_eq!(known, Some(account(&n.to_string())));
    }
}

#[test]
fn an_account_does_not_get_into_a_log() {
    let written = format!("{:?}", account("990-1"));
    assert_eq!(written, "VirtualAccount(..)");
}
