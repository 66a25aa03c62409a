//! Posts the webhook clerk's messages, signed. When and in which order is the clerk's part.

use crate::guard::{PublicOnly, is_public};
use crate::signature::{Secret, WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP, seconds, sign};
use clerks::ports::WebhookAddress;
use clerks::{Message, Response};
use reqwest::{StatusCode, Url};
use std::sync::Arc;
use std::time::{Duration, Instant};
use vocabulary::Millis;

/// How long an endpoint may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Where messages may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Only to public addresses; names are checked after they are resolved.
    PublicOnly,
    /// Anywhere: for a shop whose systems stand in the same network.
    Anywhere,
}

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// What the clerk is told.
    pub response: Response,
    /// The HTTP status; none when there was no answer.
    pub status: Option<u16>,
    /// How long it took.
    pub took_ms: u64,
}

/// Posts messages.
pub struct WebhookSender {
    client: reqwest::Client,
    reach: Reach,
}

impl WebhookSender {
    /// A sender that goes so far.
    ///
    /// # Errors
    /// When the platform has no TLS to offer.
    pub fn reaching(reach: Reach) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("Doorbuster-Webhooks/1");
        let client = match reach {
            // A proxy would resolve the name by itself, behind the guard's back.
            Reach::PublicOnly => client.no_proxy().dns_resolver(Arc::new(PublicOnly)),
            Reach::Anywhere => client,
        };
        Ok(WebhookSender {
            client: client.build()?,
            reach,
        })
    }

    /// Posts a message once.
    pub async fn send(&self, address: &WebhookAddress, message: &Message, now: Millis) -> Sent {
        let began = Instant::now();
        let status = self.post(address, message, now).await;
        Sent {
            status: status.as_ref().ok().map(StatusCode::as_u16),
            took_ms: u64::try_from(began.elapsed().as_millis()).expect("a time-out is short"),
            response: response_of(status),
        }
    }

    async fn post(
        &self,
        address: &WebhookAddress,
        message: &Message,
        now: Millis,
    ) -> Result<StatusCode, String> {
        let url = Url::parse(&address.url).map_err(|fault| fault.to_string())?;
        self.may_reach(&url)?;
        let secret = Secret::parse(&address.secret).map_err(|fault| fault.to_string())?;
        let body = message.body.as_bytes();
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header(WEBHOOK_ID, &message.id)
            .header(WEBHOOK_TIMESTAMP, seconds(now))
            .header(WEBHOOK_SIGNATURE, sign(&secret, &message.id, now, body))
            .body(message.body.clone());
        let response = request.send().await;
        Ok(response.map_err(|fault| in_full(&fault))?.status())
    }

    /// Addresses written as numbers never pass a resolver.
    fn may_reach(&self, url: &Url) -> Result<(), String> {
        let host = url.host_str().unwrap_or_default();
        let number = host.trim_start_matches('[').trim_end_matches(']').parse();
        match (self.reach, number) {
            (Reach::PublicOnly, Ok(address)) if !is_public(address) => {
                Err("the address is not public; the setting `webhooks.reach` says so".into())
            }
            _ => Ok(()),
        }
    }
}

fn response_of(status: Result<StatusCode, String>) -> Response {
    match status {
        Ok(status) if status.is_success() => Response::Taken,
        Ok(StatusCode::GONE) => Response::Gone,
        Ok(status) => Response::NotTaken(format!("it answered {status}")),
        Err(fault) => Response::NotTaken(fault),
    }
}

/// A fault with what caused it, which is where the reason stands.
fn in_full(fault: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(fault.source(), |cause| cause.source());
    let causes = causes.map(|cause| format!(": {cause}")).collect::<String>();
    format!("{fault}{causes}")
}
