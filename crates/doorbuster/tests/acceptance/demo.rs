//! The demo festival has bells today, and again for whoever starts it a day later.

use super::festival::Festival;
use jiff::{Timestamp, ToSpan};
use std::fs;

const SELLER: &str = r#"{"id":"s","name":{"ko":"가게"}}"#;
const PRODUCT: &str = r#"{"id":"mug","seller":"s","name":{"ko":"머그"},"price":"9000","currency":"KRW","skus":[{"id":"mug","stock":"30"}]}"#;
const MAPPING: &str = include_str!("../../../../demo/mappings/deals.toml");
const DEALS: &str = "\
deal,sku,price,allotment,starts,ends,limit,hold_seconds,payment_minutes,members_only,verified_only,deduct,waitlist,transfers
D-1,mug,5000,10,+20s,+10m,1,60,5,no,no,order,10,no
D-2,mug,4000,20,+23h,+24h,1,60,5,no,no,order,10,no
";

#[test]
fn a_demo_has_deals_for_some_days_and_a_second_import_changes_nothing() {
    let festival = Festival::nowhere();
    let import = || import(&festival);
    let said = import();
    assert!(said.contains("6 deals put on the schedule"), "{said}");
    let days = ["D-1", "D-1.1", "D-1.2", "D-2", "D-2.1", "D-2.2"];
    assert_eq!(scheduled(&festival), days);
    let before = festival.state();
    let said = import();
    assert!(said.contains("0 deals put on the schedule"), "{said}");
    assert_eq!(festival.state(), before);
}

#[test]
fn a_demo_that_was_left_for_a_day_gets_the_days_that_come() {
    let festival = Festival::nowhere();
    let catalogue = festival.write("catalogue.jsonl", PRODUCT);
    festival.import("catalogue", &catalogue).done();
    // Its first deal, as if the demo had begun 25 hours ago and that deal had been prolonged.
    let began = Timestamp::now() - 25.hours() + 20.seconds();
    let began = began.strftime("%Y-%m-%dT%H:%M:%SZ");
    let first = format!("deal,sku,price,allotment,start,end\nD-1,mug,5000,10,{began},+1h\n");
    let first = festival.write("first.csv", &first);
    festival.import("deals", &first).done();
    // Of the second day D-1.1 is over; both SKUs of what is left and of two more days are brought in.
    let said = import(&festival);
    assert!(said.contains("5 deals put on the schedule"), "{said}");
    let expected = ["D-1", "D-1.2", "D-1.3", "D-2.1", "D-2.2", "D-2.3"];
    assert_eq!(scheduled(&festival), expected);
}

fn import(festival: &Festival) -> String {
    let folder = festival.beside("demo");
    fs::create_dir_all(folder.join("mappings")).expect("a folder");
    let files = [
        ("sellers.jsonl", SELLER),
        ("catalogue.jsonl", PRODUCT),
        ("deals.csv", DEALS),
        ("mappings/deals.toml", MAPPING),
    ];
    for (name, text) in files {
        fs::write(folder.join(name), text).expect("a file");
    }
    let said = festival.import("demo", &folder).done();
    said.out + &said.err
}

/// The ids of all deals.
fn scheduled(festival: &Festival) -> Vec<String> {
    let export = festival.run(&["export", "deals"]).done().out;
    let lines = export.lines().skip(1);
    let mut ids: Vec<String> = lines
        .filter_map(|line| line.split(',').next())
        .map(|id| id.trim_matches('"').to_owned())
        .collect();
    ids.sort();
    ids
}
