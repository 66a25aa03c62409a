//! The door: what every request passes on its way in and its answer on the way out.

use crate::guard::{bring_session, own_name, same_site, tell_browsers};
use crate::lane::{BulkPlaces, LaneRequest, Meters};
use crate::lateness::{LOOKERS_WAIT_MAX, Lateness, WAITERS_WAIT_MAX, Waited};
use crate::limits::Gate;
use crate::operations::{Answered, Observed};
use crate::pages::{Explained, busy_page};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::waiting::{AWAY_AFTER_MS, TURN_COOKIE};
use crate::who::named_cookie;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, REFRESH, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument;

/// Where the addresses of the API begin, those of the staff, and where the payment provider reports.
const API: &str = "/v1/";
const STAFF: &str = "/v1/staff/";
const CALLBACKS: &str = "/v1/payments/callbacks";

/// Where the pages begin at which people look around.
const AROUND: [&str; 4] = ["/deals", "/products/", "/search", "/categories"];
/// How the addresses of the waiting room end, and of its stream.
const ROOM: &str = "/waiting";
const STREAM: &str = "/stream";

/// Who may come in.
pub(crate) struct Door {
    shop: Arc<Shop>,
    gate: Option<Arc<Gate>>,
    answered: Answered,
    lane_meters: Meters,
    bulk_places: BulkPlaces,
}

impl Door {
    pub(crate) fn of(shop: Arc<Shop>) -> Door {
        let limits = shop.settings.limits;
        let gate = limits.map(|limits| Arc::new(Gate::of(shop.clone(), limits)));
        let answered = Answered::default();
        Door {
            shop,
            gate,
            answered,
            lane_meters: Meters::default(),
            bulk_places: BulkPlaces::default(),
        }
    }

    /// What is behind it.
    pub(crate) fn shop(&self) -> &Arc<Shop> {
        &self.shop
    }

    /// What the fast lane answered.
    pub(crate) fn lane_meters(&self) -> &Meters {
        &self.lane_meters
    }

    /// The places of the fast lane for bulk.
    pub(crate) fn bulk_places(&self) -> &BulkPlaces {
        &self.bulk_places
    }

    /// How late the house is.
    pub(crate) fn lateness(&self) -> &Lateness {
        &self.shop.lateness
    }

    /// Counts so many requests that one peer has sent together, if they are to be counted by where they come from and
    /// all are within the limit; true when they were. Each by itself costs as much as reading it, where the
    /// processors wait for each other at the peer's count.
    pub(crate) fn count_together(&self, peer: IpAddr, requests: usize) -> bool {
        let requests = u32::try_from(requests).ok().and_then(NonZeroU32::new);
        let (Some(gate), Some(requests)) = (&self.gate, requests) else {
            return false;
        };
        self.shop.settings.address_header.is_none() && gate.count_together(peer, requests)
    }

    /// The page for who looks around, or looks how it stands with their turn, and waited too long for a thread; none for
    /// who is served. It is told here, before the router, since it must cost next to nothing.
    pub(crate) fn turn_back<B>(&self, request: &axum::http::Request<B>) -> Option<Response> {
        let patience = patience(request.method(), request.uri().path(), request.headers())?;
        let Waited(waited) = request.extensions().get().copied().unwrap_or_default();
        let seconds = self.lateness().turned_back_s(waited, patience.wait_max)?;
        let seconds = seconds.min(patience.back_s_max);
        let observed = Observed::turned_back(request);
        let mut response = busy_page(&self.shop, request.headers());
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        let spread = rand::random_range(0..=seconds);
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        headers.insert(REFRESH, HeaderValue::from(seconds + spread));
        tell_browsers(&mut response);
        observed.end(response.status(), &self.answered);
        Some(response)
    }

    /// Counts a request of the fast lane by its bearer, and by its address where it was not counted by that. What another
    /// site's page sends comes with a cookie and not with a bearer, so that nothing else is to be looked at.
    ///
    /// # Errors
    /// [`crate::Kind::RATE_LIMITED`].
    pub(crate) fn count(
        &self,
        request: &LaneRequest<'_>,
        peer: Option<IpAddr>,
    ) -> Result<(), Problem> {
        let Some(gate) = &self.gate else {
            return Ok(());
        };
        let told = self.shop.settings.address_header.as_deref();
        let told = told.and_then(|name| request.header(name));
        let bearer = Some(request.bearer).filter(|bearer| !bearer.is_empty());
        gate.count(bearer, told, peer).map(|_| ())
    }
}

/// Turns away who asks too often, what is too much, and what another site's page sends in a shopper's name; a
/// guest's fresh session leaves with the answer.
pub(crate) async fn admit(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let gate = door.gate.as_ref();
    let Waited(waited) = parts.extensions.get().copied().unwrap_or_default();
    let in_time = match is_of_the_rush(&parts) {
        true => door.lateness().check(waited),
        false => Ok(()),
    };
    let let_in = in_time.and_then(|()| gate.map_or(Ok(()), |gate| gate.admit(&mut parts)));
    if let Err(problem) = let_in.and_then(|()| same_site(&door.shop, &parts)) {
        return problem.into_response();
    }
    match own_name(&door.shop, &parts) {
        Some(elsewhere) => elsewhere,
        None => bring_session(&door.shop, Request::from_parts(parts, body), next).await,
    }
}

/// True for what programs ask of the ledger in shoppers' names: the staff and the payment provider are heard
/// however late it is, and pages are few beside it.
fn is_of_the_rush(parts: &Parts) -> bool {
    let path = parts.uri.path();
    let is_others = path == CALLBACKS || path.starts_with(STAFF);
    parts.method == Method::POST && is_api(path) && !is_others
}

/// What people bear who may be asked to come back.
#[derive(Clone, Copy)]
struct Patience {
    /// So long they may wait for a thread.
    wait_max: Duration,
    /// After so many seconds, and as many again at most, they come back.
    back_s_max: u64,
}

/// Who looks at pages that are the same for all.
const OF_LOOKERS: Patience = Patience {
    wait_max: LOOKERS_WAIT_MAX,
    back_s_max: u64::MAX,
};
/// Who waits for their turn and looks how it stands: twice in a row, and the room has not yet taken them for gone.
const OF_WAITERS: Patience = Patience {
    wait_max: WAITERS_WAIT_MAX,
    back_s_max: AWAY_AFTER_MS / 1_000 / 4,
};

/// True for what programs ask of the API.
fn is_api(path: &str) -> bool {
    path.starts_with(API)
}

/// What who asks for this bears; none for whatever is served however late it is. Who has a turn, holds something, pays or
/// works at the desk is.
fn patience(method: &Method, path: &str, headers: &HeaderMap) -> Option<Patience> {
    let is_around = path == "/" || AROUND.iter().any(|begin| path.starts_with(begin));
    if !method.is_safe() || !is_around || path.ends_with(STREAM) {
        return None;
    }
    match (path.ends_with(ROOM), named_cookie(headers, TURN_COOKIE)) {
        (true, _) => Some(OF_WAITERS),
        (false, None) => Some(OF_LOOKERS),
        (false, Some(_)) => None,
    }
}

/// Counts and times the answer, explains to people what went wrong, and tells browsers what they
/// must not do.
pub(crate) async fn attend(
    State(door): State<Arc<Door>>,
    request: Request,
    next: Next,
) -> Response {
    let observed = Observed::begin(&request);
    let (parts, body) = request.into_parts();
    let explained = Explained::of(&parts);
    let request = Request::from_parts(parts, body);
    let span = observed.span();
    let answered = async {
        let response = next.run(request).await;
        match explained {
            Some(page) => page.explain(&door.shop, response).await,
            None => kept_by_nobody(response),
        }
    };
    let mut response = answered.instrument(span).await;
    tell_browsers(&mut response);
    observed.end(response.status(), &door.answered);
    response
}

/// What programs are answered is kept by no cache that was not told to: most of it is somebody's own.
fn kept_by_nobody(mut response: Response) -> Response {
    let keep = HeaderValue::from_static("no-store");
    response.headers_mut().entry(CACHE_CONTROL).or_insert(keep);
    response
}
