//! The way into the desk: passwords, codes, recovery codes, sessions, and what everybody must have.

use crate::house::{Browser, House, PASSWORD, Page, STAFF};
use axum::http::StatusCode;
use doorbuster_http::totp::{CodeSecret, step_at};
use records::Role;
use serde_json::json;

/// Signs in with the password; what comes then.
async fn with_password(browser: &mut Browser, mail: &str) -> Page {
    let form = [("email", mail), ("password", PASSWORD)];
    browser.post("/desk/sign-in", &form).await
}

async fn entered(house: &House) -> Browser {
    let mut browser = house.browser();
    let entered = with_password(&mut browser, STAFF).await;
    assert_eq!(entered.location, "/desk?said=desk-in", "{}", entered.text);
    browser
}

fn code(house: &House, secret: &CodeSecret) -> String {
    secret.code(step_at(house.now()))
}

/// Sets an authenticator up; its secret, and the page that shows the recovery codes.
async fn set_up(house: &House, desk: &mut Browser) -> (CodeSecret, Page) {
    let page = desk.see("/desk/me/codes").await;
    assert!(page.has("<svg class=\"desk-qr\""), "{}", page.text);
    let text = page.field("secret");
    let secret = CodeSecret::of_text(&text).expect("a secret");
    let wrong = [("secret", text.as_str()), ("code", "abc")];
    let again = desk.post("/desk/me/codes", &wrong).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(again.field("secret"), text, "the picture stays the same");
    let code = code(house, &secret);
    let right = [("secret", text.as_str()), ("code", code.as_str())];
    let recovery = desk.post("/desk/me/codes", &right).await;
    assert!(recovery.has("recovery-codes"), "{}", recovery.text);
    (secret, recovery)
}

fn recovery_codes(page: &Page) -> Vec<String> {
    let codes = page.text.split("<code translate=\"no\">").skip(1);
    codes
        .filter_map(|rest| rest.split('<').next())
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn a_password_alone_opens_nothing_for_who_has_an_authenticator_and_a_code_works_once() {
    let house = House::unscheduled().await;
    let mut desk = entered(&house).await;
    let (secret, _) = set_up(&house, &mut desk).await;
    let mut browser = house.browser();
    let step = with_password(&mut browser, STAFF).await;
    assert!(step.has("action=\"/desk/sign-in/code\""), "{}", step.text);
    assert!(
        browser
            .see("/desk/deals")
            .await
            .location
            .starts_with("/desk/sign-in")
    );
    let used = code(&house, &secret);
    let replayed = browser.post("/desk/sign-in/code", &[("code", &used)]).await;
    assert_eq!(replayed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(replayed.has("코드가 맞지 않거나"), "{}", replayed.text);
    house.pass(30_000);
    let form = [
        ("code", code(&house, &secret)),
        ("back", "/desk/audit".to_owned()),
    ];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    let entered = browser.post("/desk/sign-in/code", &form).await;
    assert_eq!(entered.location, "/desk/audit?said=desk-in");
    assert!(browser.see("/desk/audit").await.has(STAFF));
    let mut thief = house.browser();
    with_password(&mut thief, STAFF).await;
    let replayed = thief.post("/desk/sign-in/code", &form).await;
    assert_eq!(replayed.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_recovery_code_opens_once() {
    let house = House::unscheduled().await;
    let mut desk = entered(&house).await;
    let (_, page) = set_up(&house, &mut desk).await;
    let codes = recovery_codes(&page);
    assert_eq!((codes.len(), codes[0].len()), (10, 19));
    let enter = async |code: &str| {
        let mut browser = house.browser();
        with_password(&mut browser, STAFF).await;
        browser.post("/desk/sign-in/code", &[("code", code)]).await
    };
    let lower = codes[3].to_lowercase().replace('-', " ");
    assert_eq!(enter(&lower).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        enter(&codes[3]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert!(desk.see("/desk/me").await.has("남은 코드 9개"));
    let renewed = desk.post("/desk/me/recovery", &[]).await;
    assert_eq!(
        enter(&codes[4]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let renewed = recovery_codes(&renewed);
    assert_eq!(enter(&renewed[0]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn wrong_codes_lock_as_wrong_passwords_do() {
    let house = House::unscheduled().await;
    let mut desk = entered(&house).await;
    let (secret, _) = set_up(&house, &mut desk).await;
    house.pass(30_000);
    let mut browser = house.browser();
    with_password(&mut browser, STAFF).await;
    for _ in 0..5 {
        let wrong = browser.post("/desk/sign-in/code", &[("code", "000")]).await;
        assert!(wrong.has("코드가 맞지 않거나"), "{}", wrong.text);
    }
    let right = code(&house, &secret);
    let locked = browser
        .post("/desk/sign-in/code", &[("code", &right)])
        .await;
    assert!(locked.has("잠시 잠겼어요"), "{}", locked.text);
    house.pass(60_000);
    let right = code(&house, &secret);
    let entered = browser
        .post("/desk/sign-in/code", &[("code", &right)])
        .await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text);
}

#[tokio::test]
async fn the_second_step_is_for_a_few_minutes_behind_a_right_password() {
    let house = House::unscheduled().await;
    let mut desk = entered(&house).await;
    let (secret, _) = set_up(&house, &mut desk).await;
    let mut browser = house.browser();
    let nobody = browser.post("/desk/sign-in/code", &[("code", "1")]).await;
    assert_eq!(nobody.location, "/desk/sign-in?said=desk-step-over");
    with_password(&mut browser, STAFF).await;
    house.pass(5 * 60_000);
    let right = code(&house, &secret);
    let late = browser
        .post("/desk/sign-in/code", &[("code", &right)])
        .await;
    assert_eq!(late.location, "/desk/sign-in?said=desk-step-over");
}

#[tokio::test]
async fn programs_bring_the_code_with_the_password() {
    let house = House::unscheduled().await;
    let mut desk = entered(&house).await;
    let (secret, _) = set_up(&house, &mut desk).await;
    house.pass(30_000);
    let mut login = json!({"email": STAFF, "password": PASSWORD});
    let asked = house.post("", "/v1/staff/sessions", &login).await;
    assert_eq!(asked.is(401).problem(), "code_needed");
    login["code"] = json!("000000x");
    let wrong = house.post("", "/v1/staff/sessions", &login).await;
    assert_eq!(wrong.is(401).problem(), "wrong_code");
    login["code"] = json!(code(&house, &secret));
    house.post("", "/v1/staff/sessions", &login).await.is(201);
    let deed = house.deed("session.open").await;
    assert_eq!(deed["after"]["opened_by"], "code");
}

#[tokio::test]
async fn who_signed_in_long_ago_does_so_again_before_changing_how() {
    let house = House::unscheduled().await;
    let mut desk = entered(&house).await;
    set_up(&house, &mut desk).await;
    house.pass(16 * 60_000);
    let page = desk.see("/desk/me").await;
    assert_eq!(page.status, StatusCode::OK);
    let again = "/desk/sign-in?back=%2Fdesk%2Fme&said=desk-again";
    for address in ["/desk/me/codes/remove", "/desk/me/recovery"] {
        assert_eq!(desk.post(address, &[]).await.location, again, "{address}");
    }
    assert_eq!(desk.see("/desk/me/codes").await.location, again);
    let asked = desk.post("/desk/me/passkeys/ask", &[]).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn where_everybody_must_have_a_second_factor_one_is_led_to_it_and_keeps_it() {
    let house = House::unscheduled().await;
    house.hire("bo@shop.kr", Role::Merchandiser).await;
    let required = house.shop.records.require_second_factor(true).await;
    required.expect("written");
    let mut bo = house.browser();
    with_password(&mut bo, "bo@shop.kr").await;
    for address in ["/desk", "/desk/deals", "/desk/orders"] {
        assert_eq!(bo.see(address).await.location, "/desk/me", "{address}");
    }
    assert!(bo.see("/desk/me").await.has("2단계 인증을 요청했어요"));
    let login = json!({"email": "bo@shop.kr", "password": PASSWORD});
    let session = house.post("", "/v1/staff/sessions", &login).await;
    let session = session.is(201).says("session");
    let refused = house.get(&session, "/v1/staff/deals").await;
    assert_eq!(refused.is(403).problem(), "second_factor_wanted");
    set_up(&house, &mut bo).await;
    assert_eq!(bo.see("/desk/deals").await.status, StatusCode::OK);
    let kept = bo.post("/desk/me/codes/remove", &[]).await;
    assert_eq!(kept.location, "/desk/me?said=factor-stays");
    house.get("owner", "/v1/staff/deals").await.is(200);
}

#[tokio::test]
async fn one_sees_where_one_is_signed_in_and_ends_it_from_elsewhere() {
    let house = House::unscheduled().await;
    let (mut desk, mut phone) = (entered(&house).await, entered(&house).await);
    let page = desk.see("/desk/me").await;
    let end = page.text.split("action=\"/desk/me/sessions/");
    let end = end.map(|rest| rest.split('"').next().expect("it ends"));
    let end = end
        .into_iter()
        .find(|rest| rest.len() > 30 && rest.ends_with("/end"));
    let end = format!("/desk/me/sessions/{}", end.expect("the phone"));
    let ended = desk.post_and_follow(&end, &[]).await;
    assert!(ended.has("그곳에서 로그아웃했어요"), "{}", ended.text);
    assert!(
        phone
            .see("/desk/me")
            .await
            .location
            .starts_with("/desk/sign-in")
    );
    let mut tablet = entered(&house).await;
    desk.post("/desk/me/sessions/end", &[]).await;
    assert!(
        tablet
            .see("/desk/me")
            .await
            .location
            .starts_with("/desk/sign-in")
    );
    assert_eq!(desk.see("/desk/me").await.status, StatusCode::OK);
}

#[tokio::test]
async fn one_changes_ones_password_by_the_old_one_and_is_signed_out_elsewhere() {
    let house = House::unscheduled().await;
    let (mut desk, mut phone) = (entered(&house).await, entered(&house).await);
    for (current, wanted, said) in [
        ("wrong", "a much better one", "지금 비밀번호가 맞지 않아요"),
        (PASSWORD, "xq9zz", "8자 이상"),
    ] {
        let form = [("current", current), ("wanted", wanted)];
        let again = desk.post("/desk/me/password", &form).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.has(said) && !again.has(wanted), "{}", again.text);
    }
    let form = [("current", PASSWORD), ("wanted", "a much better one")];
    let done = desk.post_and_follow("/desk/me/password", &form).await;
    assert!(done.has("비밀번호를 바꿨어요"), "{}", done.text);
    assert!(
        phone
            .see("/desk")
            .await
            .location
            .starts_with("/desk/sign-in")
    );
    let old = with_password(&mut phone, STAFF).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
}
