//! What stands around every answer: requests of other sites' pages are turned away, a guest's fresh
//! session becomes a cookie, and browsers are told what they must not do.

use crate::problem::{Kind, Problem};
use crate::sessions::SESSION_MS;
use crate::shop::Shop;
use crate::who::{FreshSession, SESSION_COOKIE, STAFF_COOKIE, bearer, cookie, set_cookie};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use std::net::{IpAddr, SocketAddr};

const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) const TOLD_TO_BROWSERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// Turns away what another site's page sends in a shopper's name. A bearer token is no browser's
/// doing; neither is a request without cookie, `Sec-Fetch-Site` and `Origin`.
///
/// # Errors
/// [`Kind::CROSS_SITE`].
pub(crate) fn same_site(shop: &Shop, parts: &Parts) -> Result<(), Problem> {
    let allowed = parts.method.is_safe() || bearer(parts).is_some() || is_same_site(shop, parts);
    allowed.then_some(()).ok_or(Kind::CROSS_SITE.into())
}

fn is_same_site(shop: &Shop, parts: &Parts) -> bool {
    let told = |name: &str| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    if let Some(site) = told("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    if let Some(origin) = told("origin") {
        let host = told("host").unwrap_or_default();
        let own = origin.split_once("://").is_some_and(|(_, it)| it == host);
        return own || origin == shop.settings.public_url;
    }
    cookie(parts, SESSION_COOKIE).is_none() && cookie(parts, STAFF_COOKIE).is_none()
}

/// Where somebody is led who looks at a shop called `localhost` by the number of this machine: they are another site there,
/// without the cookies with which the payment provider's page comes back to the shop.
pub(crate) fn own_name(shop: &Shop, parts: &Parts) -> Option<Response> {
    let told = |name: &str| parts.headers.get(name)?.to_str().ok();
    // Most requests are no looking at a page and are not asked further.
    let looks = parts.method == Method::GET && told("sec-fetch-mode") == Some("navigate");
    let own = shop.settings.public_url.split_once("://")?.1;
    let is_named = own.split(':').next() == Some("localhost");
    if !(looks && is_named && is_loopback(told("host")?)) {
        return None;
    }
    let path = parts.uri.path_and_query()?;
    let address = format!("{}{path}", shop.settings.public_url);
    Some(Redirect::temporary(&address).into_response())
}

fn is_loopback(authority: &str) -> bool {
    let number = authority.parse::<SocketAddr>().map(|address| address.ip());
    let number = number.or_else(|_| authority.trim_matches(['[', ']']).parse());
    number.is_ok_and(|number: IpAddr| number.is_loopback())
}

/// Lets a session that was opened on the way leave with the answer.
pub(crate) async fn bring_session(shop: &Shop, mut request: Request, next: Next) -> Response {
    let fresh = FreshSession::default();
    request.extensions_mut().insert(fresh.clone());
    let mut response = next.run(request).await;
    if let Some(text) = fresh.text() {
        let line = set_cookie(shop, SESSION_COOKIE, text, SESSION_MS / 1_000);
        let line = HeaderValue::from_str(&line).expect("a session is printable");
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

/// Tells browsers what they must not do; a page that says otherwise for itself is left alone.
pub(crate) fn tell_browsers(response: &mut Response) {
    let headers = response.headers_mut();
    for (name, value) in TOLD_TO_BROWSERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn a_machine_s_own_numbers_are_told_from_names_and_others() {
        for own in ["127.0.0.1:1111", "127.0.0.1", "[::1]:1111", "[::1]"] {
            assert!(is_loopback(own), "{own}");
        }
        for other in ["localhost:1111", "10.0.0.1:1111", "127.0.0.1.example", ""] {
            assert!(!is_loopback(other), "{other}");
        }
    }
}
