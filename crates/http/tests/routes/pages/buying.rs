//! From the hold to the paid order, without script; and what goes wrong on the way.

use crate::house::{BELL, Browser, House, Page};
use axum::http::StatusCode;
use money::{Amount, Currency};
use vocabulary::{CheckoutId, Command, DeclineReason, PaymentId};

const ADDRESS: [(&str, &str); 5] = [
    ("name", "홍길동"),
    ("phone", "010-1234-5678"),
    ("email", "hong@example.kr"),
    ("postcode", "04524"),
    ("line1", "서울 중구 세종대로 110"),
];

async fn open() -> House {
    let house = House::open().await;
    house.pass(60_000);
    house
}

/// Holds one unit of the deal's first option; the cart.
pub async fn hold(browser: &mut Browser, deal: &str) -> Page {
    let page = browser.see(&format!("/deals/{deal}")).await;
    let form = [
        ("key", page.field("key")),
        ("sku", page.field("sku")),
        ("units", "1".to_owned()),
        ("or_wait", "yes".to_owned()),
    ];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    browser
        .post_and_follow(&format!("/deals/{deal}/hold"), &form)
        .await
}

/// The first step for everything in the cart.
pub async fn first_step(browser: &mut Browser, cart: &Page) -> Page {
    let holds = cart.fields("hold");
    let pairs: Vec<String> = holds.iter().map(|hold| format!("hold={hold}")).collect();
    browser.see(&format!("/checkout?{}", pairs.join("&"))).await
}

/// Sends the first step's form with an address.
pub async fn deliver(browser: &mut Browser, step: &Page) -> Page {
    let (key, holds) = (step.field("key"), step.field("holds"));
    let mut form = ADDRESS.to_vec();
    form.extend([
        ("key", key.as_str()),
        ("holds", holds.as_str()),
        ("zone", ""),
    ]);
    browser.post("/checkout", &form).await
}

/// Places the checkout of everything in the cart; the page of its payment.
pub async fn check_out(browser: &mut Browser, cart: &Page) -> (String, Page) {
    let step = first_step(browser, cart).await;
    let answer = deliver(browser, &step).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let page = browser.see(&answer.location).await;
    (answer.location, page)
}

/// Presses "pay" on the page of the payment; where that leads.
pub async fn press_pay(browser: &mut Browser, address: &str, method: &str) -> Page {
    let amount = browser.see(address).await.field("amount");
    let form = [("amount", amount.as_str()), ("method", method)];
    browser.post(&format!("{address}/pay"), &form).await
}

/// Pays at the provider, who tells the ledger.
async fn pay(house: &House, browser: &mut Browser, address: &str) {
    let away = press_pay(browser, address, "card").await;
    assert!(away.location.starts_with("memory:"), "{}", away.text);
    let checkout: CheckoutId = address
        .rsplit('/')
        .next()
        .expect("an id")
        .parse()
        .expect("an id");
    let payment = PaymentId {
        checkout,
        attempt: 1,
    };
    let (amount, currency) = (Amount(41_000), Currency::KRW);
    house
        .command(Command::RecordAuthorisation {
            payment,
            amount,
            currency,
        })
        .await;
    house
        .command(Command::RecordCapture {
            payment,
            amount,
            currency,
        })
        .await;
}

pub fn order_of(page: &Page) -> String {
    let rest = page
        .text
        .split("href=\"/orders/")
        .nth(1)
        .expect("a link to the order");
    rest.split('"').next().expect("it ends").to_owned()
}

/// The checkout of one unit of a deal: its address and the page of its payment.
pub async fn placed(browser: &mut Browser, deal: &str) -> (String, Page) {
    let cart = hold(browser, deal).await;
    check_out(browser, &cart).await
}

/// The id of an order that the shopper with this browser has paid.
pub async fn paid_order(house: &House, browser: &mut Browser) -> String {
    let cart = hold(browser, "NIGHT").await;
    let (address, step) = check_out(browser, &cart).await;
    pay(house, browser, &address).await;
    order_of(&step)
}

#[tokio::test]
async fn a_shopper_holds_orders_and_pays_without_script() {
    let house = open().await;
    let mut browser = house.browser();
    let cart = hold(&mut browser, "NIGHT").await;
    assert!(cart.has("담았어요") && cart.has("15:00"), "{}", cart.text);
    let (address, step) = check_out(&mut browser, &cart).await;
    assert!(
        step.has("41,000원 결제") && step.has("3,727원"),
        "{}",
        step.text
    );
    pay(&house, &mut browser, &address).await;
    let thanks = browser.see(&format!("{address}?awaited=yes")).await;
    assert!(
        thanks.has("결제가 끝났어요") && thanks.has("주문해 주셔서 고맙습니다"),
        "{}",
        thanks.text
    );
    let orders = browser.see("/orders").await;
    assert!(
        orders.has("결제 완료") && orders.has("울 코트 · S"),
        "{}",
        orders.text
    );
    let board = browser.see("/board").await;
    assert!(
        board.has(">41,000원</p>") && board.has("data-value=\"41000\""),
        "{}",
        board.text
    );
}

#[tokio::test]
async fn who_comes_back_from_a_declined_payment_is_told_so_and_may_try_again() {
    let house = open().await;
    let mut browser = house.browser();
    browser.language = "en";
    let cart = hold(&mut browser, "NIGHT").await;
    let (address, _) = check_out(&mut browser, &cart).await;
    press_pay(&mut browser, &address, "card").await;
    let waiting = browser.see(&format!("{address}?awaited=yes")).await;
    assert!(waiting.has("data-look-again"), "{}", waiting.text);
    let checkout = address.rsplit('/').next().expect("an id");
    let payment = PaymentId {
        checkout: checkout.parse().expect("an id"),
        attempt: 1,
    };
    let reason = DeclineReason::Declined;
    house
        .command(Command::RecordDecline { payment, reason })
        .await;
    let declined = browser.see(&format!("{address}?awaited=yes")).await;
    assert!(
        declined.has("The card issuer declined the payment") && declined.has("name=\"method\""),
        "{}",
        declined.text
    );
    assert!(!declined.has("data-look-again"), "{}", declined.text);
}

#[tokio::test]
async fn a_form_with_errors_keeps_what_was_typed_once_its_hold_is_gone() {
    let house = open().await;
    let mut browser = house.browser();
    let cart = hold(&mut browser, "NIGHT").await;
    let hold = cart.field("hold");
    let form = [("key", "k"), ("holds", hold.as_str())];
    let again = browser.post("/checkout", &form).await;
    let back = format!("name=\"back\" value=\"/checkout?hold={hold}\"");
    assert!(again.has(&back), "{}", again.text);
    house.pass(900_000);
    let gone = browser.post("/checkout", &form).await;
    assert!(
        gone.has("담아 둔 상품의 시간이 모두 지났어요") && gone.has("id=\"phone-error\""),
        "{}",
        gone.text
    );
}

#[tokio::test]
async fn a_double_click_is_one_deed() {
    let house = open().await;
    let mut browser = house.browser();
    let page = browser.see("/deals/NIGHT").await;
    let key = page.field("key");
    let form = [("key", key.as_str()), ("sku", "COAT-M"), ("units", "1")];
    browser.post_and_follow("/deals/NIGHT/hold", &form).await;
    let cart = browser.post_and_follow("/deals/NIGHT/hold", &form).await;
    assert_eq!(
        cart.text.matches("name=\"hold\"").count(),
        1,
        "{}",
        cart.text
    );
    let other = [("key", key.as_str()), ("sku", "COAT-S"), ("units", "1")];
    let reused = browser.post("/deals/NIGHT/hold", &other).await;
    assert_eq!(reused.location, "/deals/NIGHT?refused=request_key_reused");
}

#[tokio::test]
async fn who_comes_too_late_waits_and_is_served_when_the_hold_lapses() {
    let house = open().await;
    let (mut first, mut second) = (house.browser(), house.browser());
    assert!(hold(&mut first, "LAST").await.has("담았어요"));
    let waiting = hold(&mut second, "LAST").await;
    assert!(
        waiting.has("대기 순번을 드렸어요") && waiting.has("다음 차례예요"),
        "{}",
        waiting.text
    );
    house.pass(900_000);
    hold(&mut house.browser(), "NIGHT").await;
    let served = second.see("/cart").await;
    assert!(served.has("대기하시던 상품이 나왔어요"), "{}", served.text);
    let lapsed = first.see("/cart").await;
    assert!(lapsed.has("시간이 지난 상품"), "{}", lapsed.text);
}

#[tokio::test]
async fn a_refusal_is_told_in_words_on_the_page_it_came_from() {
    let house = open().await;
    let mut browser = house.browser();
    browser.language = "en";
    hold(&mut browser, "LAST").await;
    let again = hold(&mut browser, "LAST").await;
    assert!(
        again.has("You have reached the limit for one person."),
        "{}",
        again.text
    );
}

#[tokio::test]
async fn errors_stand_beside_their_fields_and_what_was_typed_stays() {
    let house = open().await;
    let mut browser = house.browser();
    let cart = hold(&mut browser, "NIGHT").await;
    let step = browser
        .see(&format!("/checkout?hold={}", cart.field("hold")))
        .await;
    let (key, holds) = (step.field("key"), step.field("holds"));
    let form = [
        ("key", key.as_str()),
        ("holds", holds.as_str()),
        ("name", "홍길동"),
        ("email", "nonsense"),
        ("memo", &"문 앞에 ".repeat(200)),
    ];
    let again = browser.post("/checkout", &form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again.has("이메일 주소를 다시 확인해 주세요") && again.has("value=\"홍길동\""),
        "{}",
        again.text
    );
    assert!(
        again.has("id=\"phone-error\"")
            && again.has("id=\"memo-error\"")
            && !again.has("id=\"name-error\""),
        "{}",
        again.text
    );
}

#[tokio::test]
async fn a_shopper_gives_up_an_order_and_strangers_see_none_of_it() {
    let house = open().await;
    let mut browser = house.browser();
    let cart = hold(&mut browser, "NIGHT").await;
    let (_, step) = check_out(&mut browser, &cart).await;
    let order = format!("/orders/{}", order_of(&step));
    let stranger = house.browser().see(&order).await;
    assert_eq!(stranger.status, StatusCode::FORBIDDEN);
    assert!(
        !stranger.has("홍길동") && !stranger.has("41,000"),
        "{}",
        stranger.text
    );
    let cancelled = browser
        .post_and_follow(&format!("{order}/cancel"), &[("key", "give up")])
        .await;
    assert!(
        cancelled.has("주문을 취소했어요") && cancelled.has("취소됨"),
        "{}",
        cancelled.text
    );
}

#[tokio::test]
async fn a_member_signs_up_out_and_in_again() {
    let house = open().await;
    let mut browser = house.browser();
    let form = [
        ("email", "hong@example.kr"),
        ("password", "long enough"),
        ("name", "홍길동"),
        ("terms", "yes"),
        ("privacy", "yes"),
        ("back", "/cart"),
    ];
    let welcome = browser.post_and_follow("/sign-up", &form).await;
    assert!(
        welcome.has("가입을 환영합니다") && welcome.has("로그아웃"),
        "{}",
        welcome.text
    );
    let out = browser.post_and_follow("/sign-out", &[]).await;
    assert!(
        out.has("로그아웃했어요") && out.has("href=\"/sign-in\""),
        "{}",
        out.text
    );
    let wrong = browser
        .post(
            "/sign-in",
            &[("email", "hong@example.kr"), ("password", "not that")],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.has("맞지 않아요") && !wrong.has("not that"),
        "{}",
        wrong.text
    );
    let taken = browser.post("/sign-up", &form).await;
    assert!(taken.has("이미 가입된 이메일"), "{}", taken.text);
    let form = [("email", "hong@example.kr"), ("password", "long enough")];
    assert!(
        browser
            .post_and_follow("/sign-in", &form)
            .await
            .has("로그인했어요")
    );
}

#[tokio::test]
async fn the_bell_is_kept_to_the_millisecond() {
    let house = House::open().await;
    house.pass(59_999);
    let mut browser = house.browser();
    let form = [("key", "a"), ("sku", "COAT-M"), ("units", "1")];
    let early = browser.post("/deals/NIGHT/hold", &form).await;
    assert_eq!(early.location, "/deals/NIGHT?refused=deal_not_open");
    house.pass(1);
    assert_eq!(house.shop.now().0, BELL);
    let sharp = browser.post("/deals/NIGHT/hold", &form).await;
    assert_eq!(sharp.location, "/cart?said=held");
}
