//! What is no page of its own: the language switch, pictures, and pages for every problem.

use crate::pages::desk::frame::AtDesk;
use crate::pages::language::{COOKIE_NAME, Language};
use crate::pages::offline;
use crate::pages::printed::{Asker, print, takes_gzip};
use crate::pages::trouble::{Place, Trouble};
use crate::pages::visit::{frame, is_desk, own};
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use crate::who::{Shopper, Staff, set_cookie};
use axum::Form;
use axum::body::to_bytes;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, LOCATION, REFRESH,
    RETRY_AFTER, SET_COOKIE,
};
use axum::http::request::Parts;
use axum::http::response::Parts as Told;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;
use vocabulary::{Millis, Refusal};

/// Who is asked to come back comes back up to so many seconds later.
const BACK_SPREAD_S: u64 = 3;
const HTML: [(HeaderName, &str); 2] = [
    (CONTENT_TYPE, "text/html; charset=utf-8"),
    (CACHE_CONTROL, "no-store"),
];

/// How long a chosen language is remembered, in seconds.
const LANGUAGE_S: u64 = 365 * 24 * 60 * 60;
/// How a page is kept that says nothing of it, and so was not printed: it was made for one visitor, and whoever sits
/// down at the same computer later must not find it there.
const MADE_FOR_ONE: &str = "private, no-store";
/// Problems are small.
const PROBLEM_BYTES_MAX: usize = 64 * 1024;

#[derive(Debug, Deserialize)]
pub struct Chosen {
    to: String,
    #[serde(default)]
    back: String,
}

/// `POST /language`: remembers the language and goes back.
pub async fn choose_language(
    State(shop): State<Arc<Shop>>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let language = Language::of_tag(&chosen.to).ok_or(Problem::from(Kind::INVALID))?;
    let cookie = language_cookie(&shop, language);
    let back = Redirect::to(own(&chosen.back, "/"));
    Ok(([(SET_COOKIE, cookie)], back).into_response())
}

/// The cookie that remembers a language.
pub(super) fn language_cookie(shop: &Shop, language: Language) -> String {
    set_cookie(shop, COOKIE_NAME, language.tag(), LANGUAGE_S)
}

/// `GET /pictures/{file}`: a picture in one of its widths; its name carries its content's hash.
pub async fn picture(
    State(shop): State<Arc<Shop>>,
    Path(file): Path<String>,
) -> Result<Response, Problem> {
    let missing = || Problem::from(Kind::NOT_FOUND);
    let stem = file.strip_suffix(".webp").ok_or_else(missing)?;
    if !stem
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        return Err(missing());
    }
    let bytes = tokio::fs::read(shop.settings.pictures.join(&file)).await;
    let bytes = bytes.map_err(|_| missing())?;
    let headers = [
        (CONTENT_TYPE, "image/webp"),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, bytes).into_response())
}

/// `GET /offline`: what a browser shows where there is no line; the same for everybody.
pub async fn offline(asker: Asker) -> Result<Response, Problem> {
    let shop = &asker.shop;
    let address = (asker.language, offline::ADDRESS.to_owned());
    let make = || async {
        let frame = asker.printing(offline::ADDRESS);
        let page = offline::offline(&frame);
        Ok(print(&frame, &page, Millis(u64::MAX)))
    };
    let print = shop.press.print(shop, &address, make).await?;
    Ok(asker.shared(&print))
}

/// `GET /sw.js`: the browser's worker for the shop. It asks for it anew each time.
pub async fn worker() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
    ];
    (headers, offline::worker()).into_response()
}

/// What no address leads to.
pub async fn nowhere() -> Problem {
    Kind::NOT_FOUND.into()
}

/// A request for a page: every problem on its way becomes a page that explains it, and pages are
/// kept out of shared caches. Programs, which ask at other addresses, get their problems as they are.
pub struct Explained(Box<Parts>);

impl Explained {
    /// A request, if it is for a page.
    pub fn of(parts: &Parts) -> Option<Explained> {
        (!is_for_programs(parts.uri.path())).then(|| Explained(Box::new(parts.clone())))
    }

    /// The answer, for people.
    pub async fn explain(mut self, shop: &Arc<Shop>, mut response: Response) -> Response {
        if is_unexplained(&response) {
            let (trouble, told) = read(response).await;
            let mut page = match is_desk(self.0.uri.path()) {
                false if trouble.passes() => self.busy(shop, trouble),
                true => self.at_desk(shop, trouble).await,
                false => self.in_shop(shop, trouble).await,
            };
            carry_over(&told, &mut page);
            return page;
        }
        if response.headers().get(LOCATION).is_none() {
            let keep = HeaderValue::from_static(MADE_FOR_ONE);
            response.headers_mut().entry(CACHE_CONTROL).or_insert(keep);
        }
        response
    }

    /// It will pass: the page loads itself again, or leads back to the deal from where somebody asked for it. Not
    /// everybody comes back at once.
    fn busy(&self, shop: &Shop, trouble: Trouble) -> Response {
        let page = busy_page(shop, &self.0.headers);
        let wait_s = match trouble {
            Trouble::TooMany(seconds) | Trouble::Unavailable(seconds) => seconds,
            _ => 1,
        };
        let wait_s = wait_s + rand::random_range(0..=BACK_SPREAD_S);
        let path = self.0.uri.path();
        let back = match (self.0.method.is_safe(), path.strip_suffix("/hold")) {
            (true, _) => format!("{wait_s}"),
            (false, Some(deal)) => format!("{wait_s}; url={deal}"),
            (false, None) => return page,
        };
        ([(REFRESH, back)], page).into_response()
    }

    async fn in_shop(&mut self, shop: &Arc<Shop>, trouble: Trouble) -> Response {
        let shopper = Option::<Shopper>::from_request_parts(&mut self.0, shop).await;
        let frame = frame(&self.0, shop, shopper.ok().flatten());
        uncached(trouble.render(&frame, Place::Shop))
    }

    /// A flood is not answered with a look into the records for each request: who asks stays unknown.
    async fn at_desk(&mut self, shop: &Arc<Shop>, trouble: Trouble) -> Response {
        let staff = match trouble.passes() {
            true => None,
            false => Staff::from_request_parts(&mut self.0, shop).await.ok(),
        };
        let mut frame = frame(&self.0, shop, None);
        frame.at_desk = staff.as_ref().map(AtDesk::of);
        let name = staff.as_ref().map(|staff| staff.name.as_str());
        uncached(trouble.render(&frame, Place::Desk(name)))
    }
}

/// Whose trouble it is stands on the page.
fn uncached(page: maud::Markup) -> Response {
    ([(CACHE_CONTROL, "no-store")], page).into_response()
}

/// The page for when more is asked than can be done, as it lies there.
pub(crate) fn busy_page(shop: &Shop, headers: &HeaderMap) -> Response {
    let language = Language::of(headers).unwrap_or(shop.settings.language);
    let gzip = takes_gzip(headers);
    let page = shop.waiting.busy.page(shop, language).shared(gzip);
    let mut response = (HTML, page).into_response();
    if gzip {
        let packed = HeaderValue::from_static("gzip");
        response.headers_mut().insert(CONTENT_ENCODING, packed);
    }
    response
}

/// A wrong that is not told on a page yet: a problem of ours, or what the framework says of a form
/// or a query that it cannot read.
fn is_unexplained(response: &Response) -> bool {
    let status = response.status();
    let wrong = status.is_client_error() || status.is_server_error();
    let kind = response.headers().get(CONTENT_TYPE);
    let page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    wrong && !page
}

/// True for what is no page: programs ask for it, or pages for their parts.
pub(crate) fn is_for_programs(path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or_default();
    [
        "v1", "problems", "healthz", "readyz", "metrics", "assets", "pictures", "sw.js",
    ]
    .contains(&first)
}

/// What went wrong, by the problem or the framework's words; and the head of that answer.
async fn read(response: Response) -> (Trouble, Told) {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, PROBLEM_BYTES_MAX).await.unwrap_or_default();
    let problem: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let refusal = problem["refusal"].as_str().and_then(Refusal::named);
    let wait = parts
        .headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let trouble = trouble(parts.status, refusal, wait.unwrap_or(1));
    (trouble, parts)
}

/// The page keeps the status and the headers of what it explains.
fn carry_over(told: &Told, page: &mut Response) {
    *page.status_mut() = told.status;
    for (name, value) in &told.headers {
        let is_of_the_body = [CONTENT_TYPE, CONTENT_LENGTH, CACHE_CONTROL].contains(name);
        if !is_of_the_body {
            page.headers_mut().append(name, value.clone());
        }
    }
}

fn trouble(status: StatusCode, refusal: Option<Refusal>, wait_s: u64) -> Trouble {
    match (refusal, status.as_u16()) {
        (Some(refusal), _) => Trouble::Refused(refusal),
        (None, 404 | 405) => Trouble::Missing,
        (None, 401 | 403) => Trouble::Forbidden,
        (None, 429) => Trouble::TooMany(wait_s),
        (None, 500..) => Trouble::Unavailable(wait_s),
        (None, _) => Trouble::Malformed,
    }
}
