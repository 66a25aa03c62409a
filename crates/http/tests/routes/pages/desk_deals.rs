//! Deals and products at the desk: many at once, out of a file, over time, and the catalogue.

use super::desk::enter;
use crate::house::{Browser, GIF, House, Page};
use axum::http::StatusCode;
use serde_json::json;

/// The key of the first form of a page.
async fn key(desk: &mut Browser, address: &str) -> String {
    desk.see(address).await.field("key")
}

#[tokio::test]
async fn the_list_finds_deals_by_text_state_and_seller_and_keeps_it_in_the_address() {
    let house = House::at_the_bell().await;
    house.sell_hats().await;
    let mut desk = enter(&house).await;
    let all = desk.see("/desk/deals?state=all").await;
    assert!(all.has("/desk/deals/HATS") && all.has("/desk/deals/NIGHT"));
    let hats = desk
        .see("/desk/deals?state=all&seller=bora&sort=claimed")
        .await;
    assert!(hats.has("href=\"/desk/deals/HATS\"") && !hats.has("href=\"/desk/deals/NIGHT\""));
    assert!(
        hats.has("state=over&amp;seller=bora&amp;sort=claimed"),
        "{}",
        hats.text
    );
    let none = desk
        .see("/desk/deals?state=all&text=nothing+of+this+name")
        .await;
    assert!(none.has("조건에 맞는 딜이 없어요"), "{}", none.text);
    let untouched = desk.see("/desk/deals?only=untouched").await;
    assert!(
        untouched.has("href=\"/desk/deals/NIGHT\""),
        "{}",
        untouched.text
    );
    let file = desk
        .see("/desk/schedule/export?state=all&seller=bora")
        .await;
    assert!(file.has("HATS,HAT-1,41000,KRW,10,"), "{}", file.text);
}

#[tokio::test]
async fn a_file_says_what_more_time_holds_may_have_and_leaves_as_it_came() {
    let house = House::unscheduled().await;
    let file = "deal,sku,price,allotment,start,end,extensions,extension\n\
        D1,COAT-S,100,5,2026-11-11 00:00,2026-11-11 01:00,2,90s\n";
    let import = "/v1/staff/schedule/import";
    let came = house.csv("merchandiser", import, file).await;
    house.settle(&came).await;
    assert_eq!(came.json()["scheduled"], 1);
    let again = house.csv("merchandiser", import, file).await.json();
    assert_eq!(
        (&again["same"], &again["problems"]),
        (&json!(1), &json!([]))
    );
    let mut desk = enter(&house).await;
    let left = desk.see("/desk/schedule/export?state=all").await;
    assert!(left.has(",extensions,extension") && left.has(",2,90s"));
    let never = file.replace(",2,90s", ",,");
    let other = house.csv("merchandiser", import, &never).await.json();
    let told = other["problems"][0]["help"].as_str().expect("a text");
    assert!(told.contains("extensions is 2, not 0"), "{told}");
}

#[tokio::test]
async fn many_deals_are_changed_after_their_effects_were_shown_and_what_is_refused_is_told() {
    let house = House::at_the_bell().await;
    house.sell_hats().await;
    let mut desk = enter(&house).await;
    let asked =
        "/desk/schedule/bulk?deal=NIGHT&deal=HATS&deal=NOWHERE&what=reprice&number=-10&step=100";
    let ask = desk.see(asked).await;
    assert!(ask.has("41,000원 → 36,900원"), "{}", ask.text);
    assert!(
        ask.has("2개를 바꿔요") && ask.has("1개는 그대로"),
        "{}",
        ask.text
    );
    let key = ask.field("key");
    let form = [
        ("key", key.as_str()),
        ("deal", "NIGHT"),
        ("deal", "HATS"),
        ("deal", "NOWHERE"),
        ("what", "reprice"),
        ("number", "-10"),
        ("step", "100"),
    ];
    let begun = desk.post("/desk/schedule/bulk", &form).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    let done = desk.see_until(&begun.location, "2개를 마쳤어요").await;
    assert!(done.has("1개는 하지 못했어요"), "{}", done.text);
    let again = desk.post("/desk/schedule/bulk", &form).await;
    assert_eq!(again.location, begun.location, "twice is once");
    let night = desk.see("/desk/deals/NIGHT").await;
    assert!(
        night.has("36,900원") && night.has("41,000원 → 36,900원"),
        "{}",
        night.text
    );
    let wrong = desk
        .see("/desk/schedule/bulk?deal=NIGHT&what=move&number=soon")
        .await;
    assert!(wrong.has("id=\"number-error\""), "{}", wrong.text);
}

#[tokio::test]
async fn a_copy_of_a_deal_gets_an_id_of_its_own_and_units_from_free_stock() {
    let house = House::at_the_bell().await;
    let mut desk = enter(&house).await;
    let ask = desk
        .see("/desk/schedule/bulk?deal=NIGHT&what=duplicate&number=1440")
        .await;
    let key = ask.field("key");
    let form = [
        ("key", key.as_str()),
        ("deal", "NIGHT"),
        ("what", "duplicate"),
        ("number", "1440"),
    ];
    let begun = desk.post("/desk/schedule/bulk", &form).await;
    desk.see_until(&begun.location, "1개를 마쳤어요").await;
    let copy = desk.see("/desk/deals/NIGHT-2").await;
    assert!(copy.has("11월 12일 00:00"), "{}", copy.text);
}

#[tokio::test]
async fn a_price_is_taken_back_and_a_deal_is_moved_only_after_its_effect_was_named() {
    let house = House::at_the_bell().await;
    let mut desk = enter(&house).await;
    let page = "/desk/deals/NIGHT/move?starts=2026-11-11T00:00:00&ends=2026-11-11T02:00:00";
    let asked = desk.see(page).await;
    assert!(
        asked.has("11월 11일 00:00 – 11월 11일 02:00"),
        "{}",
        asked.text
    );
    let early = "/desk/deals/NIGHT/move?starts=2026-11-11T00:30:00&ends=2026-11-11T02:00:00";
    let refused = desk.see(early).await;
    assert!(
        refused.has("role=\"alert\""),
        "it has opened: {}",
        refused.text
    );
    let key = asked.field("key");
    let form = [
        ("key", key.as_str()),
        ("back", "https://evil.example/"),
        ("starts", "2026-11-11T00:00:00"),
        ("ends", "2026-11-11T02:00:00"),
    ];
    let moved = desk.post("/desk/deals/NIGHT/move", &form).await;
    let told = "/desk?said=deal-moved&undo=";
    assert!(moved.location.starts_with(told), "{}", moved.location);
    let deal = desk.see("/desk/deals/NIGHT").await;
    assert!(deal.has("02:00"), "{}", deal.text);
    let (key, deed) = (deal.field("key"), deal.field("deed"));
    let back = [("key", key.as_str()), ("deed", deed.as_str())];
    let back = desk
        .post_and_follow("/desk/deals/NIGHT/take-back", &back)
        .await;
    assert!(
        back.has("되돌렸어요") && back.has("– <time"),
        "{}",
        back.text
    );
    assert!(back.has("11월 11일 01:00"), "{}", back.text);
}

#[tokio::test]
async fn the_timeline_shows_the_deals_of_a_day_by_seller() {
    let house = House::at_the_bell().await;
    house.sell_hats().await;
    let mut desk = enter(&house).await;
    let day = desk.see("/desk/timeline?day=2026-11-11").await;
    assert!(day.has("모아서옷장") && day.has("보라모자"), "{}", day.text);
    assert!(
        day.has("data-address=\"/desk/deals/NIGHT\""),
        "{}",
        day.text
    );
    let other = desk.see("/desk/timeline?day=2026-11-20&zoom=week").await;
    assert!(other.has("이 기간에는 딜이 없어요"), "{}", other.text);
    assert!(other.has("class=\"bar bar-new\""), "{}", other.text);
}

#[tokio::test]
async fn what_is_drawn_on_the_timeline_leads_to_the_form_with_its_times() {
    let house = House::at_the_bell().await;
    let mut desk = enter(&house).await;
    let day = desk.see("/desk/timeline?day=2026-11-11").await;
    let drawn = "/desk/schedule/make?window=1794326400000-1794330000000";
    assert!(day.has(&format!("href=\"{drawn}\"")), "{}", day.text);
    let form = desk.see(drawn).await;
    let field = |name: &str, value: &str| {
        format!("name=\"{name}\" type=\"datetime-local\" step=\"1\" value=\"{value}\"")
    };
    let starts = field("starts", "2026-11-11T01:00:00");
    let ends = field("ends", "2026-11-11T02:00:00");
    assert!(form.has(&starts) && form.has(&ends), "{}", form.text);
    let nonsense = desk.see("/desk/schedule/make?window=soon-late").await;
    assert!(nonsense.has(&starts), "the usual: {}", nonsense.text);
    let mut viewer = house.browser();
    viewer.bearer = "viewer";
    let seen = viewer.see("/desk/timeline?day=2026-11-20").await;
    assert!(!seen.has("bar-new"), "{}", seen.text);
}

const FILE: &str = "특가번호,옵션코드,딜가,수량,시작,종료\n\
    FRESH,COAT-M,35000,5,2026-11-12 00:00,2026-11-12 01:00\n\
    WRONG,COAT-M,many,5,2026-11-12 00:00,2026-11-12 01:00\n\
    STRANGE,NO-SUCH-SKU,5000,5,2026-11-12 00:00,2026-11-12 01:00\n";

#[tokio::test]
async fn a_file_is_shown_row_by_row_before_its_good_rows_go_in() {
    let house = House::at_the_bell().await;
    let mut desk = enter(&house).await;
    let key = key(&mut desk, "/desk/schedule/import").await;
    let file = FILE.replace("특가번호", "딜 번호").replace('\n', "\r");
    let parts: [(&str, &str, &[u8]); 2] = [
        ("key", "", key.as_bytes()),
        ("file", "deals.csv", file.as_bytes()),
    ];
    let begun = desk.post_parts("/desk/schedule/import", &parts).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    let read = desk.see_until(&begun.location, "새 딜 1개 올리기").await;
    assert!(
        read.has("data-verdict=\"wrong\"") && read.has("숫자로 적어 주세요"),
        "{}",
        read.text
    );
    let before = desk.see("/desk/deals/FRESH").await;
    assert_eq!(before.status, StatusCode::NOT_FOUND, "nothing went in yet");
    let chore = begun
        .location
        .rsplit('/')
        .next()
        .expect("a name")
        .to_owned();
    let wrong = desk
        .see(&format!("/desk/schedule/import/{chore}/wrong.csv"))
        .await;
    assert!(
        wrong.has("WRONG,COAT-M,many") && !wrong.has("FRESH"),
        "{}",
        wrong.text
    );
    let key = read.field("key");
    let put = format!("/desk/schedule/import/{chore}/put");
    let putting = desk.post(&put, &[("key", &key)]).await;
    let done = desk
        .see_until(&putting.location, "새 딜 1개를 올렸어요")
        .await;
    assert!(
        done.has("NO-SUCH-SKU") || done.has("STRANGE"),
        "{}",
        done.text
    );
    assert!(desk.see("/desk/deals/FRESH").await.has("35,000원"));
    let again = desk.post(&put, &[("key", "another")]).await;
    desk.see_until(&again.location, "새 딜 0개를 올렸어요")
        .await;
}

/// What is said of a file of one deal before it goes in.
async fn preview(desk: &mut Browser, file: &str) -> Page {
    let key = key(desk, "/desk/schedule/import").await;
    let parts: [(&str, &str, &[u8]); 2] = [
        ("key", "", key.as_bytes()),
        ("file", "deals.csv", file.as_bytes()),
    ];
    let begun = desk.post_parts("/desk/schedule/import", &parts).await;
    desk.see_until(&begun.location, "data-verdict").await
}

#[tokio::test]
async fn a_file_says_in_words_in_what_a_deal_differs_whether_it_runs_or_is_over() {
    let house = House::unscheduled().await;
    let file = "deal,sku,price,allotment,start,end,hold_seconds\n\
        D1,COAT-S,1000,5,2026-11-11 00:00,2026-11-11 01:00,900\n";
    let mut desk = enter(&house).await;
    let native = file.replace("hold_seconds", "hold").replace(",900", ",15m");
    let came = house
        .csv("merchandiser", "/v1/staff/schedule/import", &native)
        .await;
    house.settle(&came).await;
    let other = file.replace("1000,5,2026-11-11 00:00", "2000,6,2026-11-11 00:30");
    let told = preview(&mut desk, &other).await;
    for words in [
        "data-verdict=\"differs\"",
        "시작: 일정에는 2026-11-11 00:00:00, 파일에는 2026-11-11 00:30:00",
        "COAT-S 가격: 일정에는 1,000원, 파일에는 2,000원",
        "COAT-S 수량: 일정에는 5, 파일에는 6",
    ] {
        assert!(told.has(words), "{words}: {}", told.text);
    }
    assert!(!told.has("on the schedule"), "{}", told.text);
    let same = preview(&mut desk, file).await;
    assert!(same.has("data-verdict=\"same\""), "{}", same.text);
    let end = "/v1/staff/deals/D1/end";
    let ended = house.post("merchandiser", end, &json!({})).await;
    house.settle(&ended).await;
    let over = preview(&mut desk, &other).await;
    for words in [
        "data-verdict=\"differs\"",
        "이미 끝난 딜이에요",
        "COAT-S 가격: 일정에는 1,000원, 파일에는 2,000원",
    ] {
        assert!(over.has(words), "{words}: {}", over.text);
    }
    let wrong = preview(&mut desk, &file.replace(",900", ",<script>")).await;
    assert!(
        wrong.has("&lt;script&gt;<") && !wrong.has("&lt;script&gt;s"),
        "{}",
        wrong.text
    );
}

#[tokio::test]
async fn a_field_of_a_product_is_changed_and_brought_back() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    let found = desk.see("/desk/products?text=COAT-M").await;
    assert!(found.has("href=\"/desk/products/COAT\""), "{}", found.text);
    let key = key(&mut desk, "/desk/products/COAT").await;
    let mut form = vec![
        ("key", key.as_str()),
        ("name-ko", "겨울 코트"),
        ("name-en", "Winter coat"),
        ("category-ko", "여성복 > 코트"),
        ("category-en", "Women > Coats"),
        (
            "description-ko",
            "<p onclick=\"x\">따뜻해요.</p><script>x</script>",
        ),
        ("price", "55,000"),
        ("list_price", "69000"),
        ("brand", ""),
        ("colours", "검정, 회색"),
    ];
    for (sku, size) in [("COAT-S", "S"), ("COAT-M", "M"), ("COAT-L", "L")] {
        form.extend([
            ("sku", sku),
            ("option-ko", size),
            ("option-zh", ""),
            ("option-en", size),
        ]);
        form.push(("stock", "7"));
    }
    let saved = desk.post_and_follow("/desk/products/COAT", &form).await;
    assert!(
        saved.has("겨울 코트") && saved.has("COAT-L"),
        "{}",
        saved.text
    );
    assert!(!saved.has("onclick=&quot;x"), "{}", saved.text);
    let deed = saved.field("deed");
    let back = [("key", "k"), ("deed", deed.as_str()), ("field", "name")];
    let back = desk
        .post_and_follow("/desk/products/COAT/bring-back", &back)
        .await;
    assert!(back.has("value=\"울 코트\""), "{}", back.text);
    form[6].1 = "free";
    let wrong = desk.post("/desk/products/COAT", &form).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("id=\"price-error\""), "{}", wrong.text);
}

#[tokio::test]
async fn a_fresh_sku_of_a_form_that_comes_back_can_still_be_mended() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    let mut form = vec![("key", "k"), ("name-ko", "코트"), ("price", "free")];
    for sku in ["COAT-S", "COAT-M", "COTA-L"] {
        form.extend([("sku", sku), ("option-ko", ""), ("option-zh", "")]);
        form.extend([("option-en", ""), ("stock", "7")]);
    }
    let again = desk.post("/desk/products/COAT", &form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let input = |sku: &str| {
        let behind = again
            .text
            .split(&format!("name=\"sku\" value=\"{sku}\""))
            .nth(1);
        behind
            .and_then(|rest| rest.split('>').next())
            .expect("a field")
    };
    assert!(input("COAT-M").contains("readonly"), "{}", again.text);
    assert!(!input("COTA-L").contains("readonly"), "{}", again.text);
    let shelf = "name=\"stock\" value=\"7\" inputmode";
    assert!(again.has(shelf), "{}", again.text);
}

#[tokio::test]
async fn what_is_no_picture_is_turned_away_beside_the_pictures() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    let parts: [(&str, &str, &[u8]); 1] = [("pictures", "x.png", b"<svg onload=alert(1)>")];
    let wrong = desk
        .post_parts("/desk/products/COAT/pictures", &parts)
        .await;
    assert_eq!(
        wrong.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        wrong.text
    );
    assert!(wrong.has("사진 파일이 아니거나 깨졌어요"), "{}", wrong.text);
}

#[tokio::test]
async fn a_picture_is_made_anew_put_in_order_and_taken_away() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    let other = [GIF, &b"another of the same pixel"[..]].concat();
    let parts: [(&str, &str, &[u8]); 2] =
        [("pictures", "a.gif", GIF), ("pictures", "b.gif", &other)];
    let added = desk
        .post_parts("/desk/products/COAT/pictures", &parts)
        .await;
    let told = "/desk/products/COAT?said=pictures-saved&undo=";
    assert!(added.location.starts_with(told), "{}", added.text);
    let page = desk.see("/desk/products/COAT").await;
    assert!(page.has("aria-label=\"사진 2 앞으로\""), "{}", page.text);
    let swapped = page.text.split("value=\"").find_map(|rest| {
        let order = rest.split('"').next()?;
        (order.len() == 64 * 2 + 1).then(|| order.to_owned())
    });
    let swapped = swapped.expect("an order of two");
    let form = [("key", "k"), ("order", swapped.as_str())];
    desk.post_and_follow("/desk/products/COAT/pictures/order", &form)
        .await;
    let gone = [("key", "k"), ("order", "")];
    let none = desk
        .post_and_follow("/desk/products/COAT/pictures/order", &gone)
        .await;
    assert!(none.has("아직 사진이 없어요"), "{}", none.text);
}

#[tokio::test]
async fn a_viewer_sees_the_lists_and_changes_nothing() {
    let house = House::at_the_bell().await;
    let mut viewer = house.browser();
    viewer.bearer = "viewer";
    for address in [
        "/desk/deals",
        "/desk/timeline",
        "/desk/products",
        "/desk/products/COAT",
        "/desk/deals/NIGHT",
    ] {
        let page = viewer.see(address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        assert!(
            !page.has("href=\"/desk/schedule/make"),
            "{address}: {}",
            page.text
        );
    }
    for address in [
        "/desk/schedule/make",
        "/desk/schedule/import",
        "/desk/schedule/bulk?deal=NIGHT",
        "/desk/schedule/products?text=a",
        "/desk/deals/NIGHT/move",
        "/desk/deals/NIGHT/change",
        "/desk/catalogue/make",
        "/desk/products/COAT/stock",
    ] {
        let page = viewer.see(address).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{address}");
    }
    for address in [
        "/desk/schedule/make",
        "/desk/schedule/check",
        "/desk/schedule/bulk",
        "/desk/deals/NIGHT/move",
        "/desk/products/COAT",
        "/desk/catalogue/make",
        "/desk/products/COAT/pictures/order",
        "/desk/products/COAT/bring-back",
        "/desk/products/COAT/stock",
    ] {
        let form = [
            ("key", "k"),
            ("deal", "NIGHT"),
            ("what", "end"),
            ("deed", "1"),
        ];
        let page = viewer.post(address, &form).await;
        assert_eq!(
            page.status,
            StatusCode::FORBIDDEN,
            "{address}: {}",
            page.text
        );
    }
    let parts: [(&str, &str, &[u8]); 1] = [("text", "", b"a")];
    for address in ["/desk/schedule/import", "/desk/products/COAT/pictures"] {
        let page = viewer.post_parts(address, &parts).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{address}");
    }
}
