//! People at the desk: invited, changed, undone; keys; the audit; finding; Today.

use crate::house::{Browser, House, PASSWORD, Page, STAFF};
use axum::http::StatusCode;
use records::Role;

async fn enter(house: &House, mail: &str) -> Browser {
    let mut browser = house.browser();
    let form = [("email", mail), ("password", PASSWORD)];
    let entered = browser.post("/desk/sign-in", &form).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text);
    browser
}

/// What stands on the page between the marks.
fn between<'a>(page: &'a Page, before: &str, after: &str) -> &'a str {
    let rest = page.text.split_once(before);
    let (_, rest) = rest.unwrap_or_else(|| panic!("no {before}: {}", page.text));
    rest.split_once(after).expect("it ends").0
}

#[tokio::test]
async fn an_invitation_opens_once_and_whoever_opens_it_chooses_a_password() {
    let house = House::unscheduled().await;
    let mut desk = enter(&house, STAFF).await;
    let wrong = [
        ("key", "i"),
        ("email", "nobody"),
        ("name", "새 동료"),
        ("role", "support"),
    ];
    let again = desk.post("/desk/people/invite", &wrong).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.has("value=\"새 동료\""), "{}", again.text);
    let form = [
        ("key", "i"),
        ("email", "new@shop.kr"),
        ("name", "새 동료"),
        ("role", "support"),
    ];
    let told = desk.post("/desk/people/invite", &form).await;
    let link = between(&told, "invitation?token=", "<").to_owned();
    let people = desk.see("/desk/people").await;
    assert!(
        people.has("new@shop.kr") && !people.has(&link),
        "{}",
        people.text
    );
    let mut newcomer = house.browser();
    let opened = newcomer
        .see(&format!("/desk/invitation?token={link}"))
        .await;
    assert!(
        opened.has("new@shop.kr") && opened.has("고객 지원"),
        "{}",
        opened.text
    );
    let token = opened.field("token");
    let accept = |password| {
        [
            ("token", token.clone()),
            ("name", "새이".to_owned()),
            ("password", password),
        ]
    };
    let short = accept("short".to_owned());
    let short = short
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let again = newcomer.post("/desk/invitation", &short).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = accept(PASSWORD.to_owned());
    let right = right
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let accepted = newcomer.post("/desk/invitation", &right).await;
    assert_eq!(accepted.location, "/desk/sign-in?said=desk-welcome");
    let again = newcomer.post("/desk/invitation", &right).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let mut newcomer = enter(&house, "new@shop.kr").await;
    assert_eq!(
        newcomer.see("/desk/people").await.status,
        StatusCode::FORBIDDEN
    );
    assert!(!newcomer.see("/desk").await.has("href=\"/desk/people\""));
    assert!(desk.see("/desk/people").await.has("새이"));
}

#[tokio::test]
async fn a_role_is_changed_and_the_change_is_undone_while_nothing_else_changed() {
    let house = House::unscheduled().await;
    let bo = house.hire("bo@shop.kr", Role::Viewer).await;
    let mut desk = enter(&house, STAFF).await;
    let here = format!("/desk/people/{bo}");
    let stands = [
        ("was_role", "viewer"),
        ("was_active", "yes"),
        ("active", "yes"),
    ];
    let change = [&stands[..], &[("role", "merchandiser")]].concat();
    let done = desk.post_and_follow(&here, &change).await;
    assert!(
        done.has("바꿨어요") && done.has("class=\"undo\""),
        "{}",
        done.text
    );
    let undo = between(&done, "class=\"undo\"", "</form>").to_owned();
    assert!(
        undo.contains("value=\"viewer\"") && undo.contains(&here),
        "{undo}"
    );
    let former = [
        ("role", "viewer"),
        ("active", "yes"),
        ("was_role", "merchandiser"),
    ];
    let undoing = [&former[..], &[("was_active", "yes"), ("undoes", "yes")]].concat();
    for time in ["once", "twice"] {
        let undone = desk.post_and_follow(&here, &undoing).await;
        assert!(undone.has("되돌렸어요"), "{time}: {}", undone.text);
    }
    let other = [&stands[..], &[("role", "support")]].concat();
    desk.post(&here, &other).await;
    let late = desk.post_and_follow(&here, &undoing).await;
    assert!(late.has("그사이 다른 변경"), "{}", late.text);
    let deed = house.deed("member.change").await;
    assert_eq!(deed["after"]["role"], "support");
    let forged = desk
        .see(&format!("{here}?said=member-changed&undo=Zm9yZ2Vk"))
        .await;
    assert!(!forged.has("class=\"undo\""));
}

#[tokio::test]
async fn an_owner_changes_others_and_not_themselves_and_ends_their_sessions() {
    let house = House::unscheduled().await;
    let bo = house.hire("bo@shop.kr", Role::Owner).await;
    let (mut desk, mut theirs) = (
        enter(&house, STAFF).await,
        enter(&house, "bo@shop.kr").await,
    );
    let here = format!("/desk/people/{bo}");
    let page = desk.see(&here).await;
    let session = between(&page, &format!("action=\"{here}/sessions/"), "\"").to_owned();
    desk.post_and_follow(&format!("{here}/sessions/{session}"), &[])
        .await;
    assert!(
        theirs
            .see("/desk")
            .await
            .location
            .starts_with("/desk/sign-in")
    );
    let mut theirs = enter(&house, "bo@shop.kr").await;
    let stands = [
        ("was_role", "owner"),
        ("was_active", "yes"),
        ("role", "owner"),
    ];
    let off = [&stands[..], &[("active", "no")]].concat();
    let own = theirs.post(&here, &off).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    desk.post_and_follow(&here, &off).await;
    assert!(
        theirs
            .see("/desk")
            .await
            .location
            .starts_with("/desk/sign-in")
    );
    let nothing = serde_json::json!({});
    let program = house.patch("owner", "/v1/staff/members/x", &nothing);
    assert_eq!(program.await.status, 404);
    let me = house.shop.records.staff().await.expect("read");
    let me = me
        .iter()
        .find(|member| member.mail == STAFF)
        .expect("there")
        .id;
    let (path, off) = (
        format!("/v1/staff/members/{me}"),
        serde_json::json!({"active": false}),
    );
    let last = house.patch("owner", &path, &off);
    assert_eq!(last.await.is(409).problem(), "last_owner");
}

#[tokio::test]
async fn the_owner_who_demands_a_second_factor_has_one() {
    let house = House::unscheduled().await;
    let mut desk = enter(&house, STAFF).await;
    let turned = desk
        .post("/desk/people/policy", &[("required", "yes")])
        .await;
    assert_eq!(turned.location, "/desk/me?said=policy-own-first");
}

#[tokio::test]
async fn an_invitation_is_taken_back_however_its_mail_is_written_and_twice_is_once() {
    let house = House::unscheduled().await;
    let mut desk = enter(&house, STAFF).await;
    let form = [
        ("key", "ann"),
        ("email", " Ann@Shop.KR "),
        ("name", "Ann"),
        ("role", "viewer"),
    ];
    let told = desk.post("/desk/people/invite", &form).await;
    let again = desk.post("/desk/people/invite", &form).await;
    let link = |page: &Page| between(page, "invitation?token=", "<").to_owned();
    assert_eq!(link(&told), link(&again), "the same link");
    let gone = desk.press_undo(&told).await;
    assert!(!gone.has("Ann@Shop.KR"), "{}", gone.text);
}

#[tokio::test]
async fn what_changed_nothing_offers_no_undo() {
    let house = House::unscheduled().await;
    let mut desk = enter(&house, STAFF).await;
    let said = desk
        .post_and_follow("/desk/people/policy", &[("required", "no")])
        .await;
    assert_eq!(said.undo(), None, "{}", said.text);

    let ask = serde_json::json!({"url": "https://shop.example/hooks", "kinds": ["OrderPaid"]});
    let made = house.post("owner", "/v1/staff/webhooks", &ask).await.json();
    let id = made["webhook"].as_str().expect("an id");
    let pause = format!("/desk/webhooks/{id}/pause");
    let offered = [true, false];
    for offers in offered {
        let said = desk.post_and_follow(&pause, &[]).await;
        assert_eq!(said.undo().is_some(), offers, "{}", said.text);
    }

    let staff = house.shop.records.staff().await.expect("staff");
    let own = staff.iter().find(|member| member.mail == STAFF);
    let own = own.expect("it was taken on").id;
    let records = &house.shop.records;
    let added = records.add_passkey(own, b"own", "Phone", "{}", house.now());
    assert!(added.await.expect("kept"));
    let me = desk.see("/desk/me").await;
    let id = me
        .text
        .split("/desk/me/passkeys/")
        .nth(1)
        .expect("it has one");
    let id = id.split('/').next().expect("an id");
    let rename = format!("/desk/me/passkeys/{id}/rename");
    let same = desk.post_and_follow(&rename, &[("name", "Phone")]).await;
    assert_eq!(same.undo(), None, "{}", same.text);
    let told = desk.post_and_follow(&rename, &[("name", "Laptop")]).await;
    desk.post(&rename, &[("name", "Tablet")]).await;
    let late = desk.press_undo(&told).await;
    assert!(late.has("그사이"), "{}", late.text);
    let me = desk.see("/desk/me").await;
    assert!(me.has("<strong>Tablet</strong>"), "{}", me.text);
}

#[tokio::test]
async fn a_key_is_shown_once_and_revoked() {
    let house = House::unscheduled().await;
    let mut desk = enter(&house, STAFF).await;
    let key = desk.see("/desk/keys").await.field("key");
    let form = [("key", key.as_str()), ("name", "창고"), ("role", "support")];
    let made = desk.post("/desk/keys", &form).await;
    let token = between(&made, "translate=\"no\">", "<").to_owned();
    house.get(&token, "/v1/staff/deals").await.is(200);
    let listed = desk.see("/desk/keys").await;
    assert!(listed.has("창고") && !listed.has(&token), "{}", listed.text);
    let own = between(&listed, "<td>창고", "</tr>").to_owned();
    let id = own.split("/desk/keys/").nth(1).expect("it can be revoked");
    let id = id.split('/').next().expect("an id");
    desk.post_and_follow(&format!("/desk/keys/{id}/revoke"), &[])
        .await;
    house.get(&token, "/v1/staff/deals").await.is(401);
}

#[tokio::test]
async fn the_audit_is_filtered_told_in_words_and_taken_home_as_csv() {
    let house = House::open().await;
    let mut desk = enter(&house, STAFF).await;
    let all = desk.see("/desk/audit").await;
    assert!(all.has("로그인했어요"), "{}", all.text);
    let changed = serde_json::json!({"limit": 7});
    house
        .patch("merchandiser", "/v1/staff/deals/NIGHT", &changed)
        .await
        .is(200);
    let page = desk.see("/desk/audit?action=deal.change").await;
    assert!(
        page.has("<del>2</del>") && page.has("<ins>7</ins>"),
        "{}",
        page.text
    );
    assert!(!page.has("<strong>로그인했어요"));
    let none = desk.see("/desk/audit?to=2026-01-01").await;
    assert!(none.has("조건에 맞는 기록이 없어요"), "{}", none.text);
    let wrong = desk.see("/desk/audit?from=yesterday").await;
    assert!(wrong.has("날짜를 읽을 수 없어요"), "{}", wrong.text);
    let csv = desk
        .see("/desk/audit.csv?action=deal.change&from=2026-11-10")
        .await;
    assert_eq!(csv.text.lines().count(), 2, "{}", csv.text);
}

#[tokio::test]
async fn deals_and_orders_are_found_by_name_and_number() {
    let house = House::at_the_bell().await;
    let order = crate::pages::buying::paid_order(&house, &mut house.browser()).await;
    let mut desk = enter(&house, STAFF).await;
    let page = desk.see("/desk/find?q=NIGHT").await;
    assert!(page.has("href=\"/desk/deals/NIGHT\""), "{}", page.text);
    let found = desk.see("/desk/find.json?q=%ED%99%8D%EA%B8%B8").await;
    assert!(
        found.has(&format!("/desk/orders/{order}")),
        "{}",
        found.text
    );
    let nothing = desk.see("/desk/find.json?q=%25").await;
    assert_eq!(nothing.text, "[]");
}

#[tokio::test]
async fn today_says_that_everything_runs_or_what_does_not() {
    let house = House::open().await;
    let mut desk = enter(&house, STAFF).await;
    let fine = desk.see("/desk").await;
    assert!(
        fine.has("모두 잘 돌아가고 있어요") && fine.has("다음에 열리는 딜"),
        "{}",
        fine.text
    );
    house.pass(60_000 + 31 * 60_000);
    house.catch_up().await;
    let mut desk = enter(&house, STAFF).await;
    let middle = desk.see("/desk/today").await;
    assert!(middle.has("살펴볼 일 2건"), "{}", middle.text);
    assert!(middle.has("href=\"/desk/deals/NIGHT/end\"") && !middle.has("<html"));
}
