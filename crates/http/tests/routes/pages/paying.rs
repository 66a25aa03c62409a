//! The page of the payment: tries to pay, the history of all orders, and the deadline.

use super::buying::{check_out, hold, press_pay};
use crate::house::{Browser, House};
use money::{Amount, Currency};
use vocabulary::{Command, DeclineReason, PaymentId};

const MINUTE: u64 = 60_000;

async fn unpaid(house: &House) -> (Browser, String) {
    let mut browser = house.browser();
    let cart = hold(&mut browser, "NIGHT").await;
    let (address, _) = check_out(&mut browser, &cart).await;
    (browser, address)
}

fn payment(address: &str, attempt: u16) -> PaymentId {
    let checkout = address.rsplit('/').next().expect("an id");
    PaymentId {
        checkout: checkout.parse().expect("an id"),
        attempt,
    }
}

/// The number of the try at whose page the shopper is asked to pay.
async fn tried(browser: &mut Browser, address: &str, method: &str) -> u16 {
    let away = press_pay(browser, address, method).await;
    let reference = away.location.strip_prefix("memory:");
    let reference = reference.unwrap_or_else(|| panic!("{} {}", away.location, away.text));
    let payment: PaymentId = reference.parse().expect("a reference");
    payment.attempt
}

#[tokio::test]
async fn who_presses_pay_again_goes_on_with_the_try_that_is_under_way() {
    let house = House::at_the_bell().await;
    let (mut browser, address) = unpaid(&house).await;
    for (method, attempt) in [("card", 1), ("card", 1), ("wallet", 2), ("wallet", 2)] {
        assert_eq!(tried(&mut browser, &address, method).await, attempt);
    }
    let reason = DeclineReason::Declined;
    let payment = payment(&address, 1);
    house
        .command(Command::RecordDecline { payment, reason })
        .await;
    for (method, attempt) in [("card", 3), ("wallet", 2), ("card", 3)] {
        assert_eq!(tried(&mut browser, &address, method).await, attempt);
    }
    house.pass(10 * MINUTE);
    for (method, attempt) in [("wallet", 4), ("wallet", 4), ("card", 5)] {
        assert_eq!(tried(&mut browser, &address, method).await, attempt);
    }
}

#[tokio::test]
async fn who_signs_in_between_goes_on_with_the_same_try_and_nobody_else_does() {
    let house = House::at_the_bell().await;
    let (mut browser, address) = unpaid(&house).await;
    assert_eq!(tried(&mut browser, &address, "card").await, 1);
    let form = [("email", "hong@example.kr"), ("password", "long enough")];
    let form = [
        &form[..],
        &[("name", "홍길동"), ("terms", "yes"), ("privacy", "yes")],
    ]
    .concat();
    browser.post_and_follow("/sign-up", &form).await;
    assert_eq!(tried(&mut browser, &address, "card").await, 1);
    let form = [("amount", "41000"), ("method", "card")];
    let stranger = house.browser().post(&format!("{address}/pay"), &form).await;
    assert_eq!(stranger.status.as_u16(), 403, "{}", stranger.location);
}

#[tokio::test]
async fn who_comes_back_from_one_of_two_tries_is_told_of_that_one() {
    let house = House::at_the_bell().await;
    let (mut browser, address) = unpaid(&house).await;
    tried(&mut browser, &address, "card").await;
    tried(&mut browser, &address, "wallet").await;
    let reason = DeclineReason::Declined;
    let card = payment(&address, 1);
    house
        .command(Command::RecordDecline {
            payment: card,
            reason,
        })
        .await;
    let back = |payment| format!("{address}?awaited=yes&payment={payment}&result=declined");
    let declined = browser.see(&back(card)).await;
    assert!(
        declined.has("카드사에서 결제를 거절했어요") && !declined.has("data-look-again"),
        "{}",
        declined.text
    );
    let wallet = payment(&address, 2);
    let waiting = browser.see(&back(wallet)).await;
    let again = format!("href=\"{address}?awaited=yes&amp;payment={wallet}\" data-look-again");
    assert!(waiting.has(&again), "{}", waiting.text);
}

#[tokio::test]
async fn a_checkout_over_two_sellers_tells_what_happened_to_each_order() {
    let house = House::at_the_bell().await;
    house.sell_hats().await;
    let mut browser = house.browser();
    hold(&mut browser, "NIGHT").await;
    let cart = hold(&mut browser, "HATS").await;
    let (address, _) = check_out(&mut browser, &cart).await;
    press_pay(&mut browser, &address, "card").await;
    let payment = payment(&address, 1);
    let (amount, currency) = (Amount(82_000), Currency::KRW);
    for command in [
        Command::RecordAuthorisation {
            payment,
            amount,
            currency,
        },
        Command::RecordCapture {
            payment,
            amount,
            currency,
        },
    ] {
        house.command(command).await;
    }
    let page = browser.see(&address).await;
    let times = |text: &str| page.text.matches(text).count();
    for seller in ["모아서옷장", "보라모자"] {
        for deed in ["주문했어요, 41,000원", "결제가 끝났어요, 41,000원"] {
            let told = format!("{seller} · {deed}");
            assert_eq!(times(&told), 1, "{told}: {}", page.text);
        }
    }
    assert_eq!(times("결제를 시작했어요, 82,000원"), 1, "{}", page.text);
    let place = |kind: &str| page.text.find(kind).expect("it is told");
    let first = place("data-kind=\"OrderPlaced\"");
    assert!(
        first < place("data-kind=\"PaymentStarted\""),
        "oldest first"
    );
    assert!(
        place("data-kind=\"PaymentStarted\"") < place("data-kind=\"OrderPaid\""),
        "oldest first"
    );
}

#[tokio::test]
async fn the_history_of_a_single_order_names_no_seller() {
    let house = House::at_the_bell().await;
    let (mut browser, address) = unpaid(&house).await;
    let page = browser.see(&address).await;
    assert!(
        page.has("<span>주문했어요, 41,000원</span>"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn when_the_time_to_pay_is_over_the_page_says_so_and_asks_for_no_payment() {
    let house = House::at_the_bell().await;
    let (mut browser, address) = unpaid(&house).await;
    let open = browser.see(&address).await;
    assert!(
        open.has("id=\"pay-over\" hidden role=\"alert\"") && open.has("data-says=\"pay-over\""),
        "{}",
        open.text
    );
    house.pass(30 * MINUTE);
    let over = browser.see(&address).await;
    assert!(
        over.has("결제 시간이 지났어요") && !over.has("name=\"method\""),
        "{}",
        over.text
    );
}
