//! Server-sent events: how they are written, and an answer that goes on until the listener leaves
//! or the shop closes. The next piece is made only when the last one is on its way.

use crate::limits::Listener;
use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::future::BoxFuture;
use futures::stream;
use serde::Serialize;
use std::convert::Infallible;
use std::time::Duration;

/// After how much silence a listener is told that the line is open.
const SILENCE_MAX: Duration = Duration::from_secs(15);

/// One event as text, with its empty line behind it.
pub(crate) fn event(name: &str, body: &impl Serialize) -> String {
    let body = serde_json::to_string(body).expect("bodies are always encodable");
    format!("event: {name}\ndata: {body}\n\n")
}

/// A stream of what `next` makes of its state, until it makes nothing. In silence `next` is dropped
/// and called again, so it must change its state last. The listener keeps its place that long.
pub(crate) fn events<S, N>(listener: Listener, state: S, next: N) -> Response
where
    S: Send + 'static,
    N: for<'a> Fn(&'a mut S) -> BoxFuture<'a, Option<Bytes>> + Send + 'static,
{
    let pieces = stream::unfold(
        (listener, state, next),
        async |(listener, mut state, next)| {
            let text = match tokio::time::timeout(SILENCE_MAX, next(&mut state)).await {
                Ok(text) => text?,
                Err(_) => Bytes::from_static(b": still here\n\n"),
            };
            Some((Ok::<Bytes, Infallible>(text), (listener, state, next)))
        },
    );
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, Body::from_stream(pieces)).into_response()
}
