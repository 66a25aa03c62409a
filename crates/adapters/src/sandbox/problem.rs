//! Errors as the protocol tells them: `application/problem+json`, RFC 9457.

use super::deeds::Refusal;
use super::provider::Trouble;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let status = status(&self);
        let mut response = problem(status, &self.to_string());
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let wait_s = HeaderValue::from_static("1");
            response.headers_mut().insert(header::RETRY_AFTER, wait_s);
        }
        response
    }
}

/// A problem of that status.
pub(super) fn problem(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let body = json!({
        "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail,
    });
    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
    (status, kind, body.to_string()).into_response()
}

fn status(trouble: &Trouble) -> StatusCode {
    match trouble {
        Trouble::WrongKey => StatusCode::UNAUTHORIZED,
        Trouble::Busy | Trouble::Stopped => StatusCode::SERVICE_UNAVAILABLE,
        Trouble::Refused(refusal) => match refusal {
            Refusal::Unreadable(_) => StatusCode::BAD_REQUEST,
            Refusal::Unknown => StatusCode::NOT_FOUND,
            Refusal::OtherPayment | Refusal::OtherRefund => StatusCode::CONFLICT,
            Refusal::Invalid(_)
            | Refusal::MoreThanAuthorised
            | Refusal::NotAuthorised
            | Refusal::CaptureFailed
            | Refusal::MoreThanCaptured => StatusCode::UNPROCESSABLE_ENTITY,
        },
    }
}
