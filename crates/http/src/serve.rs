//! The socket: connections are taken in, begin in the fast lane, and go on to the router when they ask for
//! what the lane does not know.

use crate::door::Door;
use crate::lane::Lane;
use crate::lateness::{Attended, Readiness, Waited};
use crate::pages::is_for_programs;
use crate::shop::Shop;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::future::Future;
use std::io::{self, Cursor};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{unconstrained, yield_now};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// After how many tasks a thread of the runtime that serves looks for news: what arrived on sockets, and what
/// other threads, like the till, answered. A task of the lane may take a fifth of a millisecond, and who has
/// asked for little waits for several such looks: after as many tasks as tokio lets pass by itself, for tens
/// of milliseconds.
pub const NEWS_EVERY: u32 = 8;
/// Of so many tasks a thread takes one from the queue that all threads share. What overflows from a thread's own queue in
/// a rush goes there and is older than what stays; were it not taken in turn with it, it would wait for as long as
/// anything new comes. What comes from outside, such as the till's replies, goes there too, and must not hold up the rest.
pub const OLDEST_EVERY: u32 = 2;
/// How many connections are open at once; who comes then waits in the system's queue.
const CONNECTIONS_MAX: usize = 65_536;
/// When more are open, those that were answered with a page are closed, so that there is a place for who comes.
const CONNECTIONS_KEPT: usize = 16_384;
/// After so many who came together others have their turn.
const TOGETHER_MAX: u64 = 1_024;
/// How long the head of a request may take.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// How long nobody is taken in when the system has no more connections to give.
const REST: Duration = Duration::from_millis(100);

/// Serves the shop until `goodbye` ends; requests under way are answered first.
pub async fn serve(listener: TcpListener, shop: Arc<Shop>, goodbye: impl Future<Output = ()>) {
    // Nobody who comes first has to wait until a large catalogue is read.
    if let Err(problem) = shop.shelves.assortment(&shop).await {
        tracing::warn!(?problem, "the shelves are filled with the first page");
    }
    let house = House {
        door: Arc::new(Door::of(shop)),
        places: Arc::new(Semaphore::new(CONNECTIONS_MAX)),
        closing: CancellationToken::new(),
    };
    let router = crate::behind(Arc::clone(&house.door));
    let connections = TaskTracker::new();
    // All who came are taken in together: what waits for its turn again after some would leave the others in the
    // system's queue, which is short, and nobody would hear of them.
    unconstrained(take_in(&listener, &house, &router, &connections, goodbye)).await;
    drop(listener);
    house.closing.cancel();
    connections.close();
    connections.wait().await;
}

/// Takes connections in until `goodbye` ends.
async fn take_in(
    listener: &TcpListener,
    house: &House,
    router: &Router,
    connections: &TaskTracker,
    goodbye: impl Future<Output = ()>,
) {
    let mut goodbye = pin!(goodbye);
    for came_before in 1_u64.. {
        if came_before.is_multiple_of(TOGETHER_MAX) {
            yield_now().await;
        }
        let taken_in = async {
            let place = Arc::clone(&house.places).acquire_owned().await;
            (listener.accept().await, place)
        };
        let (came, place) = tokio::select! {
            came = taken_in => came,
            () = &mut goodbye => break,
        };
        match came {
            Ok((stream, peer)) => {
                let (house, router) = (house.clone(), router.clone());
                let readiness = Readiness::of(house.door.lateness());
                let waited = readiness.clone();
                let attended = async move {
                    // A connection that breaks is the client's affair.
                    let _ = house.attend(stream, peer, router, waited).await;
                    drop(place);
                };
                connections.spawn(Attended::of(attended, readiness));
            }
            Err(fault) => {
                tracing::warn!(%fault, "no connection can be taken in");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

#[derive(Clone)]
struct House {
    door: Arc<Door>,
    places: Arc<Semaphore>,
    closing: CancellationToken,
}

impl House {
    async fn attend(
        self,
        stream: TcpStream,
        peer: SocketAddr,
        router: Router,
        readiness: Arc<Readiness>,
    ) -> io::Result<()> {
        // An answer is one write: to wait for more of it would only make it late.
        stream.set_nodelay(true)?;
        let lane = Lane::of(stream, peer, Arc::clone(&self.door), readiness.clone());
        let Some((stream, sent)) = lane.serve(&self.closing).await? else {
            return Ok(());
        };
        let (reader, writer) = stream.into_split();
        let stream = tokio::io::join(Cursor::new(sent).chain(reader), writer);
        let house = Arc::new(self);
        let attending = Arc::clone(&house);
        let answer = service_fn(move |mut request: Request<Incoming>| {
            let waited = Waited(readiness.waited());
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(waited);
            let answered = Arc::clone(&attending).answer(router.clone(), request);
            let readiness = Arc::clone(&readiness);
            async move {
                let answered = answered.await;
                readiness.has_waited(Duration::ZERO);
                answered
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_WITHIN)
            .pipeline_flush(true)
            .serve_connection(TokioIo::new(stream), answer);
        let mut connection = pin!(connection);
        tokio::select! {
            served = &mut connection => return served.map_err(io::Error::other),
            () = house.closing.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        connection.await.map_err(io::Error::other)
    }

    /// The router's answer, or that it is too late for one.
    async fn answer(
        self: Arc<Self>,
        router: Router,
        request: Request<Incoming>,
    ) -> Result<Response, Infallible> {
        let is_page = !is_for_programs(request.uri().path());
        let mut response = match self.door.turn_back(&request) {
            Some(turned) => turned,
            None => router.oneshot(request.map(Body::new)).await?,
        };
        let open = CONNECTIONS_MAX - self.places.available_permits();
        if is_page && open > CONNECTIONS_KEPT {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        Ok(response)
    }
}
