//! A browser that keeps its cookies and follows nothing by itself.

use super::House;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::io::Read;
use tower::ServiceExt;

/// A browser without script.
pub struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
    pub language: &'static str,
    /// What it calls itself.
    pub agent: &'static str,
    /// The role whose key it carries; none where blank.
    pub bearer: &'static str,
    /// What it unpacks.
    pub unpacks: &'static str,
}

/// The page that came.
pub struct Page {
    pub status: StatusCode,
    pub location: String,
    /// When and where it loads itself again.
    pub refresh: String,
    pub text: String,
    pub headers: HeaderMap,
}

impl House {
    pub fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            language: "ko",
            agent: "Mozilla/5.0 (X11; Linux x86_64)",
            bearer: "",
            unpacks: "",
        }
    }
}

impl Browser {
    pub async fn see(&mut self, address: &str) -> Page {
        self.send(Request::get(address), Body::empty()).await
    }

    /// The session of who browses, for a program.
    pub fn session(&self) -> serde_json::Value {
        self.cookies["doorbuster_session"].as_str().into()
    }

    /// Looks at an address by another name of the machine.
    pub async fn see_at(&mut self, host: &str, address: &str) -> Page {
        let request = Request::get(address)
            .header(header::HOST, host)
            .header("sec-fetch-mode", "navigate");
        self.send(request, Body::empty()).await
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

    /// Sends a form of several parts; those with a file name are files.
    pub async fn post_parts(&mut self, address: &str, parts: &[(&str, &str, &[u8])]) -> Page {
        let mut body = Vec::new();
        for (name, file, content) in parts {
            let file = match *file {
                "" => String::new(),
                file => format!("; filename=\"{file}\""),
            };
            let head =
                format!("--part\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
            body.extend(head.into_bytes());
            body.extend(*content);
            body.extend(b"\r\n");
        }
        body.extend(b"--part--\r\n");
        let request = Request::post(address)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=part")
            .header("sec-fetch-site", "same-origin");
        self.send(request, Body::from(body)).await
    }

    /// Looks at an address again until it shows `text`.
    pub async fn see_until(&mut self, address: &str, text: &str) -> Page {
        for _ in 0..10_000 {
            let page = self.see(address).await;
            if page.has(text) {
                return page;
            }
            tokio::task::yield_now().await;
        }
        panic!(
            "{address} never shows {text}: {}",
            self.see(address).await.text
        )
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

    /// Presses the Undo of a page that tells of a deed, and goes where the answer leads.
    pub async fn press_undo(&mut self, told: &Page) -> Page {
        let undo = told.undo();
        let (action, fields) = undo.unwrap_or_else(|| panic!("it offers no undo: {}", told.text));
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.post_and_follow(&action, &fields).await
    }

    /// A cookie that it keeps.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let value = self.cookies.get(name).cloned();
        value.filter(|value| !value.is_empty())
    }

    /// Has it keep a cookie that nobody gave it.
    pub fn keep(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    pub async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Page {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = match self.bearer {
            "" => request,
            role => request.header(header::AUTHORIZATION, format!("Bearer {role}")),
        };
        let request = request
            .header(header::COOKIE, cookies.join("; "))
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header(header::USER_AGENT, self.agent)
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
        let told = |name| {
            let value = answer.headers().get(name);
            value
                .map_or("", |value: &HeaderValue| value.to_str().expect("ASCII"))
                .to_owned()
        };
        let (location, refresh) = (told(header::LOCATION), told(header::REFRESH));
        let status = answer.status();
        let headers = answer.headers().clone();
        let bytes = to_bytes(answer.into_body(), 1 << 22).await.expect("a body");
        Page {
            status,
            location,
            refresh,
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

    /// Where its Undo is sent and what it says; none where it offers none.
    pub fn undo(&self) -> Option<(String, Vec<(String, String)>)> {
        let form = self.text.split("class=\"undo\"").nth(1)?;
        let form = form.split("</form>").next()?;
        let inputs = form.split("<input").skip(1);
        let fields = inputs.map(|input| (attribute(input, "name"), attribute(input, "value")));
        Some((attribute(form, "action"), fields.collect()))
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let behind = tag.split(&format!(" {name}=\"")).nth(1);
    let value = behind.and_then(|behind| behind.split('"').next());
    value.unwrap_or_default().replace("&amp;", "&")
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
