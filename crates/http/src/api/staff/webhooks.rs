//! Where the shop's own systems are told what happens.

use crate::api::answer::replayed;
use crate::api::asking::Listed;
use crate::api::shapes::{IdempotencyKey, Problems};
use crate::api::stored::once;
use crate::deeds::staff::{self, WebhookAsk, WebhookChange};
use crate::moment::{Moment, Point};
use crate::problem::Problem;
use crate::request_key::Asked;
use crate::shop::Shop;
use crate::who::Staff;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use records::{Delivery, Endpoint, Role};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vocabulary::Seq;

/// How many of the last deliveries are shown.
const DELIVERIES_SHOWN: u32 = 100;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(list, listen))
        .routes(routes!(read, change, remove))
        .routes(routes!(replay))
}

/// Somewhere that listens, without its secret.
#[derive(Serialize, ToSchema)]
struct WebhookCard {
    /// Its id.
    webhook: String,
    /// Where messages are posted.
    url: String,
    /// The types of the messages it is told; all when empty.
    kinds: Vec<String>,
    /// It is told.
    active: bool,
    /// Why not, where it did not listen for too long.
    paused_reason: Option<String>,
    /// Up to where it has been told.
    reached: String,
    /// Since when.
    created_at: Moment,
}

/// A new one, with what its messages are signed with.
#[derive(Serialize, ToSchema)]
struct WebhookMade {
    #[serde(flatten)]
    card: WebhookCard,
    /// Messages are signed with it. It is told this once.
    secret: String,
}

/// One, with what it answered of late.
#[derive(Serialize, ToSchema)]
struct WebhookSheet {
    #[serde(flatten)]
    card: WebhookCard,
    /// The last tries to tell it something, newest first.
    deliveries: Vec<DeliveryCard>,
}

/// A try to tell.
#[derive(Serialize, ToSchema)]
struct DeliveryCard {
    /// Which message; the same at each try.
    message: String,
    /// When.
    at: Moment,
    /// What was answered; null for no answer.
    status: Option<u16>,
    /// How long it took.
    took_ms: u64,
    /// What went wrong, in words.
    fault: Option<String>,
}

/// From where on all is told again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReplayAsk {
    /// The first to be told again: the `seq` of a message, or a Doorbuster-Sequence.
    from: First,
}

/// A place in the journal.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
enum First {
    /// As messages say it.
    Seq(u64),
    /// As answers say it.
    Point(String),
}

impl WebhookCard {
    fn of(shop: &Shop, endpoint: Endpoint) -> WebhookCard {
        let reached = Point {
            shard: shop.shard,
            seq: endpoint.cursor.seq,
        };
        WebhookCard {
            webhook: staff::id_text(endpoint.id.0),
            url: endpoint.url,
            kinds: endpoint.kinds,
            active: endpoint.active,
            paused_reason: endpoint.paused_reason,
            reached: reached.to_string(),
            created_at: endpoint.created_at.into(),
        }
    }
}

impl First {
    fn seq(&self, shop: &Shop) -> Result<Seq, Problem> {
        let wrong = || Problem::field("from", "is no sequence of this shop");
        match self {
            First::Seq(seq) => Ok(Seq(*seq)),
            First::Point(text) => {
                let point: Point = text.parse().map_err(|()| wrong())?;
                (point.shard == shop.shard)
                    .then_some(point.seq)
                    .ok_or_else(wrong)
            }
        }
    }
}

impl From<Delivery> for DeliveryCard {
    fn from(delivery: Delivery) -> Self {
        DeliveryCard {
            message: delivery.message_id,
            at: delivery.at.into(),
            status: delivery.status,
            took_ms: delivery.took_ms,
            fault: delivery.fault,
        }
    }
}

/// Every one, oldest first.
#[utoipa::path(get, path = "/v1/staff/webhooks", tag = "staff", responses((status = 200, body = Listed<WebhookCard>), Problems))]
async fn list(
    State(shop): State<Arc<Shop>>,
    who: Staff,
) -> Result<Json<Listed<WebhookCard>>, Problem> {
    who.require(Role::Owner)?;
    let endpoints = shop.records.endpoints().await?;
    let cards = endpoints.into_iter();
    let items = cards.map(|endpoint| WebhookCard::of(&shop, endpoint));
    let items = items.collect();
    Ok(Json(Listed { items, next: None }))
}

/// Adds one that is told what happens from now on. Its secret is told this once.
#[utoipa::path(post, path = "/v1/staff/webhooks", tag = "staff", params(IdempotencyKey), request_body = WebhookAsk,
    responses((status = 201, body = WebhookMade), Problems))]
async fn listen(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    asked: Asked<WebhookAsk>,
) -> Result<Response, Problem> {
    let key = asked.key_by(&who.scope());
    let (endpoint, repeated) = staff::add_webhook(&shop, &who, key, asked.body).await?;
    let secret = endpoint.secret.clone();
    let card = WebhookCard::of(&shop, endpoint);
    let private = [(header::CACHE_CONTROL, "no-store")];
    let made = (
        StatusCode::CREATED,
        private,
        Json(WebhookMade { card, secret }),
    );
    Ok(replayed(made.into_response(), repeated))
}

/// One, with what it answered of late.
#[utoipa::path(get, path = "/v1/staff/webhooks/{webhook}", tag = "staff",
    responses((status = 200, body = WebhookSheet), Problems))]
async fn read(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(webhook): Path<String>,
) -> Result<Json<WebhookSheet>, Problem> {
    who.require(Role::Owner)?;
    let endpoint = staff::known_webhook(&shop, &webhook).await?;
    let deliveries = shop.records.deliveries(endpoint.id, DELIVERIES_SHOWN);
    let deliveries = deliveries.await?.into_iter().map(DeliveryCard::from);
    Ok(Json(WebhookSheet {
        deliveries: deliveries.collect(),
        card: WebhookCard::of(&shop, endpoint),
    }))
}

/// Changes where it listens, what it is told, and whether. Telling one again that was paused begins
/// where it had been.
#[utoipa::path(patch, path = "/v1/staff/webhooks/{webhook}", tag = "staff", params(IdempotencyKey), request_body = WebhookChange,
    responses((status = 200, body = WebhookCard), Problems))]
async fn change(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(webhook): Path<String>,
    asked: Asked<WebhookChange>,
) -> Result<Response, Problem> {
    once(&shop, asked.key_by(&who.scope()), async {
        let (endpoint, _) = staff::change_webhook(&shop, &who, &webhook, asked.body).await?;
        Ok((StatusCode::OK, Some(WebhookCard::of(&shop, endpoint))))
    })
    .await
}

/// Removes one with what it answered.
#[utoipa::path(delete, path = "/v1/staff/webhooks/{webhook}", tag = "staff", params(IdempotencyKey),
    responses((status = 204, description = "It is done"), Problems))]
async fn remove(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(webhook): Path<String>,
    asked: Asked<()>,
) -> Result<Response, Problem> {
    once(&shop, asked.key_by(&who.scope()), async {
        staff::remove_webhook(&shop, &who, &webhook).await?;
        Ok((StatusCode::NO_CONTENT, None::<()>))
    })
    .await
}

/// Tells everything again from a point of the journal on, in order; ends a pause. Messages keep their
/// ids.
#[utoipa::path(post, path = "/v1/staff/webhooks/{webhook}/replay", tag = "staff", params(IdempotencyKey), request_body = ReplayAsk,
    responses((status = 200, body = WebhookCard), Problems))]
async fn replay(
    State(shop): State<Arc<Shop>>,
    who: Staff,
    Path(webhook): Path<String>,
    asked: Asked<ReplayAsk>,
) -> Result<Response, Problem> {
    let from = asked.body.from.seq(&shop)?;
    once(&shop, asked.key_by(&who.scope()), async {
        let endpoint = staff::replay_webhook(&shop, &who, &webhook, from).await?;
        Ok((StatusCode::OK, Some(WebhookCard::of(&shop, endpoint))))
    })
    .await
}
