//! What the payment provider tells us by itself.

use crate::api::shapes::Problems;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::request_key::Asked;
use crate::shop::Shop;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use clerks::ports::CallbackFault;
use serde::Serialize;
use std::sync::Arc;
use till::Reply;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vocabulary::{Command, Outcome, Refusal, Request as Words};

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(callback))
        .routes(routes!(batch))
}

/// How many callbacks come together at most.
const CALLBACKS_MAX: usize = 1_000;

/// How a list of callbacks was taken.
#[derive(Debug, Serialize, ToSchema)]
struct CallbackResults {
    /// One for each callback, in their order.
    results: Vec<CallbackResult>,
}

/// How one of them was taken.
#[derive(Debug, Serialize, ToSchema)]
struct CallbackResult {
    /// The status that the callback alone would have had: where it is not 200, it is to be sent again.
    status: u16,
    /// What is wrong, where something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
}

impl From<Result<(), Problem>> for CallbackResult {
    fn from(taken: Result<(), Problem>) -> CallbackResult {
        let problem = taken.err();
        let status = problem
            .as_ref()
            .map_or(StatusCode::OK, |problem| problem.status);
        CallbackResult {
            status: status.as_u16(),
            problem: problem.map(|problem| problem.body()),
        }
    }
}

/// Takes up to 1,000 callbacks that are signed as one body: `{"callbacks": [..]}`, each of them as it is sent
/// alone. They are decided next to each other, each for itself.
#[utoipa::path(post, path = "/v1/payments/callbacks/batches", tag = "payment provider",
    request_body(content = String, description = "As docs/contracts/payment-provider.md says", content_type = "application/json"),
    responses((status = 200, body = CallbackResults), Problems))]
async fn batch(
    State(shop): State<Arc<Shop>>,
    request: Request,
) -> Result<Json<CallbackResults>, Problem> {
    let headers = request.headers().clone();
    let header = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
    let body = Asked::read(request, &shop).await?.body;
    let read = shop.callbacks.read_all(&header, &body, shop.now());
    let read = read.map_err(unread)?;
    if read.len() > CALLBACKS_MAX {
        let detail = format!("at most {CALLBACKS_MAX} callbacks");
        return Err(Problem::field("callbacks", detail));
    }
    let commands: Vec<Result<Command, Problem>> = read
        .into_iter()
        .map(|callback| callback.map(Command::from).map_err(unread))
        .collect();
    let asked = commands.iter().flatten().cloned().map(Words::from);
    let replies = shop.ask_all(asked.collect()).await?;
    let mut replies = replies.iter().copied();
    let mut results = Vec::with_capacity(commands.len());
    for command in commands {
        let taken = match command {
            Ok(command) => {
                let reply = replies.next().expect("each callback has a reply");
                settle(&shop, command, reply).await
            }
            Err(problem) => Err(problem),
        };
        results.push(taken.into());
    }
    Ok(Json(CallbackResults { results }))
}

/// Takes a callback. 200 when it is recorded, was recorded before, or comes too late to matter; 503
/// to be sent again.
#[utoipa::path(post, path = "/v1/payments/callbacks", tag = "payment provider",
    request_body(content = String, description = "As docs/contracts/payment-provider.md says", content_type = "application/json"),
    responses((status = 200, description = "It is recorded, or known already"), Problems))]
async fn callback(State(shop): State<Arc<Shop>>, request: Request) -> Result<StatusCode, Problem> {
    let headers = request.headers().clone();
    let header = |name: &str| headers.get(name)?.to_str().ok();
    let body = Asked::read(request, &shop).await?.body;
    let command = read(&shop, &header, &body)?;
    let reply = shop.ask(command.clone().into()).await?;
    settle(&shop, command, reply).await?;
    Ok(StatusCode::OK)
}

/// The command that a callback comes to, if the provider signed it.
///
/// # Errors
/// [`Kind::CALLBACK_UNSIGNED`], [`Kind::MALFORMED`].
pub(crate) fn read<'a>(
    shop: &Shop,
    header: &dyn Fn(&str) -> Option<&'a str>,
    body: &[u8],
) -> Result<Command, Problem> {
    let header = |name: &str| header(name).map(str::to_owned);
    let read = shop.callbacks.read(&header, body, shop.now());
    Ok(Command::from(read.map_err(unread)?))
}

/// Ends well when nothing more is to be told by the provider. What may be about a checkout that was filed is
/// asked again, the long way. What the ledger knows already, or has settled otherwise, needs no second
/// callback; the payment clerk looks at the provider by itself where more is to be done.
///
/// # Errors
/// Where the provider must tell it again.
pub(crate) async fn settle(shop: &Shop, command: Command, reply: Reply) -> Result<(), Problem> {
    let Outcome::Refused(refusal) = reply.outcome else {
        return Ok(());
    };
    if !matches!(refusal, Refusal::PaymentUnknown | Refusal::RefundUnknown) {
        note(refusal);
        return Ok(());
    }
    match shop.order_recalling(None, command).await {
        Ok(_) => Ok(()),
        Err(problem) => match problem.refusal {
            Some(Refusal::PaymentUnknown | Refusal::RefundUnknown) | None => Err(problem),
            Some(refusal) => {
                note(refusal);
                Ok(())
            }
        },
    }
}

fn note(refusal: Refusal) {
    if !matches!(refusal, Refusal::AlreadyRecorded | Refusal::PaymentSettled) {
        tracing::warn!(refusal = refusal.name(), "a callback was refused");
    }
}

fn unread(fault: CallbackFault) -> Problem {
    match fault {
        CallbackFault::Unsigned(why) => Problem::from(Kind::CALLBACK_UNSIGNED).because(why),
        CallbackFault::Unreadable(why) => Problem::from(Kind::MALFORMED).because(why),
    }
}
