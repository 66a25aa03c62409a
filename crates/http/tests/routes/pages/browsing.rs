//! Looking around: home, deal, languages, addresses that lead nowhere.

use super::buying::hold;
use crate::house::{BELL, Browser, House, terms};
use axum::http::StatusCode;
use serde_json::json;
use vocabulary::{DealTerms, Millis};

#[tokio::test]
async fn home_announces_before_the_bell_and_opens_with_it() {
    let house = House::open().await;
    let mut browser = house.browser();
    let before = browser.see("/").await;
    assert_eq!(before.status, StatusCode::OK);
    assert!(
        before.has("딜 2개가 열려요") && before.has("지금 열린 딜이 없어요"),
        "{}",
        before.text
    );
    house.pass(60_000);
    let open = browser.see("/").await;
    assert!(
        open.has("울 코트") && open.has("0% 소진") && open.has("41,000원"),
        "{}",
        open.text
    );
}

#[tokio::test]
async fn what_is_gone_stands_behind_what_is_left_and_is_not_said_to_end_soon() {
    let house = House::at_the_bell().await;
    let newest = DealTerms {
        starts_at: Millis(BELL + 1_000),
        ends_at: Millis(BELL + 60_000),
        waitlist_max: 0,
        ..terms(1)
    };
    house.schedule("NEWEST", &[1], newest).await;
    house.pass(2_000);
    let mut browser = house.browser();
    assert_eq!(browser.see("/").await.deals()[0], "NEWEST");
    assert!(hold(&mut browser, "NEWEST").await.has("담았어요"));
    house.pass(2_000);
    let home = browser.see("/").await;
    assert_eq!(home.deals().last(), Some(&"NEWEST"), "{}", home.text);
}

#[tokio::test]
async fn a_deal_speaks_the_visitor_s_language_and_says_what_it_is_to_machines() {
    let house = House::open().await;
    house.pass(60_000);
    for (language, hold) in [
        ("ko", "이 가격에 담기"),
        ("zh", "以此价占位"),
        ("en", "Hold at this price"),
    ] {
        let mut browser = house.browser();
        browser.language = language;
        let deal = browser.see("/deals/NIGHT").await;
        assert!(
            deal.has(hold) && deal.has(&format!("<html lang=\"{language}\"")),
            "{}",
            deal.text
        );
        assert!(deal.has("\"@type\":\"Offer\"") && deal.has("schema.org/InStock"));
    }
}

#[tokio::test]
async fn the_chosen_language_goes_before_the_browser_s_and_back_leads_to_no_stranger() {
    let house = House::open().await;
    let mut browser = house.browser();
    let english = browser
        .post_and_follow("/language", &[("to", "en"), ("back", "/cart")])
        .await;
    assert!(english.has("Nothing held yet."), "{}", english.text);
    let away = browser
        .post("/language", &[("to", "zh"), ("back", "//evil.example/")])
        .await;
    assert_eq!(away.location, "/");
}

#[tokio::test]
async fn watching_and_no_longer_watching() {
    let house = House::open().await;
    let mut browser = house.browser();
    let watched = browser
        .post_and_follow("/deals/NIGHT/watch", &[("back", "/watches")])
        .await;
    assert!(
        watched.has("알려 드릴 수 없어요") && watched.has("울 코트"),
        "{}",
        watched.text
    );
    let gone = browser
        .post_and_follow("/deals/NIGHT/unwatch", &[("back", "/watches")])
        .await;
    assert!(gone.has("알림을 신청한 딜이 없어요"), "{}", gone.text);
}

/// Who is told of the deal at night, as the records have it.
async fn nights_of(house: &House, deal: &str) -> Vec<bool> {
    let deal = house.shop.directory.deal(deal).await.expect("known").number;
    let watchers = house.shop.records.watchers(deal, None, 9).await;
    let watchers = watchers.expect("read").into_iter();
    watchers.map(|(_, at_night)| at_night).collect()
}

#[tokio::test]
async fn who_watches_from_a_list_what_opens_at_night_agrees_to_be_told_then_by_one_click() {
    let house = House::open().await;
    let mut browser = house.browser();
    let list = browser.see("/deals?time=any").await;
    assert!(list.has("action=\"/deals/NIGHT/watch\""), "{}", list.text);
    let watch = [("back", "/deals")];
    let told = browser.post_and_follow("/deals/NIGHT/watch", &watch).await;
    assert!(
        told.has("알려 드릴 수 없어요") && told.has("class=\"night-offer\""),
        "{}",
        told.text
    );
    assert_eq!(nights_of(&house, "NIGHT").await, [false]);
    let offered = told.text.split("class=\"night-offer\"").nth(1);
    let offered = offered.expect("a form").split("</form>").next();
    let offered = offered.expect("it ends").to_owned();
    assert!(
        offered.contains("action=\"/deals/NIGHT/watch\"")
            && offered.contains("name=\"at_night\" value=\"yes\"")
            && offered.contains("name=\"back\" value=\"/deals\""),
        "{offered}"
    );
    let agreed = [("back", "/deals"), ("at_night", "yes")];
    let agreed = browser.post_and_follow("/deals/NIGHT/watch", &agreed).await;
    assert!(
        agreed.has("딜이 열리면 알려 드릴게요") && !agreed.has("night-offer"),
        "{}",
        agreed.text
    );
    assert_eq!(nights_of(&house, "NIGHT").await, [true]);
    let stranger = house.browser().see("/deals?said=watching&night=AAAA").await;
    assert!(
        !stranger.has("night-offer"),
        "a link of somebody offers nothing"
    );
}

#[tokio::test]
async fn a_deal_that_opens_by_day_waits_for_no_morning_and_a_member_may_have_agreed_before() {
    let house = House::open().await;
    let noon = house.now().plus(60_000 + 12 * 60 * 60 * 1_000);
    let by_day = vocabulary::DealTerms {
        starts_at: noon,
        ends_at: noon.plus(60_000),
        ..crate::house::terms(1)
    };
    house.schedule("NOON", &[5], by_day).await;
    let mut browser = house.browser();
    let told = browser
        .post_and_follow("/deals/NOON/watch", &[("back", "/deals")])
        .await;
    assert!(told.has("딜이 열리면 알려 드릴게요"), "{}", told.text);
    let form = [
        ("email", "hong@example.kr"),
        ("password", "long enough"),
        ("name", "홍길동"),
        ("terms", "yes"),
        ("privacy", "yes"),
        ("advertising", "yes"),
        ("advertising_at_night", "yes"),
    ];
    let mut member = house.browser();
    member.post_and_follow("/sign-up", &form).await;
    let told = member
        .post_and_follow("/deals/NIGHT/watch", &[("back", "/deals")])
        .await;
    assert!(told.has("딜이 열리면 알려 드릴게요"), "{}", told.text);
    assert_eq!(nights_of(&house, "NIGHT").await, [true]);
    let by_day = [("advertising", "yes")];
    member.post_and_follow("/me/consents", &by_day).await;
    assert_eq!(nights_of(&house, "NIGHT").await, [false], "no longer");
    let again = [("advertising", "yes"), ("advertising_at_night", "yes")];
    member.post_and_follow("/me/consents", &again).await;
    assert_eq!(nights_of(&house, "NIGHT").await, [true], "once more");
}

#[tokio::test]
async fn nobody_is_promised_a_morning_that_comes_too_late() {
    let house = House::open().await;
    let through_the_night = vocabulary::DealTerms {
        ends_at: house.now().plus(12 * 60 * 60 * 1_000),
        ..crate::house::terms(1)
    };
    house.schedule("LONG", &[5], through_the_night).await;
    let mut browser = house.browser();
    let watch = async |browser: &mut Browser, deal: &str| {
        let address = format!("/deals/{deal}/watch");
        browser
            .post_and_follow(&address, &[("back", "/deals")])
            .await
    };
    let long = watch(&mut browser, "LONG").await;
    assert!(
        long.has("아침 8시에 알려 드려요") && long.has("class=\"night-offer\""),
        "{}",
        long.text
    );
    let short = watch(&mut browser, "NIGHT").await;
    assert!(
        !short.has("아침 8시에 알려 드려요")
            && short.has("알려 드릴 수 없어요")
            && short.has("class=\"night-offer\""),
        "{}",
        short.text
    );
    house.pass(60_000);
    let open = watch(&mut browser, "LONG").await;
    assert!(
        !open.has("아침 8시에 알려 드려요") && !open.has("night-offer"),
        "{}",
        open.text
    );
}

#[tokio::test]
async fn what_is_not_there_is_a_page_for_people_and_a_problem_for_programs() {
    let house = House::open().await;
    let mut browser = house.browser();
    for address in ["/nowhere", "/deals/NONE", "/orders/x"] {
        let missing = browser.see(address).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND, "{address}");
        assert!(
            missing.has("<html lang=\"ko\"") && missing.has("href=\"/\""),
            "{address}: {}",
            missing.text
        );
    }
    let problem = browser.see("/v1/nowhere").await;
    assert!(problem.text.starts_with('{'), "{}", problem.text);
}

#[tokio::test]
async fn pages_carry_no_style_or_script_of_their_own_and_home_is_light() {
    let house = House::open().await;
    house.pass(60_000);
    let mut browser = house.browser();
    let home = browser.see("/").await;
    for address in [
        "/",
        "/deals",
        "/search?q=coat",
        "/offline",
        "/deals/NIGHT",
        "/cart",
        "/orders",
        "/sign-in",
        "/sign-up",
        "/board",
        "/desk/sign-in",
    ] {
        let page = browser.see(address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        assert!(
            !page.has(" style=\"") && !page.has(" onclick=") && !page.has("<style"),
            "{address}"
        );
    }
    let asset = |ending: &str| {
        let from = home.text.find("/assets/").expect("assets");
        let hash = home.text[from..].split('/').nth(2).expect("a hash");
        format!("/assets/{hash}/{ending}")
    };
    let mut bytes = home.text.len();
    for file in [
        "shop.css",
        "scripts/shop/main.js",
        "scripts/shop/browse.js",
        "scripts/shop/gallery.js",
        "scripts/shop/live.js",
        "scripts/ground/clock.js",
        "scripts/ground/claimed.js",
        "scripts/ground/forms.js",
    ] {
        let file = browser.see(&asset(file)).await;
        assert_eq!(file.status, StatusCode::OK);
        bytes += file.text.len();
    }
    assert!(bytes < 150_000, "{bytes}");
}

#[tokio::test]
async fn a_member_of_the_other_shop_comes_over_with_the_cart_of_the_guest_they_were() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    let deal = browser.see("/deals/NIGHT").await;
    let key = deal.field("key");
    let form = [("key", key.as_str()), ("sku", "COAT-S"), ("units", "1")];
    browser.post_and_follow("/deals/NIGHT/hold", &form).await;
    let sign_in = browser.see("/sign-in").await;
    assert!(sign_in.has("장바구니에 그대로"), "{}", sign_in.text);
    let token = house.handover(json!({"sub": "m-7"}));
    let token = token["token"].as_str().expect("a token");
    let entered = browser
        .see(&format!("/enter?token={token}&back=/cart"))
        .await;
    assert!(
        entered.location.starts_with("/cart"),
        "{}",
        entered.location
    );
    let cart = browser.see(&entered.location).await;
    assert!(cart.has("울 코트"), "{}", cart.text);
    let deal = browser.see("/deals/NIGHT").await;
    let key = deal.field("key");
    let form = [("key", key.as_str()), ("sku", "COAT-M"), ("units", "1")];
    let cart = browser.post_and_follow("/deals/NIGHT/hold", &form).await;
    assert!(cart.has("로그인 전에 담은 상품을 먼저"), "{}", cart.text);
    let holds: Vec<&str> = cart
        .text
        .split("name=\"hold\" value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let step = browser
        .see(&format!("/checkout?hold={}&hold={}", holds[1], holds[0]))
        .await;
    let first = holds.iter().min_by_key(|hold| hold.parse::<u64>().ok());
    assert_eq!(
        &step.field("holds"),
        first.expect("two holds"),
        "one at a time"
    );
    let turned = house.browser().see("/enter?token=nonsense").await;
    assert_eq!(turned.location, "/sign-in");
}

#[tokio::test]
async fn who_looks_by_the_machine_s_number_is_led_to_where_the_payment_page_comes_back_to() {
    let house = House::open().await;
    let mut browser = house.browser();
    let led = browser
        .see_at("127.0.0.1:1111", "/deals?sort=ending&page=2")
        .await;
    assert_eq!(led.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(
        led.location,
        "http://localhost:1111/deals?sort=ending&page=2"
    );
    let own = browser.see_at("localhost:1111", "/deals").await;
    assert_eq!(own.status, StatusCode::OK);
    let named = House::reached_at("https://shop.example").await;
    let apart = named.browser().see_at("127.0.0.1:1111", "/deals").await;
    assert_eq!(apart.status, StatusCode::OK, "a probe behind a proxy");
}

#[tokio::test]
async fn what_cannot_be_read_is_explained_in_the_visitor_s_language() {
    let house = House::open().await;
    let mut browser = house.browser();
    let giant = "x".repeat(3 << 20);
    let answers = [
        (browser.see("/deals?page=first&at=now").await, 200),
        (browser.see("/deals?page=-1").await, 200),
        (browser.see("/deals/%ff").await, 400),
        (browser.post("/deals/NIGHT/hold", &[]).await, 422),
        (browser.post("/checkout", &[("memo", &giant)]).await, 413),
    ];
    for (answer, status) in answers {
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
        assert!(
            answer.has("<html lang=\"ko\"") && !answer.has("deserialize"),
            "{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn who_must_become_a_member_is_led_back_to_what_they_wanted() {
    let mut browser = House::open().await.browser();
    let page = browser.see("/sign-in?back=%2Fdeals%2FNIGHT").await;
    assert!(
        page.has("href=\"/sign-up?back=%2Fdeals%2FNIGHT\""),
        "{}",
        page.text
    );
    let page = browser.see("/sign-up?back=%2Fdeals%2FNIGHT").await;
    assert!(
        page.has("name=\"back\" value=\"/deals/NIGHT\""),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn a_page_that_takes_no_such_method_says_so() {
    let house = House::open().await;
    let answer = house.stranger().delete("/cart").await;
    assert_eq!((answer.status, answer.header("allow")), (405, "GET,HEAD"));
}
