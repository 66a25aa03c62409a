//! The calls of the protocol, under `/v1`, for whoever has the key.

use super::deeds::{Outcome, Refusal, capture, open, refund, void};
use super::knobs::{KnobFault, Knobs};
use super::payment::Payment;
use super::problem::problem;
use super::provider::{Provider, Trouble};
use super::words::{BooksBody, CaptureBody, OpenBody, PaymentBody, Refund, RefundBody};
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use subtle::ConstantTimeEq;

const LIMIT_DEFAULT: usize = 100;
const LIMIT_MAX: usize = 1_000;

type House = State<Arc<Provider>>;
type Answer<T> = Result<T, Trouble>;
type Sent<T> = Result<Json<T>, JsonRejection>;

/// The routes under `/v1`.
pub(super) fn routes(provider: Arc<Provider>) -> Router<Arc<Provider>> {
    Router::new()
        .route("/v1/payments", post(open_payment))
        .route("/v1/payments/{reference}", get(look))
        .route("/v1/payments/{reference}/capture", post(capture_payment))
        .route("/v1/payments/{reference}/void", post(void_payment))
        .route("/v1/payments/{reference}/refunds", post(refund_payment))
        .route("/v1/books", get(books))
        .route("/v1/knobs", get(knobs).patch(turn_knobs))
        .merge(super::verifications::calls())
        .route_layer(from_fn_with_state(provider, only_with_key))
}

async fn only_with_key(State(provider): House, request: Request, next: Next) -> Response {
    let header = request.headers().get(header::AUTHORIZATION);
    let key = header.and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    let known = key.is_some_and(|key| bool::from(key.ct_eq(provider.config().key.as_bytes())));
    if known {
        next.run(request).await
    } else {
        Trouble::WrongKey.into_response()
    }
}

async fn open_payment(
    State(provider): House,
    body: Sent<OpenBody>,
) -> Answer<(StatusCode, Json<PaymentBody>)> {
    let (reference, terms) = open::read(read(body)?)?;
    if provider.is_busy() {
        return Err(Trouble::Busy);
    }
    let deed = |known: Option<&Payment>, _: &_| Ok(open::open(known, terms));
    let (body, opened) = provider.act_on(&reference, deed, tell(&provider)).await?;
    Ok((created(opened), Json(body)))
}

async fn look(State(provider): House, Path(reference): Path<String>) -> Answer<Json<PaymentBody>> {
    let nothing = |_: &Payment, _: &_| Outcome::default();
    let (body, _) = provider.act(&reference, nothing, tell(&provider)).await?;
    Ok(Json(body))
}

async fn capture_payment(
    State(provider): House,
    Path(reference): Path<String>,
    body: Sent<CaptureBody>,
) -> Answer<Json<PaymentBody>> {
    let CaptureBody { amount } = read(body)?;
    let deed = |payment: &Payment, moment: &_| capture::capture(payment, amount, moment);
    let (body, _) = provider.act(&reference, deed, tell(&provider)).await?;
    Ok(Json(body))
}

async fn void_payment(
    State(provider): House,
    Path(reference): Path<String>,
) -> Answer<Json<PaymentBody>> {
    let deed = |payment: &Payment, _: &_| void::void(payment);
    let (body, _) = provider.act(&reference, deed, tell(&provider)).await?;
    Ok(Json(body))
}

async fn refund_payment(
    State(provider): House,
    Path(reference): Path<String>,
    body: Sent<RefundBody>,
) -> Answer<(StatusCode, Json<Refund>)> {
    let asked = read(body)?;
    let deed = |payment: &Payment, moment: &_| {
        refund::refund(payment, &asked.refund, asked.amount, moment)
    };
    let tell = |payment: &Payment| payment.refund(&asked.refund).cloned();
    let (refund, sent) = provider.act(&reference, deed, tell).await?;
    let refund = refund.expect("a refund that was not refused is in the books");
    Ok((created(sent), Json(refund)))
}

#[derive(Deserialize)]
struct Span {
    cursor: Option<usize>,
    limit: Option<usize>,
}

async fn books(
    State(provider): House,
    span: Result<Query<Span>, axum::extract::rejection::QueryRejection>,
) -> Answer<Json<BooksBody>> {
    let Query(span) = span.map_err(|e| Refusal::Unreadable(e.body_text()))?;
    let limit = span.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
    let listed = provider
        .list(span.cursor.unwrap_or(0), limit, tell(&provider))
        .await?;
    let (items, next) = listed;
    let next = next.map(|place| place.to_string());
    Ok(Json(BooksBody { items, next }))
}

async fn knobs(State(provider): House) -> Json<Knobs> {
    Json(provider.knobs())
}

async fn turn_knobs(State(provider): House, changes: Sent<Value>) -> Response {
    let changes = match read(changes) {
        Ok(changes) => changes,
        Err(refusal) => return Trouble::from(refusal).into_response(),
    };
    match provider.turn(&changes) {
        Ok(knobs) => Json(knobs).into_response(),
        Err(fault @ KnobFault::Unreadable(_)) => {
            problem(StatusCode::BAD_REQUEST, &fault.to_string())
        }
        Err(fault) => problem(StatusCode::UNPROCESSABLE_ENTITY, &fault.to_string()),
    }
}

fn read<T>(body: Sent<T>) -> Result<T, Refusal> {
    body.map(|Json(body)| body)
        .map_err(|e| Refusal::Unreadable(e.body_text()))
}

fn tell(provider: &Provider) -> impl Fn(&Payment) -> PaymentBody {
    |payment| payment.body(&provider.config().public_url)
}

const fn created(anew: bool) -> StatusCode {
    if anew {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    }
}
