//! How a write is answered: its status and body, from which point of the journal on it shows, and
//! whether it had been done before.

use crate::moment::Point;
use crate::shop::{Done, Shop};
use axum::Json;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

const SEQUENCE: HeaderName = HeaderName::from_static("doorbuster-sequence");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The answer to a write that the journal knows.
pub(crate) struct Answer<T> {
    status: StatusCode,
    body: T,
    point: Point,
    repeated: bool,
}

/// Something was made or done; the journal tells when it shows.
pub(crate) fn answer<T>(shop: &Shop, status: StatusCode, done: Done<T>) -> Answer<T> {
    let point = Point {
        shard: shop.shard,
        seq: done.seq,
    };
    Answer {
        status,
        body: done.what,
        point,
        repeated: done.repeated,
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        let point = HeaderValue::from_str(&self.point.to_string()).expect("digits and a dash");
        response.headers_mut().insert(SEQUENCE, point);
        replayed(response, self.repeated)
    }
}

/// Something was done of which there is nothing to tell.
pub(crate) fn nothing(shop: &Shop, done: Done<()>) -> Response {
    let mut response = answer(shop, StatusCode::NO_CONTENT, done).into_response();
    *response.body_mut() = Body::empty();
    response.headers_mut().remove(header::CONTENT_TYPE);
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response
}

/// Marks an answer that had been given before.
pub(crate) fn replayed(mut response: Response, repeated: bool) -> Response {
    if repeated {
        let yes = HeaderValue::from_static("true");
        response.headers_mut().insert(REPLAYED, yes);
    }
    response
}
