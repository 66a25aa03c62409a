//! What the binary will not do, and whether its words help: settings that are wrong, rows that are
//! wrong, a folder that somebody else has.

use super::festival::{CATALOGUE, DEALS, Festival};
use super::process::doorbuster;
use std::fs;
use std::time::Duration;

#[test]
fn a_wrong_setting_is_refused_with_file_line_and_the_nearest_key() {
    let festival = Festival::nowhere();
    let file = festival.write("shop.toml", "[festival]\n\ncurency = \"KRW\"\n");
    let file = file.to_str().expect("a readable path");
    let said = doorbuster(["config", "--config", file]).refused();
    assert!(said.contains(&format!("{file}:3:")), "{said}");
    assert!(said.contains("`festival.currency`"), "{said}");

    fs::write(file, "listen = \"0.0.0.0:80\"\n[snapshots]\nkeep = 0\n").expect("it is written");
    let said = doorbuster(["config", "--config", file]).refused();
    assert!(
        said.contains(&format!("{file}:3:")) && said.contains("at least 1"),
        "{said}"
    );

    let said = doorbuster(["config", "--listen", "here"]).refused();
    assert!(
        said.contains("--listen") && said.contains("127.0.0.1:1111"),
        "{said}"
    );
}

#[test]
fn config_tells_where_each_value_came_from() {
    let festival = Festival::nowhere();
    let file = festival.write("shop.toml", "[festival]\nname = \"Night of Deals\"\n");
    let file = file.to_str().expect("a readable path");
    let said = doorbuster(["config", "--config", file, "--listen", "127.0.0.1:80"]).done();
    let row = |key: &str| {
        let mut rows = said.out.lines().filter(|row| row.starts_with(key));
        rows.next().expect("every setting has a row").to_owned()
    };
    assert!(
        row("festival.name").contains(&format!("{file}:2")),
        "{}",
        row("festival.name")
    );
    assert!(row("listen").contains("--listen"), "{}", row("listen"));
    assert!(
        row("festival.currency").contains("default"),
        "{}",
        row("festival.currency")
    );
}

#[test]
fn bad_rows_are_reported_by_file_and_line_and_good_rows_go_in() {
    let festival = Festival::nowhere();
    let rows = [
        "free,무센트,공짜,0,KRW,free,9",
        "half,무센트,반 원,100.5,KRW,half,9",
        ",무센트,이름만,100,KRW,nobody,9",
        "good,무센트,좋은 것,100,KRW,good,9",
        "good,무센트,또 하나,200,KRW,other,9",
        "mute,무센트,,100,KRW,mute,9",
    ];
    let text = format!(
        "id,seller,name_ko,price,currency,sku,stock\n{}\n",
        rows.join("\n")
    );
    let said = festival
        .import("catalogue", &festival.write("mixed.csv", &text))
        .in_part();
    assert_eq!(said.count("products added"), 1);
    assert_eq!(said.count("rows left out"), 5);
    for (line, problem) in [(2, "price_zero"), (3, ""), (4, ""), (6, ""), (7, "")] {
        let place = format!("mixed.csv:{line}: {problem}");
        assert!(said.err.contains(&place), "no {place} in {}", said.err);
    }
    let deals = "deal,sku,price,allotment,start,end\nd1,good,90,1,+1s,+1h\nd2,gone,90,1,+1s,+1h\n";
    let said = festival
        .import("deals", &festival.write("deals.csv", deals))
        .in_part();
    assert_eq!(
        (said.count("deals scheduled"), said.count("rows left out")),
        (1, 1)
    );
    assert!(
        said.err.contains("deals.csv:3: no SKU `gone`"),
        "{}",
        said.err
    );
}

#[test]
fn a_second_server_on_the_folder_is_refused_by_name() {
    let mut festival = Festival::of(CATALOGUE, DEALS);
    festival.start();
    let data = festival.data().display().to_string();
    let second = festival
        .serve_again()
        .end(Duration::from_secs(30))
        .refused();
    assert!(second.contains(&data), "{second}");
    let import = festival
        .import("deals", &festival.beside("deals.csv"))
        .refused();
    assert!(import.contains(&data), "{import}");
    assert!(import.contains("--to http://"), "{import}");
    assert!(import.contains("curl -H @-"), "{import}");
    let catalogue = festival.import("catalogue", &festival.beside("catalogue.csv"));
    assert!(
        catalogue
            .refused()
            .contains("stop it, import, and start it again")
    );
    festival.stop();
    festival
        .import("deals", &festival.beside("deals.csv"))
        .done();
}

#[test]
fn a_command_that_makes_no_festival_says_that_there_is_none_and_leaves_nothing() {
    let nowhere = Festival::nowhere();
    let copy = nowhere.beside("copy").display().to_string();
    let commands: [&[&str]; 7] = [
        &["verify"],
        &["replay"],
        &["inspect", "books"],
        &["export", "orders"],
        &["reconcile"],
        &["backup", "--to", &copy],
        &["import", "catalogue", "not-there.csv"],
    ];
    for command in commands {
        let said = nowhere.run(command).refused();
        assert!(said.contains("there is no "), "{command:?}: {said}");
        assert!(!nowhere.data().exists(), "{command:?} made a folder");
    }
}
