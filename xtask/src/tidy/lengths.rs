//! Rule: no Rust file over 1,000 lines.

use super::Violation;
use super::tree::Tree;

const LINES_MAX: usize = 1_000;

/// Finds the Rust files that are too long.
pub fn check(tree: &Tree) -> Vec<Violation> {
    tree.sources()
        .map(|(file, _)| (file, file.text.lines().count()))
        .filter(|(_, lines)| *lines > LINES_MAX)
        .map(|(file, lines)| {
            let what = format!("{lines} lines, more than {LINES_MAX}");
            Violation::at(&file.path, LINES_MAX, what, "split it by noun or by verb")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thousand_and_first_line_is_too_many() {
        let (full, over) = ("//\n".repeat(1_000), "//\n".repeat(1_001));
        let found = check(&Tree::of(&[("full.rs", &full), ("over.rs", &over)]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "over.rs");
    }
}
