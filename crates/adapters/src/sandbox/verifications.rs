//! The sandbox as a verifier of persons: it sends no code but shows it on a page. What it knows is in
//! memory alone and forgotten after some minutes.

use super::pages::language::Language;
use super::pages::secured;
use super::problem::problem;
use super::provider::Provider;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use maud::{DOCTYPE, html};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use subtle::ConstantTimeEq;
use vocabulary::Millis;

/// How long a code counts.
const CODE_MS: u64 = 3 * 60 * 1_000;
/// How many wrong codes make it count no more.
const WRONG_MAX: u8 = 5;
/// How many codes are under way at most; past it the oldest are forgotten.
const CODES_MAX: usize = 10_000;
/// The longest name or phone, in bytes.
const TEXT_BYTES_MAX: usize = 200;

type House = State<Arc<Provider>>;
type Sent<T> = Result<Json<T>, JsonRejection>;

/// A code that was asked for.
struct Code {
    digits: String,
    person: String,
    asked_at: Millis,
    wrong: u8,
}

/// The codes that are under way, by their ids.
#[derive(Default)]
pub(super) struct Verifications(Mutex<HashMap<String, Code>>);

#[derive(Deserialize)]
struct AskBody {
    name: String,
    phone: String,
}

#[derive(Deserialize)]
struct ConfirmBody {
    code: String,
}

/// What became of a code that was told.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Confirmed {
    Person(String),
    Wrong,
    Over,
}

/// The calls, for whoever has the key.
pub(super) fn calls() -> Router<Arc<Provider>> {
    Router::new()
        .route("/v1/verifications", post(ask))
        .route("/v1/verifications/{id}/confirm", post(confirm))
}

/// The page that shows the code.
pub(super) fn pages() -> Router<Arc<Provider>> {
    Router::new().route("/verifications/{id}", get(page))
}

impl Verifications {
    /// Makes a code for somebody; its id.
    fn ask(&self, name: &str, phone: &str, now: Millis) -> String {
        let id = hex::encode(rand::random::<[u8; 16]>());
        let code = Code {
            digits: format!("{:06}", rand::random::<u32>() % 1_000_000),
            person: person(name, phone),
            asked_at: now,
            wrong: 0,
        };
        let mut codes = self.0.lock().expect(UNPOISONED);
        codes.retain(|_, code| code.counts(now));
        if codes.len() >= CODES_MAX {
            codes.clear();
        }
        codes.insert(id.clone(), code);
        id
    }

    fn digits(&self, id: &str, now: Millis) -> Option<String> {
        let codes = self.0.lock().expect(UNPOISONED);
        let code = codes.get(id).filter(|code| code.counts(now));
        code.map(|code| code.digits.clone())
    }

    /// A right code is used up by it.
    fn confirm(&self, id: &str, told: &str, now: Millis) -> Confirmed {
        let mut codes = self.0.lock().expect(UNPOISONED);
        let Some(code) = codes.get_mut(id).filter(|code| code.counts(now)) else {
            return Confirmed::Over;
        };
        if bool::from(code.digits.as_bytes().ct_eq(told.trim().as_bytes())) {
            let person = code.person.clone();
            codes.remove(id);
            return Confirmed::Person(person);
        }
        code.wrong += 1;
        Confirmed::Wrong
    }
}

const UNPOISONED: &str = "nobody panics while holding the codes";

impl Code {
    fn counts(&self, now: Millis) -> bool {
        now.since(self.asked_at) < CODE_MS && self.wrong < WRONG_MAX
    }
}

/// The same person has the same id, however they write their name and their phone.
fn person(name: &str, phone: &str) -> String {
    let name: String = name.split_whitespace().collect();
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let hash = Sha256::digest(format!("sandbox person\0{}\0{digits}", name.to_lowercase()));
    hex::encode(hash)
}

async fn ask(State(provider): House, body: Sent<AskBody>) -> Response {
    let Ok(Json(AskBody { name, phone })) = body else {
        return problem(StatusCode::BAD_REQUEST, "name and phone are texts");
    };
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let long = name.len().max(phone.len()) > TEXT_BYTES_MAX;
    if name.trim().is_empty() || long || !(7..=15).contains(&digits) {
        return problem(
            StatusCode::UNPROCESSABLE_ENTITY,
            "a name and a phone are needed",
        );
    }
    let id = provider.verifications().ask(&name, &phone, provider.now());
    let page = format!("{}/verifications/{id}", provider.config().public_url);
    (StatusCode::CREATED, Json(json!({"id": id, "page": page}))).into_response()
}

async fn confirm(
    State(provider): House,
    Path(id): Path<String>,
    body: Sent<ConfirmBody>,
) -> Response {
    let Ok(Json(ConfirmBody { code })) = body else {
        return problem(StatusCode::BAD_REQUEST, "the code is a text");
    };
    match provider.verifications().confirm(&id, &code, provider.now()) {
        Confirmed::Person(person) => Json(json!({"person": person})).into_response(),
        Confirmed::Wrong => problem(StatusCode::UNPROCESSABLE_ENTITY, "the code is wrong"),
        Confirmed::Over => problem(StatusCode::GONE, "the code counts no more"),
    }
}

/// What the page says: title, note, and that there is no code.
const fn texts(language: Language) -> [&'static str; 3] {
    match language {
        Language::Ko => [
            "본인확인 인증번호",
            "연습용 서비스라서 문자를 보내지 않고 여기에 보여 드려요. 쇼핑몰 화면에 이 번호를 입력해 주세요.",
            "이 인증번호는 더 이상 쓸 수 없어요. 쇼핑몰에서 다시 받아 주세요.",
        ],
        Language::Zh => [
            "实名验证码",
            "这是演练用服务，不发短信，验证码显示在这里。请在商店页面输入。",
            "此验证码已失效，请在商店重新获取。",
        ],
        Language::En => [
            "Your verification code",
            "This service is for practice: it sends no message but shows the code here. Type it in at the shop.",
            "This code counts no more. Ask for another at the shop.",
        ],
    }
}

async fn page(State(provider): House, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let language = Language::of(None, &headers);
    let [title, note, over] = texts(language);
    let digits = provider.verifications().digits(&id, provider.now());
    let status = match digits {
        Some(_) => StatusCode::OK,
        None => StatusCode::NOT_FOUND,
    };
    let page = html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="stylesheet" href="/style.css";
            }
            body {
                main {
                    h1 { (title) }
                    @match &digits {
                        Some(digits) => { p { strong.amount { (digits) } } p { (note) } },
                        None => p { (over) },
                    }
                }
            }
        }
    };
    secured(status, page, "'none'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_counts_once_for_a_while_and_not_after_five_wrong_ones() {
        let codes = Verifications::default();
        let now = Millis(1_000_000);
        let id = codes.ask("홍 길동", "010-1234-5678", now);
        let digits = codes.digits(&id, now).expect("a code");
        let wrong = if digits == "000000" { "1" } else { "000000" };
        assert_eq!(codes.confirm(&id, wrong, now), Confirmed::Wrong);
        let told = codes.confirm(&id, &format!(" {digits} "), now.plus(CODE_MS - 1));
        assert_eq!(told, Confirmed::Person(person("홍길동", "01012345678")));
        assert_eq!(codes.confirm(&id, &digits, now), Confirmed::Over);
        let late = codes.ask("홍길동", "01012345678", now);
        assert_eq!(codes.digits(&late, now.plus(CODE_MS)), None);
        let guessed = codes.ask("홍길동", "01012345678", now);
        for _ in 0..WRONG_MAX {
            assert_eq!(codes.confirm(&guessed, wrong, now), Confirmed::Wrong);
        }
        assert_eq!(codes.confirm(&guessed, wrong, now), Confirmed::Over);
    }
}
