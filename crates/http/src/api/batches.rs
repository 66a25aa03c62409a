//! Batches: up to 1,000 requests in one body, each decided for itself, next to each other and in their
//! order. A server that sells on behalf of many shoppers says with each request whose it is.

use crate::api::op::{Body, Op, Told, check_turn};
use crate::api::shapes::Problems;
use crate::moment::Point;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::request_key::{self, Asked};
use crate::shop::Shop;
use crate::who::Shopper;
use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use futures::stream;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use till::Reply;
use tokio::task::yield_now;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vocabulary::{Command, Request, RequestKey, Seq, encode_request};

/// After how many requests others have a turn, who may ask for one thing each.
const OTHERS_AFTER: usize = 32;
/// Of how many requests is told at once: a try to pay waits for the payment provider.
const TOLD_AT_ONCE: usize = 64;
/// How many requests a batch takes.
const REQUESTS_MAX: usize = 1_000;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new().routes(routes!(batch))
}

/// Many requests.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Batch {
    /// Up to 1,000.
    requests: Vec<Entry>,
}

/// One request of a batch.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[schema(as = BatchRequest)]
struct Entry {
    /// Its Idempotency-Key.
    #[serde(default)]
    key: Option<String>,
    /// The session of the shopper whose request it is; without it the batch's own.
    #[serde(default)]
    session: Option<String>,
    /// What is asked.
    #[serde(flatten)]
    op: Op,
}

/// The answers.
#[derive(Debug, Serialize, ToSchema)]
struct Results {
    /// One for each request, in their order.
    results: Vec<OneResult>,
}

/// The answer to one request of a batch.
#[derive(Debug, Serialize, ToSchema)]
struct OneResult {
    /// The status that the request alone would have had.
    status: u16,
    /// The body that it would have had; null where there is none.
    #[schema(value_type = serde_json::Value)]
    body: Option<ResultBody>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum ResultBody {
    Told(Body),
    Problem(ProblemBody),
}

impl From<Result<Told, Problem>> for OneResult {
    fn from(came: Result<Told, Problem>) -> OneResult {
        match came {
            Ok(told) => OneResult {
                status: told.status.as_u16(),
                body: told.body.map(ResultBody::Told),
            },
            Err(problem) => OneResult {
                status: problem.status.as_u16(),
                body: Some(ResultBody::Problem(problem.body())),
            },
        }
    }
}

/// The shopper whose requests say no session of their own. A session that is shown and false is refused
/// at once; that no more guests may come for now matters only to who needs to be one.
struct Sender(Result<Shopper, Problem>);

impl FromRequestParts<Arc<Shop>> for Sender {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shop: &Arc<Shop>) -> Result<Self, Problem> {
        let shopper =
            <Shopper as FromRequestParts<Arc<Shop>>>::from_request_parts(parts, shop).await;
        match shopper {
            Err(problem) if problem.status == StatusCode::UNAUTHORIZED => Err(problem),
            shopper => Ok(Sender(shopper)),
        }
    }
}

/// A request that goes to the ledger.
struct Prepared {
    op: Op,
    shopper: Shopper,
    request: Request,
}

/// Decides many requests, each for itself.
#[utoipa::path(post, path = "/v1/batches", tag = "shopper", request_body = Batch,
    responses((status = 200, body = Results), Problems))]
async fn batch(
    State(shop): State<Arc<Shop>>,
    Sender(sender): Sender,
    asked: Asked<Batch>,
) -> Result<Response, Problem> {
    let entries = asked.body.requests;
    if entries.len() > REQUESTS_MAX {
        let detail = format!("at most {REQUESTS_MAX} requests");
        return Err(Problem::field("requests", detail));
    }
    let mut prepared = Vec::with_capacity(entries.len());
    for entry in entries {
        if prepared.len() % OTHERS_AFTER == OTHERS_AFTER - 1 {
            yield_now().await;
        }
        prepared.push(prepare(&shop, &sender, entry).await);
    }
    let (results, seq) = decide(&shop, prepared).await?;
    let shard = shop.shard;
    let point = Point { shard, seq }.to_string();
    Ok(([("doorbuster-sequence", point)], Json(Results { results })).into_response())
}

async fn prepare(
    shop: &Shop,
    sender: &Result<Shopper, Problem>,
    entry: Entry,
) -> Result<Prepared, Problem> {
    let Entry { key, session, op } = entry;
    op.check_shutters(shop, key.is_some()).await?;
    let shopper = match session {
        Some(session) => Shopper::of(shop, &session).await?,
        None => Some(sender.clone()?),
    };
    let shopper = shopper.ok_or(Kind::SESSION_REQUIRED)?;
    let command = op.command(shop, &shopper).await?;
    let key = key_of(&shopper, key.as_deref(), &command)?;
    check_turn(shop, &shopper, key, &command)?;
    let request = Request { key, command };
    Ok(Prepared {
        op,
        shopper,
        request,
    })
}

/// The body of a request in a batch is what it comes to: the command.
fn key_of(
    shopper: &Shopper,
    key: Option<&str>,
    command: &Command,
) -> Result<Option<RequestKey>, Problem> {
    let Some(key) = key else { return Ok(None) };
    let mut body = Vec::new();
    encode_request(&command.clone().into(), &mut body);
    let key = request_key::bound(key, &shopper.scope(), &[b"batch", &body])?;
    Ok(Some(key))
}

/// Has what was prepared decided as one ticket; the results, and from when on all of it shows. What
/// belongs to them beyond the ledger is done for many at once.
async fn decide(
    shop: &Shop,
    prepared: Vec<Result<Prepared, Problem>>,
) -> Result<(Vec<OneResult>, Seq), Problem> {
    let asked = prepared.iter().flatten();
    let requests = asked.map(|asked| asked.request.clone()).collect();
    let replies = shop.ask_all(requests).await?;
    let mut replies = replies.iter().copied();
    let decided = prepared.into_iter().map(|prepared| {
        let reply = |prepared| (prepared, replies.next().expect("each request has a reply"));
        tell(shop, prepared.map(reply))
    });
    let decided: Vec<_> = decided.collect();
    let mut told = stream::iter(decided).buffered(TOLD_AT_ONCE);
    let (mut results, mut seq) = (Vec::new(), Seq(0));
    while let Some(came) = told.next().await {
        let shown = came.as_ref().ok().and_then(|told| told.seq);
        seq = seq.max(shown.unwrap_or_default());
        results.push(came.into());
        if results.len().is_multiple_of(OTHERS_AFTER) {
            yield_now().await;
        }
    }
    Ok((results, seq))
}

async fn tell(shop: &Shop, decided: Result<(Prepared, Reply), Problem>) -> Result<Told, Problem> {
    let (prepared, reply) = decided?;
    let key = prepared.request.key;
    prepared.op.tell(shop, &prepared.shopper, key, reply).await
}
