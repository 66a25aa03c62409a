//! /v1/staff/products and their pictures: the deeds of the desk's pages, for programs.

use crate::house::{GIF, House};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

const COAT: &str = "/v1/staff/products/COAT";
const PICTURES: &str = "/v1/staff/products/COAT/pictures";

fn won(amount: i64) -> Value {
    json!({"amount": amount, "currency": "KRW"})
}

#[tokio::test]
async fn a_product_is_read_and_changed_field_by_field_and_what_is_not_said_stays() {
    let house = House::unscheduled().await;
    let before = house.get("viewer", COAT).await.is(200).json();
    assert_eq!(
        (&before["price"], &before["tax"], &before["skus"][1]["sku"]),
        (&won(59_000), &json!("10%"), &json!("COAT-M"))
    );
    let change = json!({"price": won(49_000), "brand": "모아", "name": {"ko": "겨울 코트"}});
    let after = house.patch("merchandiser", COAT, &change).await.is(200);
    let mut expected = before.clone();
    expected["price"] = won(49_000);
    expected["brand"] = json!("모아");
    expected["name"] = json!({"ko": "겨울 코트"});
    assert_eq!(after.json(), expected);
    assert_eq!(house.get("viewer", COAT).await.json(), expected);
    let shown = house.get("", "/v1/products/COAT").await;
    assert_eq!(
        shown.json()["price"],
        won(49_000),
        "shoppers see it at once"
    );
    let bare = json!({"brand": null, "list_price": null});
    let bare = house.patch("merchandiser", COAT, &bare).await.is(200);
    assert_eq!(
        (&bare.body["brand"], &bare.body["list_price"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(bare.body["name"], expected["name"]);
}

#[tokio::test]
async fn fields_that_cannot_be_taken_are_named_and_nothing_is_different() {
    let house = House::unscheduled().await;
    let before = house.get("viewer", COAT).await.text;
    for (change, field) in [
        (json!({"price": won(0)}), "price"),
        (
            json!({"price": {"amount": 1, "currency": "USD"}}),
            "price.currency",
        ),
        (
            json!({"list_price": {"amount": 1, "currency": "USD"}}),
            "list_price.currency",
        ),
        (json!({"name": {}}), "name"),
        (json!({"skus": []}), "skus"),
        (
            json!({"skus": [{"sku": "COAT-S", "size": "S"}]}),
            "skus[0].size",
        ),
        (json!({"seller": "bora"}), "seller"),
        (json!({"price": "49,000"}), "price"),
    ] {
        let refused = house.patch("merchandiser", COAT, &change).await.is(422);
        let told: Vec<&str> = refused.body["errors"]
            .as_array()
            .expect("fields")
            .iter()
            .filter_map(|error| error["field"].as_str())
            .collect();
        assert!(told.contains(&field), "{change}: {told:?}");
    }
    assert_eq!(house.get("viewer", COAT).await.text, before);
    let history = house.get("viewer", &format!("{COAT}/history")).await.json();
    assert_eq!(history["items"], json!([]));
}

#[tokio::test]
async fn scripts_in_a_sellers_html_are_taken_out() {
    let house = House::unscheduled().await;
    let html = "<p onclick=\"steal()\">따뜻해요</p><script>steal()</script>\
                <a href=\"javascript:steal()\">보기</a><img src=x onerror=steal()>";
    let change = json!({"description": {"ko": html}});
    let changed = house.patch("merchandiser", COAT, &change).await.is(200);
    let kept = changed.body["description"]["ko"].as_str().expect("a text");
    assert!(
        kept.contains("따뜻해요") && !kept.contains("steal"),
        "{kept}"
    );
    let page = house.browser().see("/deals").await;
    assert!(!page.has("steal"), "{}", page.text);
}

#[tokio::test]
async fn what_a_field_was_can_be_sent_back_as_its_history_tells_it() {
    let house = House::unscheduled().await;
    let first = house.get("viewer", COAT).await.json();
    let sku = json!([{"sku": "COAT-S", "option": {"ko": "작은"}}, {"sku": "COAT-L", "stock": 3}]);
    for change in [
        json!({"price": won(49_000)}),
        json!({"skus": sku, "category": [], "colours": ["검정"]}),
        json!({"price": won(39_000), "list_price": null}),
    ] {
        house.patch("merchandiser", COAT, &change).await.is(200);
    }
    let prices = format!("{COAT}/history?field=price");
    let deeds = house.get("viewer", &prices).await.is(200).json();
    let change = |nth: usize| &deeds["items"][nth]["changes"][0];
    assert_eq!(change(0)["before"], won(49_000));
    assert_eq!(change(1)["before"], won(59_000));
    assert_eq!(deeds["items"][1]["who"], "key merchandiser");
    let page = house
        .get("viewer", &format!("{COAT}/history?limit=1"))
        .await
        .json();
    let next = page["next"].as_str().expect("more");
    let rest = house
        .get("viewer", &format!("{COAT}/history?cursor={next}"))
        .await
        .json();
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(2));
    let all = house.get("viewer", &format!("{COAT}/history")).await.json();
    for deed in all["items"].as_array().expect("deeds") {
        for change in deed["changes"].as_array().expect("changes") {
            let field = change["field"].as_str().expect("a name");
            let back = json!({field: change["before"]});
            house.patch("merchandiser", COAT, &back).await.is(200);
        }
    }
    assert_eq!(house.get("viewer", COAT).await.json(), first);
    let unknown = format!("{COAT}/history?field=seller");
    house.get("viewer", &unknown).await.is(422);
}

#[tokio::test]
async fn a_product_is_made_with_its_stock_once() {
    let house = House::unscheduled().await;
    let scarf = json!({
        "product": "SCARF", "seller": "moa", "name": {"ko": "목도리", "en": "Scarf"},
        "price": won(12_900), "tax": "10%", "skus": [{"sku": "SCARF-1", "stock": 7}],
    });
    let path = "/v1/staff/products";
    let made = house.keyed("merchandiser", path, "k", &scarf).await.is(201);
    let again = house.keyed("merchandiser", path, "k", &scarf).await;
    assert_eq!(
        (&again.text, again.header("idempotent-replayed")),
        (&made.text, "true")
    );
    let anew = house.post("merchandiser", path, &scarf).await.is(422);
    assert_eq!(anew.body["errors"][0]["field"], "id");
    let stock = house.get("viewer", "/v1/staff/stock/SCARF-1").await.json();
    assert_eq!(stock["free"], 7);
    let found = house.get("viewer", "/v1/staff/products?query=목도").await;
    assert_eq!(found.status, 200);
    let first = house
        .get("viewer", "/v1/staff/products?limit=1")
        .await
        .json();
    assert_eq!(first["items"][0]["product"], "COAT");
    let next = first["next"].as_str().expect("more");
    let second = house
        .get("viewer", &format!("/v1/staff/products?cursor={next}"))
        .await
        .json();
    assert_eq!(second["items"], json!([made.json()]));
    assert_eq!(house.deed("product.make").await["target"], "product:SCARF");
}

#[tokio::test]
async fn pictures_are_known_by_their_content_put_in_order_and_taken_away() {
    let house = House::unscheduled().await;
    let desk = house.staff("merchandiser");
    let first = desk.file(PICTURES, GIF).await.is(201);
    let again = desk.file(PICTURES, GIF).await.is(200);
    assert_eq!(again.text, first.text, "it stays where it is");
    let other = [GIF, &b"another of the same pixel"[..]].concat();
    let second = desk.file(PICTURES, other).await.is(201);
    let url = first.body["urls"][0].as_str().expect("an address");
    let file = house
        .stranger()
        .raw(Request::head(url), Body::empty())
        .await;
    assert_eq!(
        file.is(200).header("content-type"),
        "image/webp",
        "made anew"
    );
    let (first, second) = (first.says("picture"), second.says("picture"));
    let names = |sheet: Value| -> Vec<String> {
        let pictures = sheet["pictures"].as_array().expect("pictures").iter();
        let name = |picture: &Value| picture["picture"].as_str().map(str::to_owned);
        pictures.filter_map(name).collect()
    };
    let order = format!("{PICTURES}/order");
    let swapped = json!({"pictures": [second, first]});
    let ordered = desk.post(&order, &swapped).await.is(200);
    assert_eq!(names(ordered.json()), [second.as_str(), &first]);
    let strange = json!({"pictures": ["nobody"]});
    desk.post(&order, &strange).await.is(422);
    let path = format!("{PICTURES}/{second}");
    desk.delete(&path).await.is(204);
    desk.delete(&path).await.is(404);
    assert_eq!(names(house.get("viewer", COAT).await.json()), [first]);
    let deeds = house
        .get("viewer", &format!("{COAT}/history?field=pictures"))
        .await;
    assert_eq!(deeds.json()["items"].as_array().map(Vec::len), Some(4));
}

#[tokio::test]
async fn what_is_no_picture_is_turned_away_whatever_it_calls_itself() {
    let house = House::unscheduled().await;
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    for (body, wrong) in [(svg, "picture_broken"), ("", "picture_broken")] {
        let request = Request::post(PICTURES).header("content-type", "image/png");
        let desk = house.staff("merchandiser");
        let refused = desk.send(request, body.into()).await.is(422);
        assert_eq!(refused.body["errors"][0]["detail"], wrong);
    }
    let desk = house.staff("merchandiser");
    let large = vec![0_u8; (32 << 20) + 1];
    assert_eq!(
        desk.file(PICTURES, large).await.is(413).problem(),
        "too_large"
    );
    let nowhere = "/v1/staff/products/NOWHERE/pictures";
    desk.file(nowhere, GIF).await.is(404);
}

#[tokio::test]
async fn of_two_who_change_a_product_at_once_neither_loses_what_the_other_did() {
    let house = House::unscheduled().await;
    let desk = house.staff("merchandiser");
    let file = |nth: u8| {
        let desk = desk.clone();
        async move {
            desk.file(PICTURES, [GIF, &[nth][..]].concat())
                .await
                .is(201)
        }
    };
    let change = async |change: Value| house.patch("merchandiser", COAT, &change).await.is(200);
    tokio::join!(
        futures::future::join_all((0..8).map(file)),
        change(json!({"brand": "모아"})),
        change(json!({"price": won(49_000)})),
        change(json!({"colours": ["검정"]})),
    );
    let sheet = house.get("viewer", COAT).await.json();
    assert_eq!(sheet["pictures"].as_array().map(Vec::len), Some(8));
    assert_eq!(
        (&sheet["brand"], &sheet["price"], &sheet["colours"]),
        (&json!("모아"), &won(49_000), &json!(["검정"]))
    );
}
