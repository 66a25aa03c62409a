//! The hosted payment page: card fields, the wallet's page, the virtual account. It works without
//! script and cookies; what is typed into it stays here.

use super::books::Row;
use super::cards::{CardForm, Issuer, WrongField, ask_issuer, month_of};
use super::courier::now;
use super::deeds;
use super::house::{House, No};
use super::words::{Words, show_amount, words_for};
use crate::provider_wire::{MethodWord, ReasonWord, StateWord};
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

const STYLE: &str = include_str!("style.css");
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(super) fn router(house: Arc<House>) -> Router {
    Router::new()
        .route("/pay/{page}", get(show).post(pay))
        .route("/wallet/{page}", get(show_wallet).post(decide_in_wallet))
        .route("/style.css", get(style))
        .with_state(house)
}

/// The language in the address.
#[derive(Default, Deserialize)]
struct Asked {
    lang: Option<String>,
}

/// What the shopper decided in the wallet.
#[derive(Deserialize)]
struct Decision {
    decision: String,
}

/// A try and its page.
struct Desk {
    reference: String,
    page: String,
    row: Row,
    words: &'static Words,
}

async fn show(
    State(house): State<Arc<House>>,
    Path(page): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    match desk_of(&house, page, &asked, &headers).await {
        Ok(desk) => show_desk(&desk, None),
        Err(response) => response,
    }
}

async fn pay(
    State(house): State<Arc<House>>,
    Path(page): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Form(form): Form<CardForm>,
) -> Response {
    let desk = match desk_of(&house, page, &asked, &headers).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    if form.decision == "cancel" {
        let row = deeds::decline(&house, &desk.reference, ReasonWord::Abandoned).await;
        return leave(&desk, row);
    }
    match desk.row.method {
        MethodWord::Card => match pay_by_card(&house, &desk, &form).await {
            Ok(row) => leave(&desk, row),
            Err(wrong) => show_desk(&desk, Some(wrong)),
        },
        MethodWord::Deposit => leave(&desk, deeds::deposit(&house, &desk.reference).await),
        MethodWord::Wallet => Redirect::to(&desk.address("wallet")).into_response(),
    }
}

async fn pay_by_card(
    house: &House,
    desk: &Desk,
    form: &CardForm,
) -> Result<Result<Row, No>, WrongField> {
    if !desk.row.is_payable(now().0) {
        return Ok(Ok(desk.row.clone()));
    }
    let reference = desk.reference.as_str();
    Ok(match ask_issuer(form, month_of(now()))? {
        Issuer::Approves => deeds::approve(house, reference).await,
        Issuer::IsSlow => {
            tokio::time::sleep(Duration::from_millis(house.knobs().slow_card_ms)).await;
            deeds::approve(house, reference).await
        }
        Issuer::Declines => deeds::decline(house, reference, ReasonWord::Declined).await,
        Issuer::IsSilent => deeds::decline(house, reference, ReasonWord::TimedOut).await,
    })
}

async fn show_wallet(
    State(house): State<Arc<House>>,
    Path(page): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    match desk_of(&house, page, &asked, &headers).await {
        Ok(desk) if desk.is_payable() => framed(&desk, StatusCode::OK, &wallet(&desk)),
        Ok(desk) => show_desk(&desk, None),
        Err(response) => response,
    }
}

async fn decide_in_wallet(
    State(house): State<Arc<House>>,
    Path(page): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Form(form): Form<Decision>,
) -> Response {
    let desk = match desk_of(&house, page, &asked, &headers).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let row = match form.decision.as_str() {
        "approve" if desk.row.method == MethodWord::Wallet => {
            deeds::approve(&house, &desk.reference).await
        }
        "cancel" => deeds::decline(&house, &desk.reference, ReasonWord::Abandoned).await,
        _ => return (StatusCode::BAD_REQUEST, "approve or cancel").into_response(),
    };
    leave(&desk, row)
}

async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, STYLE).into_response()
}

async fn desk_of(
    house: &House,
    page: String,
    asked: &Asked,
    headers: &HeaderMap,
) -> Result<Desk, Response> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE);
    let accepted = accepted.and_then(|value| value.to_str().ok());
    let words = words_for(asked.lang.as_deref(), accepted);
    let missing = || said(words, StatusCode::NOT_FOUND, words.not_found);
    let reference = house.reference_of(&page).ok_or_else(missing)?;
    match deeds::look(house, &reference).await {
        Ok(row) => Ok(Desk {
            reference,
            page,
            row,
            words,
        }),
        Err(_) => Err(said(words, StatusCode::INTERNAL_SERVER_ERROR, words.failed)),
    }
}

impl Desk {
    fn is_payable(&self) -> bool {
        self.row.is_payable(now().0)
    }

    fn address(&self, of: &str) -> String {
        format!("/{of}/{}?lang={}", self.page, self.words.tag)
    }

    /// Where the shopper goes from here, with the try and its result.
    fn way_back(&self, row: &Row) -> String {
        let url = reqwest::Url::parse(&row.return_url);
        let mut url = url.expect("the address was checked when the try was opened");
        url.query_pairs_mut()
            .append_pair("payment", &self.reference)
            .append_pair("result", deeds::result_of(row));
        url.into()
    }
}

/// Sends the shopper back to the shop.
fn leave(desk: &Desk, row: Result<Row, No>) -> Response {
    match row {
        Ok(row) => Redirect::to(&desk.way_back(&row)).into_response(),
        Err(_) => {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            said(desk.words, status, desk.words.failed)
        }
    }
}

fn show_desk(desk: &Desk, wrong: Option<WrongField>) -> Response {
    let status = match wrong {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let inside = match desk.row.method {
        _ if !desk.is_payable() => finished(desk),
        MethodWord::Card => card(desk, wrong),
        MethodWord::Wallet => to_wallet(desk),
        MethodWord::Deposit => account(desk),
    };
    framed(desk, status, &inside)
}

fn card(desk: &Desk, wrong: Option<WrongField>) -> Markup {
    let words = desk.words;
    html! {
        (due(desk))
        @if let Some(wrong) = wrong { p.wrong role="alert" { (words.wrong(wrong)) } }
        form method="post" action=(desk.address("pay")) autocomplete="off" {
            label { (words.number)
                input name="number" inputmode="numeric" autocomplete="cc-number"
                    placeholder="4242 4242 4242 4242" maxlength="23" required autofocus;
            }
            div.two {
                label { (words.expiry)
                    input name="expiry" inputmode="numeric" autocomplete="cc-exp"
                        placeholder="12/34" maxlength="7" required;
                }
                label { (words.cvc)
                    input name="cvc" inputmode="numeric" autocomplete="cc-csc"
                        placeholder="123" maxlength="4" required;
                }
            }
            button type="submit" { (words.pay) " " (amount(desk)) }
            button.plain type="submit" name="decision" value="cancel" formnovalidate { (words.cancel) }
        }
        details {
            summary { (words.test_cards) }
            p { "4242 4242 4242 4242 · " (words.approves) }
            p { "4000 0000 0000 0002 · " (words.declines) }
        }
    }
}

fn to_wallet(desk: &Desk) -> Markup {
    html! {
        (due(desk))
        form method="post" action=(desk.address("pay")) {
            button type="submit" { (desk.words.to_wallet) }
            button.plain type="submit" name="decision" value="cancel" { (desk.words.cancel) }
        }
    }
}

fn wallet(desk: &Desk) -> Markup {
    html! {
        h1 { (desk.words.wallet) }
        p { (desk.words.wallet_asks) }
        (due(desk))
        form method="post" action=(desk.address("wallet")) {
            button type="submit" name="decision" value="approve" { (desk.words.approve) }
            button.plain type="submit" name="decision" value="cancel" { (desk.words.cancel) }
        }
    }
}

fn account(desk: &Desk) -> Markup {
    let words = desk.words;
    html! {
        (due(desk))
        dl {
            dt { (words.account) }
            dd { (words.bank) " " (account_number(&desk.page)) }
            dd.quiet { (words.holder) }
            dt { (words.time_left) }
            dd { (time_left(&desk.row)) }
        }
        form method="post" action=(desk.address("pay")) {
            button type="submit" name="decision" value="deposit" { (words.deposit_now) }
        }
        a.button.plain href=(desk.way_back(&desk.row)) { (words.deposit_later) }
    }
}

fn finished(desk: &Desk) -> Markup {
    let words = desk.words;
    let on_its_way = desk.row.state == StateWord::Open;
    html! {
        h1 { (words.title) }
        p { @if on_its_way { (words.on_its_way) } @else { (words.over) } }
        a.button href=(desk.way_back(&desk.row)) { (words.back) }
    }
}

fn due(desk: &Desk) -> Markup {
    html! {
        p.due {
            span.quiet { (desk.words.due) }
            strong { (amount(desk)) }
            @if desk.row.months > 1 {
                span.quiet { (desk.row.months) " " (desk.words.months) }
            }
        }
    }
}

fn amount(desk: &Desk) -> String {
    show_amount(desk.row.amount, desk.row.currency)
}

/// Hours and minutes until the account takes nothing more, rounded down.
fn time_left(row: &Row) -> String {
    let minutes = row.expires_at.saturating_sub(now().0) / 60_000;
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// A virtual account's number, the same each time the page is shown.
fn account_number(page: &str) -> String {
    let digits: Vec<String> = (page.bytes().take(12))
        .map(|byte| (byte % 10).to_string())
        .collect();
    let digits = digits.concat();
    format!("{}-{}-{}", &digits[..3], &digits[3..6], &digits[6..])
}

fn framed(desk: &Desk, status: StatusCode, inside: &Markup) -> Response {
    document(
        desk.words,
        status,
        inside,
        desk.row.method == MethodWord::Wallet,
    )
}

fn said(words: &Words, status: StatusCode, sentence: &str) -> Response {
    document(
        words,
        status,
        &html! { h1 { (words.title) } p { (sentence) } },
        false,
    )
}

fn document(words: &Words, status: StatusCode, inside: &Markup, wallet: bool) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang=(words.tag) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (words.title) }
                link rel="stylesheet" href="/style.css";
            }
            body {
                p.notice { (words.sandbox) }
                main class=[wallet.then_some("wallet")] { (inside) }
            }
        }
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, page.into_string()).into_response()
}
