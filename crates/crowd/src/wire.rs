//! How asks and answers stand on the wire: `docs/contracts/http.md`. Nothing here has a socket.

use crate::said::{ProblemSaid, SessionSaid};
use crate::{Answer, Ask, Method, Said, What};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// The verb of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Reads.
    Get,
    /// Makes.
    Post,
    /// Sets.
    Put,
    /// Takes away.
    Delete,
}

/// A request as it goes out. The handover token of a member is the driver's to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The verb.
    pub verb: Verb,
    /// The path with its query at the shop, or a whole address at the provider.
    pub target: String,
    /// The media type of the body.
    pub media: &'static str,
    /// The body; empty for none.
    pub body: Vec<u8>,
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

impl Ask {
    /// The request of this ask; `token` is the signed handover of a member who comes in.
    pub fn call(&self, token: Option<&str>) -> Call {
        let (verb, target) = self.target();
        let body = self.body(token);
        let is_form = matches!(self.what, What::FillIn { .. });
        Call {
            verb,
            target,
            media: if is_form { FORM } else { JSON },
            body,
        }
    }

    fn target(&self) -> (Verb, String) {
        match &self.what {
            What::OpenSession(_) => (Verb::Post, "/v1/sessions".into()),
            What::SeeDeal { deal } => (Verb::Get, format!("/v1/deals/{}", escaped(deal))),
            What::Watch { deal } => (Verb::Put, format!("/v1/watches/{}", escaped(deal))),
            What::Hold { .. } => (Verb::Post, "/v1/holds".into()),
            What::Release { hold } => (Verb::Delete, format!("/v1/holds/{hold}")),
            What::LeaveWaitlist { place } => (Verb::Delete, format!("/v1/waitlist/{place}")),
            What::SeeCart => (Verb::Get, self.shown("/v1/cart".into())),
            What::CheckOut { .. } => (Verb::Post, "/v1/checkouts".into()),
            What::Pay { checkout, .. } => {
                (Verb::Post, format!("/v1/checkouts/{checkout}/payments"))
            }
            What::FillIn { url, .. } => (Verb::Post, url.clone()),
            What::SeeCheckout { checkout } => {
                (Verb::Get, self.shown(format!("/v1/checkouts/{checkout}")))
            }
            What::Cancel { order } => (Verb::Post, format!("/v1/orders/{order}/cancel")),
        }
    }

    fn shown(&self, path: String) -> String {
        match &self.at_least {
            Some(seq) => format!("{path}?at_least={}", escaped(seq)),
            None => path,
        }
    }

    fn body(&self, token: Option<&str>) -> Vec<u8> {
        let value = match &self.what {
            What::OpenSession(_) => {
                token.map_or_else(|| json!({}), |token| json!({"token": token}))
            }
            What::Hold {
                deal,
                sku,
                units,
                or_wait,
            } => json!({"deal": &**deal, "sku": &**sku, "units": units, "or_wait": or_wait}),
            What::CheckOut {
                checkout,
                orders,
                holds,
            } => {
                json!({
                    "checkout": checkout, "orders": orders, "holds": holds, "zone": "",
                    "contact": contact(checkout), "device": device(checkout),
                })
            }
            What::Pay {
                method,
                amount,
                currency,
                ..
            } => json!({
                "method": if *method == Method::Card { "card" } else { "wallet" },
                "months": 0,
                "amount": {"amount": amount, "currency": &**currency},
                "return_url": "/orders",
            }),
            What::FillIn { card, .. } => {
                let number = card.number();
                return format!("number={number}&expiry=12%2F39&cvc=123&decision=approve")
                    .into_bytes();
            }
            _ => return Vec::new(),
        };
        value.to_string().into_bytes()
    }

    /// What an answer of the shop or the provider says to this ask.
    ///
    /// # Errors
    /// When a good answer is not what the contract says; with what is wrong.
    pub fn read(&self, status: u16, seq: Option<&str>, body: &[u8]) -> Result<Answer, String> {
        if matches!(self.what, What::FillIn { .. }) && matches!(status, 200 | 302 | 303) {
            return Ok(done(Said::SentBack, None));
        }
        if !(200..300).contains(&status) {
            return Ok(refused(status, body));
        }
        let said = self.read_said(status, body)?;
        Ok(done(said, seq.map(Arc::from)))
    }

    fn read_said(&self, status: u16, body: &[u8]) -> Result<Said, String> {
        Ok(match &self.what {
            What::OpenSession(_) => Said::Session(parsed::<SessionSaid>(body)?.session.into()),
            What::SeeDeal { .. } => Said::Deal(Box::new(parsed(body)?)),
            What::Hold { .. } if status == 202 => Said::Place(parsed(body)?),
            What::Hold { .. } => Said::Hold(parsed(body)?),
            What::SeeCart => Said::Cart(parsed(body)?),
            What::CheckOut { .. } | What::SeeCheckout { .. } => Said::Checkout(parsed(body)?),
            What::Pay { .. } => Said::Payment(parsed(body)?),
            What::Watch { .. }
            | What::Release { .. }
            | What::LeaveWaitlist { .. }
            | What::FillIn { .. }
            | What::Cancel { .. } => Said::Done,
        })
    }
}

fn done(said: Said, seq: Option<Arc<str>>) -> Answer {
    Answer::Said { said, seq }
}

fn refused(status: u16, body: &[u8]) -> Answer {
    let problem: ProblemSaid = serde_json::from_slice(body).unwrap_or_default();
    let kind = problem
        .kind
        .as_deref()
        .and_then(|kind| kind.rsplit('/').next());
    let name = problem.refusal.as_deref().or(kind);
    Answer::Refused {
        status,
        name: name.map_or_else(|| format!("status {status}"), str::to_owned),
    }
}

fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| {
        let text = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
        format!("{error} in {text}")
    })
}

/// Where the crowd lives: a town hall for each province, about as often as people live there.
const HOMES: [(u64, &str, &str); 17] = [
    (11, "10444", "경기도 고양시 덕양구 고양시청로 10"),
    (7, "04524", "서울특별시 중구 세종대로 110"),
    (3, "47545", "부산광역시 연제구 중앙대로 1001"),
    (3, "51154", "경상남도 창원시 의창구 중앙대로 300"),
    (2, "21554", "인천광역시 남동구 정각로 29"),
    (2, "36759", "경상북도 안동시 풍천면 도청대로 455"),
    (2, "41911", "대구광역시 중구 공평로 88"),
    (2, "32255", "충청남도 홍성군 홍북읍 충남대로 21"),
    (1, "58564", "전라남도 무안군 삼향읍 오룡길 1"),
    (1, "54968", "전북특별자치도 전주시 완산구 효자로 225"),
    (1, "28515", "충청북도 청주시 상당구 상당로 82"),
    (1, "24266", "강원특별자치도 춘천시 중앙로 1"),
    (1, "35242", "대전광역시 서구 둔산로 100"),
    (1, "61945", "광주광역시 서구 내방로 111"),
    (1, "44675", "울산광역시 남구 중앙로 201"),
    (1, "63122", "제주특별자치도 제주시 문연로 6"),
    (1, "30151", "세종특별자치시 한누리대로 2130"),
];

/// The same for the same checkout, so that who asks again asks for the same (FNV-1a).
fn lot(checkout: &Uuid) -> u64 {
    let mix = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
    checkout.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325, mix) >> 16
}

/// Nobody in the crowd is anybody; where they live is public.
fn contact(checkout: &Uuid) -> Value {
    let all: u64 = HOMES.iter().map(|(share, ..)| share).sum();
    let mut left = lot(checkout) % all;
    let home = HOMES.iter().find(|(share, ..)| {
        let here = left < *share;
        left = left.saturating_sub(*share);
        here
    });
    let (_, postcode, line1) = home.expect("the lot is less than all");
    json!({
        "name": "홍길동", "phone": "010-0000-0000", "email": "crowd@example.com",
        "address": {"country": "KR", "postcode": postcode, "line1": line1, "line2": ""},
        "memo": "",
    })
}

/// About three of four Koreans who shop online do so on a phone.
fn device(checkout: &Uuid) -> &'static str {
    match lot(checkout) / 64 % 100 {
        0..75 => "phone",
        75..78 => "tablet",
        _ => "computer",
    }
}

/// A value as a path's segment or a query's value (RFC 3986, unreserved characters stay).
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                escaped.push(char::from(byte));
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crowd_lives_everywhere_and_asks_again_for_the_same() {
        let ids: Vec<Uuid> = (0..2_000).map(Uuid::from_u128).collect();
        let postcodes: std::collections::BTreeSet<String> = ids
            .iter()
            .map(|id| contact(id)["address"]["postcode"].to_string())
            .collect();
        assert_eq!(postcodes.len(), HOMES.len());
        let phones = ids.iter().filter(|id| device(id) == "phone").count();
        assert!((1_400..1_600).contains(&phones), "{phones}");
        assert_eq!(contact(&ids[7]), contact(&ids[7]));
    }
    use crate::{Card, Who};
    use uuid::Uuid;

    fn ask(what: What) -> Ask {
        Ask {
            what,
            session: None,
            key: None,
            at_least: None,
        }
    }

    #[test]
    fn ids_of_the_shop_are_escaped_in_paths() {
        let deal = Arc::from("밤 1/2");
        let call = ask(What::SeeDeal { deal }).call(None);
        assert_eq!(call.target, "/v1/deals/%EB%B0%A4%201%2F2");
    }

    #[test]
    fn a_hold_or_a_place_is_told_by_the_status() {
        let ask = ask(What::Hold {
            deal: "d".into(),
            sku: "s".into(),
            units: 1,
            or_wait: true,
        });
        let hold = br#"{"hold":"h1","expires_at":"2026-11-11T00:00:20.000Z"}"#;
        let place = br#"{"place":"p1","ahead":3}"#;
        let held = ask.read(201, Some("0-7"), hold);
        assert!(
            matches!(held, Ok(Answer::Said { said: Said::Hold(h), seq: Some(_) }) if h.hold == "h1")
        );
        let waiting = ask.read(202, None, place);
        assert!(matches!(waiting, Ok(Answer::Said { said: Said::Place(p), .. }) if p.ahead == 3));
        assert!(ask.read(201, None, b"{}").is_err(), "a hold has an id");
    }

    #[test]
    fn a_refusal_is_known_by_its_name_else_by_the_problems_type() {
        let ask = ask(What::SeeCart);
        let name = |body: &[u8]| match ask.read(409, None, body) {
            Ok(Answer::Refused { name, .. }) => name,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            name(br#"{"refusal":"stock_exhausted","type":"/problems/x"}"#),
            "stock_exhausted"
        );
        assert_eq!(name(br#"{"type":"/problems/no-session"}"#), "no-session");
        assert_eq!(name(b"<html>"), "status 409");
    }

    #[test]
    fn a_member_comes_in_with_a_token_and_a_card_goes_to_the_providers_page() {
        let who = Who::Member {
            id: "m".into(),
            verified: true,
        };
        let call = ask(What::OpenSession(who)).call(Some("a.b.c"));
        assert_eq!(call.body, br#"{"token":"a.b.c"}"#);
        let url = String::from("http://localhost:1112/pay/1");
        let card = Card::Good;
        let page = ask(What::FillIn { url, card });
        assert_eq!(page.call(None).media, FORM);
        assert!(matches!(page.read(303, None, b""), Ok(Answer::Said { .. })));
    }

    #[test]
    fn a_checkout_says_how_its_orders_stand_whatever_the_case_of_the_word() {
        let id = Uuid::from_u128(7);
        let text = format!(
            r#"{{"checkout":"{id}","total":{{"amount":9900,"currency":"KRW"}},"state":"Paid","orders":[{{"order":"{id}"}}]}}"#
        );
        let ask = ask(What::SeeCheckout { checkout: id });
        let Ok(Answer::Said {
            said: Said::Checkout(said),
            ..
        }) = ask.read(200, None, text.as_bytes())
        else {
            panic!("it is a checkout");
        };
        assert!(said.is_sold());
        assert_eq!(said.state_of(id), Some("paid"));
        assert_eq!(said.state_of(Uuid::from_u128(8)), None);
    }
}
