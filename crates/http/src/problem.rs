//! Problems (RFC 9457): every way in which an answer can be no, with its status and its words.
//!
//! What the ledger refuses keeps the refusal's own name and sentence; the rest is listed here.

use crate::gathering::Unasked;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use clerks::ports::ProviderFault;
use records::RecordsFault;
use serde::Serialize;
use std::borrow::Cow;
use till::Turned;
use utoipa::ToSchema;
use vocabulary::Refusal;

/// A kind of problem that is no refusal of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its stable name, the last part of its `type`.
    pub name: &'static str,
    /// The status it is answered with.
    pub status: u16,
    /// What is wrong, in a sentence.
    pub title: &'static str,
}

macro_rules! kinds {
    ($($constant:ident $name:literal $status:literal $title:literal,)*) => {
        impl Kind {
            $(#[doc = $title] pub const $constant: Kind = Kind { name: $name, status: $status, title: $title };)*

            /// Every kind, by status.
            pub const ALL: &'static [Kind] = &[$(Kind::$constant,)*];
        }
    };
}

kinds! {
    MALFORMED "malformed" 400 "The request cannot be read.",
    SESSION_REQUIRED "session_required" 401 "This needs a session: open one with POST /v1/sessions.",
    SIGN_IN_REQUIRED "sign_in_required" 401 "This needs a signed-in member of staff or an API key.",
    WRONG_PASSWORD "wrong_password" 401 "The mail address or the password is wrong.",
    CODE_NEEDED "code_needed" 401 "The password is right; this login needs a code, or a passkey, beside it.",
    WRONG_CODE "wrong_code" 401 "The code is wrong, was used before, or is too old.",
    PASSKEY_UNKNOWN "passkey_unknown" 401 "This passkey opens nothing here.",
    SIGN_IN_AGAIN "sign_in_again" 401 "This needs somebody who signed in a few minutes ago.",
    HANDOVER_REFUSED "handover_refused" 401 "The handover token is not signed by the shop, is too old, or is not for us.",
    CALLBACK_UNSIGNED "callback_unsigned" 401 "The callback is not signed by the payment provider.",
    CROSS_SITE "cross_site" 403 "A request with a cookie must come from the shop's own pages.",
    ROLE_INSUFFICIENT "role_insufficient" 403 "Your role does not allow this.",
    ACCOUNT_REQUIRED "account_required" 403 "This is for members who have an account of this shop.",
    SECOND_FACTOR_WANTED "second_factor_wanted" 403 "The owner wants everybody to have a second factor: set one up at the desk first.",
    NOT_FOUND "not_found" 404 "There is no such thing here.",
    METHOD_NOT_ALLOWED "method_not_allowed" 405 "This address does not take this method.",
    TOO_SLOW "too_slow" 408 "The body came too slowly to wait for the rest of it.",
    ADDRESS_BOOK_FULL "address_book_full" 409 "The address book is full: remove an address first.",
    MAIL_TAKEN "mail_taken" 409 "There is an account with this mail address already.",
    LAST_OWNER "last_owner" 409 "The last owner stays one: somebody must be able to decide who works here.",
    CHANGED_MEANWHILE "changed_meanwhile" 409 "Somebody changed it meanwhile; nothing was done.",
    REQUEST_UNDER_WAY "request_under_way" 409 "The same request is being worked on; ask again for its answer.",
    TOO_LARGE "too_large" 413 "The body is larger than this address takes.",
    MEDIA_TYPE "media_type" 415 "This address does not take this type of content.",
    INVALID "invalid" 422 "Some fields cannot be taken as they are.",
    REQUEST_KEY_REUSED "request_key_reused" 422 "The request key was used before with another body.",
    LOCKED "locked" 429 "Too many wrong passwords: wait before the next try.",
    WAITING "waiting" 429 "It is not your turn yet: shoppers wait for this deal. You have a turn; ask again for it.",
    RATE_LIMITED "rate_limited" 429 "Too many requests: wait before the next.",
    FAULT "fault" 500 "Something broke on our side; nothing is known to have changed.",
    PROVIDER_REFUSED "provider_refused" 502 "The payment provider does not take this payment.",
    OVERLOADED "overloaded" 503 "More is asked than can be done; nothing was done, and the same request may be sent again.",
    TILL_FULL "till_full" 503 "Too many wait already; nothing was done, and the same request may be sent again.",
    TILL_CLOSED "till_closed" 503 "The shop is closing or has stopped; nothing was done, and the same request may be sent again.",
    OUTCOME_UNKNOWN "outcome_unknown" 503 "The shop stopped before it could answer; send the same request with the same key again.",
    NOT_SHOWN_YET "not_shown_yet" 503 "The state you asked for is not shown yet; ask again.",
    LISTENERS_FULL "listeners_full" 503 "As many listen already as may; ask for the figures now and then, or try again later.",
    VERIFIER_UNAVAILABLE "verifier_unavailable" 503 "Whoever verifies persons cannot be reached; ask again.",
    WAITING_ROOM_FULL "waiting_room_full" 503 "As many wait for their turn already as can; nothing was done, and the same request may be sent again.",
    RECORDS_BUSY "records_busy" 503 "Too much waits for the records; ask again.",
    PROVIDER_UNAVAILABLE "provider_unavailable" 503 "The payment provider cannot be reached; send the same request with the same key again.",
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// The field, as a path from the body's root.
    pub field: String,
    /// What is wrong with it.
    pub detail: String,
}

/// Why an answer is no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The status it is answered with.
    pub status: StatusCode,
    /// Its stable name.
    pub name: &'static str,
    /// What is wrong, in a sentence that is the same each time.
    pub title: &'static str,
    /// What is wrong this time, where there is more to say.
    pub detail: Cow<'static, str>,
    /// The rule of the ledger that said no.
    pub refusal: Option<Refusal>,
    /// What is wrong with which field.
    pub errors: Vec<FieldError>,
    /// When to try again.
    pub retry_after_ms: Option<u64>,
}

/// A problem as it is sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// `/problems/<name>`, a page that explains it.
    #[serde(rename = "type")]
    #[schema(example = "/problems/stock_exhausted")]
    kind: String,
    /// What is wrong, in a sentence that is the same each time.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What is wrong this time.
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: Cow<'static, str>,
    /// The name of the refusal, where the ledger refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<&'static str>,
    /// Its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u16>,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

impl From<Kind> for Problem {
    fn from(kind: Kind) -> Self {
        Problem {
            status: StatusCode::from_u16(kind.status).expect("the table holds real statuses"),
            name: kind.name,
            title: kind.title,
            detail: Cow::Borrowed(""),
            refusal: None,
            errors: Vec::new(),
            retry_after_ms: None,
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Problem {
            status: status_of(refusal),
            name: refusal.name(),
            title: refusal.sentence(),
            detail: Cow::Borrowed(""),
            refusal: Some(refusal),
            errors: Vec::new(),
            retry_after_ms: None,
        }
    }
}

impl From<Turned> for Problem {
    fn from(turned: Turned) -> Self {
        match turned {
            Turned::Full { retry_after_ms } => {
                Problem::from(Kind::TILL_FULL).retry_after(retry_after_ms)
            }
            Turned::Closed(_) => Problem::from(Kind::TILL_CLOSED).retry_after(1_000),
        }
    }
}

impl From<Unasked> for Problem {
    fn from(unasked: Unasked) -> Self {
        match unasked {
            Unasked::Turned(turned) => turned.into(),
            Unasked::Unanswered => Problem::from(Kind::OUTCOME_UNKNOWN).retry_after(1_000),
        }
    }
}

impl From<RecordsFault> for Problem {
    fn from(fault: RecordsFault) -> Self {
        match fault {
            RecordsFault::Busy => Problem::from(Kind::RECORDS_BUSY).retry_after(1_000),
            fault => {
                tracing::error!(%fault, "the records failed a request");
                Kind::FAULT.into()
            }
        }
    }
}

impl From<ProviderFault> for Problem {
    fn from(fault: ProviderFault) -> Self {
        tracing::warn!(%fault, "the payment provider did not open a try to pay");
        match fault {
            ProviderFault::Unavailable(_) => {
                Problem::from(Kind::PROVIDER_UNAVAILABLE).retry_after(1_000)
            }
            ProviderFault::Unknown(_) | ProviderFault::Refused(_) => Kind::PROVIDER_REFUSED.into(),
        }
    }
}

impl Problem {
    /// The same problem with something to say of this time.
    pub fn because(mut self, detail: impl Into<Cow<'static, str>>) -> Problem {
        self.detail = detail.into();
        self
    }

    /// The same problem, to be tried again later.
    pub fn retry_after(mut self, ms: u64) -> Problem {
        self.retry_after_ms = Some(ms);
        self
    }

    /// One field cannot be taken as it is.
    pub fn field(field: impl Into<String>, detail: impl Into<String>) -> Problem {
        Problem::from(Kind::INVALID).with_fields([(field.into(), detail.into())])
    }

    /// The same problem with what is wrong with more fields.
    pub fn with_fields(mut self, told: impl IntoIterator<Item = (String, String)>) -> Problem {
        let told = told.into_iter();
        self.errors
            .extend(told.map(|(field, detail)| FieldError { field, detail }));
        self
    }

    /// True when the ledger refused for this reason.
    pub fn is(&self, refusal: Refusal) -> bool {
        self.refusal == Some(refusal)
    }

    /// True when there is nothing to say of this time: its body is always the same.
    pub(crate) fn is_plain(&self) -> bool {
        self.detail.is_empty() && self.errors.is_empty()
    }

    /// The body it is sent as.
    pub fn body(&self) -> ProblemBody {
        ProblemBody {
            kind: format!("/problems/{}", self.name),
            title: self.title,
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            refusal: self.refusal.map(Refusal::name),
            number: self.refusal.map(Refusal::number),
            errors: self.errors.clone(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body())).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(ms) = self.retry_after_ms {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(ms.div_ceil(1_000)));
        }
        response
    }
}

/// The table of docs/contracts/http.md.
fn status_of(refusal: Refusal) -> StatusCode {
    match refusal.number() {
        10..=29 => StatusCode::UNPROCESSABLE_ENTITY,
        30..=40 => StatusCode::NOT_FOUND,
        41 | 72 | 73 => StatusCode::FORBIDDEN,
        80..=82 => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_the_status_of_the_contract() {
        let expected = |number: u16| match number {
            10 | 20..=29 | 80..=82 => 422,
            30..=40 => 404,
            41 | 72 | 73 => 403,
            50..=79 | 83..=84 | 90..=110 => 409,
            other => panic!("{other} is not in the contract"),
        };
        for refusal in Refusal::ALL {
            let problem = Problem::from(*refusal);
            assert_eq!(
                problem.status.as_u16(),
                expected(refusal.number()),
                "{refusal}"
            );
        }
    }

    #[test]
    fn names_of_kinds_are_unique_and_none_is_a_refusals_with_another_meaning() {
        for kind in Kind::ALL {
            let same = Kind::ALL.iter().filter(|other| other.name == kind.name);
            assert_eq!(same.count(), 1, "{}", kind.name);
            if let Some(refusal) = Refusal::named(kind.name) {
                assert_eq!(refusal.sentence(), kind.title);
            }
        }
    }
}
