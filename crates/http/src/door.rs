//! The door: what every request passes on its way in and its answer on the way out.

use crate::guard::{bring_session, same_site, tell_browsers};
use crate::limits::Gate;
use crate::operations::{Answered, Observed};
use crate::pages::Explained;
use crate::shop::Shop;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tracing::Instrument;

/// Who may come in.
pub(crate) struct Door {
    shop: Arc<Shop>,
    gate: Option<Arc<Gate>>,
    answered: Answered,
}

impl Door {
    pub(crate) fn of(shop: Arc<Shop>) -> Door {
        let limits = shop.settings.limits;
        let gate = limits.map(|limits| Arc::new(Gate::of(shop.clone(), limits)));
        let answered = Answered::default();
        Door {
            shop,
            gate,
            answered,
        }
    }
}

/// Turns away who asks too often and what another site's page sends in a shopper's name; a guest's
/// fresh session leaves with the answer.
pub(crate) async fn admit(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let gate = door.gate.as_ref();
    let let_in = gate.map_or(Ok(()), |gate| gate.admit(&mut parts));
    if let Err(problem) = let_in.and_then(|()| same_site(&door.shop, &parts)) {
        return problem.into_response();
    }
    bring_session(&door.shop, Request::from_parts(parts, body), next).await
}

/// Counts and times the answer, explains to people what went wrong, and tells browsers what they
/// must not do.
pub(crate) async fn attend(
    State(door): State<Arc<Door>>,
    request: Request,
    next: Next,
) -> Response {
    let observed = Observed::begin(&request);
    let (parts, body) = request.into_parts();
    let explained = Explained::of(&parts);
    let request = Request::from_parts(parts, body);
    let span = observed.span();
    let answered = async {
        let response = next.run(request).await;
        match explained {
            Some(page) => page.explain(&door.shop, response).await,
            None => response,
        }
    };
    let mut response = answered.instrument(span).await;
    tell_browsers(&mut response);
    observed.end(response.status(), &door.answered);
    response
}
