//! A payment provider that takes calls and never answers: whoever opens a try to pay waits, the clerk waits,
//! and nobody else does. What the provider tells by itself is believed all the same.

use super::festival::{CATALOGUE, Festival};
use super::process::until;
use super::web::Web;
use adapters::{Secret, sign};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use uuid::Uuid;
use vocabulary::Millis;

const PATIENCE: Duration = Duration::from_secs(60);
const DEALS: &str = "\
deal,sku,price,allotment,start,end,limit,hold,payment,waitlist
night,mug,5000,1000,+1s,+2h,1000,1h,1h,0
";
/// How many tries to pay wait for the provider at once.
const STUCK: usize = 40;

#[test]
fn a_provider_that_never_answers_stops_neither_holds_nor_orders_nor_payments_that_it_tells_of() {
    // Connections are taken by the system, and nobody reads what they say.
    let provider = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", provider.local_addr().expect("it is bound"));
    let mut festival = Festival::of(CATALOGUE, DEALS).set(&["--provider-url", &url]);
    festival.start();
    let shop = Shop::of(&festival);
    until(PATIENCE, "the deal is open", || {
        let (status, _) = shop.ask("holds", &json!({"deal": "night", "sku": "mug"}));
        (status == 201).then_some(())
    });

    let stuck: Vec<(Value, TcpStream)> = (0..STUCK)
        .map(|_| {
            let placed = shop.order();
            let waits = shop.begin_to_pay(&placed);
            (placed, waits)
        })
        .collect();
    let (captured, authorised) = stuck.split_at(STUCK / 2);
    for (placed, _) in authorised {
        shop.tell("payment.authorised", placed);
    }
    shop.clerk_has(STUCK);

    let (status, held) = shop.ask("holds", &json!({"deal": "night", "sku": "mug"}));
    assert_eq!(status, 201, "{held}");
    shop.order();
    for (placed, _) in captured {
        shop.tell("payment.authorised", placed);
        shop.tell("payment.captured", placed);
        shop.sees(placed, "paid");
    }
    shop.sees(&authorised[0].0, "confirmed");
    drop(stuck);
    festival.kill();
}

/// A shopper of a served festival, and what its provider knows.
struct Shop {
    web: Web,
    url: String,
    session: String,
    secret: Secret,
}

impl Shop {
    fn of(festival: &Festival) -> Shop {
        let (web, url) = (Web::open(), festival.shop());
        let begun = web.post(&format!("{url}/v1/sessions"), "", &json!({}));
        Shop {
            web,
            url,
            session: begun["session"].as_str().expect("a session").to_owned(),
            secret: Secret::parse(&festival.secret("callbacks")).expect("a secret"),
        }
    }

    fn ask(&self, path: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}/v1/{path}", self.url);
        self.web.ask(Method::POST, &url, &self.session, body)
    }

    /// Orders a unit.
    fn order(&self) -> Value {
        let random: [u8; 10] = rand::random();
        let order = uuid::Builder::from_unix_timestamp_millis(now().0, &random).into_uuid();
        let wanted = json!({"order": order.to_string(), "deal": "night", "sku": "mug"});
        let (status, placed) = self.ask("orders", &wanted);
        assert_eq!(status, 201, "{placed}");
        placed
    }

    /// Begins to pay, and does not wait for the page of the provider.
    fn begin_to_pay(&self, placed: &Value) -> TcpStream {
        let wanted = json!({"method": "card", "amount": placed["total"], "return_url": "/back"});
        let path = format!("/v1/checkouts/{}/payments", checkout(placed));
        let (body, session) = (wanted.to_string(), &self.session);
        let head = format!(
            "authorization: Bearer {session}\r\ncontent-length: {}",
            body.len()
        );
        let address = self.url.replace("http://localhost", "127.0.0.1");
        let mut stream = TcpStream::connect(address).expect("it listens");
        let sent = write!(
            stream,
            "POST {path} HTTP/1.1\r\nhost: localhost\r\n{head}\r\n\r\n{body}"
        );
        sent.expect("it is taken");
        stream
    }

    /// The provider calls back with what happened, until it is believed: a try that has just begun may not be
    /// known yet.
    fn tell(&self, event: &str, placed: &Value) {
        let told = json!({
            "event": event,
            "reference": format!("{}.1", checkout(placed)),
            "amount": placed["total"]["amount"],
            "currency": placed["total"]["currency"],
        });
        until(PATIENCE, "the callback is taken", || {
            (self.call_back(&told) == 200).then_some(())
        });
    }

    fn call_back(&self, told: &Value) -> u16 {
        let (id, now) = (Uuid::new_v4().to_string(), now());
        let signature = sign(&self.secret, &id, now, told.to_string().as_bytes());
        let headers = [
            ("webhook-id", &*id),
            ("webhook-timestamp", &(now.0 / 1_000).to_string()),
            ("webhook-signature", &signature),
        ];
        let url = format!("{}/v1/payments/callbacks", self.url);
        self.web.post_with(&url, &headers, told)
    }

    /// Waits until the clerk has as much to do.
    fn clerk_has(&self, work: usize) {
        until(PATIENCE, "the clerk has its work", || {
            let metrics = self.web.text(&format!("{}/metrics", self.url));
            let mut lines = metrics.lines();
            let work_now = lines.find_map(|line| line.strip_prefix("doorbuster_payment_work "))?;
            let work_now: f64 = work_now.parse().expect("a number");
            (work_now >= work as f64).then_some(())
        });
    }

    /// Waits until an order stands so.
    fn sees(&self, placed: &Value, state: &str) {
        let url = format!("{}/v1/checkouts/{}", self.url, checkout(placed));
        until(PATIENCE, "the order stands so", || {
            let (_, shown) = self.web.ask(Method::GET, &url, &self.session, &Value::Null);
            (shown["state"] == state).then_some(())
        });
    }
}

/// The id of a checkout.
fn checkout(placed: &Value) -> &str {
    placed["checkout"].as_str().expect("a checkout has an id")
}

fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Millis(since.expect("it is later").as_millis() as u64)
}
