//! The sandbox over real HTTP keeps the contract of every payment provider.

use crate::scene::{DECLINED_CARD, GOOD_CARD, Scene, opening};
use adapters::sandbox::Knobs;
use adapters::{HttpProvider, ProviderAddress};
use clerks::contract::{ProviderStage, Staged, prove_provider};
use clerks::ports::{OpenedPayment, PaymentProvider, ProviderFault};
use vocabulary::PaymentId;

/// Nobody listens there: callbacks are no part of the contract.
const NOWHERE: &str = "http://127.0.0.1:9/";

impl ProviderStage for Scene {
    fn provider(&self) -> &dyn PaymentProvider {
        self.provider.as_ref()
    }

    fn approve<'a>(&'a self, _: PaymentId, opened: &'a OpenedPayment) -> Staged<'a> {
        Box::pin(async move { drop(self.type_card(&opened.redirect_url, GOOD_CARD).await) })
    }

    fn decline<'a>(&'a self, _: PaymentId, opened: &'a OpenedPayment) -> Staged<'a> {
        Box::pin(async move { drop(self.type_card(&opened.redirect_url, DECLINED_CARD).await) })
    }
}

#[tokio::test]
async fn the_sandbox_over_http_keeps_the_contract() {
    let folder = tempfile::tempdir().expect("a folder");
    let scene = Scene::in_folder(folder.path(), NOWHERE.into(), Knobs::default()).await;
    prove_provider(&scene).await;
}

#[tokio::test]
async fn a_provider_that_is_not_there_or_does_not_know_us_is_unavailable() {
    let folder = tempfile::tempdir().expect("a folder");
    let scene = Scene::in_folder(folder.path(), NOWHERE.into(), Knobs::default()).await;
    for (base_url, api_key) in [(scene.url.as_str(), "wrong"), ("http://127.0.0.1:9", "any")] {
        let provider = HttpProvider::at(ProviderAddress {
            base_url: base_url.into(),
            api_key: api_key.into(),
            timeout_ms: 5_000,
        });
        let answer = provider.expect("a client").open(opening(1)).await;
        assert!(
            matches!(answer, Err(ProviderFault::Unavailable(_))),
            "{answer:?}"
        );
    }
}
