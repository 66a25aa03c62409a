//! What shoppers are told: in a list, on the line that open pages listen to, and in which browsers.

use crate::house::{Client, House};
use records::{FreshNotice, Wanted};
use serde_json::{Value, json};
use vocabulary::{DealId, Millis, PersonKey};

const PUBLIC_KEY: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

fn notice(person: PersonKey, deal: DealId, at: Millis) -> FreshNotice {
    FreshNotice {
        person,
        kind: "deal_opened".to_owned(),
        subject: deal.to_string(),
        details: json!({"deal": deal, "until": at.plus(3_600_000)}),
        at,
        useful_until: at.plus(3_600_000),
        leaves_at: at,
        wanted: Wanted {
            mail: false,
            contact: None,
            shown: true,
        },
    }
}

/// The one person who watches NIGHT is told that it is open.
async fn tell(house: &House) -> usize {
    let deal = house.shop.directory.deal("NIGHT").await.expect("known");
    let watchers = house.shop.records.watchers(deal.number, None, 9).await;
    let [(person, _)] = watchers.expect("read")[..] else {
        panic!("one person watches");
    };
    let told = notice(person, deal.number, house.now());
    let stored = house.shop.records.put_notices(&[told]).await;
    let stored = stored.expect("stored");
    let count = stored.len();
    house.shop.bulletin.post(stored);
    count
}

fn in_chinese(guest: &Client) -> axum::http::request::Builder {
    let request = axum::http::Request::get("/v1/notices");
    let _ = guest;
    request.header("accept-language", "zh-CN")
}

#[tokio::test]
async fn who_watches_is_told_once_in_their_language_until_they_have_seen_it() {
    let house = House::open().await;
    let guest = house.guest().await;
    guest.put("/v1/watches/NIGHT").await.is(204);
    house.pass(60_000);
    assert_eq!((tell(&house).await, tell(&house).await), (1, 0));
    let told = guest.get("/v1/notices").await.is(200);
    let first = &told.body["notices"][0];
    assert_eq!(first["kind"], "deal_opened");
    assert_eq!(first["title"], "기다리시던 딜이 열렸어요");
    assert_eq!(
        (&first["path"], &first["seen"]),
        (&json!("/deals/NIGHT"), &json!(false))
    );
    let chinese = guest
        .send(in_chinese(&guest), axum::body::Body::empty())
        .await;
    assert_eq!(chinese.body["notices"][0]["title"], "您关注的特价开抢了");
    let number = first["number"].clone();
    guest
        .post("/v1/notices/seen", json!({"number": number}))
        .await
        .is(204);
    let told = guest.get("/v1/notices").await.is(200);
    assert_eq!(told.body["notices"][0]["seen"], true);
    let stranger = house.guest().await;
    let none = stranger.get("/v1/notices").await.is(200);
    assert_eq!(none.body["notices"], json!([]));
}

#[tokio::test]
async fn an_open_page_hears_what_is_its_shoppers_and_nobody_else_does() {
    let house = House::open().await;
    let guest = house.guest().await;
    guest.put("/v1/watches/NIGHT").await.is(204);
    house.pass(60_000);
    let mut theirs = house.hear_as(&guest, "/v1/claimed?noticed=0", "id: ").await;
    let mut others = house.hear("/v1/claimed", "id: ").await;
    tell(&house).await;
    theirs.until("event: notice").await;
    assert!(theirs.text.contains("울 코트"), "{}", theirs.text);
    house.sell_hats().await;
    others.until("\"HATS\"").await;
    assert!(!others.text.contains("event: notice"), "{}", others.text);
}

#[tokio::test]
async fn a_browser_subscribes_with_keys_that_are_some() {
    let house = House::open().await;
    let guest = house.guest().await;
    let browser = |endpoint: &str, key: &str, auth: &str| json!({"endpoint": endpoint, "keys": {"p256dh": key, "auth": auth}});
    let wrong = async |body: Value| {
        let answer = guest.post("/v1/push", body).await.is(422);
        answer.body["errors"][0]["field"]
            .as_str()
            .expect("a field")
            .to_owned()
    };
    let https = "https://push.example/1";
    assert_eq!(
        wrong(browser("http://push.example/1", PUBLIC_KEY, AUTH)).await,
        "endpoint"
    );
    assert_eq!(wrong(browser(https, "AAAA", AUTH)).await, "keys.p256dh");
    assert_eq!(wrong(browser(https, PUBLIC_KEY, "!")).await, "keys.auth");
    guest
        .post("/v1/push", browser(https, PUBLIC_KEY, AUTH))
        .await
        .is(204);
    assert!(house.shop.records.any_push().await.expect("read"));
    guest
        .post("/v1/push/end", json!({"endpoint": https}))
        .await
        .is(204);
    assert!(!house.shop.records.any_push().await.expect("read"));
}
