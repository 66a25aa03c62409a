//! What belongs to a person: the entrance with its consents, my page, export and erasure; and who sells.

use super::buying::paid_order;
use crate::house::{Browser, House, Page};
use axum::http::StatusCode;
use records::{AccountId, Consent, SignIn};

const MAIL: &str = "hong@example.kr";
const PASSWORD: &str = "long enough";

fn sign_up_form() -> Vec<(&'static str, &'static str)> {
    vec![
        ("email", MAIL),
        ("password", PASSWORD),
        ("name", "홍길동"),
        ("terms", "yes"),
        ("privacy", "yes"),
    ]
}

async fn member(house: &House) -> Browser {
    let mut browser = house.browser();
    browser.language = "en";
    browser.post_and_follow("/sign-up", &sign_up_form()).await;
    browser
}

async fn signed_in(house: &House) -> Browser {
    let mut browser = house.browser();
    let form = [("email", MAIL), ("password", PASSWORD)];
    browser.post_and_follow("/sign-in", &form).await;
    browser
}

async fn account(house: &House) -> Option<AccountId> {
    let password = PASSWORD.to_owned();
    let records = &house.shop.records;
    let said = records.sign_in(MAIL, password, "a test", house.now()).await;
    match said.expect("an answer") {
        SignIn::In(account) => Some(account),
        _ => None,
    }
}

fn is_out(page: &Page) -> bool {
    page.location.starts_with("/sign-in")
}

#[tokio::test]
async fn nobody_signs_up_without_agreeing_and_advertising_is_apart() {
    let house = House::open().await;
    let mut browser = house.browser();
    let form = &sign_up_form()[..3];
    let again = browser.post("/sign-up", form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again.has("동의해야 가입할 수 있어요") && again.has("value=\"hong@example.kr\""),
        "{}",
        again.text
    );
    assert_eq!(account(&house).await, None);
    let mut form = sign_up_form();
    // At night alone is nothing that can be wanted.
    form.push(("advertising_at_night", "yes"));
    browser.post_and_follow("/sign-up", &form).await;
    let account = account(&house).await.expect("an account");
    let consents = house.shop.records.consents(account).await.expect("read");
    assert_eq!(consents, [Consent::Terms, Consent::Privacy].into());
    let form = [("advertising", "yes"), ("advertising_at_night", "yes")];
    browser.post_and_follow("/me/consents", &form).await;
    let consents = house.shop.records.consents(account).await.expect("read");
    assert_eq!(consents, Consent::ALL.into());
    browser.post_and_follow("/me/consents", &[]).await;
    let consents = house.shop.records.consents(account).await.expect("read");
    assert_eq!(consents, [Consent::Terms, Consent::Privacy].into());
}

#[tokio::test]
async fn who_signs_up_is_told_of_all_that_is_wrong_at_once() {
    let house = House::open().await;
    let form = [("name", ""), ("email", "nobody"), ("password", "1")];
    let wrong = house.browser().post("/sign-up", &form).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["name", "email", "password", "consents"] {
        let told = format!("id=\"{field}-error\"");
        assert!(wrong.has(&told), "{field}: {}", wrong.text);
    }
}

#[tokio::test]
async fn a_member_changes_name_and_language_and_wrong_input_stands_beside_its_field() {
    let house = House::open().await;
    let mut browser = member(&house).await;
    let form = [("name", " "), ("phone", "12"), ("locale", "zh")];
    let wrong = browser.post("/me/profile", &form).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for told in ["id=\"name-error\"", "id=\"phone-error\""] {
        assert!(wrong.has(told), "{}", wrong.text);
    }
    let form = [
        ("name", "Gil"),
        ("phone", "010-1234-5678"),
        ("locale", "zh"),
    ];
    let saved = browser.post_and_follow("/me/profile", &form).await;
    assert!(
        saved.has("Gil，您好") && saved.has("010-1234-5678"),
        "{}",
        saved.text
    );
}

#[tokio::test]
async fn another_password_signs_out_elsewhere_and_needs_the_old_one() {
    let house = House::open().await;
    let mut here = member(&house).await;
    let mut there = signed_in(&house).await;
    let form = [("now", "wrong"), ("new", "longer still")];
    let wrong = here.post("/me/password", &form).await;
    assert!(wrong.has("id=\"now-error\""), "{}", wrong.text);
    let short = [("now", PASSWORD), ("new", "short")];
    let short = here.post("/me/password", &short).await;
    assert!(short.has("id=\"new-error\""), "{}", short.text);
    assert!(!is_out(&there.see("/me/erase").await));
    let form = [("now", PASSWORD), ("new", "longer still")];
    let changed = here.post_and_follow("/me/password", &form).await;
    assert!(changed.has("The password was changed"), "{}", changed.text);
    assert!(is_out(&there.see("/me/erase").await));
    assert_eq!(account(&house).await, None, "the old one opens nothing");
}

#[tokio::test]
async fn sessions_elsewhere_end_at_once_and_the_own_one_stays() {
    let house = House::open().await;
    let mut here = member(&house).await;
    let mut there = signed_in(&house).await;
    let page = here.see("/me").await;
    assert_eq!(page.text.matches("This device").count(), 1, "{}", page.text);
    assert!(!is_out(&there.see("/me/erase").await));
    here.post_and_follow("/me/sessions/end", &[]).await;
    assert!(is_out(&there.see("/me/erase").await));
    assert!(!is_out(&here.see("/me/erase").await));
}

#[tokio::test]
async fn a_mail_is_changed_with_the_password_and_never_to_somebody_elses() {
    let house = House::open().await;
    let mut browser = member(&house).await;
    let mut other = sign_up_form();
    other[0].1 = "taken@example.kr";
    house.browser().post_and_follow("/sign-up", &other).await;
    let taken = [("email", "taken@example.kr"), ("password", PASSWORD)];
    let taken = browser.post("/me/mail", &taken).await;
    assert!(taken.has("id=\"email-error\""), "{}", taken.text);
    let form = [("email", "new@example.kr"), ("password", PASSWORD)];
    let changed = browser.post_and_follow("/me/mail", &form).await;
    assert!(changed.has("Now: new@example.kr"), "{}", changed.text);
}

#[tokio::test]
async fn an_export_is_one_file_with_all_that_is_theirs_also_for_a_guest() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    let order = paid_order(&house, &mut browser).await;
    browser.unpacks = "gzip";
    let file = browser.see("/me/export").await;
    assert_eq!(file.header("content-encoding"), "gzip");
    let file: serde_json::Value = serde_json::from_str(&file.text).expect("it is JSON");
    assert_eq!(file["account"], serde_json::json!([]));
    assert_eq!(file["orders"][0]["id"], order);
    assert_eq!(file["orders"][0]["seller"], "moa");
    assert_eq!(file["order_lines"][0]["sku"], "COAT-S");
    assert_eq!(file["deliveries"][0]["name"], "홍길동");
    let placed_at = file["orders"][0]["placed_at"].as_str();
    assert!(placed_at.is_some_and(|at| at.starts_with("2026-11-10T15:00")));
    let stranger = house.browser().see("/me/export").await;
    assert_ne!(stranger.status, StatusCode::OK);
    browser.post_and_follow("/sign-up", &sign_up_form()).await;
    let file = browser.see("/me/export").await;
    let member: serde_json::Value = serde_json::from_str(&file.text).expect("it is JSON");
    assert_eq!(member["account"][0]["mail"], MAIL);
    assert_eq!(member["consents"].as_array().map(Vec::len), Some(2));
    assert_eq!(member["orders"][0]["id"], order, "bought as a guest");
    assert!(!file.text.contains("argon2"), "{}", file.text);
}

#[tokio::test]
async fn who_is_erased_is_gone_and_only_what_the_law_keeps_is_left() {
    let house = House::at_the_bell().await;
    let mut browser = member(&house).await;
    browser.language = "ko";
    let order = paid_order(&house, &mut browser).await;
    browser.language = "en";
    let page = browser.see("/me/erase").await;
    assert!(
        page.has("You have 1 order on the way") && page.has("5 years"),
        "{}",
        page.text
    );
    let wrong = browser.post("/me/erase", &[("password", "wrong")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = browser
        .post_and_follow("/me/erase", &[("password", PASSWORD)])
        .await;
    assert!(done.has("Your account was deleted"), "{}", done.text);
    assert_eq!(account(&house).await, None);
    let order = house
        .shop
        .records
        .order(order.parse().expect("an id"))
        .await;
    let order = order.expect("read").expect("the contract stays");
    let contact = house.shop.records.contact(order.checkout).await;
    assert_eq!(contact.expect("read").expect("it stays").name, "홍길동");
    let left = house.tables_with(MAIL).await;
    assert_eq!(left, ["contacts"], "what the law keeps");
}

#[tokio::test]
async fn a_guest_has_what_is_known_of_them_erased_and_only_what_the_law_keeps_is_left() {
    let house = House::at_the_bell().await;
    house.schedule_later().await;
    let mut browser = house.browser();
    browser.language = "en";
    let order = paid_order(&house, &mut browser).await;
    browser
        .post_and_follow("/deals/LATER/watch", &[("key", "w")])
        .await;
    let page = browser.see(&format!("/orders/{order}")).await;
    assert!(page.has("href=\"/me#data\""), "{}", page.text);
    let session = browser.session();
    let page = browser.see("/me/erase").await;
    assert!(
        page.has("You have 1 order on the way") && !page.has("type=\"password\""),
        "{}",
        page.text
    );
    let done = browser.post_and_follow("/me/erase", &[]).await;
    assert!(
        done.has("What was known of you here is erased"),
        "{}",
        done.text
    );
    assert_eq!(browser.cookie("doorbuster_session"), None);
    let client = house.stranger().with(&session);
    let left = client.get("/v1/me/export").await.is(200).body;
    for gone in ["watches", "languages", "entrance_codes"] {
        assert_eq!(left[gone], serde_json::json!([]), "{gone}");
    }
    assert_eq!(
        left["deliveries"][0]["name"], "홍길동",
        "the contract stays"
    );
    client.put("/v1/watches/LATER").await.is(204);
    client
        .post("/v1/me/erase", serde_json::Value::Null)
        .await
        .is(204);
    let left = client.get("/v1/me/export").await.is(200).body;
    assert_eq!(left["watches"], serde_json::json!([]));
}

#[tokio::test]
async fn a_guest_is_told_what_they_have_here_and_members_forms_lead_them_in() {
    let house = House::open().await;
    let mut browser = house.browser();
    let page = browser.see("/me").await;
    assert!(page.has("비회원으로 둘러보고 계세요"), "{}", page.text);
    for address in ["/me/profile", "/me/password", "/me/mail", "/me/erase"] {
        let form = [
            ("name", "x"),
            ("locale", "ko"),
            ("now", "x"),
            ("new", "x"),
            ("email", "x"),
            ("password", "x"),
        ];
        let answer = browser.post(address, &form).await;
        assert!(is_out(&answer), "{address}: {}", answer.location);
    }
}

#[tokio::test]
async fn a_seller_says_who_it_is_in_the_eyes_of_the_law_and_what_it_sells() {
    let house = House::at_the_bell().await;
    house.sell_hats().await;
    let mut browser = house.browser();
    let deal = browser.see("/deals/NIGHT").await;
    assert!(deal.has("href=\"/sellers/moa\""), "{}", deal.text);
    let page = browser.see("/sellers/moa").await;
    assert!(
        page.has("주식회사 모아") && page.has("/deals/NIGHT") && !page.has("/deals/HATS"),
        "{}",
        page.text
    );
    let none = browser.see("/sellers/nobody").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_foot_of_the_shop_says_who_runs_it_and_the_operators_text_goes_before_ours() {
    let house = House::open().await;
    let mut browser = house.browser();
    let home = browser.see("/").await;
    assert!(
        home.has("123-45-67890") && home.has("href=\"/about/privacy\""),
        "{}",
        home.text
    );
    let ours = browser.see("/about/returns").await;
    assert!(ours.has("받은 날부터 7일 안에"), "{}", ours.text);
    let folder = &house.shop.settings.about;
    std::fs::create_dir_all(folder).expect("a folder");
    let text = "# 우리 <약관>\n{shop}에 오신 것을 환영해요.\n";
    std::fs::write(folder.join("terms.ko.txt"), text).expect("written");
    let own = browser.see("/about/terms").await;
    assert!(
        own.has("<h2>우리 &lt;약관&gt;</h2>") && own.has("한밤 페스티벌에 오신"),
        "{}",
        own.text
    );
    let none = browser.see("/about/secrets.toml").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_is_verified_buys_what_is_for_verified_persons_and_keeps_what_they_had() {
    let house = House::at_the_bell().await;
    let verified_only = vocabulary::DealTerms {
        verified_only: true,
        members_only: true,
        ..crate::house::terms(1)
    };
    house.schedule("ONCE", &[5], verified_only).await;
    let mut browser = member(&house).await;
    let before = paid_order(&house, &mut browser).await;
    let hold = async |browser: &mut Browser, key: &str| {
        let form = [("key", key), ("sku", "COAT-S"), ("units", "1")];
        browser.post("/deals/ONCE/hold", &form).await.location
    };
    let refused = hold(&mut browser, "a").await;
    assert!(refused.contains("refused="), "{refused}");
    let person = [("name", "홍길동"), ("phone", "010-1234-5678")];
    let step = browser.post("/me/verify", &person).await;
    assert!(step.has("See the code"), "{}", step.text);
    let id = step.field("id");
    let told = |code| {
        [
            ("id", id.as_str()),
            ("page", "https://evil.example"),
            ("code", code),
        ]
    };
    let wrong = browser.post("/me/verify/confirm", &told("1")).await;
    assert!(
        wrong.has("That is not the code") && !wrong.has("evil.example"),
        "{}",
        wrong.text
    );
    let old = browser.post("/me/verify/confirm", &told("old")).await;
    assert!(old.has("Ask for another"), "{}", old.text);
    let done = browser
        .post_and_follow("/me/verify/confirm", &told("123456"))
        .await;
    assert!(done.has("You are a verified person"), "{}", done.text);
    assert_eq!(hold(&mut browser, "b").await, "/cart?said=held");
    assert!(browser.see("/orders").await.has(&before), "it is theirs");
    let mut again = signed_in(&house).await;
    assert!(
        again.see("/orders").await.has(&before),
        "also the next time"
    );
    assert!(again.see("/cart").await.has("ONCE"), "and the hold");
    // A limit counts the person, whatever account they come with.
    let mut form = sign_up_form();
    form[0].1 = "second@example.kr";
    let mut second = house.browser();
    second.post_and_follow("/sign-up", &form).await;
    second
        .post_and_follow("/me/verify/confirm", &told("123456"))
        .await;
    let limited = hold(&mut second, "c").await;
    assert!(limited.ends_with("refused=limit_reached"), "{limited}");
}

#[tokio::test]
async fn what_the_verifier_says_no_to_stands_beside_the_form() {
    let house = House::open().await;
    let mut browser = member(&house).await;
    let ask = async |browser: &mut Browser, name: &str| {
        let form = [("name", name), ("phone", "010-1234-5678")];
        browser.post("/me/verify", &form).await
    };
    let refused = ask(&mut browser, "nobody").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("id=\"phone-error\""), "{}", refused.text);
    let later = ask(&mut browser, "later").await;
    assert_eq!(later.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(later.has("try again in a while"), "{}", later.text);
    let guest = house.browser().see("/me/verify").await;
    assert!(is_out(&guest), "{}", guest.location);
}
