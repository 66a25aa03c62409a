//! Backups, and files that cannot be opened.

use crate::{NOW, fresh};
use records::{Records, RecordsFault, Who};

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
