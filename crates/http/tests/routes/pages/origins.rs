//! Where orders come from: told by whoever orders, kept without a person.

use super::buying::placed;
use crate::house::{House, uuid7};
use records::{Device, Origin};
use serde_json::{Value, json};
use vocabulary::CheckoutId;

async fn origin(house: &House, checkout: &str) -> Option<Origin> {
    let id: CheckoutId = checkout
        .rsplit('/')
        .next()
        .expect("an id")
        .parse()
        .expect("an id");
    house.shop.records.origin(id).await.expect("read")
}

fn of(country: &str, province: Option<&str>, device: Device) -> Origin {
    Origin {
        country: country.to_owned(),
        province: province.map(str::to_owned),
        device,
    }
}

#[tokio::test]
async fn a_checkout_on_a_page_comes_from_the_province_of_its_postcode_and_the_browsers_device() {
    let house = House::at_the_bell().await;
    let (address, _) = placed(&mut house.browser(), "NIGHT").await;
    let computer = of("KR", Some("KR-11"), Device::Computer);
    assert_eq!(origin(&house, &address).await, Some(computer));
    let mut phone = house.browser();
    phone.agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148";
    let (address, _) = placed(&mut phone, "NIGHT").await;
    let phone = of("KR", Some("KR-11"), Device::Phone);
    assert_eq!(origin(&house, &address).await, Some(phone));
}

#[tokio::test]
async fn a_checkout_by_the_api_comes_from_where_it_says() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let ask = async |path: &str, extra: Value| {
        let mut body = json!({
            "deal": "NIGHT", "sku": "COAT-S", "order": uuid7(house.now()),
            "contact": {"name": "Ada", "phone": "+1 212 555 0100", "email": "ada@example.com",
                "address": {"country": "US", "postcode": "10001", "province": "US-NY",
                    "city": "New York", "line1": "1 Main St"}},
        });
        for (name, value) in extra.as_object().expect("fields") {
            body[name] = value.clone();
        }
        let placed = guest.post(path, body).await.is(201);
        placed.says("checkout")
    };
    let checkout = ask("/v1/orders", json!({"device": "tablet"})).await;
    let tablet = of("US", Some("US-NY"), Device::Tablet);
    assert_eq!(origin(&house, &checkout).await, Some(tablet));
    let nameless = ask("/v1/orders", json!({"contact": null})).await;
    assert_eq!(origin(&house, &nameless).await, None);

    let guest = house.guest().await;
    let hold = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let hold = guest.post("/v1/holds", hold).await.is(201).says("hold");
    let body = json!({
        "checkout": uuid7(house.now()), "orders": [uuid7(house.now())], "holds": [hold],
        "contact": {"name": "홍길동", "phone": "010-1234-5678", "email": "hong@example.kr",
            "address": {"country": "KR", "postcode": "63122", "line1": "제주시 문연로 6"}},
    });
    let placed = guest.post("/v1/checkouts", body).await.is(201);
    let program = of("KR", Some("KR-49"), Device::Program);
    assert_eq!(
        origin(&house, &placed.says("checkout")).await,
        Some(program)
    );
}
