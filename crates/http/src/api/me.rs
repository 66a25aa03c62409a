//! All that is stored of who asks: how it leaves, and how a member is erased.

use crate::api::shapes::Problems;
use crate::deeds;
use crate::limits::FromAddress;
use crate::moment::Moment;
use crate::problem::{Kind, Problem};
use crate::request_key::Asked;
use crate::shop::Shop;
use crate::who::{SESSION_COOKIE, Shopper, set_cookie};
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Arc<Shop>> {
    OpenApiRouter::new()
        .routes(routes!(export))
        .routes(routes!(erase))
}

/// The password, once more.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Erasing {
    /// Of the account; who has none leaves it out.
    #[serde(default)]
    password: Option<String>,
}

/// All that is stored of somebody: each row under the names of its columns.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "it is written row by row, and only described here"
)]
struct MyData {
    /// What the festival is called.
    shop: String,
    /// When it was written.
    exported_at: Moment,
    /// The account, where there is one.
    account: Vec<Value>,
    /// What was agreed to, from when to when.
    consents: Vec<Value>,
    /// The address book.
    addresses: Vec<Value>,
    /// Where one is and was signed in.
    sessions: Vec<Value>,
    /// Links to set another password that stand.
    password_resets: Vec<Value>,
    /// Deals that are watched.
    watches: Vec<Value>,
    /// In which language one is told things.
    languages: Vec<Value>,
    /// What one was told.
    notices: Vec<Value>,
    /// Browsers that are pushed to.
    browsers: Vec<Value>,
    /// Who receives what was bought, and where.
    deliveries: Vec<Value>,
    /// Orders of several sellers that were placed together.
    checkouts: Vec<Value>,
    /// Orders.
    orders: Vec<Value>,
    /// What was bought.
    order_lines: Vec<Value>,
    /// With whom it left, and under which number.
    shipments: Vec<Value>,
    /// Tries to pay.
    payments: Vec<Value>,
    /// Where deposits go.
    deposits: Vec<Value>,
    /// Where money goes back to that came by no card.
    refund_accounts: Vec<Value>,
    /// For whom deposits are reported to the tax office.
    cash_receipts: Vec<Value>,
    /// What opens the door, until all has arrived.
    entrance_codes: Vec<Value>,
    /// From which country, province and kind of device was bought.
    origins: Vec<Value>,
    /// Money that went back.
    refunds: Vec<Value>,
    /// What happened to the orders.
    history: Vec<Value>,
    /// What was asked to be sent back.
    returns: Vec<Value>,
    /// Which units of it.
    return_lines: Vec<Value>,
}

/// All that is stored of who asks, with an account or without, section by section.
#[utoipa::path(get, path = "/v1/me/export", tag = "shopper",
    responses((status = 200, body = MyData), Problems))]
async fn export(State(shop): State<Arc<Shop>>, shopper: Shopper) -> Result<Response, Problem> {
    let pieces = deeds::export_me(&shop, &shopper).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// Erases who asks. Of a member login, name, phone, addresses, sessions, consents and watches are gone at once, of who
/// has no account what is known by their session; what is held is given up. What the law asks to keep stays for its
/// time, linked to no account.
#[utoipa::path(post, path = "/v1/me/erase", tag = "shopper", request_body = Option<Erasing>,
    responses((status = 204, description = "It is done"), Problems))]
async fn erase(
    State(shop): State<Arc<Shop>>,
    shopper: Option<Shopper>,
    FromAddress(address): FromAddress,
    asked: Asked<Option<Erasing>>,
) -> Result<Response, Problem> {
    let shopper = shopper.ok_or(Kind::SESSION_REQUIRED)?;
    let password = asked.body.unwrap_or_default().password;
    match (shopper.account(), password) {
        (None, None) => deeds::erase_guest(&shop, &shopper).await?,
        // Who thinks that they are a member is not erased as a guest.
        (None, Some(_)) => return Err(Kind::ACCOUNT_REQUIRED.into()),
        (Some(_), Some(password)) => deeds::erase_me(&shop, &shopper, password, &address).await?,
        (Some(_), None) => return Err(Problem::field("password", "is that of the account")),
    };
    let cookie = set_cookie(&shop, SESSION_COOKIE, "", 0);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}
