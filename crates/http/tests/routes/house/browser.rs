//! A browser that keeps its cookies and follows nothing by itself.

use super::House;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::io::Read;
use tower::ServiceExt;

/// A browser without script.
pub struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
    pub language: &'static str,
    /// What it unpacks.
    pub unpacks: &'static str,
}

/// The page that came.
pub struct Page {
    pub status: StatusCode,
    pub location: String,
    pub text: String,
    headers: HeaderMap,
}

impl House {
    pub fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            language: "ko",
            unpacks: "",
        }
    }
}

impl Browser {
    pub async fn see(&mut self, address: &str) -> Page {
        self.send(Request::get(address), Body::empty()).await
    }

    pub async fn post(&mut self, address: &str, form: &[(&str, &str)]) -> Page {
        let pairs: Vec<String> = form
            .iter()
            .map(|(name, value)| format!("{name}={}", escaped(value)))
            .collect();
        let request = Request::post(address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, Body::from(pairs.join("&"))).await
    }

    /// Sends a form and goes where the answer leads.
    pub async fn post_and_follow(&mut self, address: &str, form: &[(&str, &str)]) -> Page {
        let answer = self.post(address, form).await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{address}: {}",
            answer.text
        );
        self.see(&answer.location).await
    }

    async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Page {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = request
            .header(header::COOKIE, cookies.join("; "))
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header(header::ACCEPT_ENCODING, self.unpacks)
            .body(body)
            .expect("a request");
        let answer = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("it never fails");
        for line in answer.headers().get_all(header::SET_COOKIE) {
            let pair = line
                .to_str()
                .expect("ASCII")
                .split(';')
                .next()
                .expect("a pair");
            let (name, value) = pair.split_once('=').expect("a pair");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let location = answer.headers().get(header::LOCATION);
        let location = location
            .map_or("", |location| location.to_str().expect("ASCII"))
            .to_owned();
        let status = answer.status();
        let headers = answer.headers().clone();
        let bytes = to_bytes(answer.into_body(), 1 << 22).await.expect("a body");
        Page {
            status,
            location,
            text: unpacked(&headers, &bytes),
            headers,
        }
    }
}

/// The text of an answer, packed or not.
fn unpacked(headers: &HeaderMap, bytes: &[u8]) -> String {
    let mut text = String::new();
    let read = match headers.get(header::CONTENT_ENCODING) {
        Some(coding) if coding == "gzip" => GzDecoder::new(bytes).read_to_string(&mut text),
        _ => (&mut &*bytes).read_to_string(&mut text),
    };
    read.expect("UTF-8, whole");
    text
}

impl Page {
    /// A header of the answer; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// The deals of its tiles, in their order.
    pub fn deals(&self) -> Vec<&str> {
        let behind = self.text.split("<li class=\"tile\"").skip(1);
        behind
            .filter_map(|tile| tile.split("data-deal=\"").nth(1)?.split('"').next())
            .collect()
    }

    /// The value of the first field of that name on the page.
    pub fn field(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let rest = self
            .text
            .split(&mark)
            .nth(1)
            .unwrap_or_else(|| panic!("no field {name}: {}", self.text));
        rest.split('"').next().expect("it ends").to_owned()
    }

    /// The values of all fields of that name.
    pub fn fields(&self, name: &str) -> Vec<String> {
        let mark = format!("name=\"{name}\" value=\"");
        let rests = self.text.split(&mark).skip(1);
        let values = rests.filter_map(|rest| rest.split('"').next());
        values.map(str::to_owned).collect()
    }

    pub fn has(&self, text: &str) -> bool {
        self.text.contains(text)
    }
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                (byte as char).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}
