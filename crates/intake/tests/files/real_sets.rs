//! The real catalogues and the demo festival go in through the mappings that we ship. Skipped where the
//! sets are not.

use intake::pictures::{Job, Made, WIDTHS, make_all};
use intake::{
    Cause, DealDefaults, Localized, Mapping, ProductDraft, RowProblem, Source, Tally, read_deals,
    read_products,
};
use money::Amount;
use std::path::{Path, PathBuf};
use vocabulary::Millis;

/// The folder of a real catalogue beside the repository, where there is one.
fn catalogue(name: &str) -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = own
        .ancestors()
        .map(|folder| folder.join("shared/data/catalogue").join(name));
    let found = found.into_iter().find(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("skipped: there is no shared/data/catalogue/{name} beside the repository");
    }
    found
}

fn mapping(name: &str) -> Mapping {
    let mappings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/mappings");
    Mapping::open(&mappings.join(name)).expect("our own mapping")
}

fn read(source: &Source, mapping: &Mapping) -> (Vec<ProductDraft>, Vec<RowProblem>, Tally) {
    let (mut drafts, mut problems) = (Vec::new(), Vec::new());
    let tally = read_products(source, Some(mapping), &mut |row| match row {
        Ok(located) => drafts.push(located.draft),
        Err(problem) => problems.push(problem),
    });
    (drafts, problems, tally.expect("a readable catalogue"))
}

#[test]
fn the_korean_mall_gives_7350_products_each_from_its_last_snapshot() {
    let Some(folder) = catalogue("musinsa_ko") else {
        return;
    };
    let source = Source::open(&folder).expect("a source");
    let (drafts, problems, tally) = read(&source, &mapping("musinsa.toml"));
    assert_eq!(problems, []);
    assert_eq!(drafts.len(), 7_350);
    assert_eq!(
        (tally.files, tally.rows, tally.passed_over),
        (24, 10_740, 3_390)
    );
    let trousers = drafts
        .iter()
        .find(|draft| draft.id == "4274049")
        .expect("it is in both sets");
    assert_eq!(trousers.seller, "리메인세컨드");
    assert_eq!(trousers.price, Amount(24_800));
    assert_eq!(trousers.list_price, Some(Amount(43_500)));
    assert_eq!(
        trousers.category,
        [Localized::from([("en", "Trousers"), ("ko", "바지")])]
    );
}

#[test]
fn the_indian_mall_gives_2000_products_with_sizes_clean_html_and_pictures() {
    let Some(folder) = catalogue("myntra_dev") else {
        return;
    };
    let source = Source::open(&folder).expect("a source");
    let (drafts, problems, tally) = read(&source, &mapping("myntra.toml"));
    assert_eq!(problems, []);
    assert_eq!((drafts.len(), tally.rows), (2_000, 2_000));
    assert_eq!(
        drafts.iter().map(|draft| draft.skus.len()).sum::<usize>(),
        7_912
    );
    assert_eq!(
        drafts
            .iter()
            .filter(|draft| draft.list_price.is_some())
            .count(),
        358
    );
    for draft in &drafts {
        assert_eq!(draft.category.len(), 3);
        let html = draft.description.best("en").unwrap_or_default();
        assert!(
            !html.contains("style=") && !html.contains("<script"),
            "{html}"
        );
        let name = draft.name.best("en").expect("a name");
        assert!(!name.contains("  ") && name.trim() == name, "{name}");
    }
    let few = drafts.iter().take(20);
    let jobs = few.map(|draft| Job {
        location: intake::Location {
            file: "".into(),
            line: 1,
        },
        product: draft.id.clone(),
        position: 0,
        source: draft.pictures[0].clone(),
    });
    let mut made = 0;
    make_all(
        source.folder(),
        jobs,
        2,
        &WIDTHS,
        |_| false,
        |job, became| match became {
            Made::Sizes(_, sizes) => made += sizes.len(),
            other => panic!("{}: {other:?}", job.product),
        },
    );
    assert_eq!(made, 40, "160 and 224 pixels wide");
}

#[test]
fn a_mapping_with_a_wrong_name_is_told_the_nearest_in_both_sets() {
    let cases = [
        (
            "musinsa_ko",
            "musinsa.toml",
            "\"productName\"",
            "\"productNam\"",
            "`productName` (column 3)",
        ),
        (
            "myntra_dev",
            "myntra.toml",
            "\"/data/brandName\"",
            "\"/data/brand\"",
            "`/data/brandName`",
        ),
    ];
    for (set, file, right, wrong, said) in cases {
        let Some(folder) = catalogue(set) else {
            return;
        };
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../demo/mappings")
            .join(file);
        let text = std::fs::read_to_string(path)
            .expect("our own mapping")
            .replace(right, wrong);
        let mapping = Mapping::parse(&text, file).expect("a good form");
        let source = Source::open(&folder).expect("a source");
        let mut causes = Vec::new();
        let fault = read_products(&source, Some(&mapping), &mut |row| {
            causes.extend(row.err().map(|problem| problem.cause));
        });
        assert!(causes.iter().all(|cause| *cause == Cause::MissingField));
        let fault = fault.expect_err("no such column").to_string();
        assert!(fault.contains(said), "{fault}");
    }
}

#[test]
fn the_deals_of_the_demo_festival_go_in_through_their_mapping() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo");
    if !demo.join("deals.csv").is_file() {
        eprintln!("skipped: there is no demo/deals.csv");
        return;
    }
    let mapping = Mapping::open(&demo.join("mappings/deals.toml")).expect("our own mapping");
    let source = Source::open(&demo.join("deals.csv")).expect("a source");
    let defaults = DealDefaults {
        from: Some(Millis(1_794_322_800_000)),
        ..DealDefaults::in_seoul()
    };
    let (mut pools, mut problems) = (0, Vec::new());
    let tally = read_deals(&source, Some(&mapping), &defaults, &mut |row| match row {
        Ok(located) => pools += located.draft.pools.len() as u64,
        Err(problem) => problems.push(problem),
    });
    assert_eq!(problems, []);
    assert_eq!(tally.expect("readable").rows, pools);
}

#[test]
fn the_products_of_the_demo_festival_go_in_without_a_mapping() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo");
    if !demo.join("catalogue.jsonl").is_file() {
        eprintln!("skipped: there is no demo/catalogue.jsonl");
        return;
    }
    let source = Source::open(&demo.join("catalogue.jsonl")).expect("a source");
    let mut problems = Vec::new();
    let tally = read_products(&source, None, &mut |row| problems.extend(row.err()));
    assert_eq!(problems, []);
    let tally = tally.expect("readable");
    assert_eq!((tally.drafts, tally.refused), (tally.rows, 0));
}
