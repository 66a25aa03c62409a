//! How large the runs with a crowd are: short on every change, with very many kills in `cargo xtask prove`, and at full
//! size in `cargo xtask rehearse`, which both take the release binary.

use super::festival::Festival;
use super::process::repository;
use super::real_sets::{import, real_catalogue};
use serde_json::Value;
use std::fmt::Write as _;
use std::time::Duration;

/// A crowd, and what it comes for.
pub struct Size {
    /// As flags of `doorbuster crowd`.
    pub crowd: &'static [&'static str],
    /// How often the server is killed.
    pub kills: usize,
    /// How far the file of acknowledgements grows between two kills, in bytes: any length up to twice this.
    pub between_kills: u64,
    /// How long each part of the run may take.
    pub patience: Duration,
    /// How many units the deals have, one after the other.
    pub allotments: [u32; 3],
    /// How long a unit is held.
    pub hold: &'static str,
    /// How many races are run for the last unit.
    pub rounds: u64,
}

const SHORT: Size = Size {
    #[rustfmt::skip]
    crowd: &["--shoppers", "300", "--rate", "15", "--rush", "2", "--duration", "20s", "--seed", "11"],
    kills: 10,
    between_kills: 4_000,
    patience: Duration::from_secs(120),
    allotments: [5, 60, 100_000],
    hold: "3s",
    rounds: 20,
};

/// The crowd stays as long as two hundred kills may take.
const KILLS: Size = Size {
    #[rustfmt::skip]
    crowd: &[
        "--shoppers", "13500", "--rate", "15", "--rush", "0.1", "--duration", "15m", "--seed", "11",
    ],
    kills: 200,
    patience: Duration::from_secs(3_600),
    ..SHORT
};

const FULL: Size = Size {
    #[rustfmt::skip]
    crowd: &[
        "--shoppers", "2000", "--rate", "500", "--rush", "0.3", "--haste", "400", "--strollers", "5",
        "--duration", "5m", "--seed", "11",
    ],
    kills: 3,
    between_kills: 50_000_000,
    patience: Duration::from_secs(3_600),
    allotments: [20, 2_000, 100_000],
    hold: "20s",
    rounds: 1_000,
};

/// What was asked for instead of the short form: `kills` or `full`.
fn asked() -> Option<String> {
    std::env::var("DOORBUSTER_REHEARSAL").ok()
}

/// Whether this is a rehearsal at full size.
pub fn is_full() -> bool {
    asked().as_deref() == Some("full")
}

/// The size of this run.
pub fn size() -> &'static Size {
    match asked().as_deref() {
        None => &SHORT,
        Some("kills") => &KILLS,
        Some("full") => &FULL,
        Some(other) => panic!("no run has the size `{other}`"),
    }
}

/// A festival of that size whose deals partly run out; none where the real catalogues are not.
pub fn festival() -> Option<Festival> {
    if is_full() {
        of_both_catalogues()
    } else {
        Some(small())
    }
}

/// A dozen deals that open one after the other, a second apart.
fn small() -> Festival {
    let mut catalogue = "id,seller,name_ko,price,currency,sku,stock\n".to_owned();
    let mut skus = Vec::new();
    for n in 0..12 {
        let (seller, price) = (n % 4, 9_900 + n);
        writeln!(
            catalogue,
            "p{n},상점 {seller},물건 {n},{price},KRW,s{n},1000000"
        )
        .expect("text");
        skus.push((format!("s{n}"), (4_900 + n).to_string()));
    }
    Festival::of(&catalogue, &deals(&skus, 1))
}

/// 7,350 Korean products by product id, 2,000 Indian ones with pictures, and a deal on every sixth SKU; more open
/// every fifteen seconds.
fn of_both_catalogues() -> Option<Festival> {
    let (korean, indian) = (real_catalogue("musinsa_ko")?, real_catalogue("myntra_dev")?);
    let festival = Festival::nowhere();
    for (folder, mapping) in [(korean, "musinsa.toml"), (indian, "myntra.toml")] {
        let own = repository().join("demo/mappings").join(mapping);
        let text = std::fs::read_to_string(own).expect("a mapping");
        let plenty = text.replace("value = \"100\" }", "value = \"100000\" }");
        assert_ne!(text, plenty, "the mapping says how many units there are");
        let mapping = festival.write(mapping, &plenty);
        eprintln!("{}", import(&festival, &folder, &mapping).out);
    }
    let exported = festival.run(&["export", "catalogue", "--format", "jsonl"]);
    let products = exported.done().out;
    let products = products
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let skus: Vec<(String, String)> = products.flat_map(|product| priced(&product)).collect();
    let some: Vec<_> = skus.into_iter().step_by(6).collect();
    let deals = festival.write("deals.csv", &deals(&some, 15));
    let said = festival.import("deals", &deals).done();
    assert_eq!(said.count("rows left out"), 0, "{}", said.err);
    Some(festival)
}

/// The SKUs of a product with its price.
fn priced(product: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let skus = product["skus"].as_array().expect("a list").iter();
    skus.map(|sku| (text(&sku["id"]), text(&product["price"])))
        .collect()
}

/// A deal on each SKU; they open in twelve groups, `apart` seconds apart.
fn deals(skus: &[(String, String)], apart: usize) -> String {
    let size = size();
    let mut csv = "deal,sku,price,allotment,start,end,limit,hold,payment,waitlist\n".to_owned();
    for (n, (sku, price)) in skus.iter().enumerate() {
        let (units, start) = (size.allotments[n % 3], n % 12 * apart + 1);
        let hold = size.hold;
        writeln!(
            csv,
            "d{n},{sku},{price},{units},+{start}s,+2h,4,{hold},30s,500"
        )
        .expect("text");
    }
    csv
}
