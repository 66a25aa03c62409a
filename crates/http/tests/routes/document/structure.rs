//! The document is whole: OpenAPI 3.1, every operation told in words, every reference leading
//! somewhere; and what is served is what is described.

use super::schema::resolved;
use super::{DOCUMENT, operations};
use crate::house::House;
use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::Value;
use std::collections::BTreeSet;

#[tokio::test]
async fn the_document_that_is_served_is_the_one_that_is_held_against_the_answers() {
    let house = House::unscheduled().await;
    let served = house.stranger().get("/v1/openapi.json").await.is(200);
    assert_eq!(served.body, *DOCUMENT);
    let version = served.says("openapi");
    assert!(version.starts_with("3.1."), "{version}");
    for field in ["title", "version", "description"] {
        assert!(DOCUMENT["info"][field].is_string(), "{field}");
    }
    let page = house.stranger().get("/v1/docs/").await.is(200);
    assert!(page.text.contains("swagger-ui"), "a page to try it");
}

#[test]
fn every_operation_is_told_in_words_and_can_say_no() {
    let mut ids = BTreeSet::new();
    for operation in operations() {
        let (name, sheet) = (operation.name(), operation.sheet);
        let id = sheet["operationId"].as_str().unwrap_or_default();
        assert!(ids.insert(id), "{name}: the id `{id}` is another's, too");
        let summary = sheet["summary"].as_str().unwrap_or_default();
        assert!(summary.len() > 5, "{name} has no summary");
        assert!(!operation.tag().is_empty(), "{name} is for nobody");
        let problem = "/responses/default/content/application~1problem+json/schema/$ref";
        assert_eq!(
            sheet.pointer(problem).and_then(Value::as_str),
            Some("#/components/schemas/Problem"),
            "{name} does not say how it says no"
        );
        let responses = sheet["responses"].as_object().expect("responses");
        assert!(
            responses.keys().any(|status| status.starts_with('2')),
            "{name}"
        );
        for (status, response) in responses {
            assert!(response["description"].is_string(), "{name} {status}");
        }
    }
}

#[test]
fn every_parameter_of_a_path_is_described_and_no_other() {
    for operation in operations() {
        let in_path = operation
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let wanted: BTreeSet<&str> = in_path.collect();
        let said = operation.parameters().filter(|one| one["in"] == "path");
        let said: BTreeSet<&str> = said
            .inspect(|one| assert_eq!(one["required"], true, "{}", operation.name()))
            .filter_map(|one| one["name"].as_str())
            .collect();
        assert_eq!(said, wanted, "{}", operation.name());
    }
}

#[test]
fn every_reference_leads_somewhere_and_nothing_is_described_for_nobody() {
    let mut used = BTreeSet::new();
    references(&DOCUMENT, &mut used);
    for reference in &used {
        resolved(reference).expect("it leads somewhere");
    }
    let schemas = DOCUMENT["components"]["schemas"].as_object();
    for name in schemas.expect("schemas").keys() {
        let reference = format!("#/components/schemas/{name}");
        assert!(used.contains(reference.as_str()), "{name} is used nowhere");
    }
}

fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// Two types of one name would be one schema in the document, and one of them would not be described.
#[test]
fn no_two_types_are_described_under_one_name() {
    let mut names = BTreeSet::new();
    for (file, text) in sources() {
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            if !(line.starts_with("#[derive(") && line.contains("ToSchema")) {
                continue;
            }
            let mut name = None;
            for line in lines.by_ref() {
                if let Some(told) = line.strip_prefix("#[schema(as = ") {
                    name = Some(told.trim_end_matches(")]").to_owned());
                }
                let words: Vec<&str> = line.split([' ', '<', '{', '(']).collect();
                if let Some(at) = words
                    .iter()
                    .position(|word| matches!(*word, "struct" | "enum"))
                {
                    let name = name.unwrap_or_else(|| words[at + 1].to_owned());
                    assert!(names.insert(name.clone()), "{file}: another `{name}`");
                    break;
                }
            }
        }
    }
    assert!(names.len() > 50, "{}", names.len());
}

fn sources() -> Vec<(String, String)> {
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let text = std::fs::read_to_string(&path).expect("a text");
                    sources.push((path.display().to_string(), text));
                }
            }
        }
    }
    sources
}

/// Addresses under /v1 that are no part of the API: the description itself and the page to try it.
const BESIDE_THE_API: [&str; 4] = [
    "/v1/openapi.json",
    "/v1/docs",
    "/v1/docs/",
    "/v1/docs/{*rest}",
];

#[tokio::test]
async fn what_is_served_is_described_and_what_is_described_is_served() {
    let house = House::unscheduled().await;
    let mut served = BTreeSet::new();
    for path in house.paths() {
        if !path.starts_with("/v1/") || BESIDE_THE_API.contains(&path.as_str()) {
            continue;
        }
        for method in house.methods_of(&path).await {
            served.insert(format!("{method} {path}"));
        }
    }
    let described: BTreeSet<String> = operations().iter().map(super::Operation::name).collect();
    assert_eq!(served, described);
}

impl House {
    /// The paths of all routes, as the router itself lists them.
    pub fn paths(&self) -> Vec<String> {
        let told = format!("{:?}", doorbuster_http::router(self.shop.clone()));
        let list = told
            .split("paths: {")
            .nth(1)
            .expect("the router lists them");
        let list = list.split('}').next().map(|_| list).expect("a list");
        let routes = list.split("RouteId(").skip(1);
        let paths = routes.map_while(|route| {
            let (number, rest) = route.split_once("): \"")?;
            number.parse::<u32>().ok()?;
            rest.split_once('"').map(|(path, _)| path.to_owned())
        });
        paths.collect()
    }

    /// The methods that a path takes, as the answer to one that none takes says; HEAD goes with GET.
    pub async fn methods_of(&self, path: &str) -> Vec<String> {
        let address = path.replace(['{', '}'], "");
        let request = Request::builder().method(Method::TRACE).uri(&address);
        let answer = self.stranger().send(request, Body::empty()).await.is(405);
        let methods = answer.header("allow").split(',').map(str::to_owned);
        methods.filter(|method| method != "HEAD").collect()
    }
}
