//! The stage: a sandbox that is served, a shop that takes its callbacks, and a shopper.

use adapters::sandbox::{Clock, Knobs, Sandbox, SandboxConfig};
use adapters::{Secret, verify_signature};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use vocabulary::Millis;

pub const KEY: &str = "sandbox-key";
pub const GOOD: &str = "4242424242424242";
const SECRET: &str = "a secret of the shop and the sandbox";
/// 2026-11-22T04:00:00Z, ten minutes before payments expire.
const NOW: u64 = 1_795_320_000_000;
pub const EXPIRES_AT: u64 = NOW + 600_000;
/// How long a test waits for what must come; only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// A callback as it reached the shop, its signature verified.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    pub id: String,
    pub body: Value,
}

pub struct Stage {
    pub client: Client,
    pub base: String,
    pub folder: Arc<TempDir>,
    clock: Arc<AtomicU64>,
    shop: Shop,
    shop_url: String,
    callbacks: UnboundedReceiver<Taken>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

#[derive(Clone)]
struct Shop {
    /// What it answers.
    status: Arc<AtomicU16>,
    clock: Arc<AtomicU64>,
    took: UnboundedSender<Taken>,
}

impl Stage {
    pub async fn with(knobs: Knobs) -> Stage {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let clock = Arc::new(AtomicU64::new(NOW));
        let (took, callbacks) = unbounded_channel();
        let shop = Shop {
            status: Arc::new(AtomicU16::new(204)),
            clock: clock.clone(),
            took,
        };
        let shop_url = open_shop(shop.clone()).await;
        let (base, stop, served) = serve(folder.path(), &shop_url, &clock, knobs).await;
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .no_proxy()
            .build()
            .unwrap();
        Stage {
            client,
            base,
            folder,
            clock,
            shop,
            shop_url,
            callbacks,
            stop,
            served,
        }
    }

    pub async fn well() -> Stage {
        Stage::with(Knobs::default()).await
    }

    /// Stops the sandbox; `meanwhile` may touch its folder; then it is opened again.
    pub async fn restart(self, meanwhile: impl FnOnce(&Path)) -> Stage {
        self.stop.send(()).unwrap();
        drop(self.client);
        self.served.await.unwrap();
        meanwhile(self.folder.path());
        let knobs = Knobs::default();
        let (base, stop, served) =
            serve(self.folder.path(), &self.shop_url, &self.clock, knobs).await;
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build();
        Stage {
            client: client.unwrap(),
            base,
            stop,
            served,
            ..self
        }
    }

    pub fn set_clock(&self, ms: u64) {
        self.clock.store(ms, Ordering::SeqCst);
    }

    pub fn advance(&self, ms: u64) {
        self.clock.fetch_add(ms, Ordering::SeqCst);
    }

    pub fn shop_answers(&self, status: u16) {
        self.shop.status.store(status, Ordering::SeqCst);
    }

    pub async fn call(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let request = self.client.request(method, format!("{}{path}", self.base));
        let response = request.bearer_auth(KEY).json(&body).send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json().await.unwrap())
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::POST, path, body).await
    }

    pub async fn look(&self, path: &str) -> (u16, Value) {
        self.call(Method::GET, path, Value::Null).await
    }

    pub async fn payment(&self, reference: &str) -> Value {
        self.look(&format!("/v1/payments/{reference}")).await.1
    }

    pub async fn open(&self, reference: &str, changes: Value) -> (u16, Value) {
        let mut body = json!({
            "reference": reference, "amount": 41_000, "currency": "KRW", "method": "card",
            "steps": "two", "months": 3, "return_url": "http://shop.example/back?x=1",
            "expires_at": "2026-11-22T04:10:00.000Z",
        });
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.post("/v1/payments", body).await
    }

    pub async fn page(&self, path: &str, accept: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.base));
        request
            .header("accept-language", accept)
            .send()
            .await
            .unwrap()
    }

    pub async fn form(&self, reference: &str, fields: &[(&str, &str)]) -> Response {
        let request = self
            .client
            .post(format!("{}/pay/{reference}?lang=en", self.base));
        request.form(fields).send().await.unwrap()
    }

    /// The shopper pays with that card; the word that the shop is told in its address.
    pub async fn pay_with(&self, reference: &str, number: &str) -> String {
        let fields = [("number", number), ("expiry", "12/30"), ("cvc", "123")];
        result_of(&self.form(reference, &fields).await)
    }

    /// Opens a card payment in two steps and pays it.
    pub async fn authorised(&self, reference: &str) {
        assert_eq!(self.open(reference, json!({})).await.0, 201);
        assert_eq!(self.pay_with(reference, GOOD).await, "authorised");
    }

    /// Opens a card payment in one step and pays it.
    pub async fn captured(&self, reference: &str) {
        assert_eq!(self.open(reference, json!({"steps": "one"})).await.0, 201);
        assert_eq!(self.pay_with(reference, GOOD).await, "captured");
    }

    /// The next callback that reaches the shop.
    pub async fn callback(&mut self) -> Taken {
        let taken = tokio::time::timeout(PATIENCE, self.callbacks.recv()).await;
        taken.expect("a callback comes").expect("the shop is open")
    }

    /// The next callback, while the clock runs on faster than it really does.
    pub async fn callback_in_time(&mut self) -> Taken {
        for _ in 0..1_000 {
            self.advance(500);
            let soon = tokio::time::timeout(Duration::from_millis(20), self.callbacks.recv());
            if let Ok(taken) = soon.await {
                return taken.expect("the shop is open");
            }
        }
        panic!("no callback in 500 s of its clock");
    }

    /// The event and the reference of the next callback.
    pub async fn event(&mut self) -> (String, String) {
        let Taken { body, .. } = self.callback().await;
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        (text("event"), text("reference"))
    }
}

/// The `result` of the address that a form led to.
pub fn result_of(response: &Response) -> String {
    assert_eq!(response.status(), 303);
    let address = response.headers()["location"].to_str().unwrap();
    let (_, result) = address.rsplit_once("&result=").expect(address);
    result.to_owned()
}

async fn serve(
    folder: &Path,
    shop_url: &str,
    clock: &Arc<AtomicU64>,
    knobs: Knobs,
) -> (String, oneshot::Sender<()>, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let config = SandboxConfig {
        key: KEY.into(),
        callback_secret: Secret::parse(SECRET).unwrap(),
        callback_url: shop_url.to_owned(),
        public_url: format!("{base}/"),
        knobs,
        seed: 7,
    };
    let clock = clock.clone();
    let clock: Clock = Arc::new(move || Millis(clock.load(Ordering::SeqCst)));
    let sandbox = Sandbox::open_with_clock(folder, config, clock).unwrap();
    let (stop, stopped) = oneshot::channel();
    let served = tokio::spawn(async move {
        let until = async { drop(stopped.await) };
        sandbox.serve(listener, until).await.unwrap();
    });
    (base, stop, served)
}

async fn open_shop(shop: Shop) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "http://{}/v1/payments/callbacks",
        listener.local_addr().unwrap()
    );
    let router = Router::new()
        .route("/v1/payments/callbacks", post(take))
        .with_state(shop);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn take(State(shop): State<Shop>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
    let now = Millis(shop.clock.load(Ordering::SeqCst));
    let secret = Secret::parse(SECRET).unwrap();
    verify_signature(&header, &body, &secret, now).expect("callbacks are signed");
    let status = shop.status.load(Ordering::SeqCst);
    let id = header("webhook-id").unwrap();
    let body = serde_json::from_slice(&body).unwrap();
    shop.took.send(Taken { id, body }).unwrap();
    StatusCode::from_u16(status).unwrap()
}
