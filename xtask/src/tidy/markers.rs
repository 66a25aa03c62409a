//! Rule: no unfinished or silenced code: `todo!`, `unimplemented!`, `dbg!`, `#[ignore]`.

use super::Violation;
use super::source::line_of;
use super::tree::Tree;

/// What may not stand in code, tests included, and how to mend it.
const MARKERS: [(&str, &str); 5] = [
    ("todo!", "build it, or do not offer it"),
    ("unimplemented!", "build it, or do not offer it"),
    ("dbg!", "take it out, or trace it"),
    ("#[ignore]", "make the test run everywhere, or delete it"),
    ("#[ignore =", "make the test run everywhere, or delete it"),
];

/// Finds the markers in code; comments and strings may name them.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (file, source) in tree.sources() {
        for (marker, mend) in MARKERS {
            for (place, _) in source.code.match_indices(marker) {
                let line = line_of(&source.code, place);
                violations.push(Violation::at(&file.path, line, format!("`{marker}`"), mend));
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_marker_is_found_in_code_and_tests_but_not_in_comments() {
        for (marker, _) in MARKERS {
            let code = format!("// {marker}\nlet a = \"{marker}\";\n{marker}");
            let found = check(&Tree::of(&[("tests/a.rs", &code)]));
            assert_eq!(found.len(), 1, "{marker}");
            assert_eq!(found[0].line, 3);
        }
    }
}
