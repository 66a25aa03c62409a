//! Cells that a spreadsheet would take for a formula: told from one by an apostrophe when a file is written, and
//! told back when it is read again.

use std::borrow::Cow;

/// What opens a formula, or is dropped before one.
const OPENS: [u8; 6] = [b'=', b'+', b'-', b'@', b'\t', b'\r'];

/// A text for a cell of a file that people open: an apostrophe stands before what begins like a formula, and
/// before what would be taken for a formula that was told from one. Numbers below zero are none.
pub fn harmless(text: &str) -> Cow<'_, str> {
    match opens(text.trim_start_matches('\'').as_bytes()) && !is_number(text) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// True when the apostrophe that opens a cell is there because of what follows it.
pub(crate) fn is_told(cell: &[u8]) -> bool {
    let apostrophes = cell.iter().take_while(|byte| **byte == b'\'').count();
    apostrophes > 0 && opens(&cell[apostrophes..])
}

fn opens(text: &[u8]) -> bool {
    text.first().is_some_and(|first| OPENS.contains(first))
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or_default();
    let mut parts = digits.split('.');
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
    parts.clone().count() <= 2 && parts.all(are_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_told_from_one() {
        for formula in [
            "=1+1",
            "+82 10",
            "-1+cmd|' /C calc'!A0",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "-",
            "'=1+1",
            "''-5",
            "'-500",
        ] {
            let told = harmless(formula);
            assert_eq!(told, format!("'{formula}"));
            assert!(is_told(told.as_bytes()), "{told}");
        }
        for plain in ["홍길동", "-500", "-12.50", "'tis", "a=1", ""] {
            assert_eq!(harmless(plain), plain);
            assert!(!is_told(plain.as_bytes()), "{plain}");
        }
    }
}
