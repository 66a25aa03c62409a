//! A program that speaks to the API: with a bearer or without. Whatever it is answered is held
//! against the description on the way.

use crate::document::described;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::request::Builder;
use axum::http::{HeaderMap, Method, Request, header};
use serde_json::Value;
use std::borrow::Borrow;
use std::sync::{Arc, Mutex};
use tower::ServiceExt;
use vocabulary::Refusal;

/// What was asked of whom, and with which status it was answered.
pub type Visits = Arc<Mutex<Vec<(Method, String, u16)>>>;

/// A client of the API.
#[derive(Clone)]
pub struct Client {
    pub(super) router: Router,
    pub(super) bearer: Option<String>,
    pub(super) visits: Visits,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    /// The text as JSON, or as a string where it is none.
    pub body: Value,
}

impl Client {
    /// The same client with this session or key.
    pub fn with(mut self, session: &Value) -> Client {
        self.bearer = Some(session.as_str().expect("a session is a text").to_owned());
        self
    }

    /// The session or key that it carries.
    pub fn bearer(&self) -> &str {
        self.bearer.as_deref().expect("it carries one")
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Request::delete(path), Body::empty()).await
    }

    pub async fn put(&self, path: &str) -> Answer {
        self.send(Request::put(path), Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: impl Borrow<Value>) -> Answer {
        self.json(Request::post(path), body.borrow()).await
    }

    pub async fn patch(&self, path: &str, body: impl Borrow<Value>) -> Answer {
        self.json(Request::patch(path), body.borrow()).await
    }

    /// As `post`, with an Idempotency-Key.
    pub async fn post_once(&self, key: &str, path: &str, body: impl Borrow<Value>) -> Answer {
        let request = Request::post(path).header("idempotency-key", key);
        self.json(request, body.borrow()).await
    }

    pub async fn json(&self, request: Builder, body: &Value) -> Answer {
        let request = request.header(header::CONTENT_TYPE, "application/json");
        self.send(request, Body::from(body.to_string())).await
    }

    pub async fn csv(&self, path: &str, text: &str) -> Answer {
        let request = Request::post(path).header(header::CONTENT_TYPE, "text/csv");
        self.send(request, Body::from(text.to_owned())).await
    }

    /// Sends a file of pictures, whatever it is.
    pub async fn file(&self, path: &str, bytes: impl Into<Body>) -> Answer {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/octet-stream");
        self.send(request, bytes.into()).await
    }

    pub async fn send(&self, request: Builder, body: Body) -> Answer {
        let (method, path, answer) = self.asked(request, body).await;
        described(&method, &path, &answer);
        let mut visits = self.visits.lock().expect("unpoisoned");
        visits.push((method, path, answer.status));
        answer
    }

    /// As `send`, where the answer is not what is asked about: it is held against nothing.
    pub async fn raw(&self, request: Builder, body: Body) -> Answer {
        self.asked(request, body).await.2
    }

    async fn asked(&self, mut request: Builder, body: Body) -> (Method, String, Answer) {
        if let Some(bearer) = &self.bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {bearer}"));
        }
        let request = request.body(body).expect("a request");
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let answer = self.router.clone().oneshot(request).await;
        let (parts, body) = answer.expect("it never fails").into_parts();
        let bytes = to_bytes(body, 1 << 22).await.expect("a body");
        let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
        let answer = Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text.clone())),
            text,
        };
        (method, path, answer)
    }
}

impl Answer {
    /// The answer, which must have this status.
    #[track_caller]
    pub fn is(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The ledger must have refused for this reason, with the number and status of the contract.
    #[track_caller]
    pub fn refused(self, name: &str) {
        assert_eq!(self.problem(), name, "{}", self.text);
        let refusal = Refusal::named(name).expect("a refusal of the ledger");
        let number = refusal.number();
        let status = match number {
            10..=29 | 80..=82 => 422,
            30..=40 => 404,
            41 | 72 | 73 => 403,
            _ => 409,
        };
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.body["number"], number);
        assert_eq!(self.body["refusal"], name);
    }

    /// The body, which must be JSON.
    pub fn json(&self) -> Value {
        assert!(!self.body.is_string(), "no JSON: {}", self.text);
        self.body.clone()
    }

    /// The name of the problem.
    #[track_caller]
    pub fn problem(&self) -> &str {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text
        );
        let name = self.body["type"].as_str().expect("a problem has a type");
        name.strip_prefix("/problems/").expect("it is one of ours")
    }

    /// The value of a header; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// The text of a field.
    #[track_caller]
    pub fn says(&self, field: &str) -> String {
        let text = self.body[field].as_str();
        text.unwrap_or_else(|| panic!("no text {field}: {}", self.text))
            .to_owned()
    }
}
