//! Personal data that the law no longer asks for, and sign-ins of long ago, are removed when the shop
//! opens, and once a day while it is open.

use crate::clock;
use records::Records;
use std::time::Duration;
use tokio::task::JoinHandle;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Removes it until it is dropped.
pub(super) struct Purge(JoinHandle<()>);

impl Drop for Purge {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Begins with it.
pub(super) fn start(records: &Records) -> Purge {
    let records = records.clone();
    Purge(tokio::spawn(async move {
        let mut days = tokio::time::interval(DAY);
        loop {
            days.tick().await;
            purge(&records).await;
        }
    }))
}

/// What cannot be removed today is removed tomorrow.
async fn purge(records: &Records) {
    if let Err(fault) = records.purge_entrance_codes(clock::now()).await {
        tracing::error!(%fault, "codes of doors whose time is over could not be removed");
    }
    match records.purge_contacts(clock::now()).await {
        Ok(0) => {}
        Ok(contacts) => tracing::info!(contacts, "contacts whose time is over were removed"),
        Err(fault) => tracing::error!(%fault, "contacts whose time is over could not be removed"),
    }
    if let Err(fault) = records.prune_sign_ins(clock::now()).await {
        tracing::error!(%fault, "sign-ins of long ago could not be forgotten");
    }
    if let Err(fault) = records.prune_resets(clock::now()).await {
        tracing::error!(%fault, "links whose time is over could not be removed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::{CONTACTS_KEPT_MS, Contact, Device};
    use vocabulary::{CheckoutId, Millis};

    #[tokio::test]
    async fn contacts_go_when_their_time_is_over_and_not_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("records.sqlite");
        let records = Records::open(&path).await.expect("records");
        let now = clock::now();
        let over = Millis(now.since(Millis(CONTACTS_KEPT_MS)));
        for (checkout, stored_at) in [(CheckoutId(1), over), (CheckoutId(2), now)] {
            let stored = records.put_contact(
                checkout,
                None,
                Contact::default(),
                Device::Program,
                stored_at,
            );
            stored.await.expect("stored");
        }
        purge(&records).await;
        let there = async |checkout| records.contact(checkout).await.expect("read").is_some();
        assert!(!there(CheckoutId(1)).await);
        assert!(there(CheckoutId(2)).await);
    }
}
