//! Products a second from a CSV file into a festival, beside sqlite3's own `.import` of that file
//! into one table without keys: reading the bytes and writing them to a disk, and nothing else.

use crate::beside_us;
use crate::debian::{ensure, succeed};
use crate::figure::{Figure, Runs};
use anyhow::Context;
use intake::{Localized, ProductCsv, ProductDraft, SkuDraft};
use money::{Amount, Currency};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use vocabulary::Tax;

/// A description of the length and make that shops write.
const DESCRIPTION: &str = "<p><strong>소재</strong><br>면 100 %, 찬물에 손세탁</p><ul><li>기모 안감</li>\
    <li>남녀 공용</li></ul><p>가을부터 봄까지 매일 입기 좋은 기본 티셔츠입니다. 오버핏으로 나와 평소보다 한 치수 \
    작게 고르셔도 편안합니다.</p>";
const SIZES: [&str; 3] = ["S", "M", "L"];

/// Measures it.
///
/// # Errors
/// When an import fails, or when sqlite3 cannot be had.
pub fn run(products: u32, runs: u32) -> anyhow::Result<Vec<Figure>> {
    ensure("sqlite3", "sqlite3")?;
    let doorbuster = beside_us("doorbuster")?;
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let catalogue = folder.path().join("catalogue.csv");
    write_catalogue(&catalogue, products)?;
    let (mut first, mut again, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for run in 0..runs {
        eprintln!("run {} of {runs}", run + 1);
        let place = folder.path().join(run.to_string());
        let data = place.join("data");
        std::fs::create_dir(&place).context("no folder for a run")?;
        bare.push(a_second(products, || sqlite(&place, &catalogue))?);
        first.push(a_second(products, || {
            import(&doorbuster, &data, &catalogue)
        })?);
        again.push(a_second(products, || {
            import(&doorbuster, &data, &catalogue)
        })?);
        std::fs::remove_dir_all(&place).context("a run's folder stays")?;
    }
    let bare = Runs::of(bare);
    let figure = |name: &str, ours: Vec<f64>| Figure {
        name: name.to_owned(),
        unit: "products/s",
        ours: Runs::of(ours),
        baseline_name: "sqlite3 .import of the same file".to_owned(),
        baseline: bare.clone(),
    };
    Ok(vec![
        figure("import into an empty festival", first),
        figure("import again, nothing changed", again),
    ])
}

fn a_second(products: u32, deed: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let begun = Instant::now();
    deed()?;
    Ok(f64::from(products) / begun.elapsed().as_secs_f64())
}

fn import(doorbuster: &Path, data: &Path, catalogue: &Path) -> anyhow::Result<()> {
    let mut import = Command::new(doorbuster);
    import.args(["import", "catalogue"]).arg(catalogue);
    succeed(import.arg("--data").arg(data))
}

fn sqlite(place: &Path, catalogue: &Path) -> anyhow::Result<()> {
    let import = format!(".import --csv '{}' catalogue", catalogue.display());
    let mut sqlite = Command::new("sqlite3");
    succeed(sqlite.arg(place.join("bare.sqlite")).arg(import))
}

fn write_catalogue(path: &Path, products: u32) -> anyhow::Result<()> {
    let languages = BTreeSet::from(["ko".to_owned(), "en".to_owned()]);
    let file = File::create(path).context("the catalogue cannot be written")?;
    let mut csv = ProductCsv::into(BufWriter::new(file), &languages)?;
    for number in 0..products {
        csv.write(&product(number))?;
    }
    csv.finish()?;
    Ok(())
}

fn product(number: u32) -> ProductDraft {
    let sku = |size: &str| SkuDraft {
        id: format!("{number}-{size}"),
        option: Localized::from([("en", size)]),
        stock: 100,
    };
    ProductDraft {
        id: number.to_string(),
        seller: format!("가게 {}", number % 300),
        name: Localized::from([
            ("ko", format!("오버핏 기모 티셔츠 {number}")),
            ("en", format!("Oversized fleece T-shirt {number}")),
        ]),
        description: Localized::from([("ko", DESCRIPTION)]),
        category: vec![
            Localized::from([("ko", "패션"), ("en", "Fashion")]),
            Localized::from([("ko", "상의"), ("en", "Tops")]),
        ],
        brand: Some("무지".to_owned()),
        price: Amount(12_900 + i64::from(number % 100) * 100),
        list_price: Some(Amount(39_900)),
        currency: Currency::KRW,
        tax: Tax::Included {
            basis_points: 1_000,
        },
        colours: vec!["블랙".to_owned(), "화이트".to_owned()],
        pictures: Vec::new(),
        skus: SIZES.map(sku).to_vec(),
    }
}
