//! Sending callbacks to the shop, many at a time on connections that are kept. When each is due is
//! the outbox's to say.

use super::callback::Callback;
use super::fact::Ending;
use super::outbox::Outbox;
use super::provider::{Parcel, Provider};
use crate::signature::{WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP, sign};
use reqwest::Client;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;

/// Callbacks under way at a time: two for each of a thousand payments a second, a quarter of a second each.
const FLIGHTS_MAX: usize = 512;
const TIMEOUT: Duration = Duration::from_secs(10);
/// The clock may leap (in rehearsals it does), so no nap is longer.
const NAP_MS_MAX: u64 = 20;
const PARCELS_MAX: usize = 256;

/// What the shop is called with.
pub(super) fn client() -> Result<Client, reqwest::Error> {
    Client::builder()
        .timeout(TIMEOUT)
        .pool_max_idle_per_host(FLIGHTS_MAX)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
}

/// Sends what comes in, until it is dropped or the disk fails.
pub(super) async fn send_callbacks(
    provider: Arc<Provider>,
    client: Client,
    mut inbox: UnboundedReceiver<Parcel>,
) {
    let mut outbox = Outbox::default();
    let mut flights = JoinSet::new();
    let mut parcels = Vec::new();
    loop {
        while flights.len() < FLIGHTS_MAX
            && let Some((number, callback)) = outbox.launch(provider.now())
        {
            flights.spawn(fly(number, callback, provider.clone(), client.clone()));
        }
        let nap = nap(&outbox, &provider).filter(|_| flights.len() < FLIGHTS_MAX);
        tokio::select! {
            count = inbox.recv_many(&mut parcels, PARCELS_MAX) => {
                if count == 0 || !unpack(&mut parcels, &mut outbox, &provider).await {
                    return;
                }
            }
            Some(landed) = flights.join_next() => {
                let (number, callback, taken) = landed.expect("a flight does not panic");
                if let Some(ending) = outbox.landed(number, taken, provider.now()) {
                    provider.told(&callback, ending);
                }
            }
            () = tokio::time::sleep(nap.unwrap_or_default()), if nap.is_some() => {}
        }
    }
}

/// Takes parcels in once they are on disk; false when the disk failed.
async fn unpack(parcels: &mut Vec<Parcel>, outbox: &mut Outbox, provider: &Provider) -> bool {
    let last = parcels.last().map_or(0, |parcel| parcel.place);
    if provider.log().synced(last).await.is_err() {
        return false;
    }
    for Parcel { callback, fate, .. } in parcels.drain(..) {
        if fate.lost {
            provider.told(&callback, Ending::Lost);
        } else {
            outbox.take_in(callback, &fate, provider.now());
        }
    }
    true
}

fn nap(outbox: &Outbox, provider: &Provider) -> Option<Duration> {
    let wait_ms = outbox.next_due()?.since(provider.now());
    Some(Duration::from_millis(wait_ms.clamp(1, NAP_MS_MAX)))
}

async fn fly(
    number: u64,
    callback: Arc<Callback>,
    provider: Arc<Provider>,
    client: Client,
) -> (u64, Arc<Callback>, bool) {
    let config = provider.config();
    let now = provider.now();
    let signature = sign(
        &config.callback_secret,
        &callback.id,
        now,
        callback.body.as_bytes(),
    );
    let request = client
        .post(&config.callback_url)
        .header("content-type", "application/json")
        .header(WEBHOOK_ID, &callback.id)
        .header(WEBHOOK_TIMESTAMP, now.0 / 1_000)
        .header(WEBHOOK_SIGNATURE, signature)
        .body(callback.body.clone());
    let taken = match request.send().await {
        Ok(response) => response.status().is_success(),
        Err(error) => {
            tracing::debug!(callback = callback.id, %error, "the shop was not reached");
            false
        }
    };
    (number, callback, taken)
}
