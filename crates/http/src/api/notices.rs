//! Notices, and the browsers that take pushes.

use crate::api::asking::Asking;
use crate::api::shapes::{IdempotencyKey, Problems};
use crate::api::stored::once;
use crate::deeds;
use crate::moment::Moment;
use crate::notices::wording;
use crate::pages::Language;
use crate::problem::{Kind, Problem};
use crate::request_key::Asked;
use crate::shop::Shop;
use crate::who::Shopper;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use records::{PushAddress, StoredNotice};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Notices of a page.
const PAGE: u32 = 50;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(notices))
        .routes(routes!(seen))
        .routes(routes!(push_key, subscribe))
        .routes(routes!(unsubscribe))
}

/// A notice.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeShown {
    /// Its number; later ones have greater ones.
    pub number: i64,
    /// `deal_opened`, `offered`, `order_paid`, `order_lapsed`, `order_cancelled`, `order_shipped`, `order_delivered`
    /// or `refunded`.
    pub kind: String,
    /// In one line, in the language that was asked for.
    pub title: String,
    /// In a few.
    pub body: String,
    /// The page of the shop that it leads to.
    pub path: String,
    /// What the way there is called.
    pub link: String,
    /// When it happened.
    pub at: Moment,
    /// It was seen.
    pub seen: bool,
}

/// Notices, newest first.
#[derive(Debug, Serialize, ToSchema)]
struct Notices {
    /// Up to 50.
    notices: Vec<NoticeShown>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Before {
    /// Only those with lower numbers.
    before: Option<i64>,
}

/// What was seen.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Seen {
    /// The greatest number that was seen; all lower ones were, too.
    number: i64,
}

/// The shop's key for pushes.
#[derive(Debug, Serialize, ToSchema)]
struct PushKey {
    /// As `PushManager.subscribe` wants it; null where the shop pushes nothing.
    public_key: Option<String>,
}

/// What a browser's `PushSubscription` writes of itself.
#[derive(Clone, Debug, Deserialize, ToSchema)]
struct Subscription {
    /// Where its push service takes messages.
    endpoint: String,
    /// Its keys, in base64url.
    keys: SubscriptionKeys,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
struct SubscriptionKeys {
    p256dh: String,
    auth: String,
}

/// A browser that takes no more pushes.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Unsubscription {
    /// Where its push service took messages.
    endpoint: String,
}

/// What the shopper was told.
#[utoipa::path(get, path = "/v1/notices", tag = "shopper", params(Before),
    responses((status = 200, body = Notices), Problems))]
async fn notices(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    Asking(before): Asking<Before>,
    headers: HeaderMap,
) -> Result<Json<Notices>, Problem> {
    let language = Language::of(&headers).unwrap_or(shop.settings.language);
    let before = before.before.unwrap_or(i64::MAX);
    let mut notices = Vec::new();
    for notice in shopper.notices(&shop, before, PAGE).await? {
        notices.extend(show(&shop, &notice, language).await?);
    }
    Ok(Json(Notices { notices }))
}

/// Notes that notices were seen.
#[utoipa::path(post, path = "/v1/notices/seen", tag = "shopper", params(IdempotencyKey), request_body = Seen,
    responses((status = 204, description = "It is noted"), Problems))]
async fn seen(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    asked: Asked<Seen>,
) -> Result<Response, Problem> {
    let key = asked.key_by(&shopper.scope());
    once(&shop, key, async {
        for person in shopper.persons() {
            let seen = shop
                .records
                .notices_seen(person, asked.body.number, shop.now());
            seen.await?;
        }
        Ok((StatusCode::NO_CONTENT, None::<()>))
    })
    .await
}

/// The key by which browsers know the shop.
#[utoipa::path(get, path = "/v1/push", tag = "everyone",
    responses((status = 200, body = PushKey), Problems))]
async fn push_key(State(shop): State<Arc<Shop>>) -> Json<PushKey> {
    Json(PushKey {
        public_key: shop.push_key.clone(),
    })
}

/// Pushes to this browser from now on.
#[utoipa::path(post, path = "/v1/push", tag = "shopper", params(IdempotencyKey), request_body = Subscription,
    responses((status = 204, description = "It is told from now on"), Problems))]
async fn subscribe(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    headers: HeaderMap,
    asked: Asked<Subscription>,
) -> Result<Response, Problem> {
    if shop.push_key.is_none() {
        return Err(Kind::NOT_FOUND.into());
    }
    let language = Language::of(&headers).unwrap_or(shop.settings.language);
    let key = asked.key_by(&shopper.scope());
    let Subscription { endpoint, keys } = asked.body;
    let address = PushAddress {
        endpoint,
        public_key: bytes("keys.p256dh", &keys.p256dh)?,
        auth: bytes("keys.auth", &keys.auth)?,
    };
    once(&shop, key, async {
        deeds::subscribe_push(&shop, &shopper, &address, language).await?;
        Ok((StatusCode::NO_CONTENT, None::<()>))
    })
    .await
}

/// Pushes to this browser no longer.
#[utoipa::path(post, path = "/v1/push/end", tag = "shopper", params(IdempotencyKey), request_body = Unsubscription,
    responses((status = 204, description = "It is told no longer"), Problems))]
async fn unsubscribe(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    asked: Asked<Unsubscription>,
) -> Result<Response, Problem> {
    let key = asked.key_by(&shopper.scope());
    once(&shop, key, async {
        shop.records.unsubscribe_push(&asked.body.endpoint).await?;
        Ok((StatusCode::NO_CONTENT, None::<()>))
    })
    .await
}

/// A notice in words; none where what it is about is gone.
pub(crate) async fn show(
    shop: &Shop,
    notice: &StoredNotice,
    language: Language,
) -> Result<Option<NoticeShown>, Problem> {
    let said = wording(shop, notice, language).await?;
    Ok(said.map(|said| NoticeShown {
        number: notice.number,
        kind: notice.kind.clone(),
        title: said.title,
        body: said.body,
        path: said.path,
        link: said.link,
        at: notice.at.into(),
        seen: notice.read_at.is_some(),
    }))
}

fn bytes(field: &str, text: &str) -> Result<Vec<u8>, Problem> {
    let read = URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
    read.map_err(|_| Problem::field(field, "is not base64url"))
}
