//! For operations: is it alive, does it serve, what does it count; and the API's description.

use crate::problem::{Kind, Problem};
use crate::shop::{Shop, Standing};
use axum::Router;
use axum::extract::{MatchedPath, Path, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics::{Counter, Histogram, Label};
use metrics_exporter_prometheus::PrometheusHandle;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, RwLock};
use std::time::Instant;
use tracing::Span;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::SwaggerUi;
use vocabulary::{Millis, Refusal, Seq};

/// What the page to try the API may load; only there may a script write styles.
const TRIAL_POLICY: &str = "default-src 'self'; script-src 'self'; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
     frame-ancestors 'none'";

/// What is counted, and what is asked of the house when somebody wants to know.
pub struct Meters {
    /// What was recorded on the way.
    pub recorded: PrometheusHandle,
    /// How the house stands.
    pub vitals: Box<dyn Fn() -> Vitals + Send + Sync>,
}

/// How the house stands, beside what the shop knows by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vitals {
    /// The journal's last sequence on disk.
    pub journal_seq: u64,
    /// Pieces of work that the payment clerk has still to do.
    pub payment_work: u64,
    /// Those of them that fail again and again.
    pub payment_work_stuck: u64,
    /// Since when the first of those does.
    pub stuck_since: Option<Millis>,
    /// The disk under the data folder, where the system tells.
    pub disk: Option<Disk>,
}

/// A disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disk {
    /// Bytes that may still be written.
    pub free: u64,
    /// All its bytes.
    pub whole: u64,
}

/// The routes of operations, the description and the page to try it.
pub(crate) fn router(description: OpenApi) -> Router<Arc<Shop>> {
    Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .route("/problems/{name}", get(explain))
        .merge(trial(description))
        .method_not_allowed_fallback(async || Problem::from(Kind::METHOD_NOT_ALLOWED))
}

/// The page to try the API. It is made of styles that its own script writes, which no other page may.
fn trial(description: OpenApi) -> Router<Arc<Shop>> {
    let page = Router::from(SwaggerUi::new("/v1/docs").url("/v1/openapi.json", description));
    page.layer(map_response(async |mut response: Response| {
        let policy = HeaderValue::from_static(TRIAL_POLICY);
        response
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, policy);
        response
    }))
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
    let Some(meters) = &shop.metrics else {
        return (StatusCode::NOT_FOUND, "nothing is counted\n").into_response();
    };
    let Vitals { journal_seq, .. } = (meters.vitals)();
    gauge(
        "doorbuster_till_queue_requests",
        shop.counter.waiting() as u64,
    );
    let behind = |reached: Seq| journal_seq.saturating_sub(reached.0);
    gauge(
        "doorbuster_views_lag_commands",
        behind(*shop.reached.borrow()),
    );
    gauge(
        "doorbuster_orders_lag_commands",
        behind(*shop.orders_reached.borrow()),
    );
    let (holds, places) = {
        let views = shop.views();
        (views.shoppers.holds_count(), views.shoppers.places_count())
    };
    gauge("doorbuster_holds_open", holds as u64);
    gauge("doorbuster_waitlist_places", places as u64);
    gauge("doorbuster_waiting_turns", shop.waiting.waiting() as u64);
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (kind, meters.recorded.render()).into_response()
}

fn gauge(name: &'static str, value: u64) {
    metrics::gauge!(name).set(value as f64);
}

/// How often each rule said no. A meter is kept once it was made: to find one costs more than to count.
pub struct RefusalMeters(Box<[OnceLock<Counter>]>);

/// Above the number of every refusal.
const REFUSALS_MAX: usize = 128;

impl Default for RefusalMeters {
    fn default() -> Self {
        RefusalMeters((0..REFUSALS_MAX).map(|_| OnceLock::new()).collect())
    }
}

impl RefusalMeters {
    /// A rule said no.
    pub(crate) fn count(&self, refusal: Refusal) {
        let meter = &self.0[usize::from(refusal.number()) % REFUSALS_MAX];
        let made = || metrics::counter!("doorbuster_refusals_total", "refusal" => refusal.name());
        meter.get_or_init(made).increment(1);
    }
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

/// A request while it is answered: counted and timed by its route. Who logs at `debug` sees to which request a line
/// belongs; a span without personal data.
pub(crate) struct Observed {
    method: Method,
    route: Option<MatchedPath>,
    /// What it is called that has no route.
    otherwise: &'static str,
    begun: Instant,
}

impl Observed {
    pub(crate) fn begin<B>(request: &Request<B>) -> Observed {
        Observed {
            method: request.method().clone(),
            route: request.extensions().get::<MatchedPath>().cloned(),
            otherwise: "none",
            begun: Instant::now(),
        }
    }

    /// One that is asked to come back before it is known whither it leads.
    pub(crate) fn turned_back<B>(request: &Request<B>) -> Observed {
        Observed {
            otherwise: "turned back",
            ..Observed::begin(request)
        }
    }

    fn route(&self) -> &str {
        self.route
            .as_ref()
            .map_or(self.otherwise, MatchedPath::as_str)
    }

    pub(crate) fn span(&self) -> Span {
        tracing::debug_span!(
            "request",
            method = named(&self.method),
            route = self.route()
        )
    }

    pub(crate) fn end(self, status: StatusCode, answered: &Answered) {
        let took = self.begun.elapsed().as_secs_f64();
        let (count, time) = answered.meters(self.route(), named(&self.method), status.as_u16());
        count.increment(1);
        time.record(took);
    }
}

/// How often and how fast each route answered. A meter is kept once it was made: to find it by its
/// labels would cost every answer a dozen allocations.
#[derive(Default)]
pub(crate) struct Answered(RwLock<HashMap<(&'static str, u16), ByRoute>>);

type ByRoute = HashMap<String, (Counter, Histogram)>;

impl Answered {
    fn meters(&self, route: &str, method: &'static str, status: u16) -> (Counter, Histogram) {
        let kept = self.0.read().expect(UNPOISONED);
        let known = kept.get(&(method, status)).and_then(|it| it.get(route));
        if let Some(meters) = known {
            return meters.clone();
        }
        drop(kept);
        let (count, time) = answered(route, method, status);
        let mut kept = self.0.write().expect(UNPOISONED);
        let by_route = kept.entry((method, status)).or_default();
        by_route.insert(route.to_owned(), (count.clone(), time.clone()));
        (count, time)
    }
}

/// The meters of what a route answers with this status.
pub(crate) fn answered(route: &str, method: &'static str, status: u16) -> (Counter, Histogram) {
    let labels = [
        Label::new("route", route.to_owned()),
        Label::new("method", method),
        Label::new("status", status.to_string()),
    ];
    let count = metrics::counter!("doorbuster_http_requests_total", labels.iter());
    let time = metrics::histogram!("doorbuster_http_request_seconds", labels.iter());
    (count, time)
}

const UNPOISONED: &str = "nobody panics while holding the meters";

/// The method, if it is one of those that are served: others must not make metrics without end.
fn named(method: &Method) -> &'static str {
    let served = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
    let known = served.into_iter().find(|name| *name == method.as_str());
    known.unwrap_or("other")
}
