//! A system of the shop that listens for webhooks, takes them or not as it is told, and forgets
//! nothing.

use adapters::{Secret, verify_signature};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use vocabulary::Millis;

/// Something that listens as long as it lives.
pub struct Receiver {
    url: String,
    heard: Arc<Mutex<Heard>>,
    _runtime: Runtime,
}

#[derive(Default)]
struct Heard {
    tries: Vec<Try>,
    /// How many of the next tries are not taken.
    refusing: usize,
}

/// A message as it came.
#[derive(Clone, Debug)]
pub struct Try {
    /// Its `webhook-id`.
    pub id: String,
    /// Its body.
    pub body: Value,
    /// It was answered 200.
    pub taken: bool,
    headers: HeaderMap,
    bytes: Bytes,
}

impl Receiver {
    /// One on a free port, which takes everything.
    pub fn open() -> Receiver {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let heard = Arc::new(Mutex::<Heard>::default());
        let router = Router::new()
            .route("/hooks", post(hear))
            .with_state(heard.clone());
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"));
        let listener = listener.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        runtime.spawn(async move { axum::serve(listener, router).await });
        Receiver {
            url: format!("http://{address}/hooks"),
            heard,
            _runtime: runtime,
        }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Answers 500 to so many of the next tries, then takes everything again.
    pub fn refuse(&self, tries: usize) {
        self.open_heard().refusing = tries;
    }

    /// All that came, in the order in which it came.
    pub fn tries(&self) -> Vec<Try> {
        self.open_heard().tries.clone()
    }

    /// What was taken.
    pub fn taken(&self) -> Vec<Try> {
        let tries = self.tries().into_iter();
        tries.filter(|heard| heard.taken).collect()
    }

    fn open_heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().expect("nobody panics while listening")
    }
}

impl Try {
    /// Which kind of message it is.
    pub fn kind(&self) -> &str {
        self.body["type"].as_str().expect("a type")
    }

    /// Where in the sequence it stands.
    pub fn place(&self) -> (u64, u64) {
        let number = |name: &str| self.body[name].as_u64().expect("a number");
        (number("seq"), number("index"))
    }

    /// Whether it was signed just now by who knows the secret.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let header = |name: &str| Some(self.headers.get(name)?.to_str().ok()?.to_owned());
        let secret = Secret::parse(secret).expect("a secret");
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = Millis(since.expect("after the epoch").as_millis() as u64);
        verify_signature(&header, &self.bytes, &secret, now).is_ok()
    }
}

async fn hear(
    State(heard): State<Arc<Mutex<Heard>>>,
    headers: HeaderMap,
    bytes: Bytes,
) -> StatusCode {
    let mut heard = heard.lock().expect("nobody panics while listening");
    let taken = heard.refusing == 0;
    heard.refusing = heard.refusing.saturating_sub(1);
    let id = headers.get("webhook-id").expect("an id");
    heard.tries.push(Try {
        id: id.to_str().expect("text").to_owned(),
        body: serde_json::from_slice(&bytes).expect("JSON"),
        taken,
        headers,
        bytes,
    });
    if taken {
        StatusCode::OK
    } else {
        StatusCode::INTERNAL_SERVER_ERROR
    }
}
