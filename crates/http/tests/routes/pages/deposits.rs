//! A deposit on the shop's own pages: where it goes, how much and until when.

use crate::house::{Browser, House, Page, terms};
use money::{Amount, Currency};
use vocabulary::{CheckoutId, Command, DealTerms, PaymentId};

const DAY: u32 = 24 * 60 * 60 * 1_000;

/// A shopper who went to the provider's page for a deposit: the address of their checkout.
async fn begun(house: &House, browser: &mut Browser) -> (String, Page) {
    begun_by(house, browser, "deposit").await
}

async fn begun_by(house: &House, browser: &mut Browser, method: &str) -> (String, Page) {
    let terms = DealTerms {
        deposit_ms: DAY,
        ..terms(2)
    };
    house.schedule("BANK", &[5, 5], terms).await;
    let (address, step) = super::buying::placed(browser, "BANK").await;
    let amount = step.field("amount");
    let form = [("amount", amount.as_str()), ("method", method)];
    let away = browser.post(&format!("{address}/pay"), &form).await;
    assert!(away.location.starts_with("memory:"), "{}", away.text);
    (address, step)
}

fn payment(address: &str) -> PaymentId {
    let checkout = address.rsplit('/').next().expect("an id");
    let checkout: CheckoutId = checkout.parse().expect("an id");
    PaymentId {
        checkout,
        attempt: 1,
    }
}

/// The number of the account that the provider in memory makes.
fn number(address: &str) -> String {
    format!("11-{}", payment(address))
}

#[tokio::test]
async fn who_closed_the_providers_page_finds_the_account_on_the_shops_own() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    let (address, step) = begun(&house, &mut browser).await;
    let order = format!("/orders/{}", super::buying::order_of(&step));
    let back = format!("{address}?awaited=yes&payment=x&result=waiting");
    house.catch_up().await;
    for place in [&back, &address, &order] {
        let page = browser.see(place).await;
        let told = [
            number(&address).as_str(),
            "Memory Bank",
            "The Shop",
            "11월 12일 00:00까지 정확히 41,000원 입금해 주세요.",
            "한국 시간",
        ]
        .map(|text| page.has(text));
        assert_eq!(told, [true; 5], "{place}: {}", page.text);
        assert!(!page.has("data-look-again"), "nothing hurries: {place}");
        assert!(page.has("다른 방법으로 결제하기"), "{place}");
    }
    for (language, ask) in [
        ("zh", "请在 11月12日 00:00 前准确转入 ₩41,000。"),
        ("en", "Please transfer exactly ₩41,000 by 12 Nov, 00:00."),
    ] {
        browser.language = language;
        for place in [&address, &order] {
            let page = browser.see(place).await;
            assert!(page.has(ask), "{place}: {}", page.text);
        }
    }
}

#[tokio::test]
async fn who_transferred_at_once_is_shown_when_it_came_and_the_account_no_more() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    let (address, step) = begun(&house, &mut browser).await;
    let back = format!("{address}?awaited=yes&payment=x&result=captured");
    let waiting = browser.see(&back).await;
    assert!(waiting.has("data-look-again"), "{}", waiting.text);
    let captured = Command::RecordCapture {
        payment: payment(&address),
        amount: Amount(41_000),
        currency: Currency::KRW,
    };
    house.command(captured).await;
    let order = format!("/orders/{}", super::buying::order_of(&step));
    for place in [&back, &order] {
        let page = browser.see(place).await;
        assert!(page.has("결제가 끝났어요"), "{place}: {}", page.text);
        assert!(!page.has(&number(&address)), "{place}: {}", page.text);
    }
}

#[tokio::test]
async fn a_deposit_whose_time_is_over_is_asked_for_no_more() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    let (address, step) = begun(&house, &mut browser).await;
    house.pass(DAY.into());
    let order = format!("/orders/{}", super::buying::order_of(&step));
    for place in [&address, &order] {
        let page = browser.see(place).await;
        assert!(!page.has(&number(&address)), "{place}: {}", page.text);
    }
}

#[tokio::test]
async fn who_waits_for_a_slow_bank_is_shown_its_answer_by_itself() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    let (address, _) = begun_by(&house, &mut browser, "card").await;
    let back = format!("{address}?awaited=yes&payment=x&result=waiting");
    let waiting = browser.see(&back).await;
    assert!(waiting.has("data-look-again"), "{}", waiting.text);
}
