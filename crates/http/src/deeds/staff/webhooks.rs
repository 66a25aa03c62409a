//! Owners say where the shop's own systems are told what happens. What is told when is the webhook
//! clerk's.

use super::audit::{Entry, write};
use super::id_text;
use super::secret::{read_id, secret_for};
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use crate::who::Staff;
use axum::http::Uri;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clerks::WEBHOOK_KINDS;
use records::{Endpoint, EndpointId, Role, WebhookCursor};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use vocabulary::{RequestKey, Seq};

/// The longest address, in bytes.
const URL_BYTES_MAX: usize = 2_000;

/// Somewhere that is to be told.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookAsk {
    /// Where messages are posted: http or https.
    pub url: String,
    /// The types of the messages it is told, like `OrderPaid`; all when empty.
    #[serde(default)]
    pub kinds: Vec<String>,
}

/// What is to be different; what is not said stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WebhookChange {
    /// Where messages are posted.
    pub url: Option<String>,
    /// The types of the messages it is told; all when empty.
    pub kinds: Option<Vec<String>>,
    /// Whether it is told.
    pub active: Option<bool>,
}

/// Adds somewhere that is told what happens from now on; true when this request had done so before.
///
/// # Errors
/// [`Kind::INVALID`], [`Kind::REQUEST_KEY_REUSED`]; those of the records.
pub async fn add_webhook(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    ask: WebhookAsk,
) -> Result<(Endpoint, bool), Problem> {
    staff.require(Role::Owner)?;
    check(&ask.url, &ask.kinds)?;
    let secret = secret_for(shop, "webhook", key);
    let secret = format!("whsec_{}", STANDARD.encode(secret));
    let known = shop.records.endpoints().await?;
    if let Some(known) = known.into_iter().find(|known| known.secret == secret) {
        let same = known.url == ask.url && known.kinds == ask.kinds;
        let reused = || Problem::from(Kind::REQUEST_KEY_REUSED);
        return same.then_some((known, true)).ok_or_else(reused);
    }
    let from = behind(*shop.orders_reached.borrow());
    let added = shop
        .records
        .add_endpoint(&ask.url, &secret, &ask.kinds, from, shop.now());
    let endpoint = known_endpoint(shop, added.await?).await?;
    let after = Some(of(&endpoint));
    audited(shop, staff, "webhook.add", &endpoint, (None, after)).await?;
    Ok((endpoint, false))
}

/// Changes where one listens, what it is told, and whether; false where nothing is another than before.
///
/// # Errors
/// [`Kind::NOT_FOUND`], [`Kind::INVALID`]; those of the records.
pub async fn change_webhook(
    shop: &Shop,
    staff: &Staff,
    webhook: &str,
    change: WebhookChange,
) -> Result<(Endpoint, bool), Problem> {
    staff.require(Role::Owner)?;
    let before = known_webhook(shop, webhook).await?;
    let url = change.url.unwrap_or_else(|| before.url.clone());
    let kinds = change.kinds.unwrap_or_else(|| before.kinds.clone());
    let active = change.active.unwrap_or(before.active);
    check(&url, &kinds)?;
    shop.records
        .change_endpoint(before.id, &url, &kinds, active)
        .await?;
    let after = known_endpoint(shop, before.id).await?;
    let changed = of(&after) != of(&before);
    if changed {
        let change = (Some(of(&before)), Some(of(&after)));
        audited(shop, staff, "webhook.change", &after, change).await?;
    }
    Ok((after, changed))
}

/// Removes one with what it answered.
///
/// # Errors
/// [`Kind::NOT_FOUND`]; those of the records.
pub async fn remove_webhook(shop: &Shop, staff: &Staff, webhook: &str) -> Result<(), Problem> {
    staff.require(Role::Owner)?;
    let before = known_webhook(shop, webhook).await?;
    shop.records.remove_endpoint(before.id).await?;
    let change = (Some(of(&before)), None);
    audited(shop, staff, "webhook.remove", &before, change).await
}

/// Has everything told again from `from` on. One that was paused because it did not listen is told
/// again; one that the shop itself had stopped is not.
///
/// # Errors
/// [`Kind::NOT_FOUND`]; those of the records.
pub async fn replay_webhook(
    shop: &Shop,
    staff: &Staff,
    webhook: &str,
    from: Seq,
) -> Result<Endpoint, Problem> {
    staff.require(Role::Owner)?;
    let before = known_webhook(shop, webhook).await?;
    let cursor = behind(Seq(from.0.saturating_sub(1)));
    shop.records.replay_endpoint(before.id, cursor).await?;
    if before.paused_reason.is_some() {
        let (url, kinds) = (&before.url, &before.kinds);
        shop.records
            .change_endpoint(before.id, url, kinds, true)
            .await?;
    }
    let after = known_endpoint(shop, before.id).await?;
    let reached = |endpoint: &Endpoint| Some(json!({"reached": endpoint.cursor.seq}));
    let change = (reached(&before), reached(&after));
    audited(shop, staff, "webhook.replay", &after, change).await?;
    Ok(after)
}

/// One by its id.
///
/// # Errors
/// [`Kind::NOT_FOUND`]; those of the records.
pub async fn known_webhook(shop: &Shop, webhook: &str) -> Result<Endpoint, Problem> {
    known_endpoint(shop, EndpointId(read_id(webhook)?)).await
}

async fn known_endpoint(shop: &Shop, id: EndpointId) -> Result<Endpoint, Problem> {
    let endpoint = shop.records.endpoint(id).await?;
    endpoint.ok_or(Problem::from(Kind::NOT_FOUND))
}

/// Behind every event of the command `seq`.
fn behind(seq: Seq) -> WebhookCursor {
    let index = u32::MAX;
    WebhookCursor { seq, index }
}

async fn audited(
    shop: &Shop,
    staff: &Staff,
    action: &'static str,
    endpoint: &Endpoint,
    (before, after): (Option<Value>, Option<Value>),
) -> Result<(), Problem> {
    let target = format!("webhook:{}", id_text(endpoint.id.0));
    let entry = Entry {
        action,
        target,
        before,
        after,
    };
    write(shop, staff, entry).await
}

fn of(endpoint: &Endpoint) -> Value {
    json!({"url": endpoint.url, "kinds": endpoint.kinds, "active": endpoint.active})
}

fn check(url: &str, kinds: &[String]) -> Result<(), Problem> {
    let address: Option<Uri> = url.parse().ok();
    let good = address.is_some_and(|address| {
        matches!(address.scheme_str(), Some("http" | "https")) && address.host().is_some()
    });
    if !good || url.len() > URL_BYTES_MAX {
        return Err(Problem::field("url", "is an http or https address"));
    }
    let told = |name: &String| WEBHOOK_KINDS.contains(&name.as_str());
    match kinds.iter().find(|name| !told(name)) {
        Some(name) => Err(Problem::field(
            "kinds",
            format!("there is no message `{name}`"),
        )),
        None => Ok(()),
    }
}
