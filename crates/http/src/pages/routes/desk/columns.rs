//! Which column of a file is which of our fields: found out by what columns are usually called, and
//! made into a mapping.

use crate::deeds::staff::ImportProblem;
use intake::{Mapping, Peek};
use std::fmt::Write;

/// Our fields with what their columns are called, in small letters without spaces.
const NAMES: [(&str, &[&str]); 17] = [
    (
        "deal",
        &["deal", "dealid", "딜", "딜번호", "特价", "特价编号"],
    ),
    (
        "sku",
        &[
            "sku",
            "skuid",
            "옵션코드",
            "상품코드",
            "품번",
            "规格编号",
            "商品编号",
        ],
    ),
    (
        "price",
        &[
            "price",
            "dealprice",
            "가격",
            "딜가",
            "특가",
            "판매가",
            "价格",
            "特价价格",
        ],
    ),
    ("currency", &["currency", "통화", "货币", "币种"]),
    (
        "allotment",
        &[
            "allotment",
            "units",
            "quantity",
            "qty",
            "stock",
            "수량",
            "배정",
            "재고",
            "数量",
            "配额",
        ],
    ),
    (
        "start",
        &[
            "start",
            "starts",
            "startsat",
            "from",
            "시작",
            "시작일시",
            "开始",
            "开始时间",
        ],
    ),
    (
        "end",
        &[
            "end",
            "ends",
            "endsat",
            "to",
            "종료",
            "종료일시",
            "结束",
            "结束时间",
        ],
    ),
    ("limit", &["limit", "한도", "1인한도", "限购"]),
    (
        "hold",
        &["hold", "holdseconds", "holdminutes", "담기시간", "占位"],
    ),
    (
        "payment",
        &[
            "payment",
            "paymentminutes",
            "paymentseconds",
            "결제시한",
            "付款期限",
        ],
    ),
    (
        "deposit",
        &[
            "deposit",
            "depositminutes",
            "depositseconds",
            "입금시한",
            "转账期限",
        ],
    ),
    (
        "waitlist",
        &["waitlist", "waitlistmax", "대기", "대기인원", "候补"],
    ),
    ("members_only", &["membersonly", "회원전용", "仅限会员"]),
    ("verified_only", &["verifiedonly", "본인확인", "实名"]),
    ("deduct", &["deduct", "재고차감", "扣减"]),
    ("extensions", &["extensions", "연장횟수", "延长次数"]),
    (
        "extension",
        &["extension", "extensionseconds", "연장시간", "延长时间"],
    ),
];
/// The fields without which there is no deal.
const REQUIRED: [&str; 5] = ["sku", "price", "allotment", "start", "end"];
/// The fields that are spans of time.
const SPANS: [&str; 4] = ["hold", "payment", "deposit", "extension"];

/// Our fields with the columns that seem to be meant.
pub fn guessed(header: &[String]) -> Vec<(String, String)> {
    let plain = |text: &str| -> String {
        let letters = text
            .chars()
            .filter(|c| !c.is_whitespace() && !"_-()".contains(*c));
        letters.flat_map(char::to_lowercase).collect()
    };
    let meant = |names: &[&str]| {
        let fits = |column: &&String| names.contains(&plain(column).as_str());
        header.iter().find(fits).cloned().unwrap_or_default()
    };
    NAMES
        .iter()
        .map(|(field, names)| ((*field).to_owned(), meant(names)))
        .collect()
}

/// The first field that must have a column and has none.
pub fn missing(columns: &[(String, String)]) -> Option<&'static str> {
    let has = |field: &str| {
        columns
            .iter()
            .any(|(it, column)| it == field && !column.is_empty())
    };
    REQUIRED.into_iter().find(|field| !has(field))
}

/// The mapping of these columns, for a file that looks so.
///
/// # Errors
/// What the mapping's reader says, where a column has a name that cannot be said in one.
pub fn mapping_of(columns: &[(String, String)], peek: &Peek) -> Result<Mapping, String> {
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let mut toml = format!(
        "[files]\nencoding = {}\ndelimiter = {}\n[deal]\n",
        quoted(peek.encoding),
        quoted(&peek.delimiter.to_string())
    );
    for (field, column) in columns.iter().filter(|(_, column)| !column.is_empty()) {
        let pick = match span_unit(field, column) {
            Some(unit) => format!(
                "{{ template = {} }}",
                quoted(&format!("{{{column}}}{unit}"))
            ),
            None => quoted(column),
        };
        let _ = writeln!(toml, "{field} = {pick}");
    }
    Mapping::parse(&toml, "columns").map_err(|fault| fault.to_string())
}

/// A problem with its value as it stands in the file, without the unit that its column has.
pub fn as_written(columns: &[(String, String)], mut problem: ImportProblem) -> ImportProblem {
    let of_field = |(field, _): &&(String, String)| Some(field) == problem.field.as_ref();
    let column = columns.iter().find(of_field);
    let unit = column.and_then(|(field, column)| span_unit(field, column));
    if let Some(written) = unit.and_then(|unit| problem.value.strip_suffix(unit)) {
        problem.value = written.to_owned();
    }
    problem
}

/// The unit that a column of bare numbers has by its name.
fn span_unit(field: &str, column: &str) -> Option<&'static str> {
    let column = column.to_lowercase();
    let ends = |endings: [&str; 2]| endings.iter().any(|ending| column.ends_with(ending));
    match SPANS.contains(&field) {
        true if ends(["_seconds", "(초)"]) => Some("s"),
        true if ends(["_minutes", "(분)"]) => Some("m"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_that_leaves_is_known_when_it_comes_back() {
        let columns = guessed(&intake::DEAL_COLUMNS.map(str::to_owned));
        let known: Vec<&str> = columns.iter().map(|(field, _)| field.as_str()).collect();
        for column in intake::DEAL_COLUMNS {
            assert!(known.contains(&column), "{column}");
        }
        let itself = columns.iter().all(|(field, column)| field == column);
        assert!(itself, "{columns:?}");
    }

    #[test]
    fn columns_are_known_by_what_they_are_usually_called() {
        let header = [
            "옵션 코드",
            "딜가",
            "수량",
            "starts_at",
            "종료",
            "hold_seconds",
            "메모",
        ];
        let columns = guessed(&header.map(str::to_owned));
        assert_eq!(missing(&columns), None);
        let of = |field: &str| {
            let found = columns.iter().find(|(known, _)| known == field);
            found.map(|(_, column)| column.as_str())
        };
        assert_eq!(
            (of("sku"), of("start"), of("deal")),
            (Some("옵션 코드"), Some("starts_at"), Some(""))
        );
        assert_eq!(missing(&guessed(&["sku".to_owned()])), Some("price"));
    }

    #[test]
    fn a_mapping_is_made_of_any_column_that_can_be_called_something() {
        let peek = Peek {
            encoding: "EUC-KR",
            delimiter: '\t',
            header: Vec::new(),
            rows: 0,
            lines: Vec::new(),
        };
        let columns = [
            ("sku", "a \"b\"\\"),
            ("hold", "hold_seconds"),
            ("limit", ""),
        ];
        let columns = columns.map(|(field, column)| (field.to_owned(), column.to_owned()));
        mapping_of(&columns, &peek).expect("a mapping");
    }

    #[test]
    fn a_value_is_told_without_the_unit_of_its_column() {
        let columns = [("hold", "hold_seconds"), ("payment", "결제")];
        let columns = columns.map(|(field, column)| (field.to_owned(), column.to_owned()));
        let told = |field: &str, value: &str| {
            let problem = ImportProblem {
                line: 2,
                field: Some(field.to_owned()),
                column: None,
                value: value.to_owned(),
                cause: String::new(),
                help: String::new(),
            };
            as_written(&columns, problem).value
        };
        assert_eq!(told("hold", "<script>s"), "<script>");
        assert_eq!(told("hold", "15ss"), "15s");
        assert_eq!(told("payment", "30s"), "30s");
        assert_eq!(told("sku", "hats"), "hats");
    }
}
