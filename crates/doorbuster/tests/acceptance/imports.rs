//! Imports as retailers have them: an old encoding, an export from elsewhere, a shop that is being
//! served; and an export that nobody reads to its end.

use super::festival::{CATALOGUE, DEALS, Festival};
use std::fs;
use std::process::{Command, Stdio};

/// A PNG of one black pixel.
const PIXEL: [u8; 67] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b,
    0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x60, 0x00, 0x00, 0x00,
    0x02, 0x00, 0x01, 0x48, 0xaf, 0xa4, 0x71, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae,
    0x42, 0x60, 0x82,
];

#[test]
fn an_encoding_that_is_told_wins_over_the_one_that_is_found_out() {
    let festival = Festival::nowhere();
    // In EUC-KR "\u{ac00}\u{ac8c}", which is also a text in latin-1.
    let name = [0xb0, 0xa1, 0xb0, 0xd4];
    let mut text = b"id,seller,name_ko,price,currency\n1,s,".to_vec();
    text.extend(name);
    text.extend(b",100,KRW\n");
    let file = festival.beside("old.csv");
    fs::write(&file, text).expect("a file");
    let file = file.to_str().expect("a readable path");
    let said = festival
        .run(&["import", "catalogue", file, "--encoding", "eucc-kr"])
        .refused();
    assert!(said.contains("`euc-kr`"), "{said}");
    let import = |encoding| {
        festival
            .run(&["import", "catalogue", file, "--encoding", encoding])
            .done();
        festival.run(&["export", "catalogue"]).done().out
    };
    assert!(import("latin-1").contains("°¡°Ô"));
    assert!(import("euc-kr").contains("가게"));
}

#[test]
fn an_exported_catalogue_goes_in_again_without_its_pictures() {
    let festival = Festival::nowhere();
    fs::create_dir(festival.beside("photos")).expect("a folder");
    fs::write(festival.beside("photos/1.png"), PIXEL).expect("a picture");
    let text = "id,seller,name_ko,price,currency,pictures\n1,s,물건,100,KRW,photos/1.png\n";
    let first = festival
        .import("catalogue", &festival.write("first.csv", text))
        .done();
    assert_eq!(first.count("rows kept without a part"), 0, "{}", first.err);
    let folder = festival.beside("elsewhere");
    fs::create_dir(&folder).expect("a folder");
    let exported = folder.join("products.csv");
    let to = exported.to_str().expect("a readable path");
    festival.run(&["export", "catalogue", "--to", to]).done();
    let again = festival.import("catalogue", &exported).done();
    assert_eq!(again.count("rows kept without a part"), 0, "{}", again.err);
    assert_eq!(again.count("products the same"), 1);

    let dead = exported.with_file_name("dead.csv");
    fs::write(&dead, text.replace("1.png", "2.png")).expect("a file");
    let said = festival.import("catalogue", &dead).done();
    assert_eq!(said.count("rows kept without a part"), 1);
    assert!(
        said.err.contains("dead.csv:2: picture_missing"),
        "{}",
        said.err
    );
}

#[test]
fn broken_markup_is_mended_without_a_word() {
    let festival = Festival::nowhere();
    let text = "id,seller,name_ko,description_ko,price,currency\n\
                1,s,물건,<table><p>lost</p><tr><td>x</table>,100,KRW\n";
    let said = festival
        .import("catalogue", &festival.write("a.csv", text))
        .done();
    assert!(!said.err.contains("foster"), "{}", said.err);
    assert_eq!(said.count("products added"), 1);
}

#[test]
fn deals_go_to_a_shop_that_is_served() {
    let mut festival = Festival::of(CATALOGUE, DEALS);
    let more = "deal,sku,price,allotment,start,end\n\
                late,socks,900,1,+1h,+2h\n\
                free,socks,0,1,+1h,+2h\n\
                gone,nothing,900,1,+1h,+2h\n";
    let file = festival.write("more.csv", more);
    let file = file.to_str().expect("a readable path");
    festival.start();
    let shop = festival.shop();
    let send = |more: &[&str]| {
        let send = ["import", "deals", file, "--to", &shop];
        festival.run(&[&send, more].concat())
    };
    let dry = send(&["--dry-run"]).in_part();
    assert_eq!(dry.count("deals scheduled"), 1, "{}", dry.err);
    let said = send(&[]).in_part();
    assert_eq!(
        (said.count("deals scheduled"), said.count("rows left out")),
        (1, 2)
    );
    assert!(said.err.contains("more.csv:3: price_zero"), "{}", said.err);
    assert!(said.err.contains("more.csv:4: "), "{}", said.err);
    assert_eq!(send(&[]).in_part().count("deals scheduled before"), 1);
    festival.stop();
}

/// Two sellers and their shelves.
const SHELVES: &str = "\
id,seller,name_ko,price,currency,sku,stock
mug,a,컵,9000,KRW,mug,100
bowl,a,그릇,9000,KRW,bowl,100
fan,b,부채,9000,KRW,fan,100
";

#[test]
fn a_deal_that_is_another_in_the_file_is_reported_and_stays_as_it_is() {
    let festival = Festival::nowhere();
    let import = |what, text: &str| {
        let file = festival.write("shop.csv", text);
        festival.import(what, &file).done()
    };
    import("catalogue", SHELVES);
    let deals = "deal,sku,price,allotment,start,end\n\
                 D,mug,5000,10,2099-01-01,2099-01-02\nE,bowl,5000,10,2099-01-01,2099-01-02\n";
    assert_eq!(import("deals", deals).count("deals scheduled"), 2);
    let state = festival.state();
    let again = import("deals", deals);
    assert_eq!(again.count("of these, differing"), 0, "{}", again.err);
    let said = import("deals", &deals.replace("D,mug,5000", "D,mug,4000"));
    assert_eq!(said.count("deals scheduled before"), 2);
    assert_eq!(said.count("of these, differing"), 1);
    let words = "shop.csv:2: differs: deal `D`: on the schedule price of `mug` is 5000, not 4000";
    assert!(said.err.contains(words), "{}", said.err);
    assert_eq!(festival.state(), state);
}

#[test]
fn a_dry_run_of_deals_says_what_the_real_run_says() {
    let festival = Festival::nowhere();
    festival
        .import("catalogue", &festival.write("shelves.csv", SHELVES))
        .done();
    let deals = "deal,sku,price,allotment,start,end\n\
                 D,mug,5000,60,2099-01-01,2099-01-02\n\
                 E,mug,5000,60,2099-01-01,2099-01-02\n\
                 F,bowl,5000,10,2020-01-01,2020-01-02\n\
                 G,bowl,5000,10,2099-01-01,2099-01-02\n\
                 G,fan,5000,10,,\n";
    let file = festival.write("deals.csv", deals);
    let file = file.to_str().expect("a readable path");
    let state = festival.state();
    let dry = festival.run(&["import", "deals", file, "--dry-run"]);
    let dry = dry.in_part();
    assert_eq!(festival.state(), state);
    let real = festival.run(&["import", "deals", file]).in_part();
    for said in [&dry, &real] {
        assert_eq!(said.count("deals scheduled"), 1, "{}", said.err);
        assert_eq!(said.count("rows left out"), 4, "{}", said.err);
        for line in [3, 4, 5] {
            let place = format!("deals.csv:{line}: ");
            assert!(said.err.contains(&place), "{}", said.err);
        }
    }
    assert_eq!(dry.err, real.err);
}

#[test]
fn rows_are_counted_once_and_a_dry_run_does_not_count_what_it_does_not_know() {
    let festival = Festival::nowhere();
    let text = "id,seller,name_ko,price,currency,stock\n1,s,물건,100,KRW,5\n2,,,0,KRW,many\n";
    let file = festival.write("a.csv", text);
    let file = file.to_str().expect("a readable path");
    let dry = festival
        .run(&["import", "catalogue", file, "--dry-run"])
        .in_part();
    assert_eq!(dry.count("products added"), 1);
    assert!(!dry.out.contains("SKUs listed"), "{}", dry.out);
    let said = festival.run(&["import", "catalogue", file]).in_part();
    assert_eq!(said.count("rows left out"), 1, "{}", said.err);
    assert_eq!(said.count("SKUs listed"), 1);
}

#[test]
fn an_import_ends_with_what_became_of_its_rows_and_a_second_run_changes_nothing() {
    let festival = Festival::nowhere();
    festival
        .import("catalogue", &festival.write("shelves.csv", SHELVES))
        .done();
    let sellers = "{\"id\":\"a\",\"name\":{\"ko\":\"가\"}}\nno seller\n";
    festival
        .import("sellers", &festival.write("sellers.jsonl", sellers))
        .in_part();
    let deals = "deal,sku,price,allotment,start,end\n\
                 D,mug,5000,10,2099-01-01,2099-01-02\n\
                 ..,bowl,5000,10,2099-01-01,2099-01-02\n";
    let file = festival.write("deals.csv", deals);
    let said = festival.import("deals", &file).in_part();
    assert_eq!(said.count("deals scheduled"), 1, "{}", said.err);
    let problem = "deals.csv:3: reserved_id: deal `..`: ";
    assert!(said.err.contains(problem), "{}", said.err);
    let state = festival.state();
    let again = festival.import("deals", &file).in_part();
    assert_eq!(again.count("deals scheduled before"), 1);
    assert_eq!(festival.state(), state);
    let mended = festival.write("deals.csv", &deals.replace("..,", "made,"));
    festival.import("deals", &mended).done();
    let wrong = festival.write("wrong.csv", &deals.replace("5000", "0"));
    festival.import("deals", &wrong).refused();
}

#[test]
fn an_export_ends_quietly_when_nobody_reads_on() {
    let festival = Festival::nowhere();
    let mut text = "id,seller,name_ko,price,currency\n".to_owned();
    for n in 0..4_000 {
        text.push_str(&format!("{n},s,물건 {n},100,KRW\n"));
    }
    festival
        .import("catalogue", &festival.write("many.csv", &text))
        .done();
    let mut export = Command::new(env!("CARGO_BIN_EXE_doorbuster"))
        .args(["export", "catalogue", "--data"])
        .arg(festival.data())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary is built");
    drop(export.stdout.take());
    let ended = export.wait_with_output().expect("it is our child");
    assert!(ended.status.success(), "{:?}", ended.status);
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}
