//! ETags: who has seen an answer is told that it is the same, without its body.

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use utoipa::IntoResponses;
use utoipa::openapi::{RefOr, ResponseBuilder};

/// The answer to who has it already.
pub(crate) struct Unchanged;

impl IntoResponses for Unchanged {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let response = ResponseBuilder::new()
            .description("It is as the reader has it (If-None-Match)")
            .build();
        BTreeMap::from([("304".to_owned(), RefOr::T(response))])
    }
}

/// The body with its tag, or 304 where the reader has it.
pub(crate) fn tagged<T: Serialize>(headers: &HeaderMap, body: &T) -> Response {
    let bytes = serde_json::to_vec(body).expect("bodies are always encodable");
    let hash = Sha256::digest(&bytes);
    let tag = format!("\"{}\"", hex::encode(&hash[..12]));
    let seen = headers.get_all(header::IF_NONE_MATCH).into_iter();
    let mut seen = seen
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .map(|one| one.trim().trim_start_matches("W/"));
    let same = seen.any(|one| one == "*" || one == tag);
    let tag = HeaderValue::from_str(&tag).expect("hexadecimal digits");
    let kept = [
        (header::ETAG, tag),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        ),
    ];
    if same {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (kept, kind, Bytes::from(bytes)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_it_is_told_so_and_who_has_another_gets_it() {
        let first = tagged(&HeaderMap::new(), &1);
        assert_eq!(first.status(), StatusCode::OK);
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone());
        assert_eq!(tagged(&headers, &1).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(tagged(&headers, &2).status(), StatusCode::OK);
    }
}
