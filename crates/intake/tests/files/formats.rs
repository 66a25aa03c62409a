//! Every format in every encoding gives the same products.

use crate::desk::{catalogue, folder};
use encoding_rs::{EUC_KR, Encoding, GBK, UTF_8, WINDOWS_1252};
use intake::{
    Localized, Mapping, ProductDraft, ProductJsonLines, SkuDraft, Source, read_documents,
    read_products,
};
use money::{Amount, Currency};
use std::io::Write;
use vocabulary::Tax;

const MAPPING: &str = r#"
    [product]
    id = "id"
    seller = "shop"
    name.ko = "name"
    price = "price"
    currency = { value = "KRW" }
    colours = { column = "colours", split = "/" }
    [sku]
    each = "sizes"
    split = "/"
    id = { template = "{row:id}-{item}" }
    option.ko = "item"
    stock = { value = "3" }
"#;

/// Names that the encoding can write.
fn names(encoding: &'static Encoding) -> [&'static str; 2] {
    match encoding {
        e if e == GBK => ["秋季格子羊毛围巾加厚款", "冬季袜子三双装，包邮到家"],
        e if e == WINDOWS_1252 => [
            "\u{c9}charpe \u{e0} carreaux tr\u{e8}s l\u{e9}g\u{e8}re",
            "B\u{e9}ret na\u{ef}f d'\u{e9}t\u{e9}",
        ],
        _ => ["가을 체크 머플러 두꺼운 울", "겨울 양말 세 켤레와 장갑"],
    }
}

fn table(delimiter: &str, names: [&str; 2]) -> String {
    let row = |cells: [&str; 6]| cells.join(delimiter) + "\n";
    row(["id", "shop", "name", "price", "colours", "sizes"])
        + &row(["1", "A", names[0], "12900", "red/blue", "S/M"])
        + &row(["2", "B", names[1], "5000", "", ""])
}

fn documents(names: [&str; 2]) -> [String; 2] {
    [
        format!(
            r#"{{"id":1,"shop":"A","name":"{}","price":12900.00,"colours":"red/blue","sizes":"S/M"}}"#,
            names[0]
        ),
        format!(
            r#"{{"id":"2","shop":"B","name":"{}","price":"5,000","colours":null}}"#,
            names[1]
        ),
    ]
}

fn expected(names: [&str; 2]) -> Vec<ProductDraft> {
    let product = |id: &str, seller: &str, name: &str, price| ProductDraft {
        id: id.into(),
        seller: seller.into(),
        name: Localized::from([("ko", name)]),
        description: Localized::default(),
        category: Vec::new(),
        brand: None,
        price: Amount(price),
        list_price: None,
        currency: Currency::KRW,
        tax: Tax::Included {
            basis_points: 1_000,
        },
        colours: Vec::new(),
        pictures: Vec::new(),
        skus: vec![SkuDraft {
            id: id.into(),
            option: Localized::default(),
            stock: 0,
        }],
    };
    let size = |size: &str| SkuDraft {
        id: format!("1-{size}"),
        option: Localized::from([("ko", size)]),
        stock: 3,
    };
    let mut first = product("1", "A", names[0], 12_900);
    first.colours = vec!["red".into(), "blue".into()];
    first.skus = vec![size("S"), size("M")];
    vec![first, product("2", "B", names[1], 5_000)]
}

fn utf16(text: &str, mark: bool) -> Vec<u8> {
    let units = mark
        .then_some(0xFEFF)
        .into_iter()
        .chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// The text in each encoding: its label when it must be told, the bytes and the names in it.
fn encoded(text: impl Fn([&str; 2]) -> String) -> Vec<(&'static str, Vec<u8>, [&'static str; 2])> {
    let korean = names(UTF_8);
    let mut all = vec![
        ("utf-8", text(korean).into_bytes(), korean),
        (
            "utf-8",
            format!("\u{feff}{}", text(korean)).into_bytes(),
            korean,
        ),
        ("utf-16le", utf16(&text(korean), true), korean),
        ("utf-16le", utf16(&text(korean), false), korean),
    ];
    for (label, encoding) in [("euc-kr", EUC_KR), ("gbk", GBK), ("latin-1", WINDOWS_1252)] {
        let names = names(encoding);
        let bytes = encoding.encode(&text(names)).0.into_owned();
        all.push((label, bytes, names));
    }
    all
}

/// Reads the bytes under a name with the encoding detected and told.
fn check(name: &str, label: &str, bytes: &[u8], names: [&str; 2]) {
    let folder = folder(&[(name, bytes)]);
    let told = format!("[files]\nencoding = \"{label}\"\n{MAPPING}");
    for mapping in [MAPPING, &told] {
        let read = catalogue(folder.path(), Some(mapping)).expect("a readable file");
        assert_eq!(read.said(), [""; 0], "{name} {label}");
        assert_eq!(read.drafts, expected(names), "{name} {label}");
    }
}

#[test]
fn tables_in_every_encoding_give_the_same_products() {
    for (name, delimiter) in [("a.csv", ","), ("a.csv", ";"), ("a.tsv", "\t")] {
        for (label, bytes, names) in encoded(|names| table(delimiter, names)) {
            check(name, label, &bytes, names);
        }
    }
}

#[test]
fn documents_in_every_encoding_give_the_same_products() {
    let lines = |names: [&str; 2]| documents(names).join("\n") + "\n";
    let array = |names: [&str; 2]| format!("[\n{}\n]", documents(names).join(",\n"));
    for (label, bytes, names) in encoded(lines) {
        check("a.jsonl", label, &bytes, names);
        check("a.json", label, &bytes, names);
    }
    for (label, bytes, names) in encoded(array) {
        check("a.json", label, &bytes, names);
    }
}

#[test]
fn a_folder_and_an_archive_of_documents_give_the_same_products() {
    let names = names(UTF_8);
    let [one, two] = documents(names);
    let files: [(&str, &[u8]); 3] = [
        ("x/1.json", one.as_bytes()),
        ("x/2.json", two.as_bytes()),
        ("x/readme.md", b"no"),
    ];
    let loose = folder(&files);
    let mut packed = liblzma::write::XzEncoder::new(Vec::new(), 1);
    let mut tar = tar::Builder::new(&mut packed);
    tar.append_dir_all("y", loose.path())
        .expect("memory writes");
    tar.into_inner()
        .and_then(|packed| packed.flush())
        .expect("memory writes");
    let archive = folder(&[("all.tar.xz", &packed.finish().expect("memory writes"))]);
    for path in [
        loose.path().to_owned(),
        archive.path().to_owned(),
        archive.path().join("all.tar.xz"),
    ] {
        let mut read = catalogue(&path, Some(MAPPING)).expect("readable");
        read.drafts.sort_by(|a, b| a.id.cmp(&b.id));
        assert_eq!(read.drafts, expected(names), "{}", path.display());
    }
}

#[test]
fn rows_inside_a_document_are_found_by_their_pointer() {
    let names = names(UTF_8);
    let text = format!(
        "{{\"total\": 2,\n\"data\": {{\"rows\": [{}]}}}}",
        documents(names).join(",")
    );
    let folder = folder(&[("a.json", text.as_bytes())]);
    let mapping = format!("[files]\nrows = \"/data/rows\"\n{MAPPING}");
    let read = catalogue(folder.path(), Some(&mapping)).expect("readable");
    assert_eq!(read.drafts, expected(names));
}

#[test]
fn native_json_lines_need_no_mapping() {
    let names = names(UTF_8);
    let mut lines = ProductJsonLines::into(Vec::new());
    expected(names)
        .iter()
        .for_each(|draft| lines.write(draft).expect("memory writes"));
    let folder = folder(&[("a.jsonl", &lines.finish().expect("memory writes"))]);
    let read = catalogue(folder.path(), None).expect("readable");
    assert_eq!(read.drafts, expected(names));
}

#[test]
fn documents_of_any_shape_are_read_with_their_locations() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Seller {
        id: String,
        name: Localized,
    }
    let folder = folder(&[(
        "a.jsonl",
        b"{\"id\":\"a\",\"name\":{\"en\":\"A\"}}\n\n{\"id\":7}\n",
    )]);
    let source = Source::open(folder.path()).expect("a source");
    let (mut sellers, mut said) = (Vec::new(), Vec::new());
    let tally = read_documents::<Seller>(&source, &mut |row| match row {
        Ok(located) => sellers.push(located.draft),
        Err(problem) => said.push(format!("{} {}", problem.location, problem.cause.name())),
    });
    let seller = Seller {
        id: "a".into(),
        name: Localized::from([("en", "A")]),
    };
    assert_eq!(
        (sellers, said),
        (vec![seller], vec!["a.jsonl:3 broken_json".to_owned()])
    );
    assert_eq!(tally.expect("readable").rows, 2);
}

#[test]
fn native_columns_may_be_in_any_encoding_too() {
    let text = "id,seller,name_ko,price,currency\n1,무센트,체크 머플러,12900,KRW\n";
    let folder = folder(&[("a.csv", &EUC_KR.encode(text).0)]);
    let source = Source::open(folder.path()).expect("a source");
    for mapping in [Mapping::default().in_encoding("euc-kr"), Mapping::default()] {
        let mut names = Vec::new();
        let read = read_products(&source, Some(&mapping), &mut |row| {
            names.push(row.expect("a good row").draft.name);
        });
        read.expect("readable");
        assert_eq!(names, [Localized::from([("ko", "체크 머플러")])]);
    }
    let wrong = Mapping::parse("[deal]\nsku = \"s\"", "m.toml").expect("a good form");
    let fault = read_products(&source, Some(&wrong), &mut |_| {}).expect_err("no products");
    assert_eq!(
        fault.to_string(),
        "m.toml: the mapping has no [product] section"
    );
}
