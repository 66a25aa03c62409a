//! Who may ask for what: every address of the staff is in the table, and the table is held to.

use crate::document::operations;
use crate::house::House;
use axum::body::Body;
use axum::http::{Method, Request};
use doorbuster_http::rights::{Needs, RIGHTS, Right, needed};
use records::Role;
use std::collections::BTreeSet;
use std::path::Path;

type Addresses = BTreeSet<(String, String)>;

fn in_table(beginning: &str) -> Addresses {
    let rights = RIGHTS
        .iter()
        .filter(|right| right.path.starts_with(beginning));
    let pair = |right: &Right| (right.method.to_owned(), right.path.to_owned());
    rights.map(pair).collect()
}

/// The routes of the desk's pages, as their sources have them.
fn of_pages() -> Addresses {
    let mut found = routes_of_pages();
    found.retain(|(_, path)| path == "/desk" || path.starts_with("/desk/"));
    found
}

/// The routes of all pages, as their sources have them.
pub fn routes_of_pages() -> Addresses {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages/routes");
    let mut found = Addresses::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => collect(&std::fs::read_to_string(path).expect("text"), &mut found),
            }
        }
    }
    found
}

fn collect(source: &str, found: &mut Addresses) {
    for route in source.split(".route(").skip(1) {
        let path = route.split('"').nth(1).unwrap_or_default();
        let handlers = route.split('"').nth(2).unwrap_or_default();
        for method in ["get", "post", "put", "patch", "delete"] {
            let call = format!("{method}(");
            let calls = handlers.match_indices(&call);
            let is_call = |at: usize| {
                let before = handlers[..at].chars().next_back();
                before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_')
            };
            if calls.into_iter().any(|(at, _)| is_call(at)) {
                found.insert((method.to_uppercase(), path.to_owned()));
            }
        }
    }
}

#[test]
fn every_address_of_the_staff_is_in_the_table_and_no_other() {
    let staff = |path: &str| path.starts_with("/v1/staff/");
    let described: Addresses = operations()
        .into_iter()
        .filter(|operation| staff(operation.path))
        .map(|operation| (operation.method.to_string(), operation.path.to_owned()))
        .collect();
    assert_eq!(described, in_table("/v1/"));
    let pages = of_pages();
    assert!(pages.len() > 30, "{pages:?}");
    assert_eq!(pages, in_table("/desk"));
    let once: BTreeSet<_> = RIGHTS
        .iter()
        .map(|right| (right.method, right.path))
        .collect();
    assert_eq!(once.len(), RIGHTS.len(), "an address is there twice");
}

#[test]
fn what_the_table_does_not_know_is_for_nobody() {
    assert_eq!(needed(&Method::GET, "/desk/nowhere"), None);
    assert_eq!(needed(&Method::PUT, "/desk/orders"), None);
    let head = needed(&Method::HEAD, "/desk/orders");
    assert_eq!(head, Some(Needs::Role(Role::Viewer)), "as GET");
}

/// The request for a right, with something in the place of each part.
fn request(right: &Right) -> axum::http::request::Builder {
    let path = right.path.replace(['{', '}'], "");
    let request = Request::builder().method(right.method).uri(path);
    match right.path.starts_with("/v1/") {
        true => request.header("content-type", "application/json"),
        false => request.header("content-type", "application/x-www-form-urlencoded"),
    }
}

fn smaller(role: Role) -> Option<&'static str> {
    match role {
        Role::Viewer => None,
        Role::Support => Some("viewer"),
        Role::Merchandiser => Some("support"),
        Role::Owner => Some("merchandiser"),
    }
}

#[tokio::test]
async fn nobody_and_every_smaller_role_are_refused_everywhere() {
    let house = House::open().await;
    for right in RIGHTS {
        let Needs::Role(role) = right.needs else {
            continue;
        };
        let name = format!("{} {}", right.method, right.path);
        let stranger = house.stranger().raw(request(right), Body::empty()).await;
        match right.path.starts_with("/v1/") {
            true => assert_eq!(stranger.status, 401, "{name}"),
            false => assert_eq!(
                (
                    stranger.status,
                    stranger.header("location").starts_with("/desk/sign-in")
                ),
                (303, true),
                "{name}"
            ),
        }
        let unknown = house.staff("dbs_of_nobody");
        let unknown = unknown.raw(request(right), Body::empty()).await;
        assert!([401, 303].contains(&unknown.status), "{name}");
        if let Some(smaller) = smaller(role) {
            let smaller = house
                .staff(smaller)
                .raw(request(right), Body::empty())
                .await;
            assert_eq!(smaller.status, 403, "{name}");
        }
    }
}
