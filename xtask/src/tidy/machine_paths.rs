//! Rule: no path of one developer's machine in the tree.

use super::Violation;
use super::tree::Tree;

/// Where such paths begin, spelled so that this file does not break its own rule.
pub fn roots() -> [String; 3] {
    ["work", "root", "home"].map(|folder| format!("/{folder}/"))
}

/// Finds the machine paths, in code, prose and comments alike.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let roots = roots();
    let mut violations = Vec::new();
    for file in &tree.files {
        for (line, text) in file.lines() {
            for root in roots.iter().filter(|root| begins_a_path(text, root)) {
                let what = format!("a path of one machine, `{root}`");
                let mend = "say it from the repository's root";
                violations.push(Violation::at(&file.path, line, what, mend));
            }
        }
    }
    violations
}

/// Whether the text holds `root` as the beginning of a path, not as a folder inside one.
fn begins_a_path(text: &str, root: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || "._-~*/{}".contains(c);
    text.match_indices(root)
        .any(|(place, _)| !text[..place].ends_with(inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_root_is_found_at_the_beginning_of_a_path_only() {
        for root in roots() {
            let text = format!("`{root}main`\nhttps://example.com{root}x\n..{root}y");
            let found = check(&Tree::of(&[("a.md", &text)]));
            assert_eq!(found.len(), 1, "{root}");
            assert_eq!(found[0].line, 1);
        }
    }
}
