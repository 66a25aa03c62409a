//! Carries callbacks to the shop, signed, until the shop takes them. What is on its way when the
//! sandbox stops is lost, as callbacks may be: the shop asks by itself.

use super::SandboxFault;
use crate::provider_wire::CallbackBody;
use crate::signature::{Secret, WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP, seconds, sign};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use vocabulary::Millis;

/// How many callbacks may wait; those beyond are lost.
const WAITING_MAX: usize = 65_536;
/// How many are sent at the same time.
const SENDING_MAX: usize = 64;
/// The waits between sendings that the shop did not take, in ms. After the last the courier gives up.
const WAITS_MS: [u64; 8] = [250, 1_000, 2_000, 5_000, 15_000, 30_000, 60_000, 300_000];

/// Carries callbacks to one address.
pub(super) struct Courier {
    round: Arc<Round>,
    waiting: Arc<Semaphore>,
}

struct Round {
    client: reqwest::Client,
    url: Option<String>,
    secret: Secret,
    sending: Semaphore,
}

impl Courier {
    pub(super) fn to(url: Option<String>, secret: Secret) -> Result<Self, SandboxFault> {
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(SENDING_MAX)
            .build()
            .map_err(SandboxFault::Client)?;
        let round = Round {
            client,
            url,
            secret,
            sending: Semaphore::new(SENDING_MAX),
        };
        Ok(Courier {
            round: Arc::new(round),
            waiting: Arc::new(Semaphore::new(WAITING_MAX)),
        })
    }

    /// Sends a callback after a wait, and again until it is taken.
    pub(super) fn carry(&self, body: &CallbackBody, wait_ms: u64) {
        let Some(url) = self.round.url.clone() else {
            return;
        };
        let Ok(waiting) = self.waiting.clone().try_acquire_owned() else {
            tracing::warn!(
                payment = body.payment,
                "too many callbacks wait; one is lost"
            );
            return;
        };
        let id = id_of(body);
        let bytes = serde_json::to_vec(body).expect("a callback is plain data");
        let round = self.round.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
            round.deliver(&url, &id, &bytes).await;
            drop(waiting);
        });
    }
}

impl Round {
    async fn deliver(&self, url: &str, id: &str, body: &[u8]) {
        for wait_ms in WAITS_MS {
            if self.send(url, id, body).await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        }
        if !self.send(url, id, body).await {
            tracing::warn!(id, "the shop does not take a callback; given up");
        }
    }

    async fn send(&self, url: &str, id: &str, body: &[u8]) -> bool {
        let permit = self.sending.acquire().await;
        let _sending = permit.expect("the semaphore is never closed");
        let now = now();
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header(WEBHOOK_ID, id)
            .header(WEBHOOK_TIMESTAMP, seconds(now))
            .header(WEBHOOK_SIGNATURE, sign(&self.secret, id, now, body))
            .body(body.to_vec());
        request
            .send()
            .await
            .is_ok_and(|response| response.status().is_success())
    }
}

/// The same for each time that it is sent.
fn id_of(body: &CallbackBody) -> String {
    let kind = serde_json::to_value(body.kind).expect("a word is plain data");
    let kind = kind.as_str().expect("a word is text");
    let refund = body.refund.as_deref().unwrap_or_default();
    format!("{}/{kind}/{refund}", body.payment)
}

/// The wall clock: signatures carry it, and tries end by it.
pub(super) fn now() -> Millis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let since = since.expect("the clock stands behind the epoch");
    Millis(u64::try_from(since.as_millis()).expect("the time fits into 64 bits"))
}
