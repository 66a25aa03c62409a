//! The first step of a checkout: addresses of each country, the book of a member, what it comes to.

use super::buying::{first_step, hold, placed};
use crate::house::{BELL, Browser, House, PASSWORD, Page, STAFF, terms};
use axum::http::StatusCode;
use money::{Amount, Currency};
use records::{Contact, Seller, ShippingTerms};
use std::collections::BTreeMap;
use vocabulary::{CheckoutId, Command, DealTerms, Millis, SellerId, Surcharge, Tax, Zone};

/// The form of the first step with these fields.
async fn deliver(browser: &mut Browser, step: &Page, fields: &[(&str, &str)]) -> Page {
    let (key, holds) = (step.field("key"), step.field("holds"));
    let mut form = vec![("key", key.as_str()), ("holds", holds.as_str())];
    form.extend(fields);
    browser.post("/checkout", &form).await
}

async fn step(browser: &mut Browser) -> Page {
    let cart = hold(browser, "NIGHT").await;
    first_step(browser, &cart).await
}

async fn contact(house: &House, address: &str) -> Contact {
    let id: CheckoutId = address
        .rsplit('/')
        .next()
        .expect("an id")
        .parse()
        .expect("an id");
    let found = house.shop.records.contact(id).await.expect("read");
    found.expect("it is stored")
}

async fn member(house: &House, email: &str) -> Browser {
    let mut browser = house.browser();
    let form = [
        ("name", "홍길동"),
        ("email", email),
        ("password", "long enough"),
        ("back", "/cart"),
        ("terms", "yes"),
        ("privacy", "yes"),
    ];
    browser.post_and_follow("/sign-up", &form).await;
    browser
}

/// Names of fields and what is typed.
type Fields = &'static [(&'static str, &'static str)];

const WHO: [(&str, &str); 3] = [
    ("name", "홍길동"),
    ("phone", "010-1234-5678"),
    ("email", "hong@example.kr"),
];

const KOREAN: [(&str, &str); 3] = [
    ("country", "KR"),
    ("postcode", "04524"),
    ("line1", "서울 중구 세종대로 110"),
];

#[tokio::test]
async fn each_country_has_its_own_fields_and_they_are_stored() {
    let cases: [(&str, Fields, &str); 3] = [
        (
            "CN",
            &[
                ("province", "CN-SH"),
                ("city", "浦东新区"),
                ("line1", "世纪大道1号"),
            ],
            "CN-SH",
        ),
        (
            "US",
            &[
                ("line1", "350 Fifth Ave"),
                ("city", "New York"),
                ("province", "US-NY"),
                ("postcode", "10118"),
            ],
            "US-NY",
        ),
        (
            "DE",
            &[
                ("line1", "Unter den Linden 1"),
                ("postcode", "10117"),
                ("city", "Berlin"),
            ],
            "",
        ),
    ];
    let house = House::at_the_bell().await;
    for (country, fields, province) in cases {
        let mut browser = house.browser();
        let first = step(&mut browser).await;
        assert!(first.has("value=\"KR\" selected"), "{}", first.text);
        let mut form = WHO.to_vec();
        form.extend([("country", country), ("go", "country")]);
        let other = deliver(&mut browser, &first, &form).await;
        assert_eq!(other.status, StatusCode::OK);
        assert!(other.has("value=\"홍길동\"") && !other.has("form-errors"));
        assert!(!other.has("name=\"entrance_code\""), "{country}");
        for (name, _) in fields {
            let mark = format!("name=\"{name}\"");
            assert!(other.has(&mark), "{country} {name}");
        }
        form.pop();
        form.extend(fields);
        let answer = deliver(&mut browser, &other, &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let stored = contact(&house, &answer.location).await;
        assert_eq!(stored.place.country, country);
        assert_eq!(stored.place.province, province);
    }
}

#[tokio::test]
async fn what_is_wrong_is_summed_up_beside_its_fields_and_all_that_was_typed_is_kept() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    let first = step(&mut browser).await;
    let cases: [(&str, &str, &str); 9] = [
        ("KR", "postcode", "0452"),
        ("KR", "line1", ""),
        ("KR", "phone", "없음"),
        ("KR", "email", "hong"),
        ("US", "province", ""),
        ("US", "city", ""),
        ("US", "postcode", "1011"),
        ("CN", "province", "US-NY"),
        ("DE", "postcode", "D-1011"),
    ];
    for (country, field, value) in cases {
        let mut form: BTreeMap<&str, &str> = WHO.into_iter().collect();
        form.extend([
            ("country", country),
            ("line1", "어딘가 1"),
            ("city", "City"),
            ("memo", "벨은 누르지 마세요"),
        ]);
        match country {
            "US" => form.extend([("province", "US-NY"), ("postcode", "10118")]),
            "CN" => form.extend([("province", "CN-SH")]),
            "DE" => form.extend([("postcode", "10117")]),
            _ => form.extend([("postcode", "04524")]),
        }
        form.insert(field, value);
        let form: Vec<_> = form.into_iter().collect();
        let again = deliver(&mut browser, &first, &form).await;
        assert_eq!(
            again.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{country} {field}"
        );
        let told = [
            again.has("data-error-summary"),
            again.has(&format!("href=\"#{field}\"")),
            again.has(&format!("id=\"{field}-error\"")),
            again.has("벨은 누르지 마세요"),
        ];
        assert_eq!(told, [true; 4], "{country} {field}: {}", again.text);
    }
    let form = [&WHO[..], &[("country", "JP")]].concat();
    let again = deliver(&mut browser, &first, &form).await;
    assert!(again.has("value=\"KR\" selected"), "{}", again.text);
}

/// The seller asks 3,000 for shipping below 100,000, and 4,000 more to Jeju; the views and the ledger know.
async fn with_shipping(house: &House) {
    let reference = house.shop.secrets.seller_reference("moa");
    let seller = SellerId(1);
    let known = house
        .shop
        .records
        .seller_numbered(seller)
        .await
        .expect("read");
    assert_eq!(known.expect("there is one").id, "moa", "{reference:?}");
    let fee = Amount(3_000);
    let free_from = Amount(100_000);
    let jeju = Amount(4_000);
    let tax = Tax::Included {
        basis_points: 1_000,
    };
    let surcharge = Surcharge {
        zone: Zone(1),
        amount: jeju,
    };
    let command = Command::SetShipping {
        seller,
        currency: Currency::KRW,
        fee,
        free_from,
        tax,
        surcharges: [surcharge].into_iter().collect(),
    };
    house.command(command).await;
    let old = house.shop.records.seller("moa").await.expect("read");
    let stored = Seller {
        shipping: Some(ShippingTerms {
            fee,
            free_from,
            return_fee: None,
            surcharges: BTreeMap::from([("jeju".to_owned(), jeju)]),
        }),
        ..old.expect("there is one")
    };
    house
        .shop
        .records
        .put_seller(&stored)
        .await
        .expect("stored");
    house.shop.directory.forget_texts();
}

#[tokio::test]
async fn the_sum_that_is_told_before_is_the_one_that_the_ledger_bills() {
    let house = House::at_the_bell().await;
    with_shipping(&house).await;
    for (postcode, sum) in [("04524", "44,000원"), ("63122", "48,000원")] {
        let mut browser = house.browser();
        let cart = hold(&mut browser, "NIGHT").await;
        assert!(cart.has("data-sum=\"44,000원\""), "{}", cart.text);
        let first = first_step(&mut browser, &cart).await;
        let mut form = WHO.to_vec();
        form.extend(KOREAN);
        form.retain(|(name, _)| *name != "postcode");
        form.push(("postcode", postcode));
        let holds = first.field("holds");
        let asked = [&form[..], &[("holds", holds.as_str())]].concat();
        let bill = browser.post("/checkout/bill", &asked).await;
        assert!(bill.has(&format!("data-sum=\"{sum}\"")), "{}", bill.text);
        let answer = deliver(&mut browser, &first, &form).await;
        let id: CheckoutId = answer.location[11..].parse().expect("an id");
        house.catch_up().await;
        let placed = house.shop.records.checkout(id).await.expect("read");
        let total = placed.expect("it is placed").total;
        let orders = house.shop.records.orders_of_checkout(id).await;
        let tax = orders.expect("read")[0].tax;
        let whole = sum.replace([',', '원'], "").parse().expect("a number");
        assert_eq!(total, Amount(whole));
        let taxed = format!("<dd>{}원</dd></div></dl>", grouped(tax.0));
        assert!(bill.has(&taxed), "{taxed} {}", bill.text);
    }
}

fn grouped(number: i64) -> String {
    format!("{},{:03}", number / 1_000, number % 1_000)
}

#[tokio::test]
async fn the_sum_of_the_cart_is_that_of_what_is_picked() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    hold(&mut browser, "NIGHT").await;
    let cart = hold(&mut browser, "NIGHT").await;
    assert!(cart.has("data-sum=\"82,000원\""), "{}", cart.text);
    let holds = cart.fields("hold");
    let one = browser
        .see(&format!("/cart?picked=yes&hold={}", holds[0]))
        .await;
    assert!(one.has("data-sum=\"41,000원\""), "{}", one.text);
    let one = browser
        .post("/cart/bill", &[("hold", holds[1].as_str())])
        .await;
    assert!(one.has("data-sum=\"41,000원\""), "{}", one.text);
    let none = browser.post("/cart/bill", &[]).await;
    assert!(none.has("data-sum=\"\""), "{}", none.text);
    let mut stranger = house.browser();
    hold(&mut stranger, "NIGHT").await;
    let others = stranger
        .post("/cart/bill", &[("hold", holds[0].as_str())])
        .await;
    assert!(others.has("data-sum=\"\""), "{}", others.text);
}

#[tokio::test]
async fn a_member_keeps_addresses_that_are_nobody_elses() {
    let house = House::at_the_bell().await;
    let mut hong = member(&house, "hong@example.kr").await;
    let form = [&WHO[..2], &KOREAN[..]].concat();
    let book = hong.post_and_follow("/addresses/add", &form).await;
    assert!(
        book.has("주소를 저장했어요") && book.has("세종대로 110"),
        "{}",
        book.text
    );
    let entry = book
        .text
        .split("href=\"/addresses/")
        .nth(1)
        .expect("an entry");
    let entry = format!("/addresses/{}", entry.split('"').next().expect("an id"));
    let mut other = member(&house, "kim@example.kr").await;
    let theirs = other.see(&entry).await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
    for deed in [
        entry.clone(),
        format!("{entry}/delete"),
        format!("{entry}/first"),
    ] {
        let refused = other.post(&deed, &form).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{deed}");
    }
    assert!(
        house
            .browser()
            .see("/addresses")
            .await
            .location
            .starts_with("/sign-in")
    );

    let step = step(&mut hong).await;
    let id = entry.rsplit('/').next().expect("an id");
    assert!(
        step.has(&format!("value=\"{id}\" checked")),
        "{}",
        step.text
    );
    let email = ("email", "hong@example.kr");
    let chosen = [("address", id), email];
    let answer = deliver(&mut hong, &step, &chosen).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let stored = contact(&house, &answer.location).await;
    assert_eq!(stored.place.line1, "서울 중구 세종대로 110");

    // Another member's address is none of the book: the fields count, and they are empty.
    let theirs = super::delivering::step(&mut other).await;
    let answer = deliver(&mut other, &theirs, &chosen).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let gone = hong.post_and_follow(&format!("{entry}/delete"), &[]).await;
    assert!(gone.has("아직 저장한 주소가 없어요"), "{}", gone.text);
}

#[tokio::test]
async fn an_address_typed_at_the_checkout_is_kept_when_asked_and_not_twice() {
    let house = House::at_the_bell().await;
    let mut hong = member(&house, "hong@example.kr").await;
    let step = step(&mut hong).await;
    let mut form = [&WHO[..], &KOREAN[..]].concat();
    form.extend([
        ("save", "yes"),
        ("drop_off", "door"),
        ("entrance_code", "#1234"),
    ]);
    let answer = deliver(&mut hong, &step, &form).await;
    let again = deliver(&mut hong, &step, &form).await;
    assert_eq!(
        (again.status, &again.location),
        (StatusCode::SEE_OTHER, &answer.location)
    );
    let book = hong.see("/addresses").await;
    assert_eq!(
        book.text.matches("세종대로 110").count(),
        1,
        "{}",
        book.text
    );
    let stored = contact(&house, &answer.location).await;
    assert_eq!(
        (stored.drop_off.as_str(), stored.entrance_code.as_str()),
        ("door", "#1234")
    );
    let wrong = [&form[..], &[("drop_off", "roof")]].concat();
    let mut other = house.browser();
    let first = super::delivering::step(&mut other).await;
    let wrong: Vec<_> = wrong
        .into_iter()
        .filter(|(_, value)| *value != "door")
        .collect();
    let refused = deliver(&mut other, &first, &wrong).await;
    assert!(refused.has("href=\"#drop_off\""), "{}", refused.text);
}

#[tokio::test]
async fn an_address_is_found_and_the_form_comes_back_with_everything() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    let first = step(&mut browser).await;
    let holds = first.field("holds");
    let typed = [
        ("holds", holds.as_str()),
        ("name", "홍길동"),
        ("line1", "세종대로"),
        ("memo", "\"><script>"),
        ("back", "https://evil.example"),
    ];
    let found = browser.post("/addresses/find", &typed).await;
    assert!(
        found.has("04524|서울특별시 중구 세종대로 110"),
        "{}",
        found.text
    );
    assert!(
        found.has("action=\"/checkout\"") && !found.has("<script>\""),
        "{}",
        found.text
    );
    let chosen = found.field("found");
    let back = deliver(
        &mut browser,
        &first,
        &[("name", "홍길동"), ("found", &chosen)],
    )
    .await;
    assert!(back.has("value=\"04524\""), "{}", back.text);
    assert!(back.has("value=\"홍길동\"") && !back.has("data-error-summary"));
    let none = [("query", "없는길"), ("holds", holds.as_str())];
    assert!(
        browser
            .post("/addresses/find", &none)
            .await
            .has("찾은 주소가 없어요")
    );
    let broken = [("query", "broken"), ("holds", holds.as_str())];
    let broken = browser.post("/addresses/find", &broken).await;
    assert!(
        broken.has("지금은 주소를 찾을 수 없어요"),
        "{}",
        broken.text
    );
}

#[tokio::test]
async fn who_pays_by_deposit_says_where_it_goes_back_and_the_desk_sees_it() {
    let house = House::at_the_bell().await;
    let bank = DealTerms {
        deposit_ms: 86_400_000,
        ..terms(2)
    };
    house.schedule("BANK", &[5, 5], bank).await;
    let mut browser = house.browser();
    let (address, page) = placed(&mut browser, "BANK").await;
    let amount = page.field("amount");
    let pay = format!("{address}/pay");
    let account = [
        ("amount", amount.as_str()),
        ("method", "deposit"),
        ("refund_bank", "신한은행"),
        ("refund_number", "110-123-456789"),
    ];
    let wrong = browser.post(&pay, &account).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("href=\"#refund_holder\"") && wrong.has("110-123-456789"));
    let whole = [
        &account[..],
        &[
            ("refund_holder", "홍길동"),
            ("receipt", "income"),
            ("receipt_number", "010-1234-5678"),
        ],
    ]
    .concat();
    let away = browser.post(&pay, &whole).await;
    assert!(away.location.starts_with("memory:"), "{}", away.text);
    house.catch_up().await;
    let page = browser.see(&address).await;
    assert!(
        page.has("••••6789") && !page.has("110-123-456789"),
        "{}",
        page.text
    );
    let mut desk = house.browser();
    let form = [("email", STAFF), ("password", PASSWORD)];
    desk.post_and_follow("/desk/sign-in", &form).await;
    let order = super::buying::order_of(&page);
    let seen = desk.see(&format!("/desk/orders/{order}")).await;
    let told = ["110-123-456789", "01012345678", "소득공제용"].map(|text| seen.has(text));
    assert_eq!(told, [true; 3], "{}", seen.text);
}

#[tokio::test]
async fn what_lapsed_can_be_held_again_from_the_cart() {
    let house = House::at_the_bell().await;
    let mut browser = house.browser();
    hold(&mut browser, "NIGHT").await;
    house.pass(900_000);
    house.catch_up().await;
    assert!(house.now() > Millis(BELL));
    let cart = browser.see("/cart").await;
    assert!(cart.has("action=\"/deals/NIGHT/hold\""), "{}", cart.text);
    let (key, sku) = (cart.field("key"), cart.field("sku"));
    let form = [
        ("key", key.as_str()),
        ("sku", sku.as_str()),
        ("units", "1"),
        ("or_wait", "no"),
    ];
    let held = browser.post_and_follow("/deals/NIGHT/hold", &form).await;
    assert_eq!(held.fields("hold").len(), 1, "{}", held.text);
}
