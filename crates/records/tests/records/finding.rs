//! Finding products and deals by what somebody typed.

use crate::catalogue::stocked;
use records::{Deal, DealSought, ProductSought};
use vocabulary::DealId;

fn text(text: &str) -> ProductSought {
    ProductSought {
        text: Some(text.to_owned()),
        ..ProductSought::default()
    }
}

#[tokio::test]
async fn a_product_is_found_by_its_names_its_id_its_brand_and_its_skus_but_not_by_a_language() {
    let (_folder, records) = stocked(30).await;
    for (sought, count) in [
        ("상품 7", 1),
        ("product 1", 11),
        ("P00012", 1),
        ("브랜드", 15),
        ("00003-M", 1),
        ("en", 0),
        ("%", 0),
        ("P0001_", 0),
    ] {
        let found = records
            .count_products(&text(sought))
            .await
            .expect("counted");
        assert_eq!(found, count, "{sought}");
    }
    let found = records.find_products(&text("P0001"), 8, 10).await;
    let ids: Vec<_> = found.expect("found").into_iter().map(|it| it.id).collect();
    assert_eq!(ids, ["P00018", "P00019"]);
    let of = ProductSought {
        text: Some("상품".to_owned()),
        category: Some("Clothes > Coats".to_owned()),
        seller: Some("seller-0".to_owned()),
        after: None,
    };
    assert_eq!(records.count_products(&of).await.expect("counted"), 5);
    let behind = ProductSought {
        after: Some("P00018".to_owned()),
        ..text("P0001")
    };
    let found = records.find_products(&behind, 0, 10).await;
    let ids: Vec<_> = found.expect("found").into_iter().map(|it| it.id).collect();
    assert_eq!(ids, ["P00019"]);
}

#[tokio::test]
async fn a_deal_is_found_by_its_id_its_product_and_its_category() {
    let (_folder, records) = stocked(4).await;
    let deals: Vec<Deal> = (0..4)
        .map(|n| Deal {
            id: format!("night-{n}"),
            product: format!("P{n:05}"),
            number: Some(DealId(n + 1)),
        })
        .collect();
    records.put_deals(&deals).await.expect("noted");
    let find = async |text: Option<&str>, category: Option<&str>| {
        let sought = DealSought {
            text: text.map(str::to_owned),
            category: category.map(str::to_owned),
        };
        let mut found = records.find_deals(&sought).await.expect("found");
        found.sort_unstable();
        found.into_iter().map(|deal| deal.0).collect::<Vec<_>>()
    };
    assert_eq!(find(Some("night-2"), None).await, [3]);
    assert_eq!(find(Some("상품"), None).await, [1, 2, 3, 4]);
    assert_eq!(find(None, Some("Clothes > Coats")).await, [2, 4]);
    assert_eq!(find(Some("P00000"), Some("Clothes > Coats")).await, [0; 0]);
}
