//! Batches: up to 1,000 requests of one shopper in one body, each decided for itself, next to each
//! other and in their order.

use crate::api::checkouts::{OrderAsk, Placed};
use crate::api::holds::got;
use crate::api::shapes::Problems;
use crate::api::waitlist::PlaceGiven;
use crate::deeds::{self, CheckoutAsk, HoldAsk, PlaceAsk, PlaceTaken, held};
use crate::moment::Point;
use crate::problem::Problem;
use crate::request_key::{Asked, Key};
use crate::shop::{Done, Shop, done};
use crate::who::Shopper;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vocabulary::{Command, HoldId, Receipt, Request, RequestKey, Seq};

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
    /// What is asked.
    #[serde(flatten)]
    op: Op,
}

/// What one request of a batch asks.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
enum Op {
    /// As `POST /v1/holds`.
    Hold(HoldAsk),
    /// As `DELETE /v1/holds/{hold}`.
    Release(ReleaseAsk),
    /// As `POST /v1/orders`.
    Order(Box<OrderAsk>),
    /// As `POST /v1/waitlist`.
    Wait(PlaceAsk),
}

/// Which hold is given up.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReleaseAsk {
    /// The hold's id.
    hold: String,
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
    body: Value,
}

/// Decides many requests, each for itself.
#[utoipa::path(post, path = "/v1/batches", tag = "shopper", request_body = Batch,
    responses((status = 200, body = Results), Problems))]
async fn batch(
    State(shop): State<Arc<Shop>>,
    shopper: Shopper,
    asked: Asked<Batch>,
) -> Result<Response, Problem> {
    let entries = asked.body.requests;
    if entries.len() > REQUESTS_MAX {
        let detail = format!("at most {REQUESTS_MAX} requests");
        return Err(Problem::field("requests", detail));
    }
    let mut prepared = Vec::with_capacity(entries.len());
    for entry in &entries {
        prepared.push(prepare(&shop, &shopper, entry).await);
    }
    let requests: Vec<Request> = prepared.iter().flatten().cloned().collect();
    let mut replies = match requests.is_empty() {
        true => Vec::new(),
        false => shop.ask_all(requests).await?,
    }
    .into_iter();
    let mut results = Vec::with_capacity(entries.len());
    let mut seq = Seq(0);
    for (entry, prepared) in entries.into_iter().zip(prepared) {
        let came = match prepared {
            Ok(_) => done(replies.next().expect("each request has a reply")),
            Err(problem) => Err(problem),
        };
        seq = came.as_ref().map_or(seq, |done| seq.max(done.seq));
        let told = match came {
            Ok(done) => tell(&shop, &shopper, entry.op, done).await,
            Err(problem) => Err(problem),
        };
        results.push(told.unwrap_or_else(|problem| refused(&problem)));
    }
    let shard = shop.shard;
    let point = Point { shard, seq }.to_string();
    Ok(([("doorbuster-sequence", point)], Json(Results { results })).into_response())
}

async fn prepare(shop: &Shop, shopper: &Shopper, entry: &Entry) -> Result<Request, Problem> {
    let command = match &entry.op {
        Op::Hold(ask) => deeds::hold_command(shop, shopper, ask).await?,
        Op::Release(ReleaseAsk { hold }) => {
            let hold = deeds::parse_number("hold", hold, HoldId)?;
            let person = shopper.holder(&shop.views(), &[hold]);
            Command::ReleaseHold { hold, person }
        }
        Op::Order(ask) => {
            let ask = CheckoutAsk::from(ask.as_ref().clone());
            deeds::checkout_command(shop, shopper, &ask)?
        }
        Op::Wait(ask) => deeds::wait_command(shop, shopper, ask).await?,
    };
    let key = key(shopper, entry.key.as_deref(), &command)?;
    Ok(Request { key, command })
}

/// The body of a request in a batch is what it comes to: the command.
fn key(
    shopper: &Shopper,
    key: Option<&str>,
    command: &Command,
) -> Result<Option<RequestKey>, Problem> {
    let Some(key) = key else { return Ok(None) };
    let body = format!("{command:?}");
    let key = Key::of(key, &[b"batch", body.as_bytes()])?;
    Ok(Some(key.by(&shopper.scope())))
}

async fn tell(
    shop: &Shop,
    shopper: &Shopper,
    op: Op,
    done: Done<Receipt>,
) -> Result<OneResult, Problem> {
    Ok(match op {
        Op::Hold(_) => {
            let (status, body) = got(held(done.what));
            result(status, &body)
        }
        Op::Release(_) => result(StatusCode::NO_CONTENT, &Value::Null),
        Op::Order(ask) => {
            let ask = CheckoutAsk::from(*ask);
            let placed = deeds::finish_checkout(shop, shopper, &ask, done).await?;
            result(StatusCode::CREATED, &Placed::from(placed.what))
        }
        Op::Wait(_) => {
            let taken = PlaceTaken::of(done.what);
            result(StatusCode::CREATED, &PlaceGiven::from(taken))
        }
    })
}

fn result(status: StatusCode, body: &impl Serialize) -> OneResult {
    OneResult {
        status: status.as_u16(),
        body: serde_json::to_value(body).expect("bodies are encodable"),
    }
}

fn refused(problem: &Problem) -> OneResult {
    result(problem.status, &problem.body())
}
