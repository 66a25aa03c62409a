//! Looks everything up again that the crowd was told, as far as time allows. What must agree is `crowd`'s to say.

use super::courier::{Shared, now};
use super::deals;
use futures::stream::{self, StreamExt};
use uuid::Uuid;

/// Look-ups at once.
const AT_ONCE: usize = 64;

/// Looks up carts, then checkouts, then allotments, until `until` is over.
pub(super) async fn look_again(
    courier: &Shared,
    staff_key: Option<&str>,
    until: impl Future<Output = ()>,
) {
    let all = async {
        carts(courier).await;
        checkouts(courier).await;
        if let Some(staff_key) = staff_key {
            allotments(courier, staff_key).await;
        }
    };
    tokio::select! {
        () = all => {}
        () = until => {}
    }
}

async fn carts(courier: &Shared) {
    let asks = courier.books().audit.carts(now());
    let looks = stream::iter(asks).for_each_concurrent(AT_ONCE, |(ask, holds)| async move {
        let answer = courier.look(&ask).await;
        courier.books().audit.compare_cart(&holds, now(), &answer);
    });
    looks.await;
}

async fn checkouts(courier: &Shared) {
    let all = courier.books().audit.checkouts();
    stream::iter(all)
        .for_each_concurrent(AT_ONCE, |checkout| checkout_again(courier, checkout))
        .await;
}

async fn checkout_again(courier: &Shared, checkout: Uuid) {
    let ask = courier.books().audit.ask_for(checkout);
    if let Some(ask) = ask {
        let answer = courier.look(&ask).await;
        courier.books().audit.compare(checkout, &answer);
    }
}

/// Deals whose allotment cannot be read are not compared, and the report counts those that were.
async fn allotments(courier: &Shared, staff_key: &str) {
    let sold = courier.books().audit.deals();
    let reads = stream::iter(sold).for_each_concurrent(AT_ONCE, |deal| async move {
        let pools = deals::allotments(courier.transport(), staff_key, &deal).await;
        for (sku, allotted) in pools.unwrap_or_default() {
            courier
                .books()
                .audit
                .compare_allotment(&deal, &sku, allotted);
        }
    });
    reads.await;
}
