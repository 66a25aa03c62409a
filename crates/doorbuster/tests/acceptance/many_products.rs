//! A hundred thousand products, made of a real catalogue: they go in, and no page weighs more, jumps more or loads more
//! pictures at once for it. Skipped where the catalogue or the browser is not, and where
//! nobody asks for it.

use super::festival::Festival;
use super::process::repository;
use super::real_sets::{import, real_catalogue};
use csv::StringRecord;
use std::path::{Path, PathBuf};
use studio::stage::Plan;
use studio::{Chromium, Stage, vitals};

/// Asks for it, with any value.
const ASKED: &str = "DOORBUSTER_MANY_PRODUCTS";
/// How many products.
const MANY: usize = 100_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_products_leave_every_page_within_its_budget() {
    if std::env::var_os(ASKED).is_none() {
        eprintln!("skipped: {ASKED}=yes makes a hundred thousand products and looks at every page");
        return;
    }
    let Some(folder) = real_catalogue("musinsa_ko") else {
        return;
    };
    if !Chromium::executable().exists() {
        eprintln!("skipped: no browser (CHROME names one)");
        return;
    }
    let festival = Festival::nowhere();
    let made = made(&festival, &folder);
    let plan = Plan {
        doorbuster: Path::new(env!("CARGO_BIN_EXE_doorbuster")),
        demo: &repository().join("demo"),
        catalogue: Some(&made),
        boards: false,
        crowd_seconds: 0,
        tell: &|what| eprintln!("{what}"),
    };
    let stage = Stage::open(&plan).await.expect("the stage is set");
    let chromium = Chromium::launch().await.expect("the browser starts");
    let mut over = Vec::new();
    for scene in vitals::measured() {
        let vitals = vitals::measure(&chromium, &stage, scene, 1).await;
        let vitals = vitals.unwrap_or_else(|fault| panic!("{}: {fault:#}", scene.name));
        let wrong = vitals.over_budget().into_iter();
        over.extend(wrong.map(|what| format!("{}: {what}", scene.name)));
    }
    chromium.close().await.expect("it was still there");
    assert!(over.is_empty(), "{}", over.join("\n"));
}

/// The real catalogue over and over, each time under ids of its own, in one file.
fn made(festival: &Festival, folder: &Path) -> PathBuf {
    import(
        festival,
        folder,
        &repository().join("demo/mappings/musinsa.toml"),
    );
    let one = festival.run(&["export", "catalogue"]).done().out;
    let mut rows = csv::Reader::from_reader(one.trim_start_matches('\u{feff}').as_bytes());
    let head = rows.headers().expect("a header line").clone();
    let rows: Vec<StringRecord> = rows.records().map(|row| row.expect("a row")).collect();
    let own = |at: usize| ["id", "sku"].contains(&&head[at]);
    let file = festival.beside("many.csv");
    let mut many = csv::Writer::from_path(&file).expect("a file");
    many.write_record(&head).expect("it is written");
    for (at, row) in rows.iter().cycle().take(MANY).enumerate() {
        let copy = at / rows.len();
        let fields = row.iter().enumerate();
        let fields = fields.map(|(at, field)| match own(at) {
            true => format!("{field}-{copy}"),
            false => field.to_owned(),
        });
        many.write_record(fields).expect("it is written");
    }
    many.flush().expect("it is written");
    file
}
