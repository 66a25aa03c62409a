//! Pages that are printed: who may keep them, and what is put in for whom.

use crate::house::{Browser, House, Page};
use axum::http::StatusCode;

/// A browser with a cart of one coat.
async fn with_a_coat(house: &House) -> Browser {
    let mut browser = house.browser();
    let deal = browser.see("/deals/NIGHT").await;
    let key = deal.field("key");
    let form = [("key", key.as_str()), ("sku", "COAT-S"), ("units", "1")];
    browser.post_and_follow("/deals/NIGHT/hold", &form).await;
    browser
}

const PAGES: [&str; 4] = ["/", "/deals", "/search?q=coat", "/deals/NIGHT"];

#[tokio::test]
async fn a_stranger_s_page_may_be_shared_and_anybody_else_s_never() {
    let house = House::at_the_bell().await;
    let mut known = with_a_coat(&house).await;
    for address in PAGES {
        let page = house.browser().see(address).await;
        let keep = page.header("cache-control");
        assert_eq!(keep, "public, max-age=0, s-maxage=1", "{address}");
        assert!(!page.has("class=\"badge\""), "{address}: {}", page.text);
        let page = known.see(address).await;
        let keep = page.header("cache-control");
        assert_eq!(keep, "private, no-cache", "{address}");
        assert!(page.has("class=\"badge\""), "{address}: {}", page.text);
        let told = house
            .browser()
            .see(&format!("{address}{}said=left", joint(address)))
            .await;
        assert_eq!(
            told.header("cache-control"),
            "private, no-cache",
            "{address}"
        );
        for page in [&page, &told] {
            let depends = page.header("vary");
            assert!(depends.contains("cookie") && depends.contains("accept-language"));
        }
    }
}

#[tokio::test]
async fn what_is_made_for_one_visitor_is_kept_nowhere() {
    let house = House::at_the_bell().await;
    let mut known = with_a_coat(&house).await;
    let hold = known.see("/cart").await.field("hold");
    let checkout = format!("/checkout?hold={hold}");
    for address in ["/cart", &checkout, "/watches", "/orders", "/me", "/sign-in"] {
        let page = known.see(address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        let keep = page.header("cache-control");
        assert_eq!(keep, "private, no-store", "{address}");
    }
}

fn joint(address: &str) -> char {
    if address.contains('?') { '&' } else { '?' }
}

#[tokio::test]
async fn packed_or_not_a_page_says_the_same() {
    let house = House::at_the_bell().await;
    let mut known = with_a_coat(&house).await;
    for address in PAGES {
        for browser in [&mut house.browser(), &mut known] {
            browser.unpacks = "";
            let plain = browser.see(address).await;
            browser.unpacks = "br, gzip";
            let packed = browser.see(address).await;
            assert_eq!(packed.header("content-encoding"), "gzip", "{address}");
            let keyless = |page: &Page| -> Vec<String> {
                let parts = page.text.split("name=\"key\" value=\"");
                let cut = |(place, part): (usize, &str)| match place {
                    0 => part.to_owned(),
                    _ => part.chars().skip(36).collect(),
                };
                parts.enumerate().map(cut).collect()
            };
            assert_eq!(keyless(&plain), keyless(&packed), "{address}");
        }
    }
}

#[tokio::test]
async fn a_page_of_a_known_visitor_has_a_key_of_its_own() {
    let house = House::at_the_bell().await;
    let mut known = with_a_coat(&house).await;
    let first = known.see("/deals/NIGHT").await.field("key");
    let second = known.see("/deals/NIGHT").await.field("key");
    assert_ne!(first, second, "a second hold would be taken for the first");
}

#[tokio::test]
async fn what_a_visitor_has_and_watches_stands_on_their_page_alone() {
    let house = House::open().await;
    let mut known = house.browser();
    known.post("/deals/NIGHT/watch", &[("back", "/")]).await;
    let watches = |page: &Page| {
        let button = |word: &str| page.text.matches(word).count();
        (
            button("/deals/NIGHT/unwatch"),
            button("/deals/NIGHT/watch\""),
        )
    };
    assert_eq!(watches(&known.see("/").await), (1, 0));
    assert_eq!(watches(&house.browser().see("/").await), (0, 1));
    assert!(known.see("/deals/NIGHT").await.has("열리면 알려 드릴게요"));
    assert!(
        !house
            .browser()
            .see("/deals/NIGHT")
            .await
            .has("열리면 알려 드릴게요")
    );
    house.pass(60_000);
    let mut holder = with_a_coat(&house).await;
    assert!(holder.see("/deals/NIGHT").await.has("담아 두었어요"));
    assert!(
        !house
            .browser()
            .see("/deals/NIGHT")
            .await
            .has("담아 두었어요")
    );
}

#[tokio::test]
async fn a_page_turns_with_the_bell_and_with_every_hold() {
    let house = House::open().await;
    house.pass(59_999);
    assert!(house.browser().see("/").await.has("지금 열린 딜이 없어요"));
    house.pass(1);
    let open = house.browser().see("/").await;
    assert!(open.has("0% 소진"), "{}", open.text);
    with_a_coat(&house).await;
    assert!(house.browser().see("/").await.has("5% 소진"));
    assert!(house.browser().see("/deals/NIGHT").await.has("5% 소진"));
}

#[tokio::test]
async fn what_shows_without_a_line_is_nobody_s_own() {
    let house = House::at_the_bell().await;
    let mut known = with_a_coat(&house).await;
    let page = known.see("/offline").await;
    assert!(
        page.has("인터넷에 연결되어 있지 않아요") && !page.has("badge"),
        "{}",
        page.text
    );
    let worker = known.see("/sw.js").await;
    assert!(worker.header("content-type").starts_with("text/javascript"));
    assert_eq!(worker.header("cache-control"), "no-cache");
    assert!(
        worker.has("const OFFLINE = \"/offline\""),
        "{}",
        worker.text
    );
}
