//! The pages for people: the hosted payment page, the bank's app that a wallet leads away to, and a
//! look at the books. They work without script and set no cookie.

mod books;
pub(super) mod language;
mod pay;
mod texts;

use super::cards::read_card;
use super::deeds::Outcome;
use super::deeds::pay::{Way, pay as deed};
use super::payment::Payment;
use super::provider::{Provider, Trouble};
use super::words::{Method, Reason, State as Standing};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use language::Language;
use maud::Markup;
use reqwest::Url;
use serde::Deserialize;
use std::sync::Arc;
use vocabulary::Millis;

const STYLE: &str = include_str!("style.css");
const FORM_BYTES_MAX: usize = 4 << 10;
const LATEST: usize = 50;

type House = State<Arc<Provider>>;

/// The routes of the pages.
pub(super) fn routes() -> Router<Arc<Provider>> {
    Router::new()
        .route("/pay/{reference}", get(payment_page).post(pay))
        .route("/pay/{reference}/away", get(bank_page))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .route("/", get(books_page))
        .route("/style.css", get(style))
        .route("/healthz", get(health))
}

#[derive(Deserialize)]
struct Wish {
    lang: Option<String>,
}

/// What the forms of the pages send. It is read and forgotten: it may hold a card.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct PayForm {
    number: String,
    expiry: String,
    cvc: String,
    decision: String,
    deposit: String,
}

async fn payment_page(
    State(provider): House,
    Path(reference): Path<String>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Response {
    let language = Language::of(wish.lang.as_deref(), &headers);
    match look(&provider, &reference).await {
        Ok(payment)
            if payment.state == Standing::Open && payment.terms.method == Method::Wallet =>
        {
            see_other(&format!("/pay/{reference}/away?lang={}", language.code()))
        }
        Ok(payment) => {
            let page = pay::page(&payment, language, &pay::Typed::default());
            paying(StatusCode::OK, page, &payment)
        }
        Err(trouble) => no_page(&trouble, language),
    }
}

async fn bank_page(
    State(provider): House,
    Path(reference): Path<String>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Response {
    let language = Language::of(wish.lang.as_deref(), &headers);
    match look(&provider, &reference).await {
        Ok(payment) => paying(StatusCode::OK, pay::bank_page(&payment, language), &payment),
        Err(trouble) => no_page(&trouble, language),
    }
}

async fn pay(
    State(provider): House,
    Path(reference): Path<String>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
    Form(form): Form<PayForm>,
) -> Response {
    let language = Language::of(wish.lang.as_deref(), &headers);
    let payment = match look(&provider, &reference).await {
        Ok(payment) => payment,
        Err(trouble) => return no_page(&trouble, language),
    };
    match way(&payment, &form, provider.now()) {
        Ok(way) => finish(&provider, &reference, way, language).await,
        Err(typed) if payment.state == Standing::Open && payment.due.is_none() => {
            let page = pay::page(&payment, language, &typed);
            paying(StatusCode::UNPROCESSABLE_ENTITY, page, &payment)
        }
        Err(_) => see_other(&way_back(&payment)),
    }
}

async fn finish(provider: &Provider, reference: &str, way: Way, language: Language) -> Response {
    let act = |payment: &Payment, moment: &_| deed(payment, way, moment);
    match provider.act(reference, act, way_back).await {
        Ok((address, _)) => see_other(&address),
        Err(trouble) => no_page(&trouble, language),
    }
}

async fn look(provider: &Provider, reference: &str) -> Result<Payment, Trouble> {
    let nothing = |_: &Payment, _: &_| Outcome::default();
    let (payment, _) = provider.act(reference, nothing, Payment::clone).await?;
    Ok(payment)
}

/// What the shopper means by the form, or what is wrong with it.
fn way(payment: &Payment, form: &PayForm, now: Millis) -> Result<Way, pay::Typed> {
    match (form.decision.as_str(), payment.terms.method) {
        ("cancel", _) => Ok(Way::Cancel),
        ("approve", Method::Wallet) => Ok(Way::Approve),
        (_, Method::Deposit) if form.deposit == "now" => Ok(Way::Deposit),
        (_, Method::Card) => {
            let read = read_card(&form.number, &form.expiry, &form.cvc, month_of(now));
            read.map(Way::Card).map_err(|faults| pay::Typed {
                expiry: form.expiry.chars().take(9).collect(),
                faults,
            })
        }
        _ => Err(pay::Typed::default()),
    }
}

/// The year and month, in the first time zone to leave it: a card is good until then.
fn month_of(now: Millis) -> (i16, i8) {
    let last_zone_ms = 12 * 60 * 60 * 1_000;
    let ms = i64::try_from(now.0.saturating_sub(last_zone_ms)).unwrap_or(i64::MAX);
    let moment = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::MAX);
    let date = moment.to_zoned(jiff::tz::TimeZone::UTC).date();
    (date.year(), date.month())
}

/// The shop's address, with what became of the payment.
fn way_back(payment: &Payment) -> String {
    let mut address = return_url(payment);
    address
        .query_pairs_mut()
        .append_pair("payment", &payment.reference)
        .append_pair("result", result(payment));
    address.into()
}

fn result(payment: &Payment) -> &'static str {
    match (payment.state, payment.reason) {
        (Standing::Open, _) => "waiting",
        (Standing::Authorised, _) => "authorised",
        (Standing::Captured, _) => "captured",
        (Standing::Declined, Some(Reason::Abandoned)) => "abandoned",
        (Standing::Declined | Standing::Voided, _) => "declined",
    }
}

fn return_url(payment: &Payment) -> Url {
    Url::parse(&payment.terms.return_url).expect("addresses were read when the payment was opened")
}

async fn books_page(
    State(provider): House,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Response {
    let language = Language::of(wish.lang.as_deref(), &headers);
    match provider.glance(LATEST).await {
        Ok(glance) => secured(StatusCode::OK, books::page(&glance, language), "'none'"),
        Err(trouble) => no_page(&trouble, language),
    }
}

async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, STYLE)
}

async fn health(State(provider): House) -> Response {
    if provider.log().is_stopped() {
        return Trouble::Stopped.into_response();
    }
    "ok\n".into_response()
}

fn see_other(address: &str) -> Response {
    let mut response = Redirect::to(address).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A page with a form, which may lead back to the shop: browsers hold redirects of a form to
/// `form-action`, too.
fn paying(status: StatusCode, page: Markup, payment: &Payment) -> Response {
    let shop = return_url(payment).origin().ascii_serialization();
    secured(status, page, &format!("'self' {shop}"))
}

fn no_page(trouble: &Trouble, language: Language) -> Response {
    let status = trouble.clone().into_response().status();
    let page = pay::trouble_page(trouble, language);
    let mut response = secured(status, page, "'none'");
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let wait_s = HeaderValue::from_static("1");
        response.headers_mut().insert(header::RETRY_AFTER, wait_s);
    }
    response
}

pub(super) fn secured(status: StatusCode, page: Markup, form_action: &str) -> Response {
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::VARY, "accept-language"),
    ];
    (status, headers, Html(page.into_string())).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_good_while_its_month_lasts_anywhere() {
        // 2026-12-01T11:59Z is still November at UTC-12.
        assert_eq!(month_of(Millis(1_796_126_340_000)), (2026, 11));
        assert_eq!(month_of(Millis(1_796_126_400_000)), (2026, 12));
    }
}
