//! Rule: every local link in Markdown leads to a file or folder of the tree, and to a heading that
//! is there. Links to the web are not followed.

use super::Violation;
use super::tree::{File, Tree};

/// Finds the local links that lead nowhere.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let pages = tree.files.iter().filter(|file| file.path.ends_with(".md"));
    pages.flat_map(|page| dead_links(tree, page)).collect()
}

fn dead_links(tree: &Tree, page: &File) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (line, text) in prose(page) {
        for target in targets(text) {
            if let Some(what) = fault(tree, page, target) {
                let mend = "mend the link, or write what it points to";
                violations.push(Violation::at(&page.path, line, what, mend));
            }
        }
    }
    violations
}

/// The lines outside fenced blocks.
fn prose(page: &File) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    page.lines().filter(move |(_, text)| {
        let fence = text.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    })
}

/// What the links of a line point to: `[text](target)` and `[name]: target`, code spans left out.
fn targets(text: &str) -> Vec<&str> {
    let outside_code = text.split('`').step_by(2);
    let inline = outside_code.flat_map(|part| part.split("](").skip(1));
    let mut found: Vec<&str> = inline
        .filter_map(|rest| rest.split([')', ' ']).next())
        .collect();
    if text.starts_with('[')
        && let Some((_, target)) = text.split_once("]: ")
    {
        found.push(target.trim());
    }
    found
}

fn fault(tree: &Tree, page: &File, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, heading) = target.split_once('#').unwrap_or((target, ""));
    let path = match path {
        "" => page.path.clone(),
        path => resolve(&page.path, path),
    };
    if !tree.holds(&path) {
        return Some(format!("the link to `{target}` leads nowhere"));
    }
    let file = tree.file(&path).filter(|_| !heading.is_empty())?;
    let there = prose(file).any(|(_, text)| anchor(text).as_deref() == Some(heading));
    let checked = path.ends_with(".md") && !there;
    checked.then(|| format!("`{path}` has no heading `#{heading}`"))
}

/// The path from the root that a link on a page means; one that leaves the tree stays unresolved.
fn resolve(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = match link.starts_with('/') {
        true => Vec::new(),
        false => page.split('/').collect(),
    };
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The anchor that GitHub gives a heading.
fn anchor(line: &str) -> Option<String> {
    let title = line.trim_start_matches('#').strip_prefix(' ')?;
    let kept = |c: &char| c.is_alphanumeric() || "-_ ".contains(*c);
    let plain: String = title.trim().chars().filter(kept).collect();
    line.starts_with('#')
        .then(|| plain.to_lowercase().replace(' ', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let tree = Tree::of(&[
            ("docs/guide/import.md", text),
            ("docs/guide/other.md", "# Files in, rows out\n"),
            ("README.md", "# Doorbuster\n"),
        ]);
        check(&tree).into_iter().map(|found| found.what).collect()
    }

    #[test]
    fn links_to_files_folders_and_headings_that_are_there_are_fine() {
        let text = "# Here\n[a](other.md) [b](../../README.md#doorbuster) [c](..) [d](#here)\n\
                    [`e`](other.md#files-in-rows-out) [f](https://example.com/x.md)\n[g]: other.md\n";
        assert_eq!(found(text), Vec::<String>::new());
    }

    #[test]
    fn a_link_that_leads_nowhere_is_found_in_each_way_of_writing_it() {
        for text in [
            "[a](gone.md)",
            "![a](gone.md \"b\")",
            "[`a`](gone.md)",
            "[a]: gone.md",
        ] {
            assert_eq!(
                found(text),
                ["the link to `gone.md` leads nowhere"],
                "{text}"
            );
        }
        assert_eq!(
            found("[a](../../../README.md)").len(),
            1,
            "outside the tree"
        );
    }

    #[test]
    fn a_heading_that_is_not_there_is_found() {
        assert_eq!(
            found("[a](other.md#gone)"),
            ["`docs/guide/other.md` has no heading `#gone`"]
        );
    }

    #[test]
    fn what_stands_in_code_is_no_link() {
        assert_eq!(
            found("`[a](gone.md)`\n```\n[b](gone.md)\n```\n"),
            Vec::<String>::new()
        );
    }
}
