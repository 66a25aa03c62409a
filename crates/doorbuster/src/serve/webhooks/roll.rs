//! The roll of endpoints: called every second from the records, so that whoever registers, changes,
//! pauses, replays or removes one is heard without a restart.

use super::book::RecordsBook;
use super::notebook::Place;
use adapters::WebhookOrder;
use clerks::EndpointId;
use records::{Endpoint, Records};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

/// How often the roll is called.
const CALLED_EVERY: Duration = Duration::from_secs(1);

/// Calls the roll until nobody listens any more.
pub(super) async fn call_again_and_again(
    records: Records,
    book: Arc<RecordsBook>,
    orders: mpsc::Sender<WebhookOrder>,
) {
    let mut roll = Roll::default();
    let mut ticks = tokio::time::interval(CALLED_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let found = match records.endpoints().await {
            Ok(found) => found,
            Err(fault) => {
                tracing::warn!(%fault, "changes of webhook endpoints are heard later");
                continue;
            }
        };
        for order in roll.call(found, &book) {
            if orders.send(order).await.is_err() {
                return;
            }
        }
    }
}

/// The endpoints as they were at the last call.
#[derive(Default)]
pub(super) struct Roll(BTreeMap<EndpointId, Wish>);

/// What people want of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wish {
    url: String,
    kinds: Vec<String>,
    active: bool,
    replays: u64,
}

impl Roll {
    /// What the clerk must be told since the last call.
    pub(super) fn call(&mut self, found: Vec<Endpoint>, book: &RecordsBook) -> Vec<WebhookOrder> {
        let mut left = std::mem::take(&mut self.0);
        let mut orders = Vec::new();
        for endpoint in found {
            let (id, wish) = (EndpointId(endpoint.id.0), Wish::of(&endpoint));
            if left.remove(&id).as_ref() != Some(&wish) {
                let Place { replays, cursor } = book.place_of(&endpoint);
                orders.push(WebhookOrder::Set(clerks::Endpoint {
                    id,
                    kinds: endpoint.kinds,
                    active: endpoint.active,
                    cursor,
                    replays,
                }));
            }
            self.0.insert(id, wish);
        }
        for id in left.into_keys() {
            book.forget(id);
            orders.push(WebhookOrder::Remove(id));
        }
        orders
    }
}

impl Wish {
    fn of(endpoint: &Endpoint) -> Wish {
        Wish {
            url: endpoint.url.clone(),
            kinds: endpoint.kinds.clone(),
            active: endpoint.active,
            replays: endpoint.replays,
        }
    }
}
