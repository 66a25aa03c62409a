//! Asking a server from outside, from a test that waits for the answer.

use reqwest::{Method, Response};
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// For how long somebody comes again who is told to.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client.
pub struct Web {
    runtime: Runtime,
    client: reqwest::Client,
}

impl Web {
    /// A client with connections of its own.
    pub fn open() -> Web {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().build().expect("a runtime");
        let client = reqwest::Client::builder().timeout(Duration::from_secs(10));
        let client = client.build().expect("a client");
        Web { runtime, client }
    }

    /// The status of a GET; none when nobody answers.
    pub fn status(&self, url: &str) -> Option<u16> {
        let ask = self.client.get(url);
        let answer = self.runtime.block_on(async { ask.send().await });
        Some(answer.ok()?.status().as_u16())
    }

    /// The head of the answer to a GET; its body goes on until it is dropped.
    pub fn get(&self, url: &str) -> Response {
        let ask = self.client.get(url);
        self.runtime
            .block_on(async { ask.send().await })
            .expect("somebody answers")
    }

    /// The head of the answer to a POST of nothing.
    pub fn post_nothing(&self, url: &str) -> Response {
        let ask = self.client.post(url);
        self.runtime
            .block_on(async { ask.send().await })
            .expect("somebody answers")
    }

    /// The rest of an answer.
    pub fn body(&self, answer: Response) -> String {
        self.runtime.block_on(answer.text()).expect("a text")
    }

    /// What a GET brings, which must succeed.
    pub fn text(&self, url: &str) -> String {
        let ask = self.client.get(url);
        self.runtime.block_on(async {
            let answer = ask.send().await.expect("somebody answers");
            assert_eq!(answer.status(), 200, "{url}");
            answer.text().await.expect("a text")
        })
    }

    /// What is answered to a body of JSON; the status must be of the kind that says yes.
    #[track_caller]
    pub fn post(&self, url: &str, bearer: &str, body: &Value) -> Value {
        let (status, answer) = self.ask(Method::POST, url, bearer, body);
        assert!((200..300).contains(&status), "{url}: {status} {answer}");
        answer
    }

    /// As [`Web::post`], of a change.
    #[track_caller]
    pub fn patch(&self, url: &str, bearer: &str, body: &Value) -> Value {
        let (status, answer) = self.ask(Method::PATCH, url, bearer, body);
        assert!((200..300).contains(&status), "{url}: {status} {answer}");
        answer
    }

    /// The status and what is answered; null where that is no JSON. Who is told that more is asked than can be done comes
    /// again when it says, as a client should.
    pub fn ask(&self, method: Method, url: &str, bearer: &str, body: &Value) -> (u16, Value) {
        let patient_until = Instant::now() + PATIENCE;
        loop {
            let (answer, again) = self.ask_once(method.clone(), url, bearer, body);
            match again.filter(|_| Instant::now() < patient_until) {
                Some(after) => std::thread::sleep(after),
                None => return answer,
            }
        }
    }

    /// The answer, and after what time to come again where nothing was done for now.
    fn ask_once(
        &self,
        method: Method,
        url: &str,
        bearer: &str,
        body: &Value,
    ) -> ((u16, Value), Option<Duration>) {
        let mut ask = self.client.request(method, url);
        if !bearer.is_empty() {
            ask = ask.bearer_auth(bearer);
        }
        if !body.is_null() {
            ask = ask.json(body);
        }
        self.runtime.block_on(async {
            let answer = ask.send().await.expect("somebody answers");
            let status = answer.status().as_u16();
            let again = answer.headers().get("retry-after");
            let again = again.and_then(|seconds| seconds.to_str().ok()?.parse().ok());
            let said: Value = answer.json().await.unwrap_or_default();
            let is_overloaded = said["type"] == "/problems/overloaded";
            let again = again.filter(|_| is_overloaded).map(Duration::from_secs);
            ((status, said), again)
        })
    }

    /// The status of the answer to a body of JSON that is sent with these headers.
    pub fn post_with(&self, url: &str, headers: &[(&str, &str)], body: &Value) -> u16 {
        let ask = self.client.post(url).json(body);
        let ask = headers
            .iter()
            .fold(ask, |ask, (name, value)| ask.header(*name, *value));
        let answer = self.runtime.block_on(async { ask.send().await });
        answer.expect("somebody answers").status().as_u16()
    }

    /// Sends a form, as a page does, and goes where that leads; the status there.
    pub fn send_form(&self, url: &str, fields: &[(&str, &str)]) -> u16 {
        let ask = self.client.post(url).form(fields);
        let answer = self.runtime.block_on(async { ask.send().await });
        answer.expect("somebody answers").status().as_u16()
    }

    /// Every entry of a list that comes in pages.
    pub fn list(&self, url: &str, bearer: &str) -> Vec<Value> {
        let (mut items, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = self.page(url, bearer, cursor.as_deref());
            items.extend(page["items"].as_array().expect("a list").iter().cloned());
            match page["next"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => return items,
            }
        }
    }

    fn page(&self, url: &str, bearer: &str, cursor: Option<&str>) -> Value {
        let cursor = cursor.map(|cursor| ("cursor", cursor));
        let ask = self
            .client
            .get(url)
            .bearer_auth(bearer)
            .query(cursor.as_slice());
        self.runtime.block_on(async {
            let answer = ask.send().await.expect("somebody answers");
            assert_eq!(answer.status(), 200, "{url}");
            answer.json().await.expect("JSON")
        })
    }
}
