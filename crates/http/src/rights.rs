//! What each address of the staff needs, in one table: of the API and of the desk's pages alike.
//!
//! The table decides: where somebody of the staff is asked for at an address that is not in it,
//! nobody is let in. Deeds ask for their role once more, so that whoever does them by another way is
//! held to the same.

use crate::problem::{Kind, Problem};
use crate::who::Staff;
use axum::extract::MatchedPath;
use axum::http::Method;
use axum::http::request::Parts;
use records::Role;

/// Who may ask at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nobody has to be known: it is the way in or out.
    Nothing,
    /// Staff with this role or a greater one.
    Role(Role),
}

/// An address with its method, and what it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Right {
    /// `GET`, `POST`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// As the router has it.
    pub path: &'static str,
    /// What it needs.
    pub needs: Needs,
}

const ENTRANCE: Needs = Needs::Nothing;
const VIEWER: Needs = Needs::Role(Role::Viewer);
const SUPPORT: Needs = Needs::Role(Role::Support);
const MERCHANDISER: Needs = Needs::Role(Role::Merchandiser);
const OWNER: Needs = Needs::Role(Role::Owner);

const fn get(path: &'static str, needs: Needs) -> Right {
    right("GET", path, needs)
}

const fn post(path: &'static str, needs: Needs) -> Right {
    right("POST", path, needs)
}

const fn patch(path: &'static str, needs: Needs) -> Right {
    right("PATCH", path, needs)
}

const fn delete(path: &'static str, needs: Needs) -> Right {
    right("DELETE", path, needs)
}

const fn right(method: &'static str, path: &'static str, needs: Needs) -> Right {
    Right {
        method,
        path,
        needs,
    }
}

/// Every address of the staff.
#[rustfmt::skip]
pub const RIGHTS: &[Right] = &[
    // The API.
    post("/v1/staff/sessions", ENTRANCE),
    get("/v1/staff/sessions", VIEWER),
    delete("/v1/staff/sessions", VIEWER),
    post("/v1/staff/sessions/end", VIEWER),
    delete("/v1/staff/sessions/{session}", VIEWER),
    get("/v1/staff/deals", VIEWER),
    post("/v1/staff/deals", MERCHANDISER),
    post("/v1/staff/schedule/import", MERCHANDISER),
    get("/v1/staff/deals/{deal}", VIEWER),
    patch("/v1/staff/deals/{deal}", MERCHANDISER),
    post("/v1/staff/deals/{deal}/end", MERCHANDISER),
    post("/v1/staff/deals/{deal}/allotments", MERCHANDISER),
    post("/v1/staff/deals/{deal}/extensions", MERCHANDISER),
    post("/v1/staff/stock", MERCHANDISER),
    get("/v1/staff/stock/{sku}", VIEWER),
    get("/v1/staff/products", VIEWER),
    post("/v1/staff/products", MERCHANDISER),
    get("/v1/staff/products/{product}", VIEWER),
    patch("/v1/staff/products/{product}", MERCHANDISER),
    get("/v1/staff/products/{product}/history", VIEWER),
    post("/v1/staff/products/{product}/pictures", MERCHANDISER),
    post("/v1/staff/products/{product}/pictures/order", MERCHANDISER),
    delete("/v1/staff/products/{product}/pictures/{picture}", MERCHANDISER),
    get("/v1/staff/orders", VIEWER),
    get("/v1/staff/orders.csv", VIEWER),
    get("/v1/staff/orders/export", VIEWER),
    get("/v1/staff/orders/{order}", VIEWER),
    post("/v1/staff/orders/{order}/refunds", SUPPORT),
    post("/v1/staff/orders/{order}/cancel", SUPPORT),
    post("/v1/staff/shipments", SUPPORT),
    post("/v1/staff/deliveries", SUPPORT),
    post("/v1/staff/returns", SUPPORT),
    get("/v1/staff/webhooks", OWNER),
    post("/v1/staff/webhooks", OWNER),
    get("/v1/staff/webhooks/{webhook}", OWNER),
    patch("/v1/staff/webhooks/{webhook}", OWNER),
    delete("/v1/staff/webhooks/{webhook}", OWNER),
    post("/v1/staff/webhooks/{webhook}/replay", OWNER),
    get("/v1/staff/audit", VIEWER),
    get("/v1/staff/audit.csv", VIEWER),
    get("/v1/staff/members", OWNER),
    post("/v1/staff/members", OWNER),
    get("/v1/staff/members/{member}", OWNER),
    patch("/v1/staff/members/{member}", OWNER),
    post("/v1/staff/members/{member}/reset", OWNER),
    get("/v1/staff/members/{member}/sessions", OWNER),
    delete("/v1/staff/members/{member}/sessions/{session}", OWNER),
    get("/v1/staff/invitations", OWNER),
    post("/v1/staff/invitations", OWNER),
    delete("/v1/staff/invitations/{invitation}", OWNER),
    get("/v1/staff/keys", OWNER),
    post("/v1/staff/keys", OWNER),
    delete("/v1/staff/keys/{key}", OWNER),

    // The desk: the way in.
    get("/desk/sign-in", ENTRANCE),
    post("/desk/sign-in", ENTRANCE),
    get("/desk/sign-in/code", ENTRANCE),
    post("/desk/sign-in/code", ENTRANCE),
    post("/desk/sign-in/passkey", ENTRANCE),
    post("/desk/sign-in/passkey/answer", ENTRANCE),
    get("/desk/invitation", ENTRANCE),
    post("/desk/invitation", ENTRANCE),
    post("/desk/sign-out", ENTRANCE),

    // The desk: one's own sign-in.
    get("/desk/me", VIEWER),
    post("/desk/me/password", VIEWER),
    get("/desk/me/codes", VIEWER),
    post("/desk/me/codes", VIEWER),
    post("/desk/me/codes/remove", VIEWER),
    post("/desk/me/recovery", VIEWER),
    post("/desk/me/passkeys/ask", VIEWER),
    post("/desk/me/passkeys", VIEWER),
    post("/desk/me/passkeys/{passkey}/rename", VIEWER),
    post("/desk/me/passkeys/{passkey}/remove", VIEWER),
    post("/desk/me/sessions/{session}/end", VIEWER),
    post("/desk/me/sessions/end", VIEWER),

    // The desk.
    get("/desk", VIEWER),
    get("/desk/today", VIEWER),
    post("/desk/webhooks/{webhook}/pause", OWNER),
    post("/desk/webhooks/{webhook}/resume", OWNER),
    get("/desk/deals", VIEWER),
    get("/desk/schedule/make", MERCHANDISER),
    post("/desk/schedule/make", MERCHANDISER),
    get("/desk/deals/{deal}", VIEWER),
    get("/desk/deals/{deal}/change", MERCHANDISER),
    post("/desk/deals/{deal}/change", MERCHANDISER),
    get("/desk/deals/{deal}/end", MERCHANDISER),
    post("/desk/deals/{deal}/end", MERCHANDISER),
    get("/desk/deals/{deal}/allotments", MERCHANDISER),
    post("/desk/deals/{deal}/allotments", MERCHANDISER),
    get("/desk/timeline", VIEWER),
    get("/desk/schedule/export", VIEWER),
    get("/desk/schedule/products", MERCHANDISER),
    post("/desk/schedule/check", MERCHANDISER),
    get("/desk/deals/{deal}/move", MERCHANDISER),
    post("/desk/deals/{deal}/move", MERCHANDISER),
    post("/desk/deals/{deal}/take-back", MERCHANDISER),
    get("/desk/products", VIEWER),
    get("/desk/catalogue/make", MERCHANDISER),
    post("/desk/catalogue/make", MERCHANDISER),
    get("/desk/products/{product}", VIEWER),
    post("/desk/products/{product}", MERCHANDISER),
    get("/desk/products/{product}/stock", MERCHANDISER),
    post("/desk/products/{product}/stock", MERCHANDISER),
    post("/desk/products/{product}/pictures", MERCHANDISER),
    post("/desk/products/{product}/pictures/order", MERCHANDISER),
    post("/desk/products/{product}/bring-back", MERCHANDISER),
    get("/desk/schedule/bulk", MERCHANDISER),
    post("/desk/schedule/bulk", MERCHANDISER),
    get("/desk/schedule/import", MERCHANDISER),
    post("/desk/schedule/import", MERCHANDISER),
    post("/desk/schedule/import/{chore}/again", MERCHANDISER),
    post("/desk/schedule/import/{chore}/put", MERCHANDISER),
    get("/desk/schedule/import/{chore}/wrong.csv", MERCHANDISER),
    get("/desk/schedule/chores/{chore}", MERCHANDISER),
    get("/desk/orders", VIEWER),
    get("/desk/orders/{order}", VIEWER),
    get("/desk/orders/{order}/refund", SUPPORT),
    post("/desk/orders/{order}/refund", SUPPORT),
    post("/desk/orders/{order}/cancel", SUPPORT),
    get("/desk/orders/{order}/ship", SUPPORT),
    post("/desk/orders/{order}/ship", SUPPORT),
    post("/desk/orders/{order}/parcels/{waybill}/arrived", SUPPORT),
    get("/desk/audit", VIEWER),
    get("/desk/audit.csv", VIEWER),
    get("/desk/find", VIEWER),
    get("/desk/find.json", VIEWER),
    get("/desk/people", OWNER),
    post("/desk/people/policy", OWNER),
    get("/desk/people/invite", OWNER),
    post("/desk/people/invite", OWNER),
    get("/desk/people/{member}", OWNER),
    post("/desk/people/{member}", OWNER),
    post("/desk/people/{member}/reset", OWNER),
    post("/desk/people/{member}/sessions/{session}/end", OWNER),
    post("/desk/invitations/{invitation}/revoke", OWNER),
    get("/desk/keys", OWNER),
    post("/desk/keys", OWNER),
    post("/desk/keys/{key}/revoke", OWNER),
];

/// What a method at an address of the router needs; none where the table does not know it.
pub fn needed(method: &Method, path: &str) -> Option<Needs> {
    let asked = match *method {
        Method::HEAD => "GET",
        _ => method.as_str(),
    };
    let known = RIGHTS
        .iter()
        .find(|right| right.path == path && right.method == asked);
    known.map(|right| right.needs)
}

/// Lets `staff` pass where the table says so. Where no address was matched, as on a page that
/// explains what went wrong, nothing is done and nothing is to be decided.
///
/// # Errors
/// [`Kind::ROLE_INSUFFICIENT`].
pub(crate) fn check(parts: &Parts, staff: &Staff) -> Result<(), Problem> {
    let Some(path) = parts.extensions.get::<MatchedPath>() else {
        return Ok(());
    };
    match needed(&parts.method, path.as_str()) {
        Some(Needs::Nothing) => Ok(()),
        Some(Needs::Role(role)) => staff.require(role),
        None => {
            tracing::error!(path = path.as_str(), "no right is known for this address");
            Err(Kind::ROLE_INSUFFICIENT.into())
        }
    }
}

/// The pages by which somebody sets up what everybody must have; they stay open to who has not yet.
pub(crate) fn leads_to_a_second_factor(path: &str) -> bool {
    path == "/desk/me" || path.starts_with("/desk/me/") || path == "/desk/sign-out"
}
