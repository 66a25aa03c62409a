//! A walk through everything that the document describes, each operation once and well. What is read
//! is read again by its tag; what is written is written again with its key, and once with another
//! body; what staff do is first tried by who may not.

use super::{Operation, operation_at, operations};
use crate::house::{Answer, Client, GIF, House, uuid7};
use axum::body::Body;
use axum::http::{Method, Request, request};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use vocabulary::Command;

/// The keys of a browser, from the example of RFC 8291.
const PUBLIC_KEY: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

/// Somebody who walks, and how many keys they have used.
struct Walker<'a> {
    house: &'a House,
    client: Client,
    /// Who asks first and is told that they may not.
    smaller: Option<Client>,
    name: &'static str,
}

impl Walker<'_> {
    fn shopper<'a>(house: &'a House, name: &'static str, client: Client) -> Walker<'a> {
        Walker {
            house,
            client,
            smaller: None,
            name,
        }
    }

    fn staff<'a>(house: &'a House, role: &'static str) -> Walker<'a> {
        let smaller = match role {
            "viewer" => None,
            "support" => Some("viewer"),
            "merchandiser" => Some("support"),
            _ => Some("merchandiser"),
        };
        Walker {
            house,
            client: house.staff(role),
            smaller: smaller.map(|role| house.staff(role)),
            name: role,
        }
    }

    /// Reads, and reads again what has a tag.
    async fn read(&self, address: &str) -> Answer {
        self.turned_away(Request::get(address), "").await;
        let answer = self.client.get(address).await.is(200);
        let (tag, operation) = (answer.header("etag").to_owned(), at(&Method::GET, address));
        let tagged = operation.sheet["responses"]["304"].is_object();
        assert_eq!(!tag.is_empty(), tagged, "{}", operation.name());
        if tagged {
            let request = Request::get(address).header("if-none-match", &tag);
            let same = self.client.send(request, Body::empty()).await.is(304);
            assert_eq!(same.header("etag"), tag);
        }
        answer
    }

    async fn post(&self, address: &str, body: Value) -> Answer {
        self.write(Method::POST, address, &body.to_string()).await
    }

    /// Writes; again with the same key, which is the same answer, and with another body, which is none.
    async fn write(&self, method: Method, address: &str, body: &str) -> Answer {
        let operation = at(&method, address);
        let key = format!("{} {} {address}", self.name, method);
        let request = || {
            let request = Request::builder().method(method.clone()).uri(address);
            request.header("content-type", "application/json")
        };
        self.turned_away(request(), body).await;
        let keyed = || request().header("idempotency-key", &key);
        let answer = self.client.send(keyed(), Body::from(body.to_owned())).await;
        assert!(answer.status < 300, "{}: {}", operation.name(), answer.text);
        assert_eq!(answer.header("idempotent-replayed"), "");
        if operation.takes("Idempotency-Key") {
            let again = self.client.send(keyed(), Body::from(body.to_owned())).await;
            assert_eq!(
                (
                    again.status,
                    &again.text,
                    again.header("idempotent-replayed")
                ),
                (answer.status, &answer.text, "true"),
                "{}",
                operation.name()
            );
            let reused = self.client.send(keyed(), Body::from(another(body))).await;
            assert_eq!(reused.status, 422, "{}: {}", operation.name(), reused.text);
            assert_eq!(reused.problem(), "request_key_reused");
        }
        if !answer.header("doorbuster-sequence").is_empty() {
            self.house.settle(&answer).await;
        }
        answer
    }

    async fn turned_away(&self, request: request::Builder, body: &str) {
        if let Some(smaller) = &self.smaller {
            let answer = smaller.send(request, Body::from(body.to_owned())).await;
            assert_eq!(answer.is(403).problem(), "role_insufficient");
        }
    }
}

/// A body that asks for something else, or at least for the same in other bytes.
fn another(body: &str) -> String {
    let mut other: Value = serde_json::from_str(body).unwrap_or_default();
    for (field, value) in [("name", "another"), ("url", "https://another.example")] {
        if other[field].is_string() {
            other[field] = json!(value);
            return other.to_string();
        }
    }
    match body {
        "" => "null".to_owned(),
        body => format!("{body} "),
    }
}

fn at(method: &Method, address: &str) -> Operation {
    let path = address.split('?').next().expect("a path");
    operation_at(method, path).unwrap_or_else(|| panic!("{method} {address} is not described"))
}

#[tokio::test]
async fn everything_that_is_described_is_done_once_and_well() {
    let house = House::at_the_bell().await;
    look_around(&house).await;
    let order = shop(&house).await;
    wait_and_watch(&house).await;
    come_and_go(&house).await;
    serve(&house, &order).await;
    run_the_shop(&house).await;
    employ(&house).await;
    let done: BTreeSet<String> = house
        .visited()
        .into_iter()
        .filter(|(.., status)| (200..300).contains(status))
        .filter_map(|(method, path, _)| Some(operation_at(&method, &path)?.name()))
        .collect();
    let described: BTreeSet<String> = operations().iter().map(Operation::name).collect();
    assert_eq!(done, described);
}

async fn look_around(house: &House) {
    let stranger = Walker::shopper(house, "stranger", house.stranger());
    for address in [
        "/v1/festival",
        "/v1/deals",
        "/v1/deals/NIGHT",
        "/v1/products",
        "/v1/products/COAT",
        "/v1/sellers/moa",
        "/v1/board",
        "/v1/board/curve",
    ] {
        stranger.read(address).await;
    }
    house.hear("/v1/claimed", "id: ").await;
    house.hear("/v1/board/stream", "event: board").await;
}

/// Two units are held, ordered and paid, another is ordered alone and given up, a third released;
/// the id of the paid order.
async fn shop(house: &House) -> String {
    let guest = Walker::shopper(house, "guest", house.guest().await);
    let hold = |sku: &str| json!({"deal": "NIGHT", "sku": sku});
    let small = guest.post("/v1/holds", hold("COAT-S")).await;
    let cart = guest.read("/v1/cart").await;
    assert_eq!(cart.body["holds"][0]["hold"], small.body["hold"]);
    let order = uuid7(house.now());
    let checkout = json!({
        "checkout": uuid7(house.now()), "orders": [order], "holds": [small.says("hold")],
    });
    let placed = guest.post("/v1/checkouts", checkout).await;
    let path = format!("/v1/checkouts/{}", placed.says("checkout"));
    let ask = json!({"method": "card", "amount": placed.body["total"], "return_url": "/orders"});
    let payment = guest.post(&format!("{path}/payments"), ask).await;
    let told = format!("captured {} 41000", payment.says("payment"));
    let callback = Request::post("/v1/payments/callbacks").header("signature", "signed");
    let recorded = guest.client.send(callback, Body::from(told)).await;
    recorded.is(200);
    let callbacks = Request::post("/v1/payments/callbacks/batches").header("signature", "signed");
    let told = format!("captured {} 41000", payment.says("payment"));
    guest.client.send(callbacks, Body::from(told)).await.is(200);
    let requests =
        json!({"requests": [{"op": "hold", "key": "1", "deal": "NIGHT", "sku": "COAT-M"}]});
    let batch = guest.post("/v1/batches", requests).await;
    let alone = json!({
        "order": uuid7(house.now()), "holds": [batch.body["results"][0]["body"]["hold"]],
    });
    let alone = guest.post("/v1/orders", alone).await;
    assert_eq!(guest.read(&path).await.body["state"], "paid");
    guest.read("/v1/orders").await;
    guest.read(&format!("/v1/orders/{order}")).await;
    let given_up = alone.body["orders"][0]["order"].as_str().expect("an id");
    let cancel = format!("/v1/orders/{given_up}/cancel");
    guest.write(Method::POST, &cancel, "").await;
    let again = guest.client.post("/v1/holds", hold("COAT-M")).await;
    let release = format!("/v1/holds/{}", again.is(201).says("hold"));
    let deal = house.shop.directory.deal("NIGHT").await.expect("known");
    let allowed = Command::AllowExtensions {
        deal: deal.number,
        times: 1,
        span_ms: 60_000,
    };
    house.command(allowed).await;
    guest
        .write(Method::POST, &format!("{release}/extension"), "")
        .await;
    guest.write(Method::DELETE, &release, "").await;
    guest.read("/v1/notices").await;
    let seen = json!({"number": 1}).to_string();
    guest.write(Method::POST, "/v1/notices/seen", &seen).await;
    guest.read("/v1/push").await;
    let browser =
        json!({"endpoint": "https://push.example/1", "keys": {"p256dh": PUBLIC_KEY, "auth": AUTH}});
    guest
        .write(Method::POST, "/v1/push", &browser.to_string())
        .await;
    let ended = json!({"endpoint": "https://push.example/1"}).to_string();
    guest.write(Method::POST, "/v1/push/end", &ended).await;
    let rows = json!([{"order": order, "line": 0, "units": 1}]);
    let support = Walker::staff(house, "support");
    for path in ["/v1/staff/shipments", "/v1/staff/deliveries"] {
        let recorded = support.post(path, rows.clone()).await;
        assert_eq!(recorded.body["recorded"], 1);
    }
    let returns = format!("/v1/orders/{order}/returns");
    guest.post(&returns, json!({"line": 0, "units": 1})).await;
    let recorded = support.post("/v1/staff/returns", rows).await;
    assert_eq!(recorded.body["recorded"], 1);
    order
}

async fn wait_and_watch(house: &House) {
    let last = json!({"deal": "LAST", "sku": "COAT-S"});
    let first = house.guest().await;
    first.post("/v1/holds", &last).await.is(201);
    let second = Walker::shopper(house, "second", house.guest().await);
    let place = second.post("/v1/waitlist", last).await;
    let path = format!("/v1/waitlist/{}", place.says("place"));
    second.write(Method::DELETE, &path, "").await;
    house.schedule_later().await;
    second.write(Method::PUT, "/v1/watches/LATER", "").await;
    let watches = second.read("/v1/watches").await;
    assert_eq!(watches.body["deals"], json!(["LATER"]));
    second.write(Method::DELETE, "/v1/watches/LATER", "").await;
}

async fn come_and_go(house: &House) {
    let stranger = Walker::shopper(house, "stranger", house.stranger());
    let login = json!({"email": "hong@example.kr", "password": "correct horse"});
    stranger.post("/v1/accounts", login.clone()).await;
    stranger
        .post("/v1/accounts/forgotten", json!({"email": login["email"]}))
        .await;
    let letter = house.mailbox.letters(1).await.remove(0);
    let token = letter.url.rsplit('/').next().expect("a token");
    let set = json!({"token": token, "password": login["password"]});
    stranger
        .client
        .post("/v1/accounts/forgotten/password", &set)
        .await
        .is(204);
    let session = stranger.post("/v1/accounts/sign-in", login.clone()).await;
    let member = house.stranger().with(&session.body["session"]);
    member.delete("/v1/sessions").await.is(204);
    let session = stranger.client.post("/v1/accounts/sign-in", &login).await;
    let member = house.stranger().with(&session.is(201).body["session"]);
    belong(Walker::shopper(house, "member", member.clone())).await;
    let export = member.get("/v1/me/export").await.is(200);
    assert_eq!(export.body["account"][0]["mail"], login["email"]);
    let password = json!({"password": login["password"]});
    member.post("/v1/me/erase", password).await.is(204);
    member.get("/v1/cart").await.is(401);
}

/// A member keeps an address, and says who they are and what they agree to.
async fn belong(member: Walker<'_>) {
    let name = json!({"name": "길동", "phone": "010-1234-5678"}).to_string();
    member.write(Method::PATCH, "/v1/me", &name).await;
    let me = member.read("/v1/me").await;
    assert_eq!(
        (&me.body["name"], &me.body["locale"]),
        (&json!("길동"), &json!("ko"))
    );
    let consents = json!({"advertising": true, "advertising_at_night": true}).to_string();
    member
        .write(Method::PUT, "/v1/me/consents", &consents)
        .await;
    let consents = member.read("/v1/me/consents").await;
    assert_eq!(consents.body["advertising_at_night"], true);
    let address = json!({
        "recipient": "홍길동", "phone": "010-1234-5678", "first": false,
        "address": {"country": "KR", "postcode": "04524", "line1": "서울 중구 세종대로 110"},
    });
    let added = member.post("/v1/addresses", address).await;
    let path = format!("/v1/addresses/{}", added.says("id"));
    let first = json!({"first": true}).to_string();
    member.write(Method::PATCH, &path, &first).await;
    let book = member.read("/v1/addresses").await;
    assert_eq!(book.body["items"][0]["first"], true);
    member.write(Method::DELETE, &path, "").await;
}

/// Support finds the order of the shopper and sends its money back; another is cancelled.
async fn serve(house: &House, order: &str) {
    let viewer = Walker::staff(house, "viewer");
    let path = format!("/v1/staff/orders/{order}");
    for address in [
        "/v1/staff/orders",
        path.as_str(),
        "/v1/staff/orders.csv",
        "/v1/staff/orders/export",
    ] {
        viewer.read(address).await;
    }
    let support = Walker::staff(house, "support");
    let whole = json!({"scope": "whole"});
    support.post(&format!("{path}/refunds"), whole).await;
    let unpaid = house.order("NIGHT", 1).await;
    let cancel = format!("/v1/staff/orders/{unpaid}/cancel");
    support.write(Method::POST, &cancel, "null").await;
}

async fn run_the_shop(house: &House) {
    let (viewer, merchandiser) = (
        Walker::staff(house, "viewer"),
        Walker::staff(house, "merchandiser"),
    );
    let price = json!({"amount": 39_000, "currency": "KRW"});
    let deal = json!({
        "deal": "DAWN", "starts_at": "2026-11-10T20:00:00.000Z", "ends_at": "2026-11-10T21:00:00.000Z",
        "skus": [{"sku": "COAT-M", "units": 3, "price": price}],
    });
    merchandiser.post("/v1/staff/deals", deal).await;
    let dawn = "/v1/staff/deals/DAWN";
    let change = json!({"limit": 1, "skus": [{"sku": "COAT-M", "price": price}]});
    let change = change.to_string();
    merchandiser.write(Method::PATCH, dawn, &change).await;
    let more = json!({"sku": "COAT-M", "units": 2});
    merchandiser.post(&format!("{dawn}/allotments"), more).await;
    let more = json!({"times": 1, "seconds": 300});
    merchandiser.post(&format!("{dawn}/extensions"), more).await;
    for address in ["/v1/staff/deals", dawn, "/v1/staff/stock/COAT-M"] {
        viewer.read(address).await;
    }
    merchandiser
        .write(Method::POST, &format!("{dawn}/end"), "null")
        .await;
    let units = json!({"sku": "COAT-M", "units": 5});
    merchandiser.post("/v1/staff/stock", units).await;
    keep_the_catalogue(house, &merchandiser).await;
    let file =
        "deal,sku,price,allotment,start,end\nD,COAT-S,100,5,2026-11-12 00:00,2026-11-12 01:00\n";
    let import = "/v1/staff/schedule/import";
    let turned = house.csv("support", import, file).await.is(403);
    assert_eq!(turned.problem(), "role_insufficient");
    let came = house.csv("merchandiser", import, file).await.is(200);
    assert_eq!(came.body["scheduled"], 1);
}

async fn keep_the_catalogue(house: &House, merchandiser: &Walker<'_>) {
    let scarf = json!({
        "product": "SCARF", "seller": "moa", "name": {"ko": "목도리"}, "tax": "exempt",
        "price": {"amount": 12_900, "currency": "KRW"}, "skus": [{"sku": "SCARF-1", "stock": 7}],
    });
    merchandiser.post("/v1/staff/products", scarf).await;
    let path = "/v1/staff/products/SCARF";
    let change = json!({"brand": "moa"}).to_string();
    merchandiser.write(Method::PATCH, path, &change).await;
    let pictures = format!("{path}/pictures");
    let turned = house.staff("support").file(&pictures, GIF).await.is(403);
    assert_eq!(turned.problem(), "role_insufficient");
    let added = merchandiser.client.file(&pictures, GIF).await.is(201);
    let name = added.says("picture");
    let order = json!({"pictures": [name]});
    merchandiser.post(&format!("{pictures}/order"), order).await;
    let picture = format!("{pictures}/{name}");
    merchandiser.write(Method::DELETE, &picture, "").await;
    let viewer = Walker::staff(house, "viewer");
    for address in ["/v1/staff/products", path, &format!("{path}/history")] {
        viewer.read(address).await;
    }
}

async fn employ(house: &House) {
    let owner = Walker::staff(house, "owner");
    let ada = json!({
        "email": "ada@example.com", "name": "Ada", "role": "support", "password": "correct horse",
    });
    let member = owner.post("/v1/staff/members", ada.clone()).await;
    let path = format!("/v1/staff/members/{}", member.says("member"));
    owner.read("/v1/staff/members").await;
    owner.read(&path).await;
    let change = json!({"role": "merchandiser"}).to_string();
    owner.write(Method::PATCH, &path, &change).await;
    let login = json!({"email": ada["email"], "password": ada["password"]});
    let session = house.post("", "/v1/staff/sessions", &login).await.is(201);
    let session = house.staff(&session.says("session"));
    session.delete("/v1/staff/sessions").await.is(204);
    sit(house, &owner, &path, &login).await;
    let key = json!({"name": "warehouse", "role": "support"});
    let key = owner.post("/v1/staff/keys", key).await;
    owner.read("/v1/staff/keys").await;
    let path = format!("/v1/staff/keys/{}", key.says("key"));
    owner.write(Method::DELETE, &path, "").await;
    let webhook = json!({"url": "https://shop.example/hooks", "kinds": ["OrderPaid"]});
    let webhook = owner.post("/v1/staff/webhooks", webhook).await;
    let path = format!("/v1/staff/webhooks/{}", webhook.says("webhook"));
    owner.read("/v1/staff/webhooks").await;
    owner.read(&path).await;
    let change = json!({"kinds": []}).to_string();
    owner.write(Method::PATCH, &path, &change).await;
    let replay = format!("{path}/replay");
    owner.post(&replay, json!({"from": 1})).await;
    owner.write(Method::DELETE, &path, "").await;
    let viewer = Walker::staff(house, "viewer");
    viewer.read("/v1/staff/audit").await;
    viewer.read("/v1/staff/audit.csv").await;
}

/// Somebody signs in here and there, and is signed out again: by themselves, and by an owner.
async fn sit(house: &House, owner: &Walker<'_>, member: &str, login: &Value) {
    let mut seats = Vec::new();
    for _ in 0..3 {
        let session = house.post("", "/v1/staff/sessions", login).await.is(201);
        seats.push(house.staff(&session.says("session")));
    }
    let walker = Walker {
        house,
        client: seats.remove(0),
        smaller: None,
        name: "ada",
    };
    let mine = walker.read("/v1/staff/sessions").await;
    let items = mine.body["items"].as_array().expect("sessions");
    let mut others = items.iter().filter(|item| item["current"] == false);
    let mut other = || {
        let other = others.next().expect("there are two");
        other["session"].as_str().expect("an id")
    };
    let path = format!("/v1/staff/sessions/{}", other());
    walker.write(Method::DELETE, &path, "").await;
    let sessions = format!("{member}/sessions");
    owner.read(&sessions).await;
    let path = format!("{sessions}/{}", other());
    owner.write(Method::DELETE, &path, "").await;
    let end = "/v1/staff/sessions/end";
    walker.write(Method::POST, end, "null").await;
    let reset = format!("{member}/reset");
    owner.write(Method::POST, &reset, "null").await;
    let invited = json!({"email": "new@example.com", "name": "New", "role": "viewer"});
    let made = owner.post("/v1/staff/invitations", invited).await;
    owner.read("/v1/staff/invitations").await;
    let path = format!("/v1/staff/invitations/{}", made.says("invitation"));
    owner.write(Method::DELETE, &path, "").await;
}
