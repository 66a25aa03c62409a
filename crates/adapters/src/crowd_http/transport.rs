//! Requests over kept-alive connections. It knows no shop and tries nothing twice.

use super::CrowdFault;
use bytes::Bytes;
use crowd::{Call, Verb};
use http_body_util::{BodyExt, Full};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use hyper::http::uri::Authority;
use hyper::{Method, Request, Uri};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::time::Duration;

/// An answer is waited for this long.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// An idle connection is let go before a server would.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// Sends requests.
#[derive(Clone, Debug)]
pub(super) struct Transport {
    client: Client<HttpConnector, Full<Bytes>>,
    shop: String,
    provider: Option<String>,
}

/// What goes along with a call.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Along<'a> {
    pub(super) bearer: Option<&'a str>,
    pub(super) key: Option<&'a str>,
}

/// An answer.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Trouble {
    Unreachable(String),
    Timeout,
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Trouble::Unreachable(detail) => f.write_str(detail),
            Trouble::Timeout => write!(f, "no answer within {} s", ANSWER_TIMEOUT.as_secs()),
        }
    }
}

impl Reply {
    /// The sequence that a read must be asked for to show this write.
    pub(super) fn seq(&self) -> Option<&str> {
        self.header("doorbuster-sequence")
    }

    /// How long the server wants to be left alone.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        let seconds = self.header(RETRY_AFTER.as_str())?.parse().ok()?;
        Some(Duration::from_secs(seconds))
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Transport {
    /// A transport to a shop, and to its provider under another address where one is given.
    pub(super) fn try_new(shop: &str, provider: Option<&str>) -> Result<Transport, CrowdFault> {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let mut builder = Client::builder(TokioExecutor::new());
        builder
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIMEOUT);
        Ok(Transport {
            client: builder.build(connector),
            shop: origin(shop)?,
            provider: provider.map(origin).transpose()?,
        })
    }

    /// Sends a call and takes the whole answer.
    pub(super) async fn send(&self, call: &Call, along: Along<'_>) -> Result<Reply, Trouble> {
        let request = self
            .request(call, along)
            .map_err(|error| Trouble::Unreachable(error.to_string()))?;
        match tokio::time::timeout(ANSWER_TIMEOUT, self.exchange(request)).await {
            Ok(reply) => reply.map_err(Trouble::Unreachable),
            Err(_) => Err(Trouble::Timeout),
        }
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Reply, String> {
        let answer = self
            .client
            .request(request)
            .await
            .map_err(|error| told(&error))?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await.map_err(|error| told(&error))?;
        Ok(Reply {
            status: head.status.as_u16(),
            headers: head.headers,
            body: body.to_bytes(),
        })
    }

    fn request(
        &self,
        call: &Call,
        along: Along<'_>,
    ) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
        let body = Full::new(Bytes::copy_from_slice(&call.body));
        let mut request = Request::builder()
            .method(method(call.verb))
            .uri(self.uri(&call.target)?);
        if !call.body.is_empty() {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static(call.media));
        }
        if let Some(bearer) = along.bearer {
            request = request.header(AUTHORIZATION, format!("Bearer {bearer}"));
        }
        if let Some(key) = along.key {
            request = request.header("idempotency-key", key);
        }
        request.body(body)
    }

    /// A path is the shop's; a whole address is the provider's, reached by another name where one is given.
    fn uri(&self, target: &str) -> Result<Uri, hyper::http::Error> {
        if target.starts_with('/') {
            return Ok(format!("{}{target}", self.shop).parse::<Uri>()?);
        }
        let uri = target.parse::<Uri>()?;
        match (&self.provider, uri.path_and_query()) {
            (Some(provider), Some(path)) => Ok(format!("{provider}{path}").parse::<Uri>()?),
            _ => Ok(uri),
        }
    }
}

fn method(verb: Verb) -> Method {
    match verb {
        Verb::Get => Method::GET,
        Verb::Post => Method::POST,
        Verb::Put => Method::PUT,
        Verb::Delete => Method::DELETE,
    }
}

/// The scheme, host and port of an address.
fn origin(address: &str) -> Result<String, CrowdFault> {
    Ok(format!("http://{}", authority(address)?))
}

/// The host and port of an address.
pub(super) fn authority(address: &str) -> Result<Authority, CrowdFault> {
    let wrong = || CrowdFault::Address(address.to_owned());
    let uri = address.parse::<Uri>().map_err(|_| wrong())?;
    match (uri.scheme_str(), uri.authority()) {
        (Some("http"), Some(authority)) => Ok(authority.clone()),
        _ => Err(wrong()),
    }
}

/// An error with the errors it came from.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_provider_can_be_reached_by_another_name() {
        let to = |provider| {
            Transport::try_new("http://localhost:1111/", provider).expect("it is an address")
        };
        let page = "http://pay.example.com/pay/1?lang=ko";
        let uri = to(Some("http://localhost:1112"))
            .uri(page)
            .expect("it is an address");
        assert_eq!(uri, "http://localhost:1112/pay/1?lang=ko");
        assert_eq!(to(None).uri(page).expect("it is an address"), page);
        assert_eq!(
            to(None).uri("/v1/cart").expect("it is an address"),
            "http://localhost:1111/v1/cart"
        );
    }

    #[test]
    fn what_is_no_plain_address_is_refused() {
        for address in ["", "localhost:1111", "https://localhost", "/v1"] {
            assert!(Transport::try_new(address, None).is_err(), "{address}");
        }
    }
}
