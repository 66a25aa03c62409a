//! Laws that hold for every operation of the document: who is let in, what cannot be read, pages,
//! waiting reads, limits, methods. What each operation does is in the folders beside this one.

use super::{Operation, operations};
use crate::house::{Answer, Client, House, limits};
use axum::body::Body;
use axum::http::{Method, Request, request};
use futures::future::join_all;
use serde_json::json;
use std::collections::BTreeSet;

/// Shoppers come to these without a session, since they are on the way to one.
const ON_THE_WAY_IN: [&str; 6] = [
    "POST /v1/sessions",
    "DELETE /v1/sessions",
    "POST /v1/accounts",
    "POST /v1/accounts/sign-in",
    "POST /v1/accounts/forgotten",
    "POST /v1/accounts/forgotten/password",
];
/// Writes that take no key: what carries a credential is not stored, a batch has a key for each
/// request, files are known row by row, and callbacks by what they tell.
const WITHOUT_KEY: [&str; 15] = [
    "POST /v1/accounts/forgotten",
    "POST /v1/accounts/forgotten/password",
    "POST /v1/me/erase",
    "POST /v1/sessions",
    "DELETE /v1/sessions",
    "POST /v1/accounts/sign-in",
    "POST /v1/staff/sessions",
    "DELETE /v1/staff/sessions",
    "POST /v1/batches",
    "POST /v1/staff/schedule/import",
    "POST /v1/staff/shipments",
    "POST /v1/staff/deliveries",
    "POST /v1/staff/returns",
    "POST /v1/payments/callbacks",
    "POST /v1/payments/callbacks/batches",
];

impl Operation {
    fn request(&self) -> request::Builder {
        Request::builder()
            .method(self.method.clone())
            .uri(self.address())
    }

    fn asked(&self, query: &str) -> request::Builder {
        let address = format!("{}?{query}", self.address());
        Request::builder().method(self.method.clone()).uri(address)
    }

    fn is_for_staff(&self) -> bool {
        self.tag() == "staff"
    }
}

/// Somebody whom the operation lets in.
async fn welcome(house: &House, operation: &Operation) -> Client {
    match operation.is_for_staff() {
        true => house.staff("owner"),
        false => house.guest().await,
    }
}

async fn send(client: &Client, request: request::Builder) -> Answer {
    client.send(request, Body::empty()).await
}

/// The first field that is wrong.
fn field(answer: &Answer) -> &str {
    answer.body["errors"][0]["field"]
        .as_str()
        .unwrap_or_default()
}

#[tokio::test]
async fn nobody_comes_in_without_a_session_or_a_key_and_nobody_with_a_false_one() {
    let house = House::at_the_bell().await;
    for operation in operations() {
        let name = operation.name();
        let wanted = match operation.tag() {
            "staff" => "sign_in_required",
            _ => "session_required",
        };
        let open = ON_THE_WAY_IN.contains(&name.as_str()) || name == "POST /v1/staff/sessions";
        if !matches!(operation.tag(), "staff" | "shopper") || open {
            continue;
        }
        let forged = house.stranger().with(&json!("AAAA"));
        let answer = send(&forged, operation.request()).await;
        assert_eq!((answer.status, answer.problem()), (401, wanted), "{name}");
        if operation.is_for_staff() || operation.method == Method::GET {
            let answer = send(&house.stranger(), operation.request()).await;
            assert_eq!((answer.status, answer.problem()), (401, wanted), "{name}");
        }
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_said_to_be() {
    let house = House::at_the_bell().await;
    for operation in operations() {
        if !operation.takes_json() || operation.tag() == "payment provider" {
            continue;
        }
        let client = welcome(&house, &operation).await;
        let name = operation.name();
        let json = || {
            operation
                .request()
                .header("content-type", "application/json")
        };
        let answer = client.send(json(), Body::from("{")).await;
        assert_eq!(
            (answer.status, answer.problem()),
            (400, "malformed"),
            "{name}"
        );
        let answer = client.send(json(), Body::from(r#""nonsense""#)).await;
        let wrong = (answer.status, answer.problem());
        assert!(
            [(422, "invalid"), (400, "malformed")].contains(&wrong),
            "{name}: {wrong:?}"
        );
    }
}

#[tokio::test]
async fn every_write_takes_a_key_and_none_that_cannot_be_one() {
    let house = House::at_the_bell().await;
    for operation in operations() {
        let name = operation.name();
        let keyless = operation.method == Method::GET || WITHOUT_KEY.contains(&name.as_str());
        assert_eq!(operation.takes("Idempotency-Key"), !keyless, "{name}");
        if keyless {
            continue;
        }
        let client = welcome(&house, &operation).await;
        for key in ["ключ", ""] {
            let request = operation.request().header("idempotency-key", key);
            let answer = send(&client, request).await.is(422);
            assert_eq!(field(&answer), "Idempotency-Key", "{name}");
        }
    }
}

#[tokio::test]
async fn a_list_has_pages_of_1_to_100_and_only_its_own_cursors() {
    let house = House::at_the_bell().await;
    for operation in operations() {
        let name = operation.name();
        assert_eq!(
            operation.takes("cursor"),
            operation.takes("limit"),
            "{name}"
        );
        if !operation.takes("cursor") {
            continue;
        }
        let client = welcome(&house, &operation).await;
        for (query, wrong) in [
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("cursor=%21", "cursor"),
        ] {
            let answer = send(&client, operation.asked(query)).await.is(422);
            assert_eq!(field(&answer), wrong, "{name}?{query}");
        }
        let answer = send(&client, operation.asked("limit=many")).await.is(400);
        assert_eq!(answer.problem(), "malformed", "{name}");
        // Of something that there is not, there is no list either.
        let status = if operation.path.contains('{') {
            404
        } else {
            200
        };
        send(&client, operation.asked("limit=100")).await.is(status);
    }
}

#[tokio::test]
async fn a_read_waits_for_the_write_it_is_told_of_but_not_for_ever() {
    let house = House::at_the_bell().await;
    let waiting = operations()
        .into_iter()
        .filter(|operation| operation.takes("at_least"));
    let house = &house;
    let waits = waiting.map(async |operation| {
        let name = operation.name();
        let client = welcome(house, &operation).await;
        for query in ["at_least=nonsense", "at_least=7-1"] {
            let answer = send(&client, operation.asked(query)).await.is(422);
            assert_eq!(field(&answer), "at_least", "{name}?{query}");
        }
        let answer = send(&client, operation.asked("at_least=0-999999")).await;
        let told = (answer.status, answer.header("retry-after"));
        assert_eq!(told, (503, "1"), "{name}");
        assert_eq!(answer.problem(), "not_shown_yet", "{name}");
    });
    assert!(join_all(waits).await.len() > 8);
}

#[tokio::test]
async fn what_there_is_not_is_not_found() {
    let house = House::at_the_bell().await;
    for operation in operations() {
        let looks = matches!(operation.method, Method::GET | Method::PUT | Method::DELETE);
        if !looks || !operation.path.contains('{') {
            continue;
        }
        let client = welcome(&house, &operation).await;
        let answer = send(&client, operation.request()).await;
        assert_eq!(answer.status, 404, "{}: {}", operation.name(), answer.text);
        answer.problem();
    }
}

#[tokio::test]
async fn another_method_is_told_which_ones_there_are() {
    let house = House::at_the_bell().await;
    let paths: BTreeSet<&str> = operations().iter().map(|one| one.path).collect();
    for path in paths {
        let here: Vec<Operation> = operations()
            .into_iter()
            .filter(|one| one.path == path)
            .collect();
        let address = here[0].address();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if super::operation_at(&method.parse().expect("a method"), &address).is_some() {
                continue;
            }
            let request = Request::builder().method(method).uri(&address);
            let answer = send(&house.stranger(), request).await.is(405);
            assert_eq!(answer.problem(), "method_not_allowed", "{method} {path}");
            let allowed: BTreeSet<&str> = answer.header("allow").split(',').collect();
            for operation in &here {
                assert!(
                    allowed.contains(operation.method.as_str()),
                    "{method} {path}: {allowed:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn who_asks_too_often_waits_wherever_they_ask() {
    let house = House::with(Some(limits(1, 10_000))).await;
    for (nth, operation) in operations().into_iter().enumerate() {
        let client = house.stranger().with(&json!(format!("somebody-{nth}")));
        client.get("/v1/festival").await.is(200);
        let answer = send(&client, operation.request()).await;
        let told = (answer.status, answer.header("retry-after"));
        assert_eq!(told, (429, "1"), "{}", operation.name());
        assert_eq!(answer.problem(), "rate_limited");
    }
}
