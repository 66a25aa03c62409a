//! Writes that never reach the ledger keep their answers in the records, so that a repeat gets the
//! answer of the first time.

use crate::api::answer::replayed;
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use records::StoredAnswer;
use serde::Serialize;
use std::collections::HashSet;
use std::future::Future;
use std::sync::Mutex;
use vocabulary::RequestKey;

/// The requests that are being worked on in this process.
static UNDER_WAY: Mutex<Option<HashSet<u128>>> = Mutex::new(None);

/// Does something once for a key: a repeat gets the stored answer. What failed is not stored and may
/// be tried again.
///
/// # Errors
/// [`Kind::REQUEST_KEY_REUSED`], [`Kind::REQUEST_UNDER_WAY`]; those of the deed and of the records.
pub(crate) async fn once<T: Serialize>(
    shop: &Shop,
    key: Option<RequestKey>,
    deed: impl Future<Output = Result<(StatusCode, Option<T>), Problem>>,
) -> Result<Response, Problem> {
    let Some(key) = key else {
        let (status, body) = deed.await?;
        return Ok(answer(status, body.map(Json)));
    };
    let _turn = Turn::take(key.key)?;
    let now = shop.now();
    if let Some(stored) = shop.records.stored_answer(key.key, now).await? {
        return again(key, stored);
    }
    let (status, body) = deed.await?;
    let body = body.map(|body| serde_json::to_string(&body).expect("bodies are encodable"));
    let stored = StoredAnswer {
        asked: key.body,
        status: status.as_u16(),
        body: body.clone(),
    };
    shop.records.store_answer(key.key, &stored, now).await?;
    Ok(answer(status, body.map(json)))
}

fn again(key: RequestKey, stored: StoredAnswer) -> Result<Response, Problem> {
    if stored.asked != key.body {
        return Err(Kind::REQUEST_KEY_REUSED.into());
    }
    let status = StatusCode::from_u16(stored.status).map_err(|_| Problem::from(Kind::FAULT))?;
    Ok(replayed(answer(status, stored.body.map(json)), true))
}

fn answer(status: StatusCode, body: Option<impl IntoResponse>) -> Response {
    match body {
        Some(body) => (status, body).into_response(),
        None => status.into_response(),
    }
}

fn json(text: String) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], text)
}

/// One request with a key at a time.
struct Turn(u128);

impl Turn {
    fn take(key: u128) -> Result<Turn, Problem> {
        let mut under_way = UNDER_WAY.lock().expect(UNPOISONED);
        match under_way.get_or_insert_default().insert(key) {
            true => Ok(Turn(key)),
            false => Err(Problem::from(Kind::REQUEST_UNDER_WAY).retry_after(1_000)),
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut under_way = UNDER_WAY.lock().expect(UNPOISONED);
        under_way.get_or_insert_default().remove(&self.0);
    }
}

const UNPOISONED: &str = "nobody panics while holding the requests";
