//! For operations: is it alive, does it serve, what does it count; and the API's description.

use crate::problem::{Kind, Problem};
use crate::shop::{Shop, Standing};
use axum::Router;
use axum::extract::{MatchedPath, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;
use std::time::Instant;
use tracing::Instrument;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::SwaggerUi;
use vocabulary::Refusal;

/// The routes of operations, the description and the page to try it.
pub(crate) fn router(description: OpenApi) -> Router<Arc<Shop>> {
    Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .route("/problems/{name}", get(explain))
        .merge(SwaggerUi::new("/v1/docs").url("/v1/openapi.json", description))
        .method_not_allowed_fallback(async || Problem::from(Kind::METHOD_NOT_ALLOWED))
}

async fn readyz(State(shop): State<Arc<Shop>>) -> (StatusCode, String) {
    let standing = shop.standing.borrow().clone();
    match standing {
        Standing::Serving => (StatusCode::OK, "serving\n".to_owned()),
        Standing::Recovering => (StatusCode::SERVICE_UNAVAILABLE, "recovering\n".to_owned()),
        Standing::Draining => (StatusCode::SERVICE_UNAVAILABLE, "draining\n".to_owned()),
        Standing::Broken(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")),
    }
}

async fn metrics(State(shop): State<Arc<Shop>>) -> Response {
    metrics::gauge!("till_queue_requests").set(shop.counter.waiting() as f64);
    let Some(handle) = &shop.metrics else {
        return (StatusCode::NOT_FOUND, "nothing is counted\n").into_response();
    };
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (kind, handle.render()).into_response()
}

/// The words behind the `type` of a problem.
async fn explain(Path(name): Path<String>) -> Response {
    let kind = Kind::ALL.iter().find(|kind| kind.name == name);
    let title = kind
        .map(|kind| kind.title)
        .or_else(|| Refusal::named(&name).map(Refusal::sentence));
    match title {
        Some(title) => format!("{name}\n\n{title}\n").into_response(),
        None => Problem::from(Kind::NOT_FOUND).into_response(),
    }
}

/// Counts and times every answer by its route, and gives it a span without personal data.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let method = request.method().to_string();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("none", |route| route.as_str()).to_owned();
    let span = tracing::info_span!("request", method, route);
    let begun = Instant::now();
    let response = next.run(request).instrument(span).await;
    let status = response.status().as_u16().to_string();
    let took = begun.elapsed().as_secs_f64();
    metrics::counter!("http_requests_total", "route" => route.clone(), "method" => method, "status" => status)
        .increment(1);
    metrics::histogram!("http_request_seconds", "route" => route).record(took);
    response
}
