//! What is exported and imported again is what it was.

use crate::desk::{catalogue, folder};
use intake::{
    DealCsv, DealDefaults, DealDraft, DealJsonLines, DealPool, Extensions, Localized,
    PictureSource, ProductCsv, ProductDraft, ProductJsonLines, SkuDraft, Source, read_deals,
};
use jiff::tz::TimeZone;
use money::{Amount, Currency};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use std::collections::BTreeSet;
use vocabulary::{DealTerms, Deduct, Millis, Tax};

/// Tidy text with all that tempts a writer: delimiters, quotes, separators, entities, Hangul.
fn text() -> impl Strategy<Value = String> {
    "[a-c가,;|>\"'&\\\\#=é][a-c가,;|>\"'&\\\\ ]{0,6}[a-c가,;|>\"'&\\\\]"
        .prop_map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn localized(least: usize) -> impl Strategy<Value = Localized> {
    let language = prop::sample::select(vec!["ko", "zh", "en", "pt-BR"]).prop_map(str::to_owned);
    prop::collection::btree_map(language, text(), least..3).prop_map(Localized)
}

/// Descriptions as a first import leaves them.
fn description() -> impl Strategy<Value = Localized> {
    let html = vec![
        "",
        "plain",
        "<p>a &amp; b</p>",
        "<ul>\n<li>가, \"나\"</li>\n</ul>",
        "a &lt; b | c &gt; d",
    ];
    prop::sample::select(html).prop_map(|html| match html {
        "" => Localized::default(),
        html => Localized::from([("ko", html)]),
    })
}

fn sku() -> impl Strategy<Value = SkuDraft> {
    (localized(0), any::<u32>()).prop_map(|(option, stock)| SkuDraft {
        id: String::new(),
        option,
        stock,
    })
}

fn tax() -> impl Strategy<Value = Tax> {
    prop_oneof![
        Just(Tax::Exempt),
        (0u16..=10_000).prop_map(|basis_points| Tax::Included { basis_points })
    ]
}

fn product() -> impl Strategy<Value = ProductDraft> {
    let prose = (
        text(),
        localized(1),
        description(),
        prop::collection::vec(localized(1), 0..3),
    );
    let prices = (
        1i64..1_000_000,
        prop::option::of(1i64..1_000_000),
        0usize..7,
        tax(),
    );
    let lists = (
        prop::option::of(text()),
        prop::collection::vec(text(), 0..3),
        prop::collection::vec("[a-c가|>]{1,4}/[a-c|]{1,4}\\.jpg", 0..3),
        prop::collection::vec(sku(), 1..4),
    );
    (prose, prices, lists).prop_map(|(prose, prices, lists)| ProductDraft {
        id: String::new(),
        seller: prose.0,
        name: prose.1,
        description: prose.2,
        category: prose.3,
        brand: lists.0,
        price: Amount(prices.0),
        list_price: prices.1.map(|more| Amount(prices.0 + more)),
        currency: Currency::ALL[prices.2],
        tax: prices.3,
        colours: each_once(lists.1),
        pictures: each_once(lists.2).into_iter().map(PictureSource).collect(),
        skus: lists.3,
    })
}

fn each_once(texts: Vec<String>) -> Vec<String> {
    texts
        .into_iter()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// Products with ids of their own.
fn products() -> impl Strategy<Value = Vec<ProductDraft>> {
    prop::collection::vec(product(), 0..5).prop_map(|mut products| {
        for (number, product) in products.iter_mut().enumerate() {
            product.id = format!("p,\"{number}");
            for (at, sku) in product.skus.iter_mut().enumerate() {
                sku.id = format!("s|{number}-{at}");
            }
        }
        products
    })
}

fn deal() -> impl Strategy<Value = DealDraft> {
    let times = (1_700_000_000_000u64..1_900_000_000_000, 1u64..1_000_000_000);
    let clocks = (1u32..100_000_000, 1u32..100_000_000, any::<u32>());
    let extensions = prop_oneof![
        Just(Extensions::default()),
        (1u8..=10, 1u32..100_000).prop_map(|(times, seconds)| Extensions {
            times,
            span_ms: seconds * 1_000,
        }),
    ];
    let rules = (
        any::<u16>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<u32>(),
    );
    let pools = prop::collection::vec((1u32.., 1i64..1_000_000_000), 1..4);
    let rules = (rules, extensions);
    (times, clocks, rules, pools, 0usize..7).prop_map(|(times, clocks, rules, pools, currency)| {
        let (rules, extensions) = rules;
        let deduct = if rules.3 {
            Deduct::OnOrder
        } else {
            Deduct::OnPayment
        };
        let pool = |(at, (allotment, price)): (usize, (u32, i64))| DealPool {
            sku: format!("sku,{at}"),
            allotment,
            price: Amount(price),
        };
        DealDraft {
            id: String::new(),
            currency: Currency::ALL[currency],
            terms: DealTerms {
                starts_at: Millis(times.0),
                ends_at: Millis(times.0 + times.1),
                hold_ms: clocks.0,
                payment_ms: clocks.1,
                deposit_ms: clocks.2,
                limit: rules.0,
                members_only: rules.1,
                verified_only: rules.2,
                deduct,
                waitlist_max: if rules.3 { rules.4 } else { 0 },
            },
            extensions,
            pools: pools.into_iter().enumerate().map(pool).collect(),
        }
    })
}

fn deals_in(name: &str, bytes: &[u8]) -> Vec<DealDraft> {
    let folder = folder(&[(name, bytes)]);
    let source = Source::open(folder.path()).expect("a source");
    let mut deals = Vec::new();
    read_deals(&source, None, &DealDefaults::in_seoul(), &mut |row| {
        deals.push(row.expect("no problem").draft);
    })
    .expect("readable");
    deals
}

proptest! {
    #[test]
    fn products_survive_csv_and_json_lines(products in products()) {
        let languages: BTreeSet<String> = products.iter().flat_map(ProductCsv::<Vec<u8>>::languages_of).collect();
        let mut csv = ProductCsv::into(Vec::new(), &languages).expect("memory writes");
        let mut lines = ProductJsonLines::into(Vec::new());
        for product in &products {
            csv.write(product).expect("memory writes");
            lines.write(product).expect("memory writes");
        }
        let files = [("a.csv", csv.finish()), ("a.jsonl", lines.finish())];
        for (name, bytes) in files {
            let folder = folder(&[(name, &bytes.expect("memory writes"))]);
            let read = catalogue(folder.path(), None).expect("readable");
            prop_assert_eq!(read.problems, []);
            prop_assert_eq!(&read.drafts, &products, "{}", name);
        }
    }

    #[test]
    fn deals_survive_csv_and_json_lines(deals in prop::collection::vec(deal(), 0..4)) {
        let numbered = |(number, mut deal): (usize, DealDraft)| {
            deal.id = format!("deal {number}");
            deal
        };
        let deals: Vec<DealDraft> = deals.into_iter().enumerate().map(numbered).collect();
        let zone = TimeZone::get("America/New_York").expect("a known zone");
        let mut csv = DealCsv::into(Vec::new(), zone.clone()).expect("memory writes");
        let mut lines = DealJsonLines::into(Vec::new(), zone);
        for deal in &deals {
            csv.write(deal).expect("memory writes");
            lines.write(deal).expect("memory writes");
        }
        prop_assert_eq!(&deals_in("a.csv", &csv.finish().expect("memory writes")), &deals);
        prop_assert_eq!(&deals_in("a.jsonl", &lines.finish().expect("memory writes")), &deals);
    }
}

#[test]
fn a_draft_reads_back_from_its_own_json() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..64 {
        let mut draft = product()
            .new_tree(&mut runner)
            .expect("a product")
            .current();
        draft.id = "1".into();
        draft
            .skus
            .iter_mut()
            .enumerate()
            .for_each(|(at, sku)| sku.id = at.to_string());
        let json = serde_json::to_string(&draft).expect("it writes");
        assert_eq!(
            serde_json::from_str::<ProductDraft>(&json).expect("it reads"),
            draft
        );
    }
}

#[test]
fn csv_opens_in_excel_by_its_mark_and_refuses_a_language_without_a_column() {
    let none = BTreeSet::new();
    let mut csv = ProductCsv::into(Vec::new(), &none).expect("memory writes");
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let draft = product()
        .new_tree(&mut runner)
        .expect("a product")
        .current();
    let refused = csv.write(&draft).expect_err("the name has a language");
    assert!(
        refused.to_string().contains("which has no column"),
        "{refused}"
    );
    assert!(
        csv.finish()
            .expect("memory writes")
            .starts_with("\u{feff}id,seller,".as_bytes())
    );
}
