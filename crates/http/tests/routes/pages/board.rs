//! `/board`: the page of totals.

use crate::house::House;

#[tokio::test]
async fn the_board_is_whole_without_script_in_every_language() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    for (language, paid) in [("ko", ">0원</p>"), ("zh", ">₩0</p>"), ("en", ">₩0</p>")] {
        browser.language = language;
        let page = browser.see("/board").await;
        assert!(
            page.has(paid) && page.has("data-map=\"korea\"") && page.has("data-map=\"world\""),
            "{language}"
        );
        assert!(
            page.has("<noscript>") && page.has("class=\"colophon\""),
            "{language}"
        );
    }
    let bells = browser.see("/board/bells").await;
    assert!(bells.has("bells-clock") && !bells.has("<html"));
    let wall = browser.see("/board?wall").await;
    assert!(!wall.has("class=\"colophon\""));
}
