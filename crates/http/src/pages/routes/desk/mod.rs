//! `/desk`: what staff see and do. Every deed goes through `deeds::staff`, which audits it.

mod audit;
mod deals;
mod find;
mod me;
mod orders;
mod people;
mod sign_in;
mod today;

use crate::shop::Shop;
use axum::Router;
use axum::routing::{get, post};
use std::sync::Arc;

/// The desk. Who may ask for what stands in [`crate::rights`]; an address that is not there lets
/// nobody in.
pub fn router() -> Router<Arc<Shop>> {
    rooms().merge(entrance()).merge(own()).merge(people())
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
        .route("/desk/deals", get(deals::list))
        .route("/desk/deals/make", get(deals::make_page).post(deals::make))
        .route("/desk/deals/{deal}", get(deals::show))
        .route(
            "/desk/deals/{deal}/change",
            get(deals::change_page).post(deals::change),
        )
        .route(
            "/desk/deals/{deal}/end",
            get(deals::end_page).post(deals::end),
        )
        .route("/desk/deals/{deal}/allotments", post(deals::add_allotment))
        .route("/desk/orders", get(orders::list))
        .route("/desk/orders/{order}", get(orders::show))
        .route(
            "/desk/orders/{order}/refund",
            get(orders::refund_page).post(orders::refund),
        )
        .route("/desk/orders/{order}/cancel", post(orders::cancel))
        .route("/desk/audit", get(audit::list))
        .route("/desk/audit.csv", get(audit::csv))
        .route("/desk/find", get(find::page))
        .route("/desk/find.json", get(find::json))
}
