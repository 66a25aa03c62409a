//! The desk: who may enter, the schedule, orders and refunds, and what the audit keeps of it.

use crate::house::{Browser, House, PASSWORD, STAFF};
use axum::http::StatusCode;

/// The desk, as the owner sees it.
pub async fn enter(house: &House) -> Browser {
    let mut browser = house.browser();
    let form = [("email", STAFF), ("password", PASSWORD)];
    let deals = browser.post_and_follow("/desk/sign-in", &form).await;
    assert!(deals.has("데스크에 로그인했어요"), "{}", deals.text);
    browser
}

#[tokio::test]
async fn the_desk_is_for_staff() {
    let house = House::open().await;
    let mut browser = house.browser();
    for address in [
        "/desk/deals",
        "/desk/orders",
        "/desk/audit",
        "/desk/deals/NIGHT/end",
    ] {
        let turned = browser.see(address).await;
        let back = address.replace('/', "%2F");
        assert_eq!(turned.location, format!("/desk/sign-in?back={back}"));
    }
    let wrong = browser
        .post("/desk/sign-in", &[("email", STAFF), ("password", "wrong")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_deal_is_made_changed_filled_and_ended_and_each_deed_is_audited() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    let form = desk.see("/desk/schedule/make").await;
    let key = form.field("key");
    let made = [
        ("key", key.as_str()),
        ("deal", "DESK"),
        ("price", "39000"),
        ("starts", "2026-11-11T00:00:00"),
        ("ends", "2026-11-11T01:00"),
        ("limit", "1"),
        ("hold_seconds", "60"),
        ("payment_minutes", "5"),
        ("deposit_minutes", "0"),
        ("waitlist", "3"),
        ("deduct", "order"),
        ("sku", "COAT-M"),
        ("units", "5"),
        ("confirmed", "yes"),
        ("extensions", "2"),
        ("extension_seconds", "300"),
    ];
    let page = desk.post_and_follow("/desk/schedule/make", &made).await;
    assert!(
        page.has("딜을 만들었어요") && page.has("39,000원"),
        "{}",
        page.text
    );
    assert!(page.has("2번까지 5분씩 늘릴 수 있어요"), "{}", page.text);
    house.pass(60_000);
    let form = desk.see("/desk/deals/DESK/change").await;
    let key = form.field("key");
    let mut changed = made;
    changed[0].1 = &key;
    changed[2].1 = "38000";
    changed[5].1 = "2";
    changed[14].1 = "1";
    let page = desk
        .post_and_follow("/desk/deals/DESK/change", &changed)
        .await;
    assert!(
        page.has("딜을 바꿨어요") && page.has("38,000원"),
        "{}",
        page.text
    );
    let lines = page.has("1번까지 5분씩") && page.has("늘릴 수 있는 횟수: 2 → 1");
    assert!(lines, "{}", page.text);
    let more = [
        ("key", "more"),
        ("sku", "COAT-M"),
        ("units", "4"),
        ("foreseen", "COAT-M:4"),
    ];
    assert!(
        desk.post_and_follow("/desk/deals/DESK/allotments", &more)
            .await
            .has("수량을 더했어요")
    );
    let asked = desk.see("/desk/deals/DESK/end").await;
    assert!(asked.has("남은 9개는 재고로 돌아가고"), "{}", asked.text);
    let ended = desk
        .post_and_follow("/desk/deals/DESK/end", &[("key", "end")])
        .await;
    assert!(
        ended.has("딜을 끝냈어요") && ended.has("종료"),
        "{}",
        ended.text
    );
    let audit = desk.see("/desk/audit").await;
    for action in [
        "딜을 만들었어요",
        "딜을 바꿨어요",
        "가격을 바꿨어요",
        "수량을 더했어요",
        "딜을 끝냈어요",
    ] {
        assert!(audit.has(action), "{action}: {}", audit.text);
    }
}

#[tokio::test]
async fn a_field_that_cannot_be_read_is_named_and_nothing_is_made() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    let form = [
        ("key", "k"),
        ("deal", "BAD"),
        ("sku", "COAT-M"),
        ("price", "cheap"),
        ("units", "many"),
        ("starts", "2026-11-11T01:00:00"),
        ("ends", "2026-11-11T00:30"),
        ("limit", "1"),
        ("hold_seconds", "0"),
        ("extensions", "3"),
        ("extension_seconds", "0"),
        ("payment_minutes", "5"),
        ("deposit_minutes", "0"),
        ("waitlist", "3"),
        ("deduct", "payment"),
    ];
    let again = desk.post("/desk/schedule/make", &form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in [
        "price-COAT-M",
        "units-COAT-M",
        "ends",
        "hold_seconds",
        "extension_seconds",
        "waitlist",
    ] {
        let error = format!("id=\"{field}-error\"");
        assert!(again.has(&error), "{field}: {}", again.text);
    }
    assert!(again.has("value=\"BAD\""), "{}", again.text);
    let mut hidden = form;
    hidden[1].1 = "..";
    hidden[9].1 = "11";
    let again = desk.post("/desk/schedule/make", &hidden).await;
    assert!(again.has("주소로 쓸 수 없어"), "{}", again.text);
    assert!(again.has("id=\"extensions-error\""), "{}", again.text);
    assert_eq!(
        desk.see("/desk/deals/BAD").await.status,
        StatusCode::NOT_FOUND
    );
}

/// Signs in with this `back` on the form; where that leads.
async fn enter_with(house: &House, back: &str) -> String {
    let form = [("email", STAFF), ("password", PASSWORD), ("back", back)];
    let entered = house.browser().post("/desk/sign-in", &form).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text);
    entered.location
}

#[tokio::test]
async fn who_signs_in_at_the_desk_gets_to_where_they_wanted() {
    let house = House::open().await;
    let mut browser = house.browser();
    let turned = browser.see("/desk/orders?query=hong&said=refunded").await;
    assert_eq!(
        turned.location,
        "/desk/sign-in?back=%2Fdesk%2Forders%3Fquery%3Dhong"
    );
    let form = browser.see(&turned.location).await;
    assert_eq!(form.field("back"), "/desk/orders?query=hong");
    let wrong = [("email", STAFF), ("password", "x"), ("back", "/desk/audit")];
    let again = browser.post("/desk/sign-in", &wrong).await;
    assert_eq!(again.field("back"), "/desk/audit");
    let entered = enter_with(&house, "/desk/orders?query=hong").await;
    assert_eq!(entered, "/desk/orders?query=hong&said=desk-in");
}

#[tokio::test]
async fn the_sign_in_of_the_desk_leads_nowhere_but_to_the_desk() {
    let house = House::open().await;
    for stranger in [
        "",
        "https://evil.example/desk/",
        "//evil.example/desk/",
        "/\t/evil.example",
        "/cart",
        "/deskside",
        "/desk/../cart",
        "/desk/%2e%2E/cart",
        "/desk/sign-in",
    ] {
        let entered = enter_with(&house, stranger).await;
        assert_eq!(entered, "/desk?said=desk-in", "{stranger}");
    }
}

#[tokio::test]
async fn a_deed_that_needs_a_sign_in_leads_back_to_what_it_was_about() {
    let house = House::open().await;
    let mut browser = house.browser();
    let turned = browser.post("/desk/deals/NIGHT/end", &[("key", "k")]).await;
    assert_eq!(
        turned.location,
        "/desk/sign-in?back=%2Fdesk%2Fdeals%2FNIGHT"
    );
}

#[tokio::test]
async fn trouble_at_the_desk_is_told_in_the_desk_s_frame() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    for address in [
        "/desk/deals/NOWHERE",
        "/desk/nowhere",
        "/desk/orders/x",
        "/desk/orders?before=x",
    ] {
        let trouble = desk.see(address).await;
        assert!(trouble.status.is_client_error(), "{address}");
        assert!(
            trouble.has("masthead-desk") && trouble.has("action=\"/desk/sign-out\""),
            "{address}: {}",
            trouble.text
        );
        assert!(
            trouble.has("class=\"button-quiet\" href=\"/desk/deals\"") && !trouble.has("/cart"),
            "{address}: {}",
            trouble.text
        );
    }
    let stranger = house.browser().see("/desk/nowhere").await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    assert!(
        stranger.has("masthead-desk") && !stranger.has("href=\"/desk/orders\""),
        "{}",
        stranger.text
    );
    assert!(
        !stranger.has("/cart") && !stranger.has("/desk/sign-out"),
        "{}",
        stranger.text
    );
}

#[tokio::test]
async fn a_refund_shows_its_sum_first() {
    let house = House::open().await;
    house.pass(60_000);
    let order = crate::pages::buying::paid_order(&house, &mut house.browser()).await;
    let mut desk = enter(&house).await;
    let found = desk.see("/desk/orders?query=%ED%99%8D%EA%B8%B8").await;
    assert!(found.has(&order) && found.has("홍길동"), "{}", found.text);
    for (asked, field, value, said) in [
        (
            "scope=part&units=1&amount=41001",
            "amount",
            "41001",
            "금액이 아니에요",
        ),
        (
            "scope=part&units=1&amount=12.5",
            "amount",
            "12.5",
            "금액이 아니에요",
        ),
        (
            "scope=part&amount=%3Cb%3E1e9",
            "amount",
            "&lt;b&gt;1e9",
            "금액이 아니에요",
        ),
        (
            "scope=line&units=99&amount=",
            "units",
            "99",
            "수량이 아니에요",
        ),
        (
            "scope=line&units=two&amount=7",
            "units",
            "two",
            "수량이 아니에요",
        ),
    ] {
        let address = format!("/desk/orders/{order}/refund?line=0&{asked}");
        let wrong = desk.see(&address).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{asked}");
        let error = format!("id=\"refund-{field}-0-error\"");
        let kept = format!("value=\"{value}\" aria-invalid=\"true\"");
        for words in [error.as_str(), &kept, said] {
            assert!(wrong.has(words), "{words}: {}", wrong.text);
        }
    }
    let asked = desk
        .see(&format!(
            "/desk/orders/{order}/refund?scope=part&line=0&amount=1,000"
        ))
        .await;
    assert!(asked.has("1,000원 환불합니다"), "{}", asked.text);
    let (key, scope, amount) = (
        asked.field("key"),
        asked.field("scope"),
        asked.field("amount"),
    );
    let form = [
        ("key", key.as_str()),
        ("scope", scope.as_str()),
        ("line", "0"),
        ("units", "0"),
        ("amount", amount.as_str()),
    ];
    let done = desk
        .post_and_follow(&format!("/desk/orders/{order}/refund"), &form)
        .await;
    assert!(
        done.has("1,000원 환불 지시") && done.has("홍길동"),
        "{}",
        done.text
    );
    assert!(desk.see("/desk/audit").await.has("환불했어요"));
}

#[tokio::test]
async fn an_order_that_went_back_whole_promises_no_parcel_and_no_second_refund() {
    let house = House::open().await;
    house.pass(60_000);
    let mut shopper = house.browser();
    let order = crate::pages::buying::paid_order(&house, &mut shopper).await;
    let mut desk = enter(&house).await;
    let form = [("key", "back"), ("scope", "whole"), ("line", "0")];
    let form = [&form[..], &[("units", "0"), ("amount", "41000")]].concat();
    desk.post_and_follow(&format!("/desk/orders/{order}/refund"), &form)
        .await;
    let page = shopper.see(&format!("/orders/{order}")).await;
    assert!(page.has("모두 환불되었거나"), "{}", page.text);
    assert!(
        !page.has("/cancel\"") && !page.has("발송 준비 중"),
        "{}",
        page.text
    );
}

/// Refunds so much of the order's first line, or all that is left.
async fn refund(desk: &mut Browser, order: &str, scope: &str, amount: &str) {
    let key = format!("{scope} {amount}");
    let form = [("key", key.as_str()), ("scope", scope), ("line", "0")];
    let form = [&form[..], &[("units", "0"), ("amount", amount)]].concat();
    let done = desk
        .post_and_follow(&format!("/desk/orders/{order}/refund"), &form)
        .await;
    assert!(done.has("환불을 지시했어요"), "{}", done.text);
}

#[tokio::test]
async fn lists_and_headings_say_how_much_of_an_order_went_back() {
    let house = House::at_the_bell().await;
    let mut shopper = house.browser();
    let order = crate::pages::buying::paid_order(&house, &mut shopper).await;
    let mut desk = enter(&house).await;
    let steps = [
        ("", "", "order-paid", "결제 완료"),
        ("part", "1000", "order-partly-refunded", "부분 환불"),
        ("whole", "40000", "order-refunded", "전액 환불"),
    ];
    for (scope, amount, standing, said) in steps {
        if !scope.is_empty() {
            refund(&mut desk, &order, scope, amount).await;
        }
        let tag = format!("data-standing=\"{standing}\">{said}<");
        let sheet = format!("/desk/orders/{order}");
        for page in [
            shopper.see("/orders").await,
            desk.see("/desk/orders").await,
            desk.see(&sheet).await,
        ] {
            assert!(page.has(&tag), "{tag}: {}", page.text);
        }
        let own = shopper.see(&format!("/orders/{order}")).await;
        assert!(own.has(&format!("<h1>{said}</h1>")), "{}", own.text);
    }
    let shown = house
        .get("viewer", &format!("/v1/staff/orders/{order}"))
        .await;
    assert_eq!(shown.json()["state"], "paid", "the API's states stay");
}
