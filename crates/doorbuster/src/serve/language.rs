//! The festival's own language, for visitors whose browser asks for none of ours: it stands at the
//! end of what they ask for, with the least weight there is.

use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

/// Adds `language` to what the request asks for.
pub(super) async fn fall_back(
    State(language): State<Arc<str>>,
    mut request: Request,
    next: Next,
) -> Response {
    let headers = request.headers_mut();
    let asked = headers.get(ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok());
    let asked = with(asked.unwrap_or_default(), &language);
    if let Ok(asked) = HeaderValue::from_str(&asked) {
        headers.insert(ACCEPT_LANGUAGE, asked);
    }
    next.run(request).await
}

fn with(asked: &str, language: &str) -> String {
    let between = if asked.trim().is_empty() { "" } else { ", " };
    format!("{asked}{between}{language};q=0.001")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_festivals_language_comes_after_all_that_is_asked_for() {
        assert_eq!(with("", "zh"), "zh;q=0.001");
        assert_eq!(with("fr, de;q=0.5", "en"), "fr, de;q=0.5, en;q=0.001");
    }
}
