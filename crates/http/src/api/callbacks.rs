//! What the payment provider tells us by itself.

use crate::api::shapes::Problems;
use crate::problem::{Kind, Problem};
use crate::request_key::Asked;
use crate::shop::Shop;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use clerks::ports::CallbackFault;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vocabulary::{Command, Refusal};

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new().routes(routes!(callback))
}

/// Takes a callback. 200 when it is recorded, was recorded before, or comes too late to matter; 503
/// to be sent again.
#[utoipa::path(post, path = "/v1/payments/callbacks", tag = "payment provider",
    request_body(content = String, description = "As docs/contracts/payment-provider.md says", content_type = "application/json"),
    responses((status = 200, description = "It is recorded, or known already"), Problems))]
async fn callback(State(shop): State<Arc<Shop>>, request: Request) -> Result<StatusCode, Problem> {
    let headers = request.headers().clone();
    let header = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
    let body = Asked::read(request, &shop).await?.body;
    let read = shop.callbacks.read(&header, &body, shop.now());
    let command = Command::from(read.map_err(unread)?);
    match shop.order_recalling(None, command).await {
        Ok(_) => Ok(StatusCode::OK),
        Err(problem) => settle(problem),
    }
}

/// What the ledger knows already, or has settled otherwise, needs no second callback; the payment
/// clerk looks at the provider by itself where more is to be done.
fn settle(problem: Problem) -> Result<StatusCode, Problem> {
    match problem.refusal {
        Some(Refusal::PaymentUnknown | Refusal::RefundUnknown) | None => Err(problem),
        Some(refusal) => {
            if !matches!(refusal, Refusal::AlreadyRecorded | Refusal::PaymentSettled) {
                tracing::warn!(refusal = refusal.name(), "a callback was refused");
            }
            Ok(StatusCode::OK)
        }
    }
}

fn unread(fault: CallbackFault) -> Problem {
    match fault {
        CallbackFault::Unsigned(why) => Problem::from(Kind::CALLBACK_UNSIGNED).because(why),
        CallbackFault::Unreadable(why) => Problem::from(Kind::MALFORMED).because(why),
    }
}
