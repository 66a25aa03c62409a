//! A request at the front of what a connection has sent, where it is one that the fast lane answers:
//! an order, a hold, a checkout, a try to pay, or the payment provider's callback. Whatever is in any way
//! unusual is not for the lane, and nothing is decided about it here.

use httparse::{Header, Status};
use std::mem::MaybeUninit;

/// The longest head, in bytes.
const HEAD_BYTES_MAX: usize = 16 << 10;
/// The longest body, in bytes.
const BODY_BYTES_MAX: usize = 64 << 10;
/// The most headers.
pub(super) const HEADERS_MAX: usize = 32;
/// How every request of the lane begins.
const BEGINNING: &[u8] = b"POST /v1/";

/// What is asked for, by method and path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    /// `POST /v1/holds`
    Holds,
    /// `POST /v1/orders`
    Orders,
    /// `POST /v1/checkouts`
    Checkouts,
    /// `POST /v1/checkouts/{checkout}/payments`
    Payments(&'a str),
    /// `POST /v1/payments/callbacks`
    Callbacks,
}

impl Route<'_> {
    fn of(path: &str) -> Option<Route<'_>> {
        Some(match path {
            "/v1/holds" => Route::Holds,
            "/v1/orders" => Route::Orders,
            "/v1/checkouts" => Route::Checkouts,
            "/v1/payments/callbacks" => Route::Callbacks,
            _ => {
                let rest = path.strip_prefix("/v1/checkouts/")?;
                let checkout = rest.strip_suffix("/payments")?;
                Route::Payments((!checkout.contains(['/', '?', '%'])).then_some(checkout)?)
            }
        })
    }

    /// Which one it is.
    pub fn named(self) -> RouteName {
        RouteName(match self {
            Route::Holds => 0,
            Route::Orders => 1,
            Route::Checkouts => 2,
            Route::Payments(_) => 3,
            Route::Callbacks => 4,
        })
    }
}

/// A route by its place among all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RouteName(pub usize);

/// What the router calls the routes.
pub(super) const ROUTES: [&str; 5] = [
    "/v1/holds",
    "/v1/orders",
    "/v1/checkouts",
    "/v1/checkouts/{checkout}/payments",
    "/v1/payments/callbacks",
];

/// What stands at the front.
#[derive(Debug)]
pub(crate) enum Front<T> {
    /// The beginning of a request; more of it must come.
    Unfinished,
    /// Not for the lane.
    Unusual,
    /// A request, or more.
    Whole(T),
}

/// A whole request.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub route: Route<'a>,
    pub path: &'a str,
    pub headers: &'a [Header<'a>],
    /// What stands behind `Authorization: Bearer`; empty for a callback.
    pub bearer: &'a str,
    pub body: &'a [u8],
    /// All of it, with its head.
    pub bytes: usize,
}

impl<'a> Request<'a> {
    /// Looks at the front of `sent`.
    pub fn at_the_front<'b: 'a>(
        sent: &'b [u8],
        room: &'a mut [MaybeUninit<Header<'b>>; HEADERS_MAX],
    ) -> Front<Request<'a>> {
        let told = sent.len().min(BEGINNING.len());
        if sent[..told] != BEGINNING[..told] {
            return Front::Unusual;
        }
        let mut head = httparse::Request::new(&mut []);
        let head_bytes = match head.parse_with_uninit_headers(sent, room) {
            Ok(Status::Complete(bytes)) => bytes,
            Ok(Status::Partial) if sent.len() < HEAD_BYTES_MAX => return Front::Unfinished,
            _ => return Front::Unusual,
        };
        let path: Option<&'b str> = head.path;
        let (version, headers) = (head.version, head.headers);
        Request::with_head(sent, head_bytes, path, version, headers).unwrap_or(Front::Unusual)
    }

    fn with_head(
        sent: &'a [u8],
        head_bytes: usize,
        path: Option<&'a str>,
        version: Option<u8>,
        headers: &'a [Header<'a>],
    ) -> Option<Front<Request<'a>>> {
        let path = path?;
        let route = Route::of(path)?;
        if version != Some(1) || head_bytes > HEAD_BYTES_MAX {
            return None;
        }
        let (bearer, length) = framing(headers)?;
        let bytes = head_bytes + length;
        if bearer.is_none() && route != Route::Callbacks {
            return None;
        }
        let Some(body) = sent.get(head_bytes..bytes) else {
            return Some(Front::Unfinished);
        };
        Some(Front::Whole(Request {
            route,
            path,
            headers,
            bearer: bearer.unwrap_or_default(),
            body,
            bytes,
        }))
    }

    /// The value of a header, if it is text.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let mut found = self.headers.iter();
        let found = found.find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(found.value).ok()
    }
}

/// The bearer and the length of the body, if the request is framed in the one plain way, has nothing to
/// negotiate, and leaves the connection open.
fn framing<'a>(headers: &'a [Header<'a>]) -> Option<(Option<&'a str>, usize)> {
    let (mut bearer, mut length) = (None, None);
    for Header { name, value } in headers {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        match name.len() {
            13 if is("authorization") && bearer.is_none() => bearer = Some(token(value)?),
            13 if is("authorization") => return None,
            14 if is("content-length") && length.is_none() => length = Some(number(value)?),
            14 if is("content-length") => return None,
            17 if is("transfer-encoding") => return None,
            16 if is("content-encoding") => return None,
            10 if is("connection") && !value.eq_ignore_ascii_case(b"keep-alive") => return None,
            7 if is("upgrade") => return None,
            6 if is("expect") => return None,
            _ => {}
        }
    }
    Some((bearer, length?))
}

fn token(value: &[u8]) -> Option<&str> {
    let (scheme, token) = std::str::from_utf8(value).ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn number(value: &[u8]) -> Option<usize> {
    let digits = value.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(value).ok().filter(|_| digits)?;
    text.parse().ok().filter(|length| *length <= BODY_BYTES_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLD: &str = "POST /v1/holds HTTP/1.1\r\nHost: a\r\nAuthorization: bearer abc\r\n\
        Content-Length: 2\r\n\r\n{}";

    fn front(sent: &str) -> &'static str {
        match Request::at_the_front(
            sent.as_bytes(),
            &mut [const { MaybeUninit::uninit() }; HEADERS_MAX],
        ) {
            Front::Unfinished => "unfinished",
            Front::Unusual => "unusual",
            Front::Whole(_) => "whole",
        }
    }

    #[test]
    fn a_request_is_whole_with_its_last_byte_and_not_before() {
        for end in 0..HOLD.len() {
            assert_eq!(front(&HOLD[..end]), "unfinished", "{}", &HOLD[..end]);
        }
        let two = format!("{HOLD}{HOLD}");
        let mut room = [const { MaybeUninit::uninit() }; HEADERS_MAX];
        let Front::Whole(hold) = Request::at_the_front(two.as_bytes(), &mut room) else {
            panic!("it is whole")
        };
        assert_eq!((hold.route, hold.bearer), (Route::Holds, "abc"));
        assert_eq!((hold.body, hold.bytes), (&b"{}"[..], HOLD.len()));
        assert_eq!(hold.header("HOST"), Some("a"));
    }

    #[test]
    fn what_is_unusual_is_left_to_others() {
        let with = |line: &str| HOLD.replace("Host: a", line);
        for sent in [
            HOLD.replace("POST", "GET"),
            HOLD.replace("/v1/holds", "/v1/batches"),
            HOLD.replace("/v1/holds", "/v1/holds?a=b"),
            HOLD.replace("/v1/holds", "/v1/checkouts/1/2/payments"),
            HOLD.replace("1.1", "1.0"),
            HOLD.replace("Authorization", "Cookie"),
            HOLD.replace("bearer", "basic"),
            HOLD.replace("Content-Length: 2", "Content-Length: +2"),
            HOLD.replace("Content-Length: 2", "Content-Length: 65537"),
            HOLD.replace("Content-Length", "Content-Size"),
            with("Content-Length: 3"),
            with("Transfer-Encoding: chunked"),
            with("Connection: close"),
            with("Expect: 100-continue"),
            with("Authorization: Bearer other"),
            with(&"Long: long\r\n".repeat(HEADERS_MAX)),
            format!(
                "POST /v1/holds HTTP/1.1\r\nLong: {}",
                "x".repeat(HEAD_BYTES_MAX)
            ),
        ] {
            assert_eq!(front(&sent), "unusual", "{sent}");
        }
    }

    #[test]
    fn the_checkout_to_pay_is_read_from_the_path() {
        let route = Route::of("/v1/checkouts/abc/payments");
        assert_eq!(route, Some(Route::Payments("abc")));
        assert_eq!(Route::of("/v1/checkouts/abc"), None);
    }
}
