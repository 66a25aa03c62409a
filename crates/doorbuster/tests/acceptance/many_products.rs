//! A hundred thousand products, made of a real catalogue: they go in, and no page weighs more, jumps more or loads more
//! pictures at once for it. Skipped where the catalogue or the browser is not, and where
//! nobody asks for it.

use super::festival::Festival;
use super::process::repository;
use super::real_sets::{import, real_catalogue};
use super::scenes::ASKED;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use studio::stage::Plan;
use studio::{Chromium, Stage, vitals};

/// How many products.
const MANY: usize = 100_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_products_leave_every_page_within_its_budget() {
    if std::env::var_os(ASKED).is_none() {
        eprintln!(
            "skipped: {ASKED}=some makes a hundred thousand products and looks at every page"
        );
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

/// The real catalogue over and over, each time under ids and names of its own, in one file.
fn made(festival: &Festival, folder: &Path) -> PathBuf {
    import(
        festival,
        folder,
        &repository().join("demo/mappings/musinsa.toml"),
    );
    let one = festival.run(&["export", "catalogue"]).done().out;
    let one = one.trim_start_matches('\u{feff}');
    let (head, rows) = one.split_once('\n').expect("a header line");
    let rows: Vec<&str> = rows.lines().collect();
    let mut many = format!("{head}\n");
    for (at, row) in rows.iter().cycle().take(MANY).enumerate() {
        // The first column is the id; the product's only SKU is called like it.
        let (id, rest) = row.split_once(',').expect("columns");
        let copy = at / rows.len();
        let _ = writeln!(
            many,
            "{id}-{copy},{}",
            rest.replace(id, &format!("{id}-{copy}"))
        );
    }
    let file = festival.beside("many.csv");
    fs::write(&file, many).expect("a file");
    file
}
