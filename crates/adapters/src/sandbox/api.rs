//! The provider protocol over HTTP: docs/contracts/payment-provider.md, from the provider's side.

use super::books::SandboxAccount;
use super::deeds;
use super::house::{House, No};
use super::knobs::{Knobs, KnobsChange};
use crate::provider_wire::{
    CaptureBody, OpenBody, OpenedBody, PaymentBody, ProblemBody, ProblemWord, RefundBody,
    RefundOrderBody,
};
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use money::Currency;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

/// How many calls may be under way; the others are told to come again.
const CALLS_MAX: usize = 4_096;
/// How many tries a page of the books has at the most.
const PAGE_MAX: usize = 1_000;
const BODY_BYTES_MAX: usize = 64 * 1024;

pub(super) fn router(house: Arc<House>) -> Router {
    let calls = Arc::new(Semaphore::new(CALLS_MAX));
    Router::new()
        .route("/v1/payments", post(open))
        .route("/v1/payments/{reference}", get(look))
        .route("/v1/payments/{reference}/capture", post(capture))
        .route("/v1/payments/{reference}/void", post(void))
        .route("/v1/payments/{reference}/refunds", post(refund))
        .route("/v1/books", get(books))
        .route("/v1/knobs", get(knobs).patch(turn_knobs))
        .route_layer(from_fn_with_state(house.clone(), with_key))
        .layer(from_fn_with_state(calls, within_limit))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(house)
}

type Answer<T> = Result<Json<T>, No>;
type Body<T> = Result<Json<T>, JsonRejection>;

async fn open(State(house): State<Arc<House>>, body: Body<OpenBody>) -> Answer<OpenedBody> {
    let body = readable(body)?;
    let row = deeds::open(&house, &body).await?;
    Ok(Json(OpenedBody {
        redirect_url: house.page_url(&body.reference),
        state: row.state,
    }))
}

async fn look(
    State(house): State<Arc<House>>,
    Path(reference): Path<String>,
) -> Answer<PaymentBody> {
    let row = deeds::look(&house, &reference).await?;
    Ok(Json(row.body(&reference)))
}

async fn capture(
    State(house): State<Arc<House>>,
    Path(reference): Path<String>,
    body: Body<CaptureBody>,
) -> Answer<PaymentBody> {
    let amount = readable(body)?.amount;
    let row = deeds::capture(&house, &reference, amount).await?;
    Ok(Json(row.body(&reference)))
}

async fn void(
    State(house): State<Arc<House>>,
    Path(reference): Path<String>,
) -> Answer<PaymentBody> {
    let row = deeds::void(&house, &reference).await?;
    Ok(Json(row.body(&reference)))
}

async fn refund(
    State(house): State<Arc<House>>,
    Path(reference): Path<String>,
    body: Body<RefundOrderBody>,
) -> Answer<RefundBody> {
    let order = readable(body)?;
    let refund = deeds::refund(&house, &reference, &order.reference, order.amount);
    Ok(Json(refund.await?))
}

/// Where to go on reading the books.
#[derive(Deserialize)]
struct BooksQuery {
    #[serde(default)]
    after: String,
    limit: Option<usize>,
}

/// A page of the books, and the balances over all of them.
#[derive(Serialize)]
struct BooksBody {
    items: Vec<PaymentBody>,
    /// The `after` of the next page; none at the end.
    next: Option<String>,
    balances: Vec<BalanceBody>,
}

#[derive(Serialize)]
struct BalanceBody {
    currency: Currency,
    account: SandboxAccount,
    balance: i64,
}

async fn books(
    State(house): State<Arc<House>>,
    Query(query): Query<BooksQuery>,
) -> Answer<BooksBody> {
    let limit = query.limit.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX);
    let (body, number) = house.read(|books| {
        let rows: Vec<_> = books.behind(&query.after, limit).collect();
        let items: Vec<_> = rows
            .iter()
            .map(|(reference, row)| row.body(reference))
            .collect();
        let full = items.len() == limit;
        let next = items
            .last()
            .filter(|_| full)
            .map(|last| last.reference.clone());
        let balances = books
            .balances()
            .map(|(currency, account, balance)| BalanceBody {
                currency,
                account,
                balance,
            });
        let body = BooksBody {
            items,
            next,
            balances: balances.collect(),
        };
        (
            body,
            rows.iter().map(|(_, row)| row.logged).max().unwrap_or(0),
        )
    });
    house.on_disk(number).await?;
    Ok(Json(body))
}

async fn knobs(State(house): State<Arc<House>>) -> Json<Knobs> {
    Json(house.knobs())
}

async fn turn_knobs(State(house): State<Arc<House>>, body: Body<KnobsChange>) -> Answer<Knobs> {
    let turned = house.knobs().turned(&readable(body)?);
    if !turned.hold_together() {
        return Err(No::Refused(
            "rates go to 1000, and delay_ms_min to delay_ms_max",
        ));
    }
    house.set_knobs(turned);
    Ok(Json(turned))
}

fn readable<T>(body: Body<T>) -> Result<T, No> {
    match body {
        Ok(Json(body)) => Ok(body),
        Err(_) => Err(No::Refused("the body is not as the protocol says")),
    }
}

async fn with_key(State(house): State<Arc<House>>, request: Request, next: Next) -> Response {
    let shown = request.headers().get(header::AUTHORIZATION);
    let expected = format!("Bearer {}", house.config.api_key);
    let matches = shown.is_some_and(|shown| shown.as_bytes().ct_eq(expected.as_bytes()).into());
    if !matches {
        let status = StatusCode::UNAUTHORIZED;
        return problem(
            status,
            ProblemWord::Unauthorised,
            "the API key is not right",
        );
    }
    next.run(request).await
}

async fn within_limit(
    State(calls): State<Arc<Semaphore>>,
    request: Request,
    next: Next,
) -> Response {
    let Ok(_call) = calls.try_acquire() else {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let busy = problem(status, ProblemWord::Busy, "too many calls are under way");
        return ([(header::RETRY_AFTER, "1")], busy).into_response();
    };
    next.run(request).await
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        match self {
            No::Unknown => {
                let detail = "there is no such payment";
                problem(StatusCode::NOT_FOUND, ProblemWord::Unknown, detail)
            }
            No::Refused(why) => {
                problem(StatusCode::UNPROCESSABLE_ENTITY, ProblemWord::Refused, why)
            }
            No::Broken => {
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                problem(status, ProblemWord::Failed, "the books cannot be kept")
            }
        }
    }
}

fn problem(status: StatusCode, code: ProblemWord, detail: &str) -> Response {
    let detail = detail.to_owned();
    (status, Json(ProblemBody { code, detail })).into_response()
}
