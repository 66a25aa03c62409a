//! `/desk`: what staff see and do. Every deed goes through `deeds::staff`, which audits it.

mod allotments;
mod audit;
mod bulk;
mod chores;
mod columns;
mod deal;
mod deal_fields;
mod deal_form;
mod deals;
mod differences;
mod find;
mod import;
mod me;
mod orders;
mod pairs;
mod people;
mod products;
mod shipping;
mod sign_in;
mod stock;
mod timeline;
mod times;
mod today;
mod warned;

use crate::shop::Shop;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum::{Extension, Router};
use std::sync::Arc;

/// The desk. Who may ask for what stands in [`crate::rights`]; an address that is not there lets
/// nobody in.
pub fn router() -> Router<Arc<Shop>> {
    rooms()
        .merge(entrance())
        .merge(own())
        .merge(people())
        .merge(schedule())
        .merge(importing())
        .merge(catalogue())
}

/// The way in and out.
fn entrance() -> Router<Arc<Shop>> {
    Router::new()
        .route("/desk/sign-in", get(sign_in::page).post(sign_in::sign_in))
        .route(
            "/desk/sign-in/code",
            get(sign_in::code_page).post(sign_in::enter_code),
        )
        .route("/desk/sign-in/passkey", post(sign_in::ask_passkey))
        .route(
            "/desk/sign-in/passkey/answer",
            post(sign_in::enter_by_passkey),
        )
        .route(
            "/desk/invitation",
            get(sign_in::invitation_page).post(sign_in::accept_invitation),
        )
        .route("/desk/sign-out", post(sign_in::sign_out))
}

/// Who works here, and what programs may do.
fn people() -> Router<Arc<Shop>> {
    Router::new()
        .route("/desk/people", get(people::list))
        .route("/desk/people/policy", post(people::policy))
        .route(
            "/desk/people/invite",
            get(people::invite_page).post(people::invite),
        )
        .route(
            "/desk/people/{member}",
            get(people::show).post(people::change),
        )
        .route("/desk/people/{member}/reset", post(people::reset))
        .route(
            "/desk/people/{member}/sessions/{session}/end",
            post(people::end_session),
        )
        .route(
            "/desk/invitations/{invitation}/revoke",
            post(people::revoke_invitation),
        )
        .route("/desk/keys", get(people::keys).post(people::make_key))
        .route("/desk/keys/{key}/revoke", post(people::revoke_key))
}

/// What is one's own.
fn own() -> Router<Arc<Shop>> {
    Router::new()
        .route("/desk/me", get(me::show))
        .route("/desk/me/password", post(me::change_password))
        .route(
            "/desk/me/codes",
            get(me::codes_page).post(me::confirm_codes),
        )
        .route("/desk/me/codes/remove", post(me::remove_codes))
        .route("/desk/me/recovery", post(me::renew_recovery))
        .route("/desk/me/passkeys", post(me::add_passkey))
        .route("/desk/me/passkeys/ask", post(me::ask_for_passkey))
        .route(
            "/desk/me/passkeys/{passkey}/rename",
            post(me::rename_passkey),
        )
        .route(
            "/desk/me/passkeys/{passkey}/remove",
            post(me::remove_passkey),
        )
        .route("/desk/me/sessions/end", post(me::end_other_sessions))
        .route("/desk/me/sessions/{session}/end", post(me::end_session))
}

fn rooms() -> Router<Arc<Shop>> {
    Router::new()
        .route("/desk", get(today::show))
        .route("/desk/today", get(today::middle))
        .route("/desk/webhooks/{webhook}/pause", post(today::pause))
        .route("/desk/webhooks/{webhook}/resume", post(today::resume))
        .route("/desk/orders", get(orders::list))
        .route("/desk/orders/{order}", get(orders::show))
        .route(
            "/desk/orders/{order}/refund",
            get(orders::refund_page).post(orders::refund),
        )
        .route("/desk/orders/{order}/cancel", post(orders::cancel))
        .route(
            "/desk/orders/{order}/ship",
            get(shipping::show).post(shipping::ship),
        )
        .route(
            "/desk/orders/{order}/parcels/{waybill}/arrived",
            post(shipping::arrived),
        )
        .route("/desk/audit", get(audit::list))
        .route("/desk/audit.csv", get(audit::csv))
        .route("/desk/find", get(find::page))
        .route("/desk/find.json", get(find::json))
}

/// The schedule: deals, one by one and many at once.
fn schedule() -> Router<Arc<Shop>> {
    Router::new()
        .route("/desk/deals", get(deals::list))
        .route("/desk/timeline", get(timeline::show))
        .route("/desk/schedule/export", get(deals::export))
        .route("/desk/schedule/products", get(deal_form::products))
        .route("/desk/schedule/check", post(deal_form::check))
        .route(
            "/desk/schedule/make",
            get(deal_form::make_page).post(deal_form::make),
        )
        .route("/desk/deals/{deal}", get(deal::show))
        .route(
            "/desk/deals/{deal}/change",
            get(deal_form::change_page).post(deal_form::change),
        )
        .route(
            "/desk/deals/{deal}/move",
            get(deal::move_page).post(deal::move_deal),
        )
        .route("/desk/deals/{deal}/take-back", post(deal::take_back))
        .route(
            "/desk/deals/{deal}/end",
            get(deal::end_page).post(deal::end),
        )
        .route(
            "/desk/deals/{deal}/allotments",
            get(allotments::page).post(allotments::add),
        )
}

/// The catalogue: products and their pictures.
fn catalogue() -> Router<Arc<Shop>> {
    Router::new()
        .route("/desk/products", get(products::list))
        .route(
            "/desk/catalogue/make",
            get(products::make_page).post(products::make),
        )
        .route(
            "/desk/products/{product}",
            get(products::show).post(products::change),
        )
        .route(
            "/desk/products/{product}/stock",
            get(stock::page).post(stock::change),
        )
        .route(
            "/desk/products/{product}/pictures",
            post(products::add_pictures).layer(DefaultBodyLimit::max(products::UPLOAD_BYTES_MAX)),
        )
        .route(
            "/desk/products/{product}/pictures/order",
            post(products::order_pictures),
        )
        .route(
            "/desk/products/{product}/bring-back",
            post(products::bring_back),
        )
}

/// What takes a while: files, and many deals at once.
fn importing() -> Router<Arc<Shop>> {
    Router::new()
        .route("/desk/schedule/bulk", get(bulk::ask).post(bulk::apply))
        .route(
            "/desk/schedule/import",
            get(import::page).post(import::take),
        )
        .route("/desk/schedule/import/{chore}/again", post(import::again))
        .route("/desk/schedule/import/{chore}/put", post(import::put))
        .route(
            "/desk/schedule/import/{chore}/wrong.csv",
            get(import::wrong_rows),
        )
        .route("/desk/schedule/chores/{chore}", get(import::show_chore))
        .layer(DefaultBodyLimit::max(import::FILE_BYTES_MAX))
        .layer(Extension(Arc::new(chores::Chores::default())))
}
