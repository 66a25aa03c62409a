//! Files of products and deals, in every format, with a mapping or without. The first byte says what it is; a mapping ends at the
//! first zero byte.

use intake::{DealDefaults, Mapping, Source, read_deals, read_products};

const ENDINGS: [&str; 4] = ["csv", "tsv", "json", "jsonl"];

/// Reads a file to its end; a fault or problems are fine.
pub(crate) fn read(bytes: &[u8]) {
    let Some((what, rest)) = bytes.split_first() else {
        return;
    };
    let (ending, deals, mapped) = (ENDINGS[usize::from(what % 4)], what & 4 > 0, what & 8 > 0);
    let (mapping, content) = match rest.iter().position(|byte| *byte == 0) {
        Some(end) if mapped => (&rest[..end], &rest[end + 1..]),
        _ => (&rest[..0], rest),
    };
    let mapping = std::str::from_utf8(mapping)
        .ok()
        .filter(|text| !text.is_empty());
    let mapping = match mapping.map(|text| Mapping::parse(text, "mapping.toml")) {
        Some(Err(_)) => return,
        Some(Ok(mapping)) => Some(mapping),
        None => None,
    };
    let source = Source::in_memory(&format!("rows.{ending}"), content.to_vec());
    // Whatever the rows are worth, what is counted was read.
    if deals {
        let defaults = DealDefaults::in_seoul();
        drop(read_deals(
            &source,
            mapping.as_ref(),
            &defaults,
            &mut |_| {},
        ));
    } else {
        drop(read_products(&source, mapping.as_ref(), &mut |_| {}));
    }
}
