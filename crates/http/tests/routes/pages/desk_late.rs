//! Forms of the desk that are sent twice, late, or while a colleague does something else: what was done is
//! not done again and not denied, and nobody's work is lost.

use super::desk::enter;
use crate::house::{Browser, GIF, House, Page};
use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use futures::{Stream, StreamExt};
use money::Amount;
use records::Role;
use serde_json::json;
use std::collections::BTreeSet;
use std::convert::Infallible;
use vocabulary::Command;

const COAT: &str = "/desk/products/COAT";
const NIGHT: &str = "/desk/deals/NIGHT";
const MEANWHILE: &str = "그사이";

/// A form as the page has it: what is typed, and what the page says of when it was made.
fn sent<'a>(page: &'a [String], typed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let made = page.iter().map(|value| ("newest", value.as_str()));
    typed.iter().copied().chain(made).collect()
}

fn coat<'a>(price: &'a str, brand: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("key", "coat"),
        ("name-ko", "울 코트"),
        ("name-zh", "羊毛大衣"),
        ("name-en", "Wool coat"),
        ("category-ko", "여성복"),
        ("category-en", "Women"),
        ("description-ko", "<p>따뜻해요.</p>"),
        ("price", price),
        ("list_price", "69000"),
        ("brand", brand),
        ("colours", ""),
    ];
    for (sku, size) in [("COAT-S", "S"), ("COAT-M", "M")] {
        form.extend([("sku", sku), ("option-ko", size), ("option-en", size)]);
        form.push(("stock", "100"));
    }
    form
}

fn night<'a>(key: &'a str, limit: &'a str, price: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("key", key),
        ("starts", "2026-11-11T00:00:00"),
        ("ends", "2026-11-11T01:00:00"),
        ("limit", limit),
        ("hold_seconds", "900"),
        ("extensions", "0"),
        ("extension_seconds", "0"),
        ("payment_minutes", "30"),
        ("deposit_minutes", "0"),
        ("waitlist", "5"),
        ("sku", "COAT-S"),
        ("price", price),
        ("sku", "COAT-M"),
        ("price", "41000"),
    ]
}

async fn free(house: &House) -> u64 {
    let stock = house.get("viewer", "/v1/staff/stock/COAT-S").await.json();
    stock["free"].as_u64().expect("a number")
}

#[tokio::test]
async fn an_undo_of_stock_is_done_once_however_often_its_page_is_loaded() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    let form = [
        ("key", "in"),
        ("sku", "COAT-S"),
        ("flow", "receive"),
        ("units", "20"),
        ("foreseen", "COAT-S:receive:20"),
    ];
    let told = desk.post(&format!("{COAT}/stock"), &form).await.location;
    for time in ["once", "twice"] {
        let page = desk.see(&told).await;
        let undone = desk.press_undo(&page).await;
        assert!(undone.has("되돌렸어요"), "{time}: {}", undone.text);
        assert_eq!(free(&house).await, 89, "{time}");
    }
    let told = desk
        .post(
            &format!("{COAT}/stock"),
            &[("key", "again"), form[1], form[2], form[3], form[4]],
        )
        .await
        .location;
    house.deal("MORE", 100).await;
    for time in ["once", "twice"] {
        let page = desk.see(&told).await;
        let part = desk.press_undo(&page).await;
        assert!(part.has("아직 여유 재고인 것만"), "{time}: {}", part.text);
    }
}

#[tokio::test]
async fn what_is_irrevocable_is_done_only_as_it_was_foreseen() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    let add = format!("{NIGHT}/allotments");
    let asked = desk.see(&format!("{add}?sku=COAT-S&units=4")).await;
    let foreseen = asked.fields("foreseen");
    let mut form = vec![("key", "k"), ("sku", "COAT-S"), ("units", "40")];
    form.extend(foreseen.iter().map(|text| ("foreseen", text.as_str())));
    let shown = desk.post(&add, &form).await;
    assert_eq!(
        shown.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        shown.location
    );
    assert!(shown.has("value=\"COAT-S:40\""), "{}", shown.text);
    assert_eq!(free(&house).await, 89);
    let stock = format!("{COAT}/stock");
    for form in [
        [
            ("flow", "withdraw"),
            ("units", "9"),
            ("foreseen", "COAT-S:withdraw:1"),
        ],
        [
            ("flow", "withdraw"),
            ("units", "9"),
            ("foreseen", "COAT-S:receive:9"),
        ],
        [
            ("flow", "withdraw"),
            ("units", "9"),
            ("foreseen", "COAT-M:withdraw:9"),
        ],
    ] {
        let form = [&form[..], &[("key", "s"), ("sku", "COAT-S")]].concat();
        let shown = desk.post(&stock, &form).await;
        assert!(
            shown.has("여유 재고 89 → 80"),
            "{} {}",
            shown.location,
            shown.text
        );
        assert_eq!(free(&house).await, 89);
    }
}

#[tokio::test]
async fn a_form_that_comes_twice_says_that_it_was_done() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    let add = [
        ("key", "add"),
        ("sku", "COAT-S"),
        ("units", "80"),
        ("foreseen", "COAT-S:80"),
    ];
    let out = [
        ("key", "out"),
        ("sku", "COAT-S"),
        ("flow", "withdraw"),
        ("units", "9"),
        ("foreseen", "COAT-S:withdraw:9"),
    ];
    let add = (format!("{NIGHT}/allotments"), &add[..], "수량을 더했어요");
    let out = (format!("{COAT}/stock"), &out[..], "재고를 뺐어요");
    for (address, form, said) in [add, out] {
        for time in ["once", "twice"] {
            let told = desk.post(&address, form).await;
            assert_eq!(told.status, StatusCode::SEE_OTHER, "{time}: {}", told.text);
            assert!(desk.see(&told.location).await.has(said), "{time}");
        }
    }
    assert_eq!(free(&house).await, 0);
}

#[tokio::test]
async fn an_undo_that_is_pressed_twice_says_that_it_was_done() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    let changed = sent(&[], &night("c", "1", "38000"));
    let told = desk.post(&format!("{NIGHT}/change"), &changed).await;
    let told = desk.see(&told.location).await;
    for time in ["once", "twice"] {
        let undone = desk.press_undo(&told).await;
        assert!(undone.has("되돌렸어요"), "{time}: {}", undone.text);
    }
    let mut made = night("m", "1", "38000");
    made.truncate(12);
    made.extend([("deal", "NEW"), ("units", "3"), ("confirmed", "yes")]);
    let told = desk.post("/desk/schedule/make", &made).await;
    let told = desk.see(&told.location).await;
    for time in ["once", "twice"] {
        let undone = desk.press_undo(&told).await;
        assert!(
            undone.has("딜을 시작 전에 거뒀어요"),
            "{time}: {}",
            undone.text
        );
    }
}

#[tokio::test]
async fn a_form_that_was_made_before_a_colleagues_change_does_not_take_it_back() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    let stale = desk.see(COAT).await.fields("newest");
    let price = json!({"price": {"amount": 49_000, "currency": "KRW"}});
    house
        .patch("merchandiser", "/v1/staff/products/COAT", &price)
        .await
        .is(200);
    let wrong = desk.post(COAT, &sent(&stale, &coat("free", "모아"))).await;
    let stale = wrong.fields("newest");
    let late = desk.post(COAT, &sent(&stale, &coat("59000", "모아"))).await;
    assert_eq!(
        late.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        late.location
    );
    assert!(
        late.has(MEANWHILE) && late.has("value=\"모아\""),
        "{}",
        late.text
    );
    let sheet = house.get("viewer", "/v1/staff/products/COAT").await.json();
    assert_eq!(sheet["price"]["amount"], 49_000);
    let fresh = late.fields("newest");
    let saved = desk
        .post_and_follow(COAT, &sent(&fresh, &coat("49000", "모아")))
        .await;
    assert!(
        saved.has("value=\"모아\"") && saved.has("value=\"49000\""),
        "{}",
        saved.text
    );
    let again = desk
        .post_and_follow(COAT, &sent(&fresh, &coat("49000", "모아")))
        .await;
    assert!(!again.has(MEANWHILE), "twice is once: {}", again.text);

    let change = format!("{NIGHT}/change");
    let stale = desk.see(&change).await.fields("newest");
    let limit = json!({"limit": 7});
    house
        .patch("merchandiser", "/v1/staff/deals/NIGHT", &limit)
        .await
        .is(200);
    let wrong = sent(&stale, &night("w", "2", "free"));
    let stale = desk.post(&change, &wrong).await.fields("newest");
    let late = desk
        .post(&change, &sent(&stale, &night("n", "2", "38000")))
        .await;
    assert_eq!(
        late.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        late.location
    );
    assert!(
        late.has(MEANWHILE) && late.has("value=\"38000\""),
        "{}",
        late.text
    );
    let fresh = late.fields("newest");
    for time in ["once", "twice"] {
        let form = sent(&fresh, &night("o", "7", "38000"));
        let saved = desk.post_and_follow(&change, &form).await;
        assert!(
            saved.has("38,000원") && !saved.has(MEANWHILE),
            "{time}: {}",
            saved.text
        );
    }
}

#[tokio::test]
async fn a_move_and_an_order_of_pictures_that_were_made_before_a_colleagues_are_not_done() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    let to_move = format!("{NIGHT}/move");
    let stale = desk.see(&to_move).await.fields("newest");
    let later = json!({"ends_at": "2026-11-10T18:00:00.000Z"});
    let night = "/v1/staff/deals/NIGHT";
    house.patch("merchandiser", night, &later).await.is(200);
    let times = [
        ("starts", "2026-11-11T00:30:00"),
        ("ends", "2026-11-11T01:00:00"),
    ];
    let typed = [&[("key", "m")], &times[..]].concat();
    let late = desk.post(&to_move, &sent(&stale, &typed)).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.has(MEANWHILE), "{}", late.text);
    let fresh = late.fields("newest");
    let typed = [&[("key", "n")], &times[..]].concat();
    for time in ["once", "twice"] {
        let done = desk.post_and_follow(&to_move, &sent(&fresh, &typed)).await;
        assert!(done.has("딜 시간을 옮겼어요"), "{time}: {}", done.text);
    }

    let client = house.staff("merchandiser");
    let path = "/v1/staff/products/COAT/pictures";
    client.file(path, GIF.to_vec()).await.is(201);
    let stale = desk.see(COAT).await.fields("newest");
    let other = [GIF, b"other"].concat();
    client.file(path, other).await.is(201);
    let away = sent(&stale, &[("key", "a"), ("order", "")]);
    let late = desk
        .post_and_follow(&format!("{COAT}/pictures/order"), &away)
        .await;
    assert!(late.has(MEANWHILE), "{}", late.text);
    assert_eq!(pictures(&house).await, 2);
}

async fn pictures(house: &House) -> usize {
    let sheet = house.get("viewer", "/v1/staff/products/COAT").await.json();
    sheet["pictures"].as_array().expect("pictures").len()
}

/// What a form of several parts begins with.
fn opened() -> impl Stream<Item = Result<Bytes, Infallible>> {
    futures::stream::iter([Ok(Bytes::from_static(b"--part\r\n"))])
}

/// Sends pictures one after the other; in between a colleague sends one, too.
async fn pictures_around(house: &House, mine: [&[u8]; 2], theirs: &[u8]) -> Page {
    let (pipe, body) = futures::channel::mpsc::unbounded::<Result<Bytes, Infallible>>();
    let write = |bytes: &[u8], end: &[u8]| {
        let head = b"Content-Disposition: form-data; name=\"pictures\"; filename=\"a.gif\"\r\n\r\n";
        let whole = [&head[..], bytes, b"\r\n--part", end, b"\r\n"].concat();
        pipe.unbounded_send(Ok(whole.into())).expect("it is read");
    };
    let mut desk = enter(house).await;
    let request = Request::post(format!("{COAT}/pictures"))
        .header("content-type", "multipart/form-data; boundary=part")
        .header("sec-fetch-site", "same-origin");
    let body = Body::from_stream(opened().chain(body));
    let colleague = async {
        write(mine[0], b"");
        while pictures(house).await != 1 {
            tokio::task::yield_now().await;
        }
        let client = house.staff("merchandiser");
        let path = "/v1/staff/products/COAT/pictures";
        client.file(path, theirs.to_vec()).await.is(201);
        write(mine[1], b"--");
        pipe.close_channel();
    };
    let (page, ()) = tokio::join!(desk.send(request, body), colleague);
    match page.status {
        StatusCode::SEE_OTHER => desk.see(&page.location).await,
        _ => page,
    }
}

#[tokio::test]
async fn an_undo_takes_away_the_pictures_of_its_upload_and_nobody_elses() {
    let other = |nth: u8| [GIF, &[nth][..]].concat();
    for (second, status) in [(other(1), 200), (b"no picture".to_vec(), 422)] {
        let house = House::open().await;
        let told = pictures_around(&house, [GIF, &second], &other(2)).await;
        assert_eq!(told.status, status, "{}", told.text);
        let undone = enter(&house).await.press_undo(&told).await;
        assert!(undone.has("되돌렸어요"), "{}", undone.text);
        let left = undone.text.matches("class=\"gallery-picture\"").count();
        assert_eq!(left, 1, "the colleague's: {}", undone.text);
    }
}

#[tokio::test]
async fn pictures_that_came_in_before_an_upload_broke_off_can_be_undone() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    let head = b"Content-Disposition: form-data; name=\"pictures\"; filename=\"a.gif\"\r\n\r\n";
    let whole = [b"--part\r\n", &head[..], GIF, b"\r\n--part\r\n", head, GIF].concat();
    let request = Request::post(format!("{COAT}/pictures"))
        .header("content-type", "multipart/form-data; boundary=part")
        .header("sec-fetch-site", "same-origin");
    let broken = desk.send(request, Body::from(whole)).await;
    assert_eq!(broken.status, StatusCode::SEE_OTHER, "{}", broken.text);
    let told = desk.see(&broken.location).await;
    assert!(told.has("사진을 일부만 저장했어요"), "{}", told.text);
    assert_eq!(pictures(&house).await, 1);
    desk.press_undo(&told).await;
    assert_eq!(pictures(&house).await, 0);
}

#[tokio::test]
async fn many_prices_change_by_what_they_are_when_it_is_their_turn() {
    let house = House::at_the_bell().await;
    let mut desk = enter(&house).await;
    let asked = "/desk/schedule/bulk?deal=NIGHT&what=reprice&number=-10";
    let key = desk.see(asked).await.field("key");
    let turn = house.shop.turns.take("deal:NIGHT").await;
    let form = [
        ("key", key.as_str()),
        ("deal", "NIGHT"),
        ("what", "reprice"),
        ("number", "-10"),
    ];
    let begun = desk.post("/desk/schedule/bulk", &form).await;
    for _ in 0..20 {
        desk.see(&begun.location).await;
    }
    let deal = house.shop.directory.deal("NIGHT").await.expect("known");
    let (sku, _) = house.shop.directory.sku("COAT-S").await.expect("known");
    let reprice = Command::RepriceDeal {
        deal: deal.number,
        sku,
        price: Amount(30_000),
    };
    house.command(reprice).await;
    drop(turn);
    desk.see_until(&begun.location, "1개를 마쳤어요").await;
    let deal = house.get("viewer", "/v1/staff/deals/NIGHT").await.json();
    assert_eq!(deal["skus"][0]["price"]["amount"], 27_000);
}

#[tokio::test]
async fn an_undo_names_the_deed_that_it_is_offered_for() {
    let house = House::open().await;
    for amount in 0..8 {
        let price = json!({"amount": 30_000 + amount, "currency": "KRW"});
        let change = json!({"skus": [{"sku": "COAT-S", "price": price}]});
        let night = "/v1/staff/deals/NIGHT";
        house.patch("merchandiser", night, &change).await.is(200);
    }
    let deeds = enter(&house).await.see(NIGHT).await.fields("deed");
    assert_eq!(deeds.len(), 8);
    let mut desks = Vec::new();
    for deed in &deeds {
        desks.push((enter(&house).await, deed));
    }
    let taken_back = desks.into_iter().map(async |(mut desk, deed)| {
        let form = [("key", deed.as_str()), ("deed", deed.as_str())];
        let address = format!("{NIGHT}/take-back");
        let told = desk.post_and_follow(&address, &form).await;
        let (_, fields) = told.undo().unwrap_or_else(|| panic!("{}", told.text));
        let named = fields.into_iter().find(|(name, _)| name == "deed");
        named.expect("a deed").1
    });
    let taken_back = futures::future::join_all(taken_back);
    let named: BTreeSet<String> = taken_back.await.into_iter().collect();
    assert_eq!(named.len(), 8, "each its own: {named:?}");
}

#[tokio::test]
async fn an_undo_and_a_colleagues_change_at_once_leave_the_colleagues() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    for nth in 0..10 {
        let brand = format!("모아 {nth}");
        let told = desk.post_and_follow(COAT, &coat("59000", &brand)).await;
        let theirs = json!({"brand": format!("보라 {nth}")});
        let change = house.patch("merchandiser", "/v1/staff/products/COAT", &theirs);
        let (_, changed) = tokio::join!(desk.press_undo(&told), change);
        let brand = changed.is(200).json()["brand"].clone();
        assert_eq!(brand, theirs["brand"]);
        let sheet = house.get("viewer", "/v1/staff/products/COAT").await.json();
        assert_eq!(sheet["brand"], theirs["brand"], "round {nth}");
    }
}

/// The desks of two owners.
async fn two_owners(house: &House) -> [Browser; 2] {
    [enter(house).await, enter(house).await]
}

#[tokio::test]
async fn of_two_who_change_a_role_at_once_one_is_told_of_the_other() {
    let house = House::unscheduled().await;
    let bo = house.hire("bo@shop.kr", Role::Viewer).await;
    let [mut one, mut other] = two_owners(&house).await;
    let here = format!("/desk/people/{bo}");
    let mut was = "viewer";
    for (first, second) in [("support", "merchandiser"), ("owner", "viewer")].repeat(5) {
        let form = |role| {
            [
                ("role", role),
                ("active", "yes"),
                ("was_role", was),
                ("was_active", "yes"),
            ]
        };
        let (first_form, second_form) = (form(first), form(second));
        let (told, retold) = tokio::join!(
            one.post(&here, &first_form),
            other.post(&here, &second_form)
        );
        let late = |page: &Page| page.location.contains("changed-meanwhile");
        assert_ne!(
            late(&told),
            late(&retold),
            "{} {}",
            told.location,
            retold.location
        );
        was = if late(&told) { second } else { first };
    }
}
