//! The traps of real files: each is said with its file and line, and the good rows go in.

use crate::desk::{catalogue, folder};
use intake::{Fault, Localized};

const HEADER: &str = "id,seller,name_ko,price,currency,sku,stock\n";

/// Native CSV rows under [`HEADER`].
fn read(rows: &str) -> crate::desk::Catalogue {
    let folder = folder(&[("a.csv", format!("{HEADER}{rows}").as_bytes())]);
    catalogue(folder.path(), None).expect("a readable file")
}

#[test]
fn wrong_rows_are_said_and_the_others_go_in() {
    let read = read(
        "1,A,양말,1000,KRW,1,5\n\
         2,A,양말,0,KRW,2,5\n\
         3,A,양말,1000.5,KRW,3,5\n\
         4,A,  ,1000,KRW,4,5\n\
         1,B,장갑,2000,KRW,9,5\n\
         5,A,양말,2000,KRW,1,5\n\
         6,A,양말,\"1,000\",KRW,6,5\n\
         7,A,양말,1000.00,KRW,7,many\n\
         8,,양말,-1,WON,8,5\n",
    );
    assert_eq!(read.ids(), ["1", "6"]);
    assert_eq!(
        read.said(),
        [
            "a.csv:3 price_zero",
            "a.csv:4 price_fraction",
            "a.csv:5 missing_field",
            "a.csv:6 duplicate_product",
            "a.csv:7 duplicate_sku",
            "a.csv:9 not_a_whole_number",
            "a.csv:10 missing_field",
            "a.csv:10 unknown_currency",
        ]
    );
    assert_eq!(
        (read.tally.rows, read.tally.drafts, read.tally.refused),
        (9, 2, 7)
    );
}

#[test]
fn a_problem_shows_field_value_and_help_on_one_line() {
    let read = read("2,A,양말,0,KRW,2,5\n");
    assert_eq!(
        read.problems[0].to_string(),
        "a.csv:2: price_zero: price `0`: a price must be above zero (the row is left out)"
    );
}

#[test]
fn a_problem_names_the_column_that_the_mapping_took_the_field_from() {
    let mapping = "[product]\nid = \"no\"\nseller = \"shop\"\nname.ko = \"title\"\n\
                   price = { columns = [\"sale\", \"won\"] }\ncurrency = { value = \"KRW\" }\n\
                   [sku]\nid = \"no\"\nstock = \"left\"\n";
    let csv = "no,shop,title,sale,won,left\n1,A,양말,,0,5\n2,A,,,10,few\n";
    let json = "{\"no\":\"3\",\"shop\":\"A\",\"title\":\"x\",\"won\":\"-1\"}\n";
    let files = [("a.csv", csv.as_bytes()), ("b.jsonl", json.as_bytes())];
    let read = catalogue(folder(&files).path(), Some(mapping)).expect("readable files");
    let columns = read
        .problems
        .iter()
        .map(|problem| problem.column.as_deref());
    let columns: Vec<_> = columns.collect();
    let price = Some("sale, won");
    assert_eq!(columns, [price, Some("title"), Some("left"), price]);
}

#[test]
fn broken_quotes_and_widths_spoil_their_own_row() {
    let read = read(
        "1,A,\"양말,1000,KRW,1,5\n\
         2,A,\"양말 \"\"두꺼운\"\"\n세 켤레\",1000,KRW,2,5\n\
         3,A,양말,1000,KRW\n\
         4,A,\"양말\"x,1000,KRW,4,5\n\
         5,A,양말 5\",1000,KRW,5,5\n",
    );
    assert_eq!(read.ids(), ["2", "5"]);
    assert_eq!(
        read.drafts[0].name,
        Localized::from([("ko", "양말 \"두꺼운\" 세 켤레")])
    );
    assert_eq!(
        read.said(),
        [
            "a.csv:2 broken_quoting",
            "a.csv:5 wrong_width",
            "a.csv:6 broken_quoting"
        ]
    );
}

#[test]
fn broken_json_spoils_its_own_row() {
    let good = |id: u32| {
        format!(
            r#"{{"id":"{id}","seller":"A","name":{{"ko":"양말"}},"price":1000,"currency":"KRW","tax":"","skus":[{{"id":"{id}","stock":1}}]}}"#
        )
    };
    let lines = format!("{}\n{{\"id\":\n{}\n[1]\n{{\"idd\":1}}\n", good(1), good(2));
    let array = format!("[{},\n{{\"id\" 1}},\n{}]", good(1), good(2));
    let folder = folder(&[
        ("a.jsonl", lines.as_bytes()),
        (
            "b.json",
            array
                .replace("\"1\"", "\"3\"")
                .replace("\"2\"", "\"4\"")
                .as_bytes(),
        ),
    ]);
    let read = catalogue(folder.path(), None).expect("readable");
    assert_eq!(read.ids(), ["1", "2", "3", "4"]);
    assert_eq!(
        read.said(),
        [
            "a.jsonl:2 broken_json",
            "a.jsonl:4 broken_json",
            "a.jsonl:5 broken_json",
            "b.json:2 broken_json"
        ]
    );
}

#[test]
fn bytes_that_are_no_text_spoil_their_own_row() {
    let mut utf8 = format!("{HEADER}1,A,양말,1000,KRW,1,5\n2,A,장갑,1000,KRW,2,5\n").into_bytes();
    let at = utf8.len() - 20;
    utf8[at] = 0xFF;
    let one = folder(&[("a.csv", &utf8)]);
    let told = |path: &std::path::Path, label: &str| {
        let mapping = format!(
            "[files]\nencoding = \"{label}\"\n[product]\nid = \"id\"\nseller = \"seller\"\nname.ko = \"name_ko\"\n\
             price = \"price\"\ncurrency = \"currency\""
        );
        catalogue(path, Some(&mapping)).expect("readable")
    };
    let read = told(one.path(), "utf-8");
    assert_eq!(
        (read.ids(), read.said()),
        (vec!["1"], vec!["a.csv:3 undecodable".to_owned()])
    );
    let mut korean = encoding_rs::EUC_KR
        .encode(&format!("{HEADER}1,A,양말,1000,KRW,1,5\n2,A,장갑"))
        .0
        .into_owned();
    korean.extend(b"\xFF\xFF,1000,KRW,2,5\n");
    let two = folder(&[("a.csv", &korean)]);
    let read = told(two.path(), "euc-kr");
    assert_eq!(
        (read.ids(), read.said()),
        (vec!["1"], vec!["a.csv:3 undecodable".to_owned()])
    );
}

#[test]
fn lines_of_one_product_are_its_skus_and_may_leave_the_rest_blank() {
    let read = read(
        "1,A,양말,1000,KRW,1-S,5\n\
         1,,,,,1-M,6\n\
         1,A,양말,1200,KRW,1-L,7\n\
         2,A,장갑,1000,KRW,2,1\n\
         3,A,장갑,1000,KRW,3,1\n\
         3,,,,,3,1\n",
    );
    assert_eq!(read.ids(), ["1", "2"]);
    let skus: Vec<(&str, u32)> = read.drafts[0]
        .skus
        .iter()
        .map(|sku| (sku.id.as_str(), sku.stock))
        .collect();
    assert_eq!(skus, [("1-S", 5), ("1-M", 6)]);
    assert_eq!(
        read.said(),
        ["a.csv:4 conflicting_lines", "a.csv:6 duplicate_sku"]
    );
}

#[test]
fn repeated_ids_are_settled_as_the_mapping_says() {
    let first = "id,shop,name,price\n1,A,old,100\n2,A,old,100\n1,A,newer,200\n";
    let second = "id,shop,name,price\n2,A,new,0\n1,A,new,300\n";
    let folder = folder(&[("1.csv", first.as_bytes()), ("2.csv", second.as_bytes())]);
    let table = [
        (
            "refuse",
            vec!["1 old", "2 old"],
            vec![
                "1.csv:4 duplicate_product",
                "2.csv:2 price_zero",
                "2.csv:3 duplicate_product",
            ],
        ),
        ("first", vec!["1 old", "2 old"], vec![]),
        ("last", vec!["2 old", "1 new"], vec!["2.csv:2 price_zero"]),
    ];
    for (duplicates, expected, said) in table {
        let mapping = format!(
            "[product]\nduplicates = \"{duplicates}\"\nid = \"id\"\nseller = \"shop\"\nname.ko = \"name\"\n\
             price = \"price\"\ncurrency = {{ value = \"KRW\" }}"
        );
        let read = catalogue(folder.path(), Some(&mapping)).expect("readable");
        let named = |draft: &intake::ProductDraft| {
            format!("{} {}", draft.id, draft.name.best("ko").unwrap_or_default())
        };
        let named: Vec<String> = read.drafts.iter().map(named).collect();
        assert_eq!(
            (named, read.said()),
            (
                expected.into_iter().map(str::to_owned).collect(),
                said.into_iter().map(str::to_owned).collect()
            ),
            "{duplicates}"
        );
    }
}

#[test]
fn what_is_not_as_said_stops_the_import_with_a_hint() {
    let faults = |files: &[(&str, &[u8])], mapping: Option<&str>| -> String {
        let folder = folder(files);
        let fault: Fault = catalogue(folder.path(), mapping).expect_err("it cannot be read");
        fault
            .to_string()
            .replace(&folder.path().display().to_string(), "")
    };
    let mapped = "[product]\nid = \"id\"\nseller = \"shop\"\nname.ko = \"name\"\nprice = \"prise\"\ncurrency = { value = \"KRW\" }";
    assert_eq!(
        faults(&[("a.csv", b"id,shop,name,price\n")], Some(mapped)),
        "a.csv:1: there is no column `prise`; the nearest is `price` (column 4); the mapping wants it for price"
    );
    assert_eq!(
        faults(
            &[("a.json", br#"{"id":1,"shop":"A","name":"n","price":100}"#)],
            Some(mapped)
        ),
        "a.json:1: there is no column `prise`; the nearest is `/price`; the mapping wants it for price"
    );
    assert_eq!(
        faults(&[("a.csv", b"id,seller,price,currency,nmae_ko\n")], None),
        "a.csv:1: column 5 is `nmae_ko`, which is no column of ours; the nearest is `name_ko`, or write a mapping"
    );
    assert!(faults(&[("a.md", b"")], None).contains("no file here is meant by its ending"));
    assert!(faults(&[("a.tar.xz", b"no archive")], None).starts_with("a.tar.xz: "));
    let labelled = format!("[files]\nencoding = \"utf-88\"\n{mapped}");
    assert_eq!(
        faults(&[("a.csv", b"")], Some(&labelled)),
        "unknown encoding `utf-88`; did you mean `utf-8`?"
    );
    let uncut =
        format!("{mapped}\n[sku]\neach = \"sizes\"\nid = \"item\"").replace("prise", "price");
    assert!(
        faults(&[("a.csv", b"id,shop,name,price,sizes\n")], Some(&uncut)).contains("say `split`")
    );
    let named = mapped.replace("\"prise\"", "\"file:prise\"");
    let named = format!("[files]\ninclude = [\"{{price}}.csv\"]\n{named}");
    assert_eq!(
        faults(&[("9.csv", b"id,shop,name\n")], Some(&named)),
        "9.csv:1: there is no column `file:prise`; the nearest is `price` (column 1); the mapping wants it for price"
    );
}

#[test]
fn a_header_that_names_a_column_twice_is_refused_by_its_name() {
    let text = "id,seller,name_ko,price,currency,price\n1,A,양말,1000,KRW,900\n";
    let files = [("a.csv", text.as_bytes())];
    let fault = catalogue(folder(&files).path(), None).expect_err("which price?");
    assert_eq!(
        fault.to_string(),
        "a.csv:1: columns 4 and 6 are both called `price`; rename one"
    );
}
