//! The waiting room: the draw before the bell, turns behind it, and what others' turns are worth.

use crate::house::{Browser, House, Page, limits};
use axum::http::StatusCode;
use serde_json::json;

const ROOM: &str = "/deals/NIGHT/waiting";

/// Presses "hold" on the page of the deal; where that leads.
async fn press(browser: &mut Browser) -> Page {
    let page = browser.see("/deals/NIGHT").await;
    let key = page.field("key");
    let form = [
        ("key", key.as_str()),
        ("sku", "COAT-S"),
        ("units", "1"),
        ("or_wait", "yes"),
    ];
    browser.post("/deals/NIGHT/hold", &form).await
}

/// Goes into the room before the bell.
async fn join(browser: &mut Browser) -> Page {
    let doorway = browser.see(ROOM).await;
    assert_eq!(doorway.status, StatusCode::OK);
    let form = [("sku", "COAT-S"), ("units", "1")];
    browser.post_and_follow(ROOM, &form).await
}

/// Sends the form of who is admitted.
async fn go_on(browser: &mut Browser, page: &Page) -> Page {
    let (key, sku, units) = (page.field("key"), page.field("sku"), page.field("units"));
    let form = [
        ("key", key.as_str()),
        ("sku", sku.as_str()),
        ("units", units.as_str()),
    ];
    browser.post("/deals/NIGHT/hold", &form).await
}

fn is_turn(page: &Page) -> bool {
    page.has("data-state=\"turn\"")
}

#[tokio::test]
async fn where_there_is_no_rush_nobody_waits_and_nothing_is_kept() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    assert!(press(&mut browser).await.location.starts_with("/cart"));
    let room = browser.see(ROOM).await;
    assert_eq!(room.location, "/deals/NIGHT", "there is nothing to see");
    assert_eq!(browser.cookie("doorbuster_turn"), None);
}

#[tokio::test]
async fn who_comes_before_the_bell_is_drawn_and_holds_when_it_is_their_turn() {
    let house = House::admitting(1).await;
    let deal = house.browser().see("/deals/NIGHT").await;
    assert!(deal.has("href=\"/deals/NIGHT/waiting\""));
    let mut browsers = [house.browser(), house.browser(), house.browser()];
    for browser in &mut browsers {
        let page = join(browser).await;
        assert!(page.has("data-state=\"early\"") && page.has("종이 울리면 공개해요"));
    }
    assert!(browsers[0].see(ROOM).await.has("지금 3명이 함께 기다려요"));
    house.pass(60_000);
    for browser in &mut browsers {
        browser.see(ROOM).await;
    }
    let mut late = house.browser();
    let sent = press(&mut late).await;
    assert_eq!(
        (sent.status, sent.location.as_str()),
        (StatusCode::SEE_OTHER, ROOM)
    );
    let mut held = 0;
    for _ in 0..30 {
        house.pass(500);
        for browser in &mut browsers {
            let page = browser.see(ROOM).await;
            if is_turn(&page) {
                assert!(go_on(browser, &page).await.location.starts_with("/cart"));
                held += 1;
            }
        }
        let last = late.see(ROOM).await;
        if is_turn(&last) {
            assert_eq!(held, 3, "who came after the bell is last");
            assert!(go_on(&mut late, &last).await.location.starts_with("/cart"));
            return;
        }
    }
    panic!("nobody waits for ever");
}

/// True where a page shows a way into the room; none where it has none.
fn way_in(page: &Page) -> Option<bool> {
    let tag = page.text.split(&format!("href=\"{ROOM}\"")).nth(1)?;
    let tag = tag.split('>').next()?;
    Some(
        tag.contains("data-shown-from=")
            && tag.contains("data-shown-to=")
            && !tag.contains(" hidden"),
    )
}

#[tokio::test]
async fn home_leads_into_the_room_from_when_it_opens_until_the_bell() {
    let house = House::admitting(1).await;
    let mut browser = house.browser();
    assert_eq!(way_in(&browser.see("/").await), Some(true));
    house.pass(60_000);
    assert_eq!(way_in(&browser.see("/").await), None, "the bell has rung");
    let house = House::opening_rooms(30_000).await;
    let mut browser = house.browser();
    let early = browser.see("/").await;
    assert_eq!(way_in(&early), Some(false), "a script shows it in time");
    assert_eq!(browser.see(ROOM).await.location, "/deals/NIGHT");
    house.pass(30_000);
    assert_eq!(way_in(&browser.see("/").await), Some(true));
}

#[tokio::test]
async fn two_windows_show_one_turn_and_reloading_does_not_set_anybody_back() {
    let house = House::admitting(1).await;
    house.pass(60_000);
    let mut browsers: Vec<Browser> = (0..4).map(|_| house.browser()).collect();
    for browser in &mut browsers {
        press(browser).await;
    }
    for _ in 0..3 {
        press(&mut browsers[3]).await;
        let page = browsers[3].see(ROOM).await;
        assert!(
            page.has("<p class=\"wait-figure\">2명</p>"),
            "{}",
            page.text
        );
        assert!(page.has("<title>내 앞에 2명"));
        assert!(page.has("http-equiv=\"refresh\""), "no script is needed");
    }
}

#[tokio::test]
async fn a_shared_or_forged_turn_is_worth_nothing_and_a_pass_is_good_once() {
    let house = House::admitting(1).await;
    house.pass(60_000);
    let (mut first, mut second, mut thief) = (house.browser(), house.browser(), house.browser());
    for browser in [&mut first, &mut second] {
        press(browser).await;
    }
    house.pass(1_000);
    let second_turn = second.see(ROOM).await;
    assert!(is_turn(&second_turn), "the first went at once");
    let pass = second.cookie("doorbuster_turn").expect("a pass");
    for stolen in [pass.as_str(), "forged", ""] {
        thief.keep("doorbuster_turn", stolen);
        assert_eq!(press(&mut thief).await.location, ROOM, "{stolen}");
    }
    assert!(
        go_on(&mut second, &second_turn)
            .await
            .location
            .starts_with("/cart")
    );
    let twice = go_on(&mut second, &second_turn).await;
    assert!(
        twice.location.starts_with("/cart"),
        "a double click is one deed"
    );
    second.keep("doorbuster_turn", &pass);
    assert_eq!(press(&mut second).await.location, ROOM, "it was used");
}

#[tokio::test]
async fn who_leaves_is_out_and_the_next_moves_up() {
    let house = House::admitting(1).await;
    house.pass(60_000);
    let mut browsers: Vec<Browser> = (0..4).map(|_| house.browser()).collect();
    for browser in &mut browsers {
        press(browser).await;
    }
    let out = browsers[1].post(&format!("{ROOM}/leave"), &[]).await;
    assert_eq!(out.location, "/deals/NIGHT");
    assert!(browsers[3].see(ROOM).await.has(">1명</p>"));
    assert_eq!(browsers[1].see(ROOM).await.location, "/deals/NIGHT");
}

#[tokio::test]
async fn a_program_is_told_of_its_shoppers_turn_and_goes_on_when_it_comes() {
    let house = House::admitting(1).await;
    house.pass(60_000);
    press(&mut house.browser()).await;
    press(&mut house.browser()).await;
    let guest = house.guest().await;
    let hold = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let answer = guest.post_once("k", "/v1/holds", &hold).await.is(429);
    assert_eq!(answer.problem(), "waiting");
    assert_eq!(answer.says("detail"), "1 are ahead");
    assert!(!answer.header("retry-after").is_empty());
    let batch = json!({"requests": [{"op": "hold", "deal": "NIGHT", "sku": "COAT-S"}]});
    let batch = guest.post("/v1/batches", batch).await.is(200);
    assert_eq!(batch.json()["results"][0]["status"], 429);
    house.pass(3_000);
    guest.post_once("k", "/v1/holds", &hold).await.is(429);
    house.pass(1_000);
    guest.post_once("k", "/v1/holds", &hold).await.is(201);
    let answer = guest.post("/v1/holds", &hold).await;
    assert_eq!(
        (answer.status, house.shop.waiting.waiting()),
        (429, 1),
        "the pass is used"
    );
}

#[tokio::test]
async fn who_asks_too_often_is_told_so_in_words_on_a_page_that_loads_itself_again() {
    let house = House::with(Some(limits(2, 1_000))).await;
    let mut browser = house.browser();
    browser.post("/deals/NIGHT/watch", &[]).await;
    for _ in 0..2 {
        assert_eq!(browser.see("/").await.status, StatusCode::OK);
    }
    let page = browser.see("/").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(
        page.has("<h1>지금 많은 분이 오셨어요</h1>"),
        "{}",
        page.text
    );
    assert!(page.refresh.parse::<u64>().is_ok(), "{}", page.refresh);
    let pressed = browser.post("/deals/NIGHT/hold", &[]).await;
    assert_eq!(pressed.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(
        pressed.refresh.ends_with("; url=/deals/NIGHT"),
        "{}",
        pressed.refresh
    );
}
