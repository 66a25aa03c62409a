//! What every source of addresses promises, shown of the list in the binary and of juso.go.kr, played by a server
//! that speaks the JSON of its manual.

use adapters::{BundledAddresses, JusoAddresses};
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use clerks::ports::{AddressSource, FoundAddress};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

const KEY: &str = "devU01TX0FVVEg=";

/// Proves every promise.
async fn prove_source(source: &dyn AddressSource) {
    let find = async |query: &str| source.find(query).await.expect("an answer");
    let hall = FoundAddress {
        postcode: "04524".to_owned(),
        line: "서울특별시 중구 세종대로 110".to_owned(),
    };
    assert_eq!(
        find("서울특별시 중구 세종대로 110").await.first(),
        Some(&hall)
    );
    for many in ["중앙로", "04524"] {
        let found = find(many).await;
        assert!(
            !found.is_empty() && found.len() <= 20,
            "{many}: {}",
            found.len()
        );
        let postcode = |one: &FoundAddress| {
            one.postcode.len() == 5 && one.postcode.bytes().all(|it| it.is_ascii_digit())
        };
        assert!(found.iter().all(postcode), "{many}: {found:?}");
        assert!(found.iter().all(|one| !one.line.is_empty()), "{many}");
    }
    for nothing in ["", "   ", "없는길이름로 7", "<>%=[]", "' OR 1=1 --"] {
        assert_eq!(find(nothing).await, [], "{nothing}");
    }
}

/// How the played service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    /// It answers.
    Well,
    /// It knows no such key.
    KeyRefused,
    /// It is broken.
    Broken,
    /// It answers something else.
    Strange,
}

struct Service {
    mood: Mood,
    asked: Mutex<Vec<HashMap<String, String>>>,
}

async fn answer(
    State(service): State<Arc<Service>>,
    Form(form): Form<HashMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let said = match service.mood {
        Mood::Well if form["confmKey"] == KEY => search(&form["keyword"]),
        Mood::Well | Mood::KeyRefused => refused("E0001", "승인되지 않은 KEY 입니다."),
        Mood::Broken => Value::Null,
        Mood::Strange => json!({"maintenance": true}),
    };
    service.asked.lock().expect("unpoisoned").push(form);
    match service.mood {
        Mood::Broken => (StatusCode::SERVICE_UNAVAILABLE, Json(said)),
        _ => (StatusCode::OK, Json(said)),
    }
}

/// As the manual has it: digits alone are no keyword, nor is what looks like an attack.
fn search(keyword: &str) -> Value {
    if keyword.bytes().all(|byte| byte.is_ascii_digit()) {
        return refused("E0009", "검색어에 문자와 숫자를 같이 입력하세요.");
    }
    if keyword.contains(['%', '=', '>', '<', '[', ']']) || keyword.contains(" OR ") {
        return refused("E0013", "SQL 예약어 또는 특수문자는 검색할 수 없습니다.");
    }
    let hall = |number: usize| {
        let road = format!("서울특별시 중구 세종대로 {number}");
        json!({
            "roadAddr": format!("{road} (태평로1가)"), "roadAddrPart1": road, "roadAddrPart2": " (태평로1가)",
            "jibunAddr": "서울특별시 중구 태평로1가 31 서울특별시청", "engAddr": "110 Sejong-daero, Jung-gu, Seoul",
            "zipNo": "04524", "admCd": "1114010300", "siNm": "서울특별시", "sggNm": "중구", "rn": "세종대로",
            "buldMnnm": number.to_string(), "buldSlno": "0", "bdNm": "서울특별시청",
        })
    };
    match keyword {
        "서울특별시 중구 세종대로 110" => told(&[hall(110)]),
        "중앙로" => told(&(1..=20).map(hall).collect::<Vec<_>>()),
        _ => told(&[]),
    }
}

fn told(found: &[Value]) -> Value {
    let common = json!({
        "errorMessage": "정상", "countPerPage": "20", "totalCount": found.len().to_string(),
        "errorCode": "0", "currentPage": "1",
    });
    json!({"results": {"common": common, "juso": found}})
}

fn refused(code: &str, message: &str) -> Value {
    let common = json!({
        "errorMessage": message, "countPerPage": "20", "totalCount": "0", "errorCode": code,
        "currentPage": "1",
    });
    json!({"results": {"common": common, "juso": null}})
}

/// The played service, and a client of it.
async fn juso(mood: Mood) -> (Arc<Service>, JusoAddresses) {
    let asked = Mutex::default();
    let service = Arc::new(Service { mood, asked });
    let router = Router::new()
        .route("/addrlink/addrLinkApi.do", post(answer))
        .with_state(service.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let client = JusoAddresses::at(&url, KEY, Arc::new(BundledAddresses));
    (service, client.expect("a client"))
}

#[tokio::test]
async fn the_list_in_the_binary_keeps_every_promise() {
    prove_source(&BundledAddresses).await;
}

#[tokio::test]
async fn the_governments_service_keeps_every_promise_and_is_asked_on_whatever_is_typed() {
    let (service, client) = juso(Mood::Well).await;
    for times in 1..=2 {
        prove_source(&client).await;
        let asked = service.asked.lock().expect("unpoisoned");
        let keywords = || asked.iter().map(|form| form["keyword"].as_str());
        assert!(asked.iter().all(|form| form["resultType"] == "json"));
        assert_eq!(keywords().filter(|word| *word == "중앙로").count(), times);
        assert_eq!(keywords().find(|word| *word == "04524"), None);
    }
}

#[tokio::test]
async fn a_service_that_fails_keeps_every_promise_and_is_not_asked_again_at_once() {
    for mood in [Mood::KeyRefused, Mood::Broken, Mood::Strange] {
        let (service, client) = juso(mood).await;
        prove_source(&client).await;
        let asked = service.asked.lock().expect("unpoisoned");
        assert_eq!(asked.len(), 1, "{mood:?}");
    }
}

#[tokio::test]
async fn a_service_that_nobody_answers_for_is_done_without_and_the_key_is_told_to_no_log() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", nobody.local_addr().expect("it is bound"));
    drop(nobody);
    let client = JusoAddresses::at(&url, KEY, Arc::new(BundledAddresses));
    let client = client.expect("a client");
    let found = client.find("제주 문연로 6").await.expect("an answer");
    assert_eq!(found[0].postcode, "63122");
    assert!(!format!("{client:?}").contains(KEY));
}
