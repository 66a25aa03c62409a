//! Rule: every Rust file opens with `//!`, saying what lives there and what does not.

use super::Violation;
use super::tree::Tree;

/// Finds the Rust files without an opening line.
pub fn check(tree: &Tree) -> Vec<Violation> {
    tree.sources()
        .filter(|(file, _)| !says_something(&file.text))
        .map(|(file, _)| {
            let mend = "open with `//!` and a sentence on what lives here and what does not";
            Violation::at(&file.path, 1, "the file does not say what it is for", mend)
        })
        .collect()
}

fn says_something(text: &str) -> bool {
    text.strip_prefix("//! ")
        .is_some_and(|rest| !rest.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_opens_with_code_is_found() {
        let tree = Tree::of(&[("a.rs", "use b;"), ("c.rs", "//! D."), ("e.rs", "//!\n")]);
        let found = check(&tree);
        let paths: Vec<&str> = found.iter().map(|found| found.path.as_str()).collect();
        assert_eq!(paths, ["a.rs", "e.rs"]);
    }
}
