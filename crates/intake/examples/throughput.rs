//! Products a second without pictures, beside what bare reading of the same bytes takes.
//!
//! `cargo run --release -p intake --example throughput [FOLDER MAPPING]` reads generated catalogues in
//! every format, or a real one. Prints one line a catalogue; ratios hold across machines, figures do not.

use intake::{
    Localized, Mapping, PictureSource, ProductCsv, ProductDraft, ProductJsonLines, SkuDraft,
};
use intake::{Source, read_products};
use money::{Amount, Currency};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Read};
use std::path::Path;
use std::time::{Duration, Instant};
use vocabulary::Tax;

/// Products in a generated catalogue.
const PRODUCTS: usize = 100_000;
/// A description of the length and make that shops write.
const DESCRIPTION: &str = "<p><strong>소재</strong><br>면 100 %, 찬물에 손세탁</p><ul><li>기모 안감</li>\
    <li>남녀 공용</li></ul><p>가을부터 봄까지 매일 입기 좋은 기본 티셔츠입니다. 오버핏으로 나와 평소보다 한 치수 \
    작게 고르셔도 편안합니다.</p>";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let told: Vec<String> = std::env::args().skip(1).collect();
    if let [folder, mapping] = told.as_slice() {
        let mapping = Mapping::open(Path::new(mapping))?;
        return measure(folder, Path::new(folder), Some(&mapping));
    }
    let folder = tempfile::tempdir()?;
    let plain = folder.path().join("plain.csv");
    write_csv(&plain, |_| Localized::default())?;
    measure("native CSV, no descriptions", &plain, None)?;
    let html = folder.path().join("html.csv");
    write_csv(&html, |_| Localized::from([("ko", DESCRIPTION)]))?;
    measure("native CSV, HTML descriptions", &html, None)?;
    let lines = folder.path().join("html.jsonl");
    write_json_lines(&lines)?;
    measure("native JSON Lines, HTML descriptions", &lines, None)
}

fn measure(
    name: &str,
    path: &Path,
    mapping: Option<&Mapping>,
) -> Result<(), Box<dyn std::error::Error>> {
    let source = Source::open(path)?;
    let started = Instant::now();
    let mut problems = 0u64;
    let tally = read_products(&source, mapping, &mut |row| {
        problems += u64::from(row.is_err())
    })?;
    let took = started.elapsed();
    let mut said = format!(
        "{name}: {} products of {} rows, {problems} problems, {} products a second",
        tally.drafts,
        tally.rows,
        a_second(tally.drafts, took)
    );
    if path.is_file() {
        let (count, unit, bare) = bare(path)?;
        let ratio = took.as_secs_f64() / bare.as_secs_f64();
        said += &format!(
            "; bare: {} {unit} a second, {ratio:.1} times quicker",
            a_second(count, bare)
        );
    }
    println!("{said}");
    Ok(())
}

/// The same bytes through the csv crate's raw records, or through serde_json without building values.
fn bare(path: &Path) -> Result<(u64, &'static str, Duration), Box<dyn std::error::Error>> {
    let started = Instant::now();
    if path.extension().is_some_and(|ending| ending == "csv") {
        let mut records = csv::Reader::from_path(path)?.into_byte_records();
        let count = records.try_fold(0, |count, record| record.map(|_| count + 1))?;
        return Ok((count, "csv records", started.elapsed()));
    }
    let mut text = Vec::new();
    File::open(path)?.read_to_end(&mut text)?;
    let mut documents =
        serde_json::Deserializer::from_slice(&text).into_iter::<serde::de::IgnoredAny>();
    let count = documents.try_fold(0, |count, document| document.map(|_| count + 1))?;
    Ok((count, "skipped documents", started.elapsed()))
}

fn a_second(count: u64, took: Duration) -> u64 {
    (count as f64 / took.as_secs_f64()) as u64
}

fn write_csv(path: &Path, description: impl Fn(usize) -> Localized) -> std::io::Result<()> {
    let languages = BTreeSet::from(["ko".to_owned(), "en".to_owned()]);
    let mut csv = ProductCsv::into(BufWriter::new(File::create(path)?), &languages)?;
    for number in 0..PRODUCTS {
        csv.write(&product(number, description(number)))?;
    }
    csv.finish().map(drop)
}

fn write_json_lines(path: &Path) -> std::io::Result<()> {
    let mut lines = ProductJsonLines::into(BufWriter::new(File::create(path)?));
    for number in 0..PRODUCTS {
        lines.write(&product(number, Localized::from([("ko", DESCRIPTION)])))?;
    }
    lines.finish().map(drop)
}

fn product(number: usize, description: Localized) -> ProductDraft {
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
        description,
        category: vec![
            Localized::from([("ko", "패션"), ("en", "Fashion")]),
            Localized::from([("ko", "상의"), ("en", "Tops")]),
        ],
        brand: Some("무지".to_owned()),
        price: Amount(12_900 + (number % 100) as i64 * 100),
        list_price: Some(Amount(39_900)),
        currency: Currency::KRW,
        tax: Tax::Included {
            basis_points: 1_000,
        },
        colours: vec!["블랙".to_owned(), "화이트".to_owned()],
        pictures: vec![PictureSource(format!("pictures/{number}.jpg"))],
        skus: ["S", "M", "L"].map(sku).to_vec(),
    }
}
