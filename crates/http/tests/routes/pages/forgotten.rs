//! A forgotten password: a link by mail, that sets another one once.

use crate::house::{Browser, House, Page, limits};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use doorbuster_http::Limits;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;

const MAIL: &str = "hong@example.kr";
const OLD: &str = "long enough";
const NEW: &str = "longer still";

async fn member(house: &House) -> Browser {
    let mut browser = house.browser();
    let form = [
        ("email", MAIL),
        ("password", OLD),
        ("name", "홍길동"),
        ("terms", "yes"),
        ("privacy", "yes"),
    ];
    browser.post_and_follow("/sign-up", &form).await;
    browser
}

async fn forget(browser: &mut Browser, mail: &str) -> Page {
    browser.post("/forgotten", &[("email", mail)]).await
}

/// The path of the link that came in the newest letter but those before.
async fn link(house: &House, nth: usize) -> String {
    let letters = house.mailbox.letters(nth + 1).await;
    let url = letters[nth].url.strip_prefix("http://localhost:1111");
    url.expect("it leads to us").to_owned()
}

async fn sign_in(house: &House, password: &str) -> Page {
    let form = [("email", MAIL), ("password", password)];
    house.browser().post("/sign-in", &form).await
}

#[tokio::test]
async fn who_forgot_their_password_sets_another_by_mail_and_is_out_everywhere() {
    let house = House::open().await;
    let mut elsewhere = member(&house).await;
    let mut browser = house.browser();
    browser.language = "zh";
    assert!(browser.see("/sign-in").await.has("href=\"/forgotten\""));
    let told = browser
        .post_and_follow("/forgotten", &[("email", MAIL)])
        .await;
    assert!(told.has("如果该邮箱已注册"), "{}", told.text);
    let link = link(&house, 0).await;
    let letter = &house.mailbox.letters(1).await[0];
    assert!(letter.title.contains("请设置新密码"), "{letter:?}");
    let token = link.rsplit('/').next().expect("a token");
    assert_eq!(
        house.tables_with(token).await,
        [""; 0],
        "only its hash is kept"
    );
    let page = browser.see(&link).await;
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let short = browser.post(&link, &[("password", "short")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.has("id=\"password-error\""), "{}", short.text);
    let set = browser.post_and_follow(&link, &[("password", NEW)]).await;
    assert!(set.has("新密码已设置"), "{}", set.text);
    let out = elsewhere.see("/me/erase").await;
    assert!(out.location.starts_with("/sign-in"), "{}", out.text);
    assert_eq!(
        sign_in(&house, OLD).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(sign_in(&house, NEW).await.status, StatusCode::SEE_OTHER);
    for used in [
        browser.see(&link).await,
        browser.post(&link, &[("password", OLD)]).await,
    ] {
        assert_eq!(used.status, StatusCode::GONE);
        assert!(used.has("链接已失效"), "{}", used.text);
    }
    let told = house.mailbox.letters(2).await;
    assert!(told[1].title.contains("비밀번호가 바뀌었어요"), "{told:?}");
}

#[tokio::test]
async fn a_link_opens_nothing_after_half_an_hour() {
    let house = House::open().await;
    member(&house).await;
    let mut browser = house.browser();
    forget(&mut browser, MAIL).await;
    let link = link(&house, 0).await;
    house.pass(30 * 60_000 - 1);
    assert_eq!(browser.see(&link).await.status, StatusCode::OK);
    house.pass(1);
    let late = browser.post(&link, &[("password", NEW)]).await;
    assert_eq!(late.status, StatusCode::GONE);
    assert_eq!(sign_in(&house, OLD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn whether_there_is_such_an_account_is_told_to_nobody_and_asking_on_is_locked() {
    let house = House::open().await;
    member(&house).await;
    let mut told: Vec<Vec<(StatusCode, String, String)>> = Vec::new();
    for mail in [MAIL, "nobody@example.kr"] {
        let mut browser = house.browser();
        let mut answers = Vec::new();
        for _ in 0..6 {
            let page = forget(&mut browser, mail).await;
            answers.push((page.status, page.location, page.text.replace(mail, "-")));
        }
        assert_eq!(answers[0].0, StatusCode::SEE_OTHER, "{mail}");
        assert!(
            answers[5].2.contains("여러 번 요청해서"),
            "{mail}: {}",
            answers[5].2
        );
        told.push(answers);
    }
    assert_eq!(told[0], told[1]);
    let letters = house.mailbox.letters(1).await;
    assert_eq!(letters.len(), 1, "one a minute, and none to strangers");
    let wrong = forget(&mut house.browser(), "no mail at all").await;
    assert!(wrong.has("id=\"email-error\""), "{}", wrong.text);
}

#[tokio::test]
async fn a_shop_without_mail_says_who_can_help() {
    let house = House::without_mail().await;
    let mut browser = house.browser();
    let entrance = browser.see("/sign-in").await;
    assert!(
        !entrance.has("href=\"/forgotten\"") && entrance.has("메일을 보내지 않아서"),
        "{}",
        entrance.text
    );
    let page = browser.see("/forgotten").await;
    assert!(
        page.has("메일을 보내지 않아서") && !page.has("type=\"email\""),
        "{}",
        page.text
    );
    let sent = forget(&mut browser, MAIL).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let ask = serde_json::json!({"email": MAIL});
    let program = house.stranger().post("/v1/accounts/forgotten", &ask).await;
    assert_eq!(program.is(404).problem(), "not_found");
}

#[tokio::test]
async fn an_address_asks_for_so_many_letters_a_minute_whoever_they_are_for() {
    let three = Limits {
        letters_per_minute: NonZeroU32::new(3).expect("it is not zero"),
        ..limits(10_000, 10_000)
    };
    let house = House::with(Some(three)).await;
    let from = |host: IpAddr| ConnectInfo(SocketAddr::from((host, 50_000)));
    let v4 = |host: u8| IpAddr::from([192, 0, 2, host]);
    let v6 = |network: u16, host: u16| IpAddr::from([0x2001, 0xdb8, 0, network, 0, 0, 0, host]);
    let ask = async |host: IpAddr, nth: u16| {
        let request = Request::post("/v1/accounts/forgotten").extension(from(host));
        let asked = serde_json::json!({"email": format!("somebody-{nth}@example.kr")});
        house.stranger().json(request, &asked).await
    };
    for nth in 1..=3 {
        ask(v4(1), nth).await.is(202);
        ask(v6(1, nth), nth).await.is(202);
    }
    for past in [v4(1), v6(1, 4)] {
        let refused = ask(past, 4).await.is(429);
        assert_eq!(refused.problem(), "rate_limited", "{past}");
    }
    let request = Request::post("/forgotten")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .extension(from(v4(1)));
    let form = Body::from("email=somebody@example.kr");
    house.stranger().raw(request, form).await.is(429);
    for another in [v4(2), v6(2, 1)] {
        ask(another, 5).await.is(202);
    }
}
