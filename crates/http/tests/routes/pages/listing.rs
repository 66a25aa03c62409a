//! Lists of deals: filters, pages, an order that stays, the search.

use crate::house::{BELL, House, Page, terms};
use axum::http::StatusCode;
use intake::{Localized, ProductDraft};
use money::Amount;
use records::SkuNumbers;
use vocabulary::{Command, DealTerms, Millis};

const HOUR: u64 = 3_600_000;

/// A minute after the bell, with thirty more coats, `D10` to `D39`, of which the first is for members.
async fn many() -> House {
    let house = House::open().await;
    for number in 10..40 {
        let terms = DealTerms {
            members_only: number == 10,
            ends_at: Millis(BELL + HOUR + number * 1_000),
            ..terms(1)
        };
        house.schedule(&format!("D{number}"), &[1], terms).await;
    }
    let later = DealTerms {
        starts_at: Millis(BELL + HOUR),
        ends_at: Millis(BELL + 2 * HOUR),
        ..terms(1)
    };
    house.schedule("LATER", &[1], later).await;
    house.pass(120_000);
    house
}

/// The address behind a link of the pager.
fn linked(page: &Page, rel: &str) -> String {
    let behind = page.text.split(&format!("rel=\"{rel}\" href=\"")).nth(1);
    let address = behind.and_then(|it| it.split('"').next());
    address.expect("there is such a page").replace("&amp;", "&")
}

#[tokio::test]
async fn all_deals_are_leafed_through_once_each() {
    let house = many().await;
    let mut browser = house.browser();
    let first = browser.see("/deals").await;
    assert!(first.has("딜 32개"), "{}", first.text);
    assert_eq!(first.deals().len(), 24);
    let second = browser.see(&linked(&first, "next")).await;
    let mut all = [first.deals(), second.deals()].concat();
    assert_eq!((all.len(), all[0]), (32, "D39"));
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 32);
    let back = browser.see(&linked(&second, "prev")).await;
    assert_eq!(back.deals(), first.deals());
    let beyond = browser.see("/deals?page=99").await;
    assert_eq!(beyond.status, StatusCode::OK);
}

#[tokio::test]
async fn a_list_stays_as_it_was_while_deals_open_and_end_and_sell_out() {
    let house = many().await;
    let mut browser = house.browser();
    let first = browser.see("/deals?left=yes").await;
    let next = linked(&first, "next");
    let second = browser.see(&next).await;
    house.pass(1);
    house
        .guest()
        .await
        .post(
            "/v1/holds",
            serde_json::json!({"deal": "D12", "sku": "COAT-S", "units": 1}),
        )
        .await
        .is(201);
    house.pass(HOUR - 45_001);
    house.catch_up().await;
    let again = browser.see(&next).await;
    assert_eq!(again.deals(), second.deals());
    assert!(again.has("data-stand=\"over\""), "{}", again.text);
    assert!(again.has("기준 목록이에요"), "{}", again.text);
    let anew = browser.see("/deals?left=yes").await;
    assert!(!anew.deals().contains(&"D14") && anew.deals().contains(&"LATER"));
    assert!(!anew.has("기준 목록이에요"));
}

#[tokio::test]
async fn filters_narrow_a_list_and_each_can_be_taken_away() {
    let house = many().await;
    house.sell_hats().await;
    let mut browser = house.browser();
    let count = async |query: &str| {
        let page = house.browser().see(&format!("/deals?{query}")).await;
        let behind = page
            .text
            .split("role=\"status\">딜 ")
            .nth(1)
            .expect("a count");
        behind
            .split('개')
            .next()
            .and_then(|it| it.parse::<usize>().ok())
            .expect("a number")
    };
    for (query, expected) in [
        ("", 33),
        ("members=yes", 1),
        ("seller=bora", 1),
        ("seller=nobody", 0),
        ("category=Women", 33),
        ("category=none", 0),
        ("least=41%2C000&most=41000", 33),
        ("least=41001", 0),
        ("most=40999", 0),
        ("off=40", 33),
        ("off=41", 0),
        ("time=next", 1),
        ("time=over", 0),
        ("time=any", 34),
    ] {
        assert_eq!(count(query).await, expected, "{query}");
    }
    let page = browser.see("/deals?members=yes&most=50000").await;
    for without in [
        "href=\"/deals?most=50000\"",
        "href=\"/deals?members=yes\"",
        "href=\"/deals\"",
    ] {
        assert!(page.has(without), "{without}: {}", page.text);
    }
    let none = browser.see("/deals?least=41001").await;
    assert!(
        none.has("조건에 맞는 딜이 없어요") && none.deals().len() == 4,
        "{}",
        none.text
    );
}

#[tokio::test]
async fn a_price_that_is_none_is_told_beside_its_field() {
    let house = House::at_the_bell().await;
    let page = house.browser().see("/deals?most=cheap%22%3E").await;
    assert!(page.has("가격은 숫자로 적어 주세요"), "{}", page.text);
    assert!(page.has("aria-invalid=\"true\"") && page.has("value=\"cheap&quot;&gt;\""));
}

#[tokio::test]
async fn names_are_found_in_any_language_however_they_are_written() {
    let house = House::at_the_bell().await;
    house.sell_hats().await;
    let mut browser = house.browser();
    for (typed, found) in [
        ("%EC%9A%B8%EC%BD%94%ED%8A%B8", vec!["HATS", "LAST", "NIGHT"]),
        (
            "%EF%BC%B7%EF%BC%AF%EF%BC%AF%EF%BC%AC%20coat",
            vec!["HATS", "LAST", "NIGHT"],
        ),
        ("%E7%BE%8A%E6%AF%9B", vec!["HATS", "LAST", "NIGHT"]),
        ("Bora%20Hats", vec!["HATS"]),
        ("bicycle", vec![]),
    ] {
        let page = browser.see(&format!("/search?q={typed}")).await;
        let mut deals = page.deals();
        deals.sort_unstable();
        match found.is_empty() {
            false => assert_eq!(deals, found, "{typed}"),
            true => assert!(page.has("그런 이름의 딜이 없어요") && page.has("지금 열린 딜")),
        }
    }
    let empty = browser.see("/search").await;
    assert!(empty.has("찾는 상품의 이름이나"), "{}", empty.text);
    let odd = browser.see("/search?q=%3Cb%3E%22").await;
    assert!(
        odd.has("&lt;b&gt;&quot;") && !odd.has("<b>\""),
        "{}",
        odd.text
    );
}

#[tokio::test]
async fn the_shelves_follow_the_catalogue_and_the_ledger() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    assert!(browser.see("/deals").await.has("울 코트"));
    let renamed = ProductDraft {
        name: Localized::from([("ko", "캐시미어 코트")]),
        list_price: Some(Amount(82_000)),
        ..house.coat()
    };
    let (changed, numbers) = ([renamed], SkuNumbers::new());
    let records = &house.shop.records;
    let stored = records.upsert_products(&changed, &numbers).await;
    stored.expect("stored");
    house.pass(1_000);
    let page = browser.see("/deals").await;
    assert!(
        page.has("캐시미어 코트") && page.has("50%"),
        "{}",
        page.text
    );
    let night = house
        .shop
        .records
        .deal("NIGHT")
        .await
        .expect("records")
        .expect("known");
    let deal = night.number.expect("numbered");
    house.command(Command::EndDeal { deal }).await;
    assert_eq!(browser.see("/deals").await.deals(), ["LAST"]);
    assert_eq!(browser.see("/deals?time=over").await.deals(), ["NIGHT"]);
}
