//! A sandbox on a free port, and a browser.

use adapters::sandbox::{Knobs, Sandbox, SandboxConfig};
use adapters::{HttpProvider, ProviderAddress, Secret, SignedCallbacks};
use axum::http::{HeaderMap, StatusCode};
use clerks::ports::{Callback, CallbackReader, OpenPayment, OpenedPayment, PaymentProvider};
use money::{Amount, Currency};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use vocabulary::{CheckoutId, Method, Millis, PaymentId, Steps};

pub const API_KEY: &str = "sandbox-test-key";
pub const SECRET: &str = "a webhook secret of the tests";
pub const AMOUNT: Amount = Amount(39_900);
pub const GOOD_CARD: &str = "4242424242424242";
pub const DECLINED_CARD: &str = "4000000000000002";

/// Longer than anything here takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running sandbox.
pub struct Scene {
    pub provider: Arc<HttpProvider>,
    pub url: String,
    pub browser: reqwest::Client,
}

impl Scene {
    /// A sandbox in `folder` that calls back to `callback_url`.
    pub async fn in_folder(folder: &Path, callback_url: String, knobs: Knobs) -> Scene {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let url = format!("http://{address}");
        let config = SandboxConfig {
            key: API_KEY.into(),
            callback_secret: Secret::parse(SECRET).expect("a secret"),
            callback_url,
            public_url: url.clone(),
            knobs,
            seed: 7,
        };
        let sandbox = Sandbox::open(folder, config).expect("it opens");
        tokio::spawn(sandbox.serve(listener, std::future::pending()));
        let provider = HttpProvider::at(ProviderAddress {
            base_url: url.clone(),
            api_key: API_KEY.into(),
            timeout_ms: 20_000,
        });
        let browser = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build();
        Scene {
            provider: Arc::new(provider.expect("a client")),
            url,
            browser: browser.expect("a browser"),
        }
    }

    pub async fn open(&self, opening: OpenPayment) -> OpenedPayment {
        self.provider.open(opening).await.expect("it opens")
    }

    /// Types a card into the page; returns the status and where it leads.
    pub async fn type_card(&self, page: &str, number: &str) -> (StatusCode, String) {
        let form = [("number", number), ("expiry", "12/34"), ("cvc", "123")];
        self.post_form(page, &form).await
    }

    pub async fn post_form(&self, url: &str, form: &[(&str, &str)]) -> (StatusCode, String) {
        let response = self.browser.post(url).form(form).send().await;
        let response = response.expect("the page answers");
        let leads_to = response.headers().get("location");
        let leads_to = leads_to.map_or("", |value| value.to_str().expect("text"));
        (response.status(), leads_to.to_owned())
    }

    /// Calls the API beside the provider's port.
    pub async fn api(&self, request: reqwest::RequestBuilder) -> (StatusCode, serde_json::Value) {
        let response = request
            .bearer_auth(API_KEY)
            .send()
            .await
            .expect("it answers");
        let status = response.status();
        (status, response.json().await.expect("JSON"))
    }

    pub async fn books(&self) -> serde_json::Value {
        let request = self
            .browser
            .get(format!("{}/v1/books?limit=1000", self.url));
        self.api(request).await.1
    }
}

/// A callback, if the sandbox signed it.
pub fn read_callback(headers: &HeaderMap, body: &[u8]) -> Option<Callback> {
    let reader = SignedCallbacks::with(Secret::parse(SECRET).expect("a secret"));
    let header = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
    reader.read(&header, body, now()).ok()
}

pub fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Millis(since.expect("after the epoch").as_millis() as u64)
}

pub fn payment(number: u128) -> PaymentId {
    PaymentId {
        checkout: CheckoutId(number),
        attempt: 1,
    }
}

pub fn opening(number: u128) -> OpenPayment {
    OpenPayment {
        payment: payment(number),
        amount: AMOUNT,
        currency: Currency::KRW,
        method: Method::Card,
        steps: Steps::Two,
        months: 0,
        return_url: "http://shop.example/back?cart=1".into(),
        expires_at: now().plus(600_000),
    }
}

/// Looks again and again until something holds.
pub async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let end = tokio::time::Instant::now() + PATIENCE;
    while !holds().await {
        assert!(tokio::time::Instant::now() < end, "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
