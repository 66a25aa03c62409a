//! Rule: no float where money and stock are decided, neither its type nor its literal.

use super::Violation;
use super::source::{line_of, words};
use super::tree::Tree;

/// The rooms whose arithmetic is exact.
const EXACT: [&str; 4] = ["money", "vocabulary", "ledger", "model"];

/// A serializer has to name what it refuses.
const REFUSES: &str = "crates/vocabulary/src/fold.rs";

/// Finds the floats in what the exact rooms ship.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    let exact = tree.sources().filter(|(file, _)| is_exact(&file.path));
    for (file, source) in exact.filter(|(file, _)| file.path != REFUSES) {
        let code = &source.shipped;
        for (place, word) in words(code) {
            if is_float(code, place, word) {
                let mend = "count in whole units, checked";
                let line = line_of(code, place);
                violations.push(Violation::at(&file.path, line, "a float", mend));
            }
        }
    }
    violations
}

fn is_exact(path: &str) -> bool {
    let mut parts = path.split('/');
    parts.next() == Some("crates") && parts.next().is_some_and(|room| EXACT.contains(&room))
}

fn is_float(code: &str, place: usize, word: &str) -> bool {
    let is_type = word == "f32" || word == "f64";
    is_type
        || word.ends_with("f32") && is_number(word)
        || word.ends_with("f64") && is_number(word)
        || is_number(word) && has_fraction(code, place, word)
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && !word.starts_with("0x")
}

/// Whether digits follow behind a point, and no point stands before: `1.5`, but not `pair.0.1`.
fn has_fraction(code: &str, place: usize, word: &str) -> bool {
    let behind = code[place + word.len()..].strip_prefix('.');
    let digits = behind.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    digits && !code[..place].ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, code: &str) -> usize {
        check(&Tree::of(&[(path, code)])).len()
    }

    #[test]
    fn a_float_is_found_by_type_and_by_literal() {
        for code in ["let a: f64;", "b as f32", "let c = 1.5;", "let d = 2f64;"] {
            assert_eq!(found("crates/ledger/src/a.rs", code), 1, "{code}");
        }
    }

    #[test]
    fn whole_numbers_tuples_and_ranges_are_no_floats() {
        for code in ["pair.0.1", "0..5", "1.max(2)", "0xbf64", "xf64", "1_000"] {
            assert_eq!(found("crates/money/src/a.rs", code), 0, "{code}");
        }
    }

    #[test]
    fn rooms_that_decide_nothing_may_use_floats() {
        assert_eq!(found("crates/crowd/src/a.rs", "let a: f64 = 1.5;"), 0);
    }
}
