//! Backups, and files that cannot be opened.

use crate::{NOW, fresh};
use records::{Contact, Device, Records, RecordsFault, Who};
use sqlx::{ConnectOptions, Connection};
use vocabulary::{CheckoutId, DealId, PersonKey};

#[tokio::test]
async fn a_backup_is_whole_and_never_overwrites() {
    let (folder, records) = fresh().await;
    let key = records
        .secrets(NOW)
        .await
        .expect("secrets")
        .person_key(Who::Guest(b"g"));
    let copy = folder.path().join("copy.sqlite");
    records.backup_to(&copy).await.expect("a backup");
    assert!(records.backup_to(&copy).await.is_err());
    let restored = Records::open(&copy).await.expect("the copy");
    let same = restored
        .secrets(NOW)
        .await
        .expect("secrets")
        .person_key(Who::Guest(b"g"));
    assert_eq!(same, key);
}

#[tokio::test]
async fn what_is_no_database_is_refused_with_its_path() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("records.sqlite");
    std::fs::write(&path, vec![b'x'; 8_192]).expect("a file");
    match Records::open(&path).await {
        Err(RecordsFault::Open { path: named, .. }) => assert_eq!(named, path),
        other => panic!("opened: {other:?}"),
    }
}

#[tokio::test]
async fn a_destroyed_key_makes_other_persons_but_the_same_references() {
    let (_folder, records) = fresh().await;
    let before = records.secrets(NOW).await.expect("secrets");
    records.destroy_persons_key().await.expect("destroyed");
    let after = records.secrets(NOW).await.expect("secrets");
    assert_ne!(
        before.person_key(Who::Guest(b"g")),
        after.person_key(Who::Guest(b"g"))
    );
    assert_eq!(before.sku_reference("s"), after.sku_reference("s"));
}

#[tokio::test]
async fn records_that_another_process_holds_are_busy_and_work_again_when_it_lets_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("records.sqlite");
    let patience = std::time::Duration::from_millis(100);
    let records = Records::open_within(&path, patience)
        .await
        .expect("records");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut other = options.connect().await.expect("the file");
    let begun = sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await;
    begun.expect("it is held");
    let watch = || records.watch(PersonKey(1), DealId(1), false, NOW);
    let held = watch().await;
    assert!(matches!(held, Err(RecordsFault::Busy)), "{held:?}");
    let contact = records.put_contact(
        CheckoutId(1),
        None,
        Contact::default(),
        Device::Program,
        NOW,
    );
    let held = contact.await;
    assert!(matches!(held, Err(RecordsFault::Busy)), "{held:?}");
    assert_eq!(records.watches(PersonKey(1)).await.expect("read"), []);
    other.close().await.expect("closed");
    watch().await.expect("it is free");
}
