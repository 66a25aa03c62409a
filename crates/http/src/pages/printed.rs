//! Pages that are printed: who asks for one, what is put in for them, and what caches may keep.

use super::frame::Frame;
use super::language::Language;
use super::masthead;
use super::notice::Notice;
use super::tile::watch_button;
use super::visit::{Visit, frame};
use crate::press::{Gap, Print};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::who::{SESSION_COOKIE, bearer, cookie};
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use bytes::Bytes;
use maud::Markup;
use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::Arc;
use vocabulary::Millis;

/// Nobody else's cache keeps what was made for one visitor; their own asks before it shows it again.
const OWN: HeaderValue = HeaderValue::from_static("private, no-cache");
/// A shared cache may show a stranger's page to other strangers for a second.
const SHARED: HeaderValue = HeaderValue::from_static("public, max-age=0, s-maxage=1");
/// Unless something is about to happen on it.
const SHARED_SHORTLY: HeaderValue = HeaderValue::from_static("public, no-cache");
/// How long a shared cache may keep a page.
const SHARED_MS: u64 = 1_000;
/// What an answer depends on.
const DEPENDS: HeaderValue = HeaderValue::from_static("accept-encoding, accept-language, cookie");
/// When the answer was given, which scripts can read: the page itself may be older.
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Somebody asks for a page that is printed.
pub struct Asker {
    /// The shop.
    pub shop: Arc<Shop>,
    /// In which language it is answered.
    pub language: Language,
    parts: Parts,
}

/// Who the visitor is, where the page depends on it.
pub type Own = Option<Visit>;

impl FromRequestParts<Arc<Shop>> for Asker {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, shop: &Arc<Shop>) -> Result<Self, Infallible> {
        Ok(Asker {
            language: Language::of(&parts.headers).unwrap_or(shop.settings.language),
            shop: shop.clone(),
            parts: parts.clone(),
        })
    }
}

impl Asker {
    /// The frame of a page that is made for all who ask for this address.
    pub fn printing(&self, address: &str) -> Frame {
        Frame {
            address: address.to_owned(),
            notice: None,
            printing: true,
            ..frame(&self.parts, &self.shop, None)
        }
    }

    /// The visitor, if the page is another one for them: they have a session, or are told something.
    ///
    /// # Errors
    /// Those of the records.
    pub async fn own(&mut self) -> Result<Own, Problem> {
        let session = bearer(&self.parts).or_else(|| cookie(&self.parts, SESSION_COOKIE));
        let told = self.parts.uri.query().and_then(Notice::of_query);
        if session.is_none() && told.is_none() {
            return Ok(None);
        }
        let visit = Visit::from_request_parts(&mut self.parts, &self.shop).await?;
        Ok(Some(visit))
    }

    /// The answer for strangers, as it lies there.
    pub fn shared(&self, print: &Print) -> Response {
        let now = self.shop.now();
        let gzip = takes_gzip(&self.parts.headers);
        let soon = print.until.since(now) < SHARED_MS;
        let keep = if soon { SHARED_SHORTLY } else { SHARED };
        answer(print.shared(gzip), gzip, keep, now)
    }

    /// The answer for a visitor, with what is their own.
    pub fn filled(&self, print: &Print, own: impl Fn(&Gap) -> String) -> Response {
        let gzip = takes_gzip(&self.parts.headers);
        let page = match gzip {
            true => print.filled_gzip(own),
            false => print.filled(own),
        };
        answer(page, gzip, OWN, self.shop.now())
    }

    /// The answer for whoever it is, where a page has no gaps but those that every page has, and tiles.
    ///
    /// # Errors
    /// Those of the records.
    pub async fn answer(mut self, print: &Print) -> Result<Response, Problem> {
        let Some(visit) = self.own().await? else {
            return Ok(self.shared(print));
        };
        let watched = watched_on(print, &visit).await?;
        Ok(self.filled(print, |gap| everywhere(&visit.frame, gap, &watched).0))
    }
}

/// What belongs into the gaps that any page may have.
pub fn everywhere(frame: &Frame, gap: &Gap, watched: &HashSet<String>) -> Markup {
    match gap {
        Gap::Masthead => masthead::mine(frame),
        Gap::Notice => frame.told(),
        Gap::Foot => frame.foot(),
        Gap::Key => frame.key(),
        Gap::TileWatch(deal) => watch_button(frame, deal, watched.contains(deal)),
        Gap::Mine | Gap::Watch | Gap::Title | Gap::Refresh | Gap::Standing | Gap::Draw => {
            Markup::default()
        }
    }
}

/// A page made for all, as strangers see it.
pub fn print(frame: &Frame, page: &Markup, until: Millis) -> Print {
    let stranger = Frame {
        printing: false,
        ..frame.clone()
    };
    let nothing = HashSet::new();
    Print::of(&page.0, frame.now, until, |gap| {
        everywhere(&stranger, gap, &nothing).0
    })
}

/// The shop's ids of the deals that the visitor watches.
///
/// # Errors
/// Those of the records.
pub async fn watched(visit: &Visit) -> Result<HashSet<String>, Problem> {
    let Some(shopper) = visit.shopper else {
        return Ok(HashSet::new());
    };
    let mut watched = HashSet::new();
    for deal in visit.shop.records.watches(shopper.person()).await? {
        watched.insert(visit.shop.directory.deal_id(deal).await?);
    }
    Ok(watched)
}

/// The same, asked of the records only where the page says of anything whether it is watched.
///
/// # Errors
/// Those of the records.
pub async fn watched_on(print: &Print, visit: &Visit) -> Result<HashSet<String>, Problem> {
    match print.has(|gap| matches!(gap, Gap::Watch | Gap::TileWatch(_))) {
        true => watched(visit).await,
        false => Ok(HashSet::new()),
    }
}

fn answer(page: Bytes, gzip: bool, keep: HeaderValue, now: Millis) -> Response {
    let mut response = Response::new(Body::from(page));
    let headers = response.headers_mut();
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    headers.insert(CONTENT_TYPE, html);
    headers.insert(CACHE_CONTROL, keep);
    headers.insert(VARY, DEPENDS);
    if gzip {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let told = HeaderValue::try_from(format!("now;desc=\"{now}\"")).expect("digits are printable");
    headers.insert(SERVER_TIMING, told);
    response
}

/// True when the browser unpacks gzip.
pub(super) fn takes_gzip(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT_ENCODING).iter();
    let mut codings = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    codings.any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight: String = weight.chars().filter(|c| !c.is_whitespace()).collect();
        let refused = weight.starts_with("q=0")
            && !weight.contains(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_says_whether_it_unpacks() {
        let takes = |line: &'static str| {
            let line = HeaderValue::from_static(line);
            takes_gzip(&HeaderMap::from_iter([(ACCEPT_ENCODING, line)]))
        };
        assert!(takes("br, gzip") && takes("gzip;q=0.5, *;q=0") && takes("GZIP"));
        assert!(!takes("gzip; q=0.0, br") && !takes("identity") && !takes(""));
    }
}
