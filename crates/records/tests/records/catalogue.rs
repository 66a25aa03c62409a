//! The catalogue: importing twice, comparing, paging, categories, numbers of the ledger.

use crate::fresh;
use intake::{Localized, PictureSource, ProductDraft, SkuDraft};
use money::{Amount, Currency};
use records::{
    Business, Deal, ImportCounts, Picture, ProductFilter, Records, Seller, ShippingTerms,
    SkuNumbers,
};
use vocabulary::{DealId, SellerId, SkuId, Tax};

fn draft(n: u32) -> ProductDraft {
    let id = format!("P{n:05}");
    let sku = |size: &str| SkuDraft {
        id: format!("{id}-{size}"),
        option: Localized::from([("en", size)]),
        stock: 10,
    };
    ProductDraft {
        seller: format!("seller-{}", n % 3),
        name: Localized::from([("ko", format!("상품 {n}")), ("en", format!("Product {n}"))]),
        description: Localized::from([("en", "<p>Fine.</p>")]),
        category: vec![
            Localized::from([("ko", "의류"), ("en", "Clothes")]),
            Localized::from([("en", ["Shirts", "Coats"][(n % 2) as usize])]),
        ],
        brand: n.is_multiple_of(2).then(|| "브랜드".to_owned()),
        price: Amount(12_900),
        list_price: Some(Amount(19_900)),
        currency: Currency::KRW,
        tax: Tax::Included {
            basis_points: 1_000,
        },
        colours: vec!["red".to_owned()],
        pictures: vec![PictureSource(format!("{id}.jpg"))],
        skus: vec![sku("S"), sku("M")],
        id,
    }
}

fn drafts(count: u32) -> Vec<ProductDraft> {
    (0..count).map(draft).collect()
}

pub(crate) async fn stocked(count: u32) -> (tempfile::TempDir, Records) {
    let (folder, records) = fresh().await;
    records
        .upsert_products(&drafts(count), &SkuNumbers::new())
        .await
        .expect("imported");
    (folder, records)
}

#[tokio::test]
async fn a_second_run_changes_nothing_and_a_dry_run_does_nothing() {
    let (_folder, records) = fresh().await;
    let mut drafts = drafts(2_500);
    let all_new = ImportCounts {
        added: 2_500,
        ..ImportCounts::default()
    };
    assert_eq!(
        records.compare_products(&drafts).await.expect("compared"),
        all_new
    );
    assert_eq!(records.products_count().await.expect("counted"), 0);
    assert_eq!(
        records
            .upsert_products(&drafts, &SkuNumbers::new())
            .await
            .expect("imported"),
        all_new
    );
    let all_same = ImportCounts {
        same: 2_500,
        ..ImportCounts::default()
    };
    assert_eq!(
        records
            .upsert_products(&drafts, &SkuNumbers::new())
            .await
            .expect("imported"),
        all_same
    );
    drafts[7].price = Amount(9_900);
    let one_changed = ImportCounts {
        same: 2_499,
        changed: 1,
        added: 0,
    };
    assert_eq!(
        records.compare_products(&drafts).await.expect("compared"),
        one_changed
    );
    assert_eq!(
        records
            .upsert_products(&drafts, &SkuNumbers::new())
            .await
            .expect("imported"),
        one_changed
    );
    assert_eq!(records.products_count().await.expect("counted"), 2_500);
}

#[tokio::test]
async fn what_came_in_goes_out_the_same() {
    let (_folder, records) = stocked(4).await;
    for n in 0..4 {
        let product = records
            .product(&draft(n).id)
            .await
            .expect("read")
            .expect("there");
        assert_eq!(records.draft_of(product).await.expect("drafted"), draft(n));
    }
    assert_eq!(records.product("nothing").await.expect("read"), None);
}

#[tokio::test]
async fn a_sku_that_is_gone_from_the_catalogue_is_not_offered_but_keeps_its_number() {
    let (_folder, records) = stocked(0).await;
    let numbers = SkuNumbers::from([
        ("P00000-S".to_owned(), SkuId(4)),
        ("P00000-M".to_owned(), SkuId(5)),
    ]);
    let upserted = records.upsert_products(&[draft(0)], &numbers).await;
    upserted.expect("imported");
    let mut without = draft(0);
    without.skus.remove(0);
    records
        .upsert_products(&[without], &SkuNumbers::new())
        .await
        .expect("imported");
    let product = records
        .product("P00000")
        .await
        .expect("read")
        .expect("there");
    let offered: Vec<&str> = product.skus.iter().map(|sku| sku.id.as_str()).collect();
    assert_eq!(offered, ["P00000-M"]);
    let gone = records
        .sku_numbered(SkuId(4))
        .await
        .expect("read")
        .expect("known");
    assert_eq!(gone.id, "P00000-S");
    records
        .upsert_products(&[draft(0)], &SkuNumbers::new())
        .await
        .expect("imported");
    let back = records.sku("P00000-S").await.expect("read").expect("known");
    assert_eq!(back.number, Some(SkuId(4)));
}

#[tokio::test]
async fn skus_are_found_by_the_numbers_that_came_with_them() {
    let (_folder, records) = stocked(3).await;
    let ids = ["P00000-S", "P00000-M", "P00001-S", "nothing"];
    assert!(records.sku_numbers(&ids).await.expect("read").is_empty());
    let mut changed = draft(0);
    changed.price = Amount(1);
    let numbers = SkuNumbers::from([("P00000-M".to_owned(), SkuId(9))]);
    let upserted = records.upsert_products(&[changed], &numbers).await;
    upserted.expect("imported");
    assert_eq!(records.sku_numbers(&ids).await.expect("read"), numbers);
}

#[tokio::test]
async fn pages_neither_hide_nor_double_products_while_others_come_in() {
    let (_folder, records) = fresh().await;
    let even: Vec<ProductDraft> = (0..100).map(|n| draft(2 * n)).collect();
    records
        .upsert_products(&even, &SkuNumbers::new())
        .await
        .expect("imported");
    for filter in [
        ProductFilter::default(),
        ProductFilter {
            category: Some("Clothes > Shirts".to_owned()),
            seller: None,
        },
        ProductFilter {
            category: Some("Clothes".to_owned()),
            seller: Some("seller-0".to_owned()),
        },
        ProductFilter {
            category: None,
            seller: Some("seller-0".to_owned()),
        },
    ] {
        let mut seen = Vec::new();
        let mut after = String::new();
        let mut newcomers = 0;
        loop {
            let page = records.products(&filter, &after, 7).await.expect("a page");
            let Some(last) = page.last() else { break };
            after.clone_from(&last.id);
            seen.extend(page.into_iter().map(|product| product.id));
            if newcomers < 20 {
                newcomers += 1;
                let newcomer = draft(10 * newcomers + 1);
                records
                    .upsert_products(&[newcomer], &SkuNumbers::new())
                    .await
                    .expect("imported");
            }
        }
        assert!(seen.is_sorted(), "{filter:?}");
        let wanted = |n: &ProductDraft| filter.seller.as_ref().is_none_or(|s| *s == n.seller);
        for draft in even.iter().filter(|draft| wanted(draft)) {
            assert_eq!(
                seen.iter().filter(|id| **id == draft.id).count(),
                1,
                "{filter:?}"
            );
        }
    }
}

#[tokio::test]
async fn categories_make_a_tree_in_all_languages() {
    let (_folder, records) = stocked(4).await;
    let roots = records.categories(None).await.expect("read");
    assert_eq!(roots.len(), 1);
    assert_eq!(roots[0].name.best("ko"), Some("의류"));
    let below = records.categories(Some("Clothes")).await.expect("read");
    let ids: Vec<&str> = below.iter().map(|category| category.id.as_str()).collect();
    assert_eq!(ids, ["Clothes > Coats", "Clothes > Shirts"]);
    let path = records
        .category_path("Clothes > Coats")
        .await
        .expect("read");
    assert_eq!(path.len(), 2);
    assert_eq!(path[0].id, "Clothes");
}

#[tokio::test]
async fn a_seller_named_by_products_gets_its_texts_later_and_keeps_its_number() {
    let (_folder, records) = stocked(3).await;
    records
        .bind_sellers(&[("seller-1".to_owned(), SellerId(2))])
        .await
        .expect("bound");
    let seller = Seller {
        id: "seller-1".to_owned(),
        name: Localized::from([("ko", "햇살농원")]),
        about: Localized::default(),
        shipping: Some(ShippingTerms {
            fee: Amount(3_000),
            free_from: Amount(40_000),
            surcharges: [("jeju".to_owned(), Amount(3_000))].into(),
            return_fee: Some(Amount(3_500)),
        }),
        business: Business {
            name: "햇살농원 주식회사".to_owned(),
            registration_number: "123-45-67890".to_owned(),
            ..Business::default()
        },
        number: None,
    };
    records.put_seller(&seller).await.expect("put");
    let found = records
        .seller_numbered(SellerId(2))
        .await
        .expect("read")
        .expect("known");
    assert_eq!(
        found,
        Seller {
            number: Some(SellerId(2)),
            ..seller
        }
    );
    assert_eq!(
        records.sellers("seller-0", 10).await.expect("read").len(),
        2
    );
}

#[tokio::test]
async fn deals_and_pictures_belong_to_their_products() {
    let (_folder, records) = stocked(2).await;
    let deal = |number| Deal {
        id: "D1".to_owned(),
        product: "P00001".to_owned(),
        number,
    };
    records
        .put_deals(&[deal(Some(DealId(3)))])
        .await
        .expect("put");
    records.put_deals(&[deal(None)]).await.expect("put");
    let found = records.deal_numbered(DealId(3)).await.expect("read");
    assert_eq!(found, Some(deal(Some(DealId(3)))));
    assert_eq!(
        records
            .deals_of_product("P00001")
            .await
            .expect("read")
            .len(),
        1
    );
    let picture = Picture {
        source: "P00001.jpg".to_owned(),
        hash: "ab".repeat(32),
        width: 480,
        height: 640,
        widths: vec![160, 480],
    };
    for _time in 0..2 {
        let pictures = std::slice::from_ref(&picture);
        records.put_pictures("P00001", pictures).await.expect("put");
    }
    assert_eq!(
        records.pictures("P00001").await.expect("read"),
        std::slice::from_ref(&picture)
    );
    assert_eq!(
        records.picture_hashed(&picture.hash).await.expect("read"),
        Some(picture)
    );
    let stranger = Deal {
        product: "nothing".to_owned(),
        id: "D2".to_owned(),
        number: None,
    };
    assert!(records.put_deals(&[stranger]).await.is_err());
}

#[tokio::test]
async fn what_lists_say_moves_the_edition_and_is_read_in_one_go() {
    let (_folder, records) = stocked(3).await;
    let mut editions = vec![records.catalogue_edition().await.expect("an edition")];
    let deal = |id: &str, product: &str, number| Deal {
        id: id.to_owned(),
        product: product.to_owned(),
        number,
    };
    let deals = [
        deal("D1", "P00001", Some(DealId(1))),
        deal("D2", "P00002", None),
    ];
    records.put_deals(&deals).await.expect("noted");
    editions.push(records.catalogue_edition().await.expect("an edition"));
    let picture = Picture {
        source: "a.jpg".to_owned(),
        hash: "ab".to_owned(),
        width: 100,
        height: 50,
        widths: vec![50, 100],
    };
    let pictures = [picture.clone()];
    records
        .put_pictures("P00001", &pictures)
        .await
        .expect("put");
    editions.push(records.catalogue_edition().await.expect("an edition"));
    let renamed = ProductDraft {
        name: Localized::from([("en", "Other")]),
        ..draft(1)
    };
    let none = SkuNumbers::new();
    records
        .upsert_products(&[renamed], &none)
        .await
        .expect("stored");
    editions.push(records.catalogue_edition().await.expect("an edition"));
    assert!(
        editions.is_sorted_by(|one, next| one < next),
        "{editions:?}"
    );
    let mut read = Vec::new();
    records
        .read_shelved(|row| read.push(row))
        .await
        .expect("read");
    assert_eq!(read.len(), 1, "the ledger knows of one");
    assert_eq!(read[0].name.best("en"), Some("Other"));
    assert_eq!(
        (read[0].number, &read[0].picture, read[0].list_price),
        (DealId(1), &Some(picture), Some(Amount(19_900)))
    );
}
