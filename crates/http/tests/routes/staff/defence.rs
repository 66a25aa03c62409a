//! What an attacker tries at the desk and around it: with another site's page, with a link that leads away, with a
//! cookie that they planted, with cells that are formulas, at the computer that somebody left.

use crate::house::{Answer, Browser, House, PASSWORD, Page, STAFF};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::json;

const SHOPPER: &str = "doorbuster_session";
const DESK: &str = "doorbuster_staff";
const LANGUAGE: &str = "lang";

async fn enter(house: &House) -> Browser {
    let mut browser = house.browser();
    let form = [("email", STAFF), ("password", PASSWORD)];
    let entered = browser.post("/desk/sign-in", &form).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text);
    browser
}

/// What an answer has a browser keep: names with their attributes.
fn kept(headers: &axum::http::HeaderMap) -> Vec<(String, Vec<String>)> {
    let lines = headers.get_all("set-cookie").into_iter();
    let pair = |line: &axum::http::HeaderValue| {
        let mut parts = line.to_str().expect("ASCII").split("; ").map(str::to_owned);
        let name = parts.next().expect("a pair");
        let name = name.split_once('=').expect("a pair").0.to_owned();
        (name, parts.collect())
    };
    lines.map(pair).collect()
}

/// The ways in which a browser is given something to keep, as a shopper and as staff.
async fn all_cookies(house: &House) -> Vec<(String, Vec<String>)> {
    let mut answers = Vec::new();
    let told = |page: Page| page.headers;
    let login = json!({"email": STAFF, "password": PASSWORD});
    let session = house.post("", "/v1/staff/sessions", &login).await.is(201);
    let out = house
        .delete(&session.says("session"), "/v1/staff/sessions")
        .await;
    let guest = house.stranger().post("/v1/sessions", json!({})).await;
    let end = house.guest().await.delete("/v1/sessions").await;
    for Answer { headers, .. } in [session, out, guest, end] {
        answers.push(headers);
    }
    let mut desk = house.browser();
    let form = [("email", STAFF), ("password", PASSWORD)];
    answers.push(told(desk.post("/desk/sign-in", &form).await));
    answers.push(told(desk.post("/desk/sign-out", &[]).await));
    let mut shopper = house.browser();
    let form = [("to", "en"), ("back", "/")];
    answers.push(told(shopper.post("/language", &form).await));
    let account = json!({"email": "hong@example.kr", "password": "correct horse"});
    house
        .stranger()
        .post("/v1/accounts", &account)
        .await
        .is(201);
    let form = [("email", "hong@example.kr"), ("password", "correct horse")];
    answers.push(told(shopper.post("/sign-in", &form).await));
    answers.push(told(shopper.post("/sign-out", &[]).await));
    answers.iter().flat_map(kept).collect()
}

#[tokio::test]
async fn under_https_every_cookie_is_secure_and_on_this_machine_the_demo_works_without() {
    for (address, secure) in [
        ("https://festival.example", true),
        ("http://localhost:1111", false),
    ] {
        let house = House::reached_at(address).await;
        let cookies = all_cookies(&house).await;
        for name in [SHOPPER, DESK, LANGUAGE] {
            assert!(
                cookies.iter().any(|(it, _)| it == name),
                "{name}: {cookies:?}"
            );
        }
        for (name, told) in cookies {
            let says = |attribute: &str| told.iter().any(|it| it == attribute);
            assert_eq!(says("Secure"), secure, "{address}: {name}: {told:?}");
            let kept_close = says("HttpOnly") && says("SameSite=Lax") && says("Path=/");
            assert!(kept_close, "{address}: {name}: {told:?}");
            let wide = told.iter().any(|it| it.starts_with("Domain"));
            assert!(!wide, "{address}: {name}: {told:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_done_for_another_sites_page_wherever_it_is_sent() {
    let house = House::open().await;
    let desk = enter(&house).await;
    let guest = house
        .stranger()
        .post("/v1/sessions", json!({}))
        .await
        .is(201);
    let cookies = format!(
        "{DESK}={}; {SHOPPER}={}",
        desk.cookie(DESK).expect("signed in"),
        guest.says("session")
    );
    let mut tried = 0;
    for path in house.paths().into_iter().filter(|path| !path.contains('*')) {
        for method in house.methods_of(&path).await {
            let method: Method = method.parse().expect("a method");
            if method.is_safe() {
                continue;
            }
            for (name, value) in [
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-site", "same-site"),
                ("origin", "https://evil.example"),
                ("origin", "null"),
                ("x-requested-with", "a browser that tells nothing"),
            ] {
                let request = Request::builder()
                    .method(&method)
                    .uri(path.replace(['{', '}'], ""))
                    .header("host", "localhost:1111")
                    .header("cookie", &cookies)
                    .header(name, value);
                let answer = house.stranger().raw(request, Body::empty()).await;
                assert_eq!(answer.status, 403, "{method} {path} {name}: {value}");
                tried += 1;
            }
        }
    }
    assert!(tried > 500, "{tried}");
}

#[tokio::test]
async fn no_link_leads_away_from_the_shop() {
    let house = House::at_the_bell().await;
    for back in [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/desk/../..//evil.example",
        "/desk\r\nset-cookie: a=b",
        "javascript:alert(1)",
        "desk.evil.example",
    ] {
        let form = [("email", STAFF), ("password", PASSWORD), ("back", back)];
        let entered = house.browser().post("/desk/sign-in", &form).await;
        assert_eq!(entered.location, "/desk?said=desk-in", "{back:?}");
        let form = [("to", "en"), ("back", back)];
        let chosen = house.browser().post("/language", &form).await;
        let to = chosen.location.as_str();
        let ours = to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\t', '\r']);
        assert!(ours, "{back:?}: {to}");
        let form = [("key", "k"), ("back", back)];
        let watched = house.browser().post("/deals/NIGHT/watch", &form).await;
        let to = watched.location.as_str();
        assert!(
            to.starts_with('/') && !to.starts_with("//"),
            "{back:?}: {to}"
        );
    }
}

#[tokio::test]
async fn a_cookie_that_was_planted_is_not_the_one_that_signing_in_gives() {
    let house = House::unscheduled().await;
    let planted = "dbs_chosen_by_an_attacker";
    let mut victim = house.browser();
    victim.keep(DESK, planted);
    let form = [("email", STAFF), ("password", PASSWORD)];
    victim.post("/desk/sign-in", &form).await;
    assert_ne!(victim.cookie(DESK).as_deref(), Some(planted));
    house.get(planted, "/v1/staff/deals").await.is(401);
    let account = json!({"email": "hong@example.kr", "password": "correct horse"});
    house
        .stranger()
        .post("/v1/accounts", &account)
        .await
        .is(201);
    let planted = house.stranger().post("/v1/sessions", json!({})).await;
    let planted = planted.says("session");
    let mut victim = house.browser();
    victim.keep(SHOPPER, &planted);
    let form = [("email", "hong@example.kr"), ("password", "correct horse")];
    victim.post("/sign-in", &form).await;
    let own = victim.cookie(SHOPPER).expect("a session");
    assert_ne!(own, planted);
    let mut attacker = house.browser();
    attacker.keep(SHOPPER, &planted);
    assert!(victim.see("/me").await.has("hong@example.kr"));
    assert!(!attacker.see("/me").await.has("hong@example.kr"));
}

#[tokio::test]
async fn what_tells_of_people_is_kept_by_no_cache() {
    let house = House::open().await;
    house.deal("COATS", 5).await;
    house.pass(60_000);
    let order = house.paid_order("COATS", 1).await;
    let mut desk = enter(&house).await;
    let order_page = format!("/desk/orders/{order}");
    for address in [
        "/desk/orders",
        order_page.as_str(),
        "/desk/people",
        "/desk/me",
        "/desk/find?q=hong",
        "/desk/audit",
    ] {
        let page = desk.see(address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        assert_eq!(
            page.header("cache-control"),
            "private, no-store",
            "{address}"
        );
    }
    let order = format!("/v1/staff/orders/{order}");
    for path in [
        "/v1/staff/orders",
        &order,
        "/v1/staff/members",
        "/v1/staff/audit",
    ] {
        let answer = house.get("owner", path).await.is(200);
        let keep = answer.header("cache-control");
        assert!(
            ["no-store", "private, no-cache"].contains(&keep),
            "{path}: {keep}"
        );
    }
    let cart = house.guest().await.get("/v1/cart").await.is(200);
    assert_eq!(cart.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_formula_of_a_seller_is_none_in_any_file_and_comes_back_as_it_was() {
    let house = House::open().await;
    let rows = "=HYPERLINK(\"//evil\"),COAT-S,100,5,2026-11-12 00:00,2026-11-12 01:00\n\
                @SUM(1),COAT-S,free,5,2026-11-12 00:00,2026-11-12 01:00\n";
    let file = format!("deal,sku,price,allotment,start,end\n{rows}");
    let import = "/v1/staff/schedule/import";
    let came = house.csv("merchandiser", import, &file).await.is(200);
    assert_eq!(came.body["scheduled"], 1, "{}", came.text);
    house.settle(&came).await;
    let mut desk = enter(&house).await;
    let exported = desk.see("/desk/schedule/export?state=all").await;
    assert!(exported.has("'=HYPERLINK"), "{}", exported.text);
    let again = house
        .csv("merchandiser", import, &exported.text)
        .await
        .is(200);
    assert_eq!(again.body["scheduled"], 0, "{}", again.text);
    assert_eq!(again.body["problems"], json!([]), "{}", again.text);
}

#[tokio::test]
async fn nobody_changes_their_own_password_without_telling_it() {
    let house = House::unscheduled().await;
    let login = json!({"email": STAFF, "password": PASSWORD});
    let session = house.post("", "/v1/staff/sessions", &login).await.is(201);
    let session = session.says("session");
    let members = house.get("owner", "/v1/staff/members").await.json();
    let own = members["items"][0]["member"].as_str().expect("an id");
    let path = format!("/v1/staff/members/{own}");
    let thief = json!({"password": "the thief knows this"});
    let refused = house.patch(&session, &path, &thief).await.is(422);
    assert_eq!(refused.body["errors"][0]["field"], "password");
    house.post("", "/v1/staff/sessions", &login).await.is(201);
}
