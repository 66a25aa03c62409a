//! Stock at the desk: where units are, what comes in and leaves, and how that is undone.

use super::desk::enter;
use crate::house::{Browser, House, Page};
use axum::http::StatusCode;

const STOCK: &str = "/desk/products/COAT/stock";

/// Moves units as the form does.
async fn move_units(desk: &mut Browser, flow: &str, units: &str) -> Page {
    let asked = format!("{STOCK}?sku=COAT-S&flow={flow}&units={units}");
    let page = desk.see(&asked).await;
    let (key, foreseen) = (page.field("key"), page.fields("foreseen"));
    let mut form = vec![
        ("key", key.as_str()),
        ("sku", "COAT-S"),
        ("flow", flow),
        ("units", units),
    ];
    form.extend(foreseen.iter().map(|text| ("foreseen", text.as_str())));
    desk.post_and_follow(STOCK, &form).await
}

#[tokio::test]
async fn the_page_of_a_product_says_where_its_units_are() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    let product = desk.see("/desk/products/COAT").await;
    assert!(
        product.has("href=\"/desk/products/COAT/stock\""),
        "{}",
        product.text
    );
    let row = product.text.split("COAT-S</span>").nth(1).expect("a row");
    let figures: Vec<&str> = row
        .split("</tr>")
        .next()
        .expect("it ends")
        .split("</td>")
        .skip(1)
        .filter_map(|cell| cell.trim_end_matches("</strong>").rsplit('>').next())
        .filter(|figure| !figure.is_empty())
        .collect();
    assert_eq!(figures, ["100", "89", "2", "11", "0", "0", "0"]);
}

#[tokio::test]
async fn units_come_in_after_their_effect_was_named_and_go_again_by_undo() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    let asked = desk
        .see(&format!("{STOCK}?sku=COAT-S&flow=receive&units=20"))
        .await;
    assert!(
        asked.has("여유 재고 89 → 109, 전체 100 → 120"),
        "{}",
        asked.text
    );
    let told = move_units(&mut desk, "receive", "20").await;
    assert!(told.has("재고를 더했어요"), "{}", told.text);
    assert!(
        told.has("COAT-S: 20개가 들어왔어요 (여유 109)"),
        "{}",
        told.text
    );
    let undone = desk.press_undo(&told).await;
    assert!(undone.has("되돌렸어요"), "{}", undone.text);
    assert!(
        undone.has("COAT-S: 20개가 나갔어요 (여유 89)"),
        "{}",
        undone.text
    );
}

#[tokio::test]
async fn undo_takes_back_what_is_still_free_and_says_so() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    let told = move_units(&mut desk, "receive", "20").await;
    house.deal("MORE", 100).await;
    let part = desk.press_undo(&told).await;
    assert!(
        part.has("아직 여유 재고인 것만 되돌렸어요"),
        "{}",
        part.text
    );
    assert!(part.has("COAT-S: 9개가 나갔어요 (여유 0)"), "{}", part.text);
    let told = move_units(&mut desk, "receive", "5").await;
    house.deal("EVEN-MORE", 5).await;
    let nothing = desk.press_undo(&told).await;
    assert!(nothing.has("그사이 다른 변경"), "{}", nothing.text);
}

#[tokio::test]
async fn an_undo_that_is_pressed_twice_at_once_takes_units_back_once() {
    let house = House::open().await;
    house.deal("MORE", 84).await;
    let mut desk = enter(&house).await;
    let told = move_units(&mut desk, "receive", "10").await;
    assert!(told.has("(여유 15)"), "{}", told.text);
    let (action, fields) = told.undo().expect("it offers one");
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let press = async || {
        let mut browser = house.browser();
        browser.bearer = "merchandiser";
        browser.post_and_follow(&action, &fields).await
    };
    let pressed = tokio::join!(press(), press(), press(), press());
    for page in [pressed.0, pressed.1, pressed.2, pressed.3] {
        assert!(page.has("되돌렸어요"), "{}", page.text);
        assert!(page.has("10개가 나갔어요 (여유 5)"), "{}", page.text);
        assert!(!page.has("(여유 0)"), "{}", page.text);
    }
}

#[tokio::test]
async fn what_is_undone_wholly_is_said_to_be_however_the_number_was_typed() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    for typed in ["05", "005"] {
        let told = move_units(&mut desk, "receive", typed).await;
        let undone = desk.press_undo(&told).await;
        assert!(
            undone.has("되돌렸어요") && !undone.has("아직 여유 재고인 것만"),
            "{typed}: {}",
            undone.text
        );
    }
}

#[tokio::test]
async fn no_more_leaves_than_is_free_and_what_is_wrong_is_named() {
    let house = House::open().await;
    let mut desk = enter(&house).await;
    let asked = desk
        .see(&format!("{STOCK}?sku=COAT-S&flow=withdraw&units=90"))
        .await;
    assert!(asked.has("여유 재고가 89개뿐이에요"), "{}", asked.text);
    let form = [
        ("key", "k"),
        ("sku", "COAT-S"),
        ("flow", "withdraw"),
        ("units", "90"),
    ];
    let refused = desk.post(STOCK, &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let none = desk.see(&format!("{STOCK}?sku=COAT-S&units=none")).await;
    assert!(none.has("id=\"stock-units-error\""), "{}", none.text);
    let strange = desk.see(&format!("{STOCK}?sku=HAT&units=1")).await;
    assert!(strange.has("카탈로그에 없는 SKU"), "{}", strange.text);
    let told = move_units(&mut desk, "withdraw", "9").await;
    assert!(told.has("재고를 뺐어요"), "{}", told.text);
    let undone = desk.press_undo(&told).await;
    assert!(undone.has("(여유 89)"), "{}", undone.text);
}
