//! `/v1/openapi.json`: what the API says of itself, and that it is so. Whatever any test is answered
//! is held against it on the way ([`described`]).

mod laws;
mod schema;
mod structure;
mod tour;

use crate::house::Answer;
use axum::http::Method;
use serde_json::Value;
use std::sync::LazyLock;

/// The description, as it is served.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let (_, description) = doorbuster_http::api::router().split_for_parts();
    let text = description.to_json().expect("it is encodable");
    serde_json::from_str(&text).expect("it is JSON")
});

/// One thing that the API does.
#[derive(Clone)]
pub struct Operation {
    pub method: Method,
    pub path: &'static str,
    pub sheet: &'static Value,
}

/// Everything that the document describes.
pub fn operations() -> Vec<Operation> {
    let paths = DOCUMENT["paths"].as_object().expect("paths");
    let mut operations = Vec::new();
    for (path, methods) in paths {
        for (method, sheet) in methods.as_object().expect("methods") {
            let method = method.to_uppercase().parse().expect("a method");
            operations.push(Operation {
                method,
                path,
                sheet,
            });
        }
    }
    operations
}

impl Operation {
    /// As the contract calls it: `GET /v1/deals`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// For whom it is.
    pub fn tag(&self) -> &'static str {
        self.sheet["tags"][0].as_str().unwrap_or_default()
    }

    /// True when it takes a parameter of this name.
    pub fn takes(&self, name: &str) -> bool {
        self.parameters().any(|one| one["name"] == name)
    }

    pub fn parameters(&self) -> impl Iterator<Item = &'static Value> {
        self.sheet["parameters"].as_array().into_iter().flatten()
    }

    /// True when it takes JSON.
    pub fn takes_json(&self) -> bool {
        self.sheet["requestBody"]["content"]["application/json"].is_object()
    }

    /// True when this address is one of its path.
    pub fn is_at(&self, address: &str) -> bool {
        let (mut wanted, mut given) = (self.path.split('/'), address.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(wanted), Some(given)) if wanted == given || wanted.starts_with('{') => {}
                _ => return false,
            }
        }
    }

    /// An address of its path, every parameter filled in as if by somebody who knows nothing.
    pub fn address(&self) -> String {
        let parts = self.path.split('/').map(|part| match part {
            "{checkout}" | "{order}" => "0199a3c1-7e2a-7c11-9b3f-3d7d2a9e1f00",
            part if part.starts_with('{') => "7",
            part => part,
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// What it says of an answer with this status; `default` is for problems.
    fn response(&self, status: u16) -> Option<&'static Value> {
        let responses = &self.sheet["responses"];
        let said = responses.get(status.to_string());
        said.or_else(|| responses.get("default").filter(|_| status >= 400))
    }
}

/// The operation that answers at this address; of two, the one that names it without parameters.
pub fn operation_at(method: &Method, address: &str) -> Option<Operation> {
    let mut fitting: Vec<Operation> = operations()
        .into_iter()
        .filter(|operation| operation.method == method && operation.is_at(address))
        .collect();
    fitting.sort_by_key(|operation| operation.path.matches('{').count());
    fitting.into_iter().next()
}

/// Holds an answer against the description: its status is named there, and its body looks as said.
#[track_caller]
pub fn described(method: &Method, address: &str, answer: &Answer) {
    let Some(operation) = operation_at(method, address) else {
        return;
    };
    let (name, status) = (operation.name(), answer.status);
    let Some(response) = operation.response(status) else {
        panic!(
            "{name} is not described to answer {status}: {}",
            answer.text
        );
    };
    let kind = answer.header("content-type");
    let kind = kind.split(';').next().unwrap_or_default();
    let content = &response["content"];
    match content.get(kind) {
        Some(said) if kind.ends_with("json") => {
            if let Err(wrong) = schema::fits(&said["schema"], &answer.body) {
                panic!("{name} {status}: {wrong}: {}", answer.text);
            }
        }
        Some(_) => {}
        None => assert!(
            content.is_null() && answer.text.is_empty(),
            "{name} {status} is not described to answer `{kind}`: {}",
            answer.text
        ),
    }
}
