//! The records over real files: each noun's laws.

mod audit;
mod backup;
mod catalogue;
mod finding;
mod orders;
mod password_resets;
mod people;
mod staff;
mod virtual_accounts;
mod waybills;
mod webhooks;

use records::Records;
use tempfile::TempDir;
use vocabulary::Millis;

/// A moment to count from.
const NOW: Millis = Millis(1_794_322_800_000);

/// Fresh records in a folder that goes when it is dropped.
async fn fresh() -> (TempDir, Records) {
    let folder = tempfile::tempdir().expect("a folder");
    let records = Records::open(&folder.path().join("records.sqlite"))
        .await
        .expect("records");
    (folder, records)
}
