//! The shop's own systems hear what happened: signed, in sequence, again until it is taken, across
//! kills, and again from any sequence on.

use super::festival::{CATALOGUE, DEALS, Festival};
use super::journal::Journal;
use super::process::until;
use super::receiver::{Receiver, Try};
use super::web::Web;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::TcpListener;
use std::time::Duration;
use uuid::Uuid;

/// How long anything here may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn an_order_is_told_from_placing_to_refund_while_another_endpoint_hangs() {
    let mut shop = Shop::open();
    let hanging = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = hanging.local_addr().expect("it is bound");
    shop.register(&format!("http://{address}/hooks"), &[]);
    let receiver = Receiver::open();
    let (_, secret) = shop.register(receiver.url(), &[]);

    let order = shop.buy();
    heard(&receiver, "OrderPaid", &order);
    shop.staff(
        &format!("orders/{order}/refunds"),
        &json!({"scope": "whole"}),
    );
    heard(&receiver, "Refunded", &order);
    shop.staff("deals/night-2/end", &Value::Null);
    let unsold = until(PATIENCE, "what was not sold is told", || {
        let mut taken = receiver.taken().into_iter();
        taken.find(|message| message.kind() == "UnsoldReturned")
    });

    let taken = receiver.taken();
    assert!(taken.is_sorted_by(|one, next| one.place() < next.place()));
    assert!(taken.iter().all(|message| message.is_signed_with(&secret)));
    let other = "whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldA==";
    assert!(!taken[0].is_signed_with(other));
    assert_eq!(
        kinds_about(&taken, &order),
        ["OrderPlaced", "OrderConfirmed", "OrderPaid", "Refunded"]
    );
    says_what_the_contract_says(&taken, &order);
    let unsold = &unsold.body["data"];
    assert_eq!(
        *unsold,
        json!({"deal": "night-2", "sku": "mug", "units": 50})
    );
    shop.festival.stop();
}

#[test]
fn what_is_not_taken_comes_again_under_its_id_and_a_kill_loses_nothing() {
    let mut shop = Shop::open();
    let receiver = Receiver::open();
    let (_, secret) = shop.register(receiver.url(), &["OrderPlaced", "OrderPaid", "Refunded"]);
    receiver.refuse(2);
    let first = shop.buy();
    heard(&receiver, "OrderPaid", &first);
    let tries = receiver.tries();
    let ids: BTreeSet<&str> = tries[..3].iter().map(|each| each.id.as_str()).collect();
    let bodies: BTreeSet<String> = tries[..3]
        .iter()
        .map(|each| each.body.to_string())
        .collect();
    let took: Vec<bool> = tries[..3].iter().map(|each| each.taken).collect();
    assert_eq!((ids.len(), bodies.len()), (1, 1), "{tries:?}");
    assert_eq!(took, [false, false, true]);

    receiver.refuse(usize::MAX);
    let second = shop.buy();
    until(PATIENCE, "a message is refused", || {
        let tries = receiver.tries();
        tries.last().is_some_and(|last| !last.taken).then_some(())
    });
    shop.festival.kill();
    receiver.refuse(0);
    shop.start_again();
    heard(&receiver, "OrderPaid", &second);
    shop.staff(
        &format!("orders/{second}/refunds"),
        &json!({"scope": "whole"}),
    );
    heard(&receiver, "Refunded", &second);
    shop.festival.stop();

    let taken = receiver.taken();
    assert!(taken.iter().all(|message| message.is_signed_with(&secret)));
    let once = each_once(&taken);
    assert!(once.is_sorted_by(|one, next| one.place() < next.place()));
    let journal = Journal::of(&shop.festival.data());
    for kind in ["OrderPlaced", "OrderPaid"] {
        let told = once.iter().filter(|message| message.kind() == kind);
        let told: BTreeSet<String> = told.map(order_of).collect();
        assert_eq!(told, journal.ids(kind, "order"), "{kind}");
    }
    let refunds = once.iter().filter(|message| message.kind() == "Refunded");
    assert_eq!(refunds.count(), journal.all("RefundSent").count());
}

#[test]
fn a_replay_tells_all_again_and_who_is_paused_hears_nothing_until_it_is_not() {
    let mut shop = Shop::open();
    let receiver = Receiver::open();
    let (id, _) = shop.register(receiver.url(), &["OrderPlaced", "OrderPaid"]);
    let first = shop.buy();
    heard(&receiver, "OrderPaid", &first);
    let before = ids(&receiver.taken());
    assert_eq!(before.len(), 2);
    shop.staff(&format!("webhooks/{id}/replay"), &json!({"from": 1}));
    until(PATIENCE, "all is told again", || {
        (receiver.taken().len() == 4).then_some(())
    });
    assert_eq!(ids(&receiver.taken()), [before.clone(), before].concat());

    shop.change(&id, &json!({"active": false}));
    let witness = Receiver::open();
    let (witness_id, _) = shop.register(witness.url(), &[]);
    // Whoever registers later is heard of later: the pause holds once the witness is told.
    shop.staff(
        &format!("webhooks/{witness_id}/replay"),
        &json!({"from": 1}),
    );
    heard(&witness, "OrderPaid", &first);
    let second = shop.buy();
    heard(&witness, "OrderPaid", &second);
    assert_eq!(receiver.tries().len(), 4, "it is paused");
    shop.change(&id, &json!({"active": true}));
    heard(&receiver, "OrderPaid", &second);
    shop.festival.stop();

    shop.start_again();
    let third = shop.buy();
    heard(&receiver, "OrderPaid", &third);
    let orders: Vec<String> = receiver.taken()[4..].iter().map(order_of).collect();
    let expected = [&second, &second, &third, &third];
    assert!(orders.iter().eq(expected), "{orders:?}");
    shop.festival.stop();
}

/// A served festival, and who asks it.
struct Shop {
    festival: Festival,
    web: Web,
    owner: String,
}

impl Shop {
    fn open() -> Shop {
        let mut festival = Festival::of(CATALOGUE, DEALS).set(&["--webhooks-reach", "anywhere"]);
        festival.start();
        Shop {
            owner: festival.secret("owner_key"),
            web: Web::open(),
            festival,
        }
    }

    /// Connections to the server that was are no use with the next one.
    fn start_again(&mut self) {
        self.festival.start();
        self.web = Web::open();
    }

    fn staff(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}/v1/staff/{path}", self.festival.shop());
        self.web.post(&url, &self.owner, body)
    }

    /// Registers an endpoint; its id and its secret.
    fn register(&self, url: &str, kinds: &[&str]) -> (String, String) {
        let made = self.staff("webhooks", &json!({"url": url, "kinds": kinds}));
        (text(&made["webhook"]), text(&made["secret"]))
    }

    fn change(&self, webhook: &str, change: &Value) {
        let url = format!("{}/v1/staff/webhooks/{webhook}", self.festival.shop());
        self.web.patch(&url, &self.owner, change);
    }

    /// A guest buys a scarf and pays for it; the order.
    fn buy(&self) -> String {
        let shop = self.festival.shop();
        let session = self
            .web
            .post(&format!("{shop}/v1/sessions"), "", &json!({}));
        let session = text(&session["session"]);
        let ask =
            |path: &str, body: &Value| self.web.post(&format!("{shop}/v1/{path}"), &session, body);
        let hold = until(PATIENCE, "the deal is open", || {
            let url = format!("{shop}/v1/holds");
            let wanted = json!({"deal": "night-1", "sku": "scarf-S"});
            let (status, held) = self.web.ask(reqwest::Method::POST, &url, &session, &wanted);
            (status == 201).then(|| held["hold"].clone())
        });
        let (checkout, order) = (Uuid::now_v7(), Uuid::now_v7());
        let placed = ask(
            "checkouts",
            &json!({
                "checkout": checkout, "orders": [order], "holds": [hold],
                "contact": {
                    "name": "홍길동", "phone": "010-1234-5678", "email": "hong@example.kr",
                    "address": {"country": "KR", "postcode": "04524", "line1": "세종대로 110"},
                },
            }),
        );
        let paying = ask(
            &format!("checkouts/{checkout}/payments"),
            &json!({
                "method": "card", "amount": placed["total"],
                "return_url": format!("{shop}/checkouts/{checkout}"),
            }),
        );
        let card = [
            ("number", "4242 4242 4242 4242"),
            ("expiry", "12/39"),
            ("cvc", "123"),
        ];
        self.web.send_form(&text(&paying["redirect_url"]), &card);
        order.to_string()
    }
}

/// Waits until a message about the order was taken.
#[track_caller]
fn heard(receiver: &Receiver, kind: &str, order: &str) {
    until(PATIENCE, &format!("{kind} of {order} is told"), || {
        let taken = receiver.taken();
        let mut of_kind = taken.iter().filter(|message| message.kind() == kind);
        of_kind
            .any(|message| order_of(message) == order)
            .then_some(())
    });
}

fn says_what_the_contract_says(taken: &[Try], order: &str) {
    let data = |kind: &str| {
        let mut taken = taken.iter();
        let message = taken.find(|message| message.kind() == kind && order_of(message) == order);
        message.expect("it was told").body["data"].clone()
    };
    let total = json!({"amount": 19_900, "currency": "KRW"});
    let (placed, paid, refunded) = (data("OrderPlaced"), data("OrderPaid"), data("Refunded"));
    assert_eq!(
        (&placed["seller"], &placed["goods"]),
        (&json!("무센트"), &total)
    );
    assert_eq!(paid["total"], placed["total"]);
    assert_eq!(refunded["amount"], placed["total"]);
    let checkout = text(&placed["checkout"]);
    assert_eq!(paid["payment"], format!("{checkout}.1"));
    assert_eq!(refunded["payment"], paid["payment"]);
    for name in ["홍길동", "hong@example.kr", "5678"] {
        let silent = |message: &Try| !message.body.to_string().contains(name);
        assert!(taken.iter().all(silent), "{name} was told");
    }
}

fn kinds_about<'a>(taken: &'a [Try], order: &str) -> Vec<&'a str> {
    let about = taken.iter().filter(|message| order_of(message) == order);
    about.map(Try::kind).collect()
}

/// Each message where it was taken first.
fn each_once(taken: &[Try]) -> Vec<Try> {
    let mut seen = BTreeSet::new();
    let fresh = taken.iter().filter(|message| seen.insert(&message.id));
    fresh.cloned().collect()
}

fn ids(taken: &[Try]) -> Vec<String> {
    taken.iter().map(|message| message.id.clone()).collect()
}

fn order_of(message: &Try) -> String {
    let order = message.body["data"]["order"].as_str();
    order.unwrap_or_default().to_owned()
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}
