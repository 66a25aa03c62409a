//! Rule: shipped functions keep to 70 lines, but for a list that may only shrink.
//!
//! The list is `xtask/long-functions.txt`: a line each of path, function and its lines today.

use std::collections::BTreeMap;

use super::Violation;
use super::source::{end_of_item, line_of, words};
use super::tree::Tree;

const LINES_MAX: usize = 70;
const LIST: &str = "xtask/long-functions.txt";
/// The entries that the list may have. This number may only go down.
const LISTED_MAX: usize = 0;

/// Finds the functions over the limit that are not listed, and the entries out of date.
pub fn check(tree: &Tree) -> Vec<Violation> {
    against(tree, LISTED_MAX)
}

fn against(tree: &Tree, listed_max: usize) -> Vec<Violation> {
    let long = long_functions(tree);
    let listed = listed(tree);
    let mut violations = unlisted(&long, &listed);
    violations.extend(stale(&long, &listed));
    if listed.len() > listed_max {
        let what = format!("{} entries, more than {listed_max}", listed.len());
        let mend = "split the function instead of listing it";
        violations.push(Violation::at(LIST, 1, what, mend));
    }
    violations
}

/// A function over the limit, or an entry of the list: its path and name.
type Place = (String, String);

/// Where it stands, and how many lines it has.
#[derive(Clone, Copy)]
struct Length {
    line: usize,
    lines: usize,
}

fn long_functions(tree: &Tree) -> BTreeMap<Place, Length> {
    let mut long = BTreeMap::new();
    for (file, source) in tree.sources() {
        for (name, length) in functions(&source.shipped) {
            if length.lines > LINES_MAX {
                long.insert((file.path.clone(), name.to_owned()), length);
            }
        }
    }
    long
}

/// Every function with a body or without one, by name.
fn functions(code: &str) -> Vec<(&str, Length)> {
    let all: Vec<(usize, &str)> = words(code).collect();
    all.windows(2)
        .filter(|pair| pair[0].1 == "fn" && code[pair[0].0 + 2..pair[1].0].trim().is_empty())
        .map(|pair| {
            let (start, end) = (pair[0].0, end_of_item(code, pair[0].0));
            let lines = 1 + code[start..end].matches('\n').count();
            let line = line_of(code, start);
            (pair[1].1, Length { line, lines })
        })
        .collect()
}

fn listed(tree: &Tree) -> BTreeMap<Place, Length> {
    let lines = tree.file(LIST).into_iter().flat_map(|file| file.lines());
    lines.filter_map(|(line, text)| entry(line, text)).collect()
}

fn entry(line: usize, text: &str) -> Option<(Place, Length)> {
    if text.starts_with('#') {
        return None;
    }
    let mut parts = text.split_whitespace().map(str::to_owned);
    let place = (parts.next()?, parts.next()?);
    let lines = parts.next()?.parse().ok()?;
    Some((place, Length { line, lines }))
}

fn unlisted(long: &BTreeMap<Place, Length>, listed: &BTreeMap<Place, Length>) -> Vec<Violation> {
    long.iter()
        .filter(|(place, _)| !listed.contains_key(place))
        .map(|((path, name), length)| {
            let what = format!("`{name}` has {} lines, more than {LINES_MAX}", length.lines);
            Violation::at(
                path,
                length.line,
                what,
                "split it by what it decides or does",
            )
        })
        .collect()
}

fn stale(long: &BTreeMap<Place, Length>, listed: &BTreeMap<Place, Length>) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (place, entry) in listed {
        let (path, name) = place;
        let (what, mend) = match long.get(place) {
            None => (
                format!("`{name}` in {path} is no longer long"),
                "remove the entry".to_owned(),
            ),
            Some(now) if now.lines > entry.lines => (
                format!("`{name}` has grown to {} lines", now.lines),
                "cut it back".to_owned(),
            ),
            Some(now) if now.lines < entry.lines => (
                format!("`{name}` has shrunk"),
                format!("write {} here", now.lines),
            ),
            Some(_) => continue,
        };
        violations.push(Violation::at(LIST, entry.line, what, mend));
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(lines: usize) -> String {
        format!("fn f(a: [u8; 2]) {{\n{}}}\n", "a;\n".repeat(lines - 2))
    }

    fn found(lines: usize, list: &str, listed_max: usize) -> Vec<String> {
        let tree = Tree::of(&[("src/a.rs", &function(lines)), (LIST, list)]);
        against(&tree, listed_max)
            .into_iter()
            .map(|found| found.what)
            .collect()
    }

    #[test]
    fn seventy_lines_are_fine_and_one_more_is_not() {
        assert_eq!(found(70, "", 0), Vec::<String>::new());
        assert_eq!(found(71, "", 0), ["`f` has 71 lines, more than 70"]);
    }

    #[test]
    fn a_listed_function_may_stay_but_not_grow_and_its_entry_shrinks_with_it() {
        assert_eq!(found(80, "src/a.rs f 80", 1), Vec::<String>::new());
        assert_eq!(found(81, "src/a.rs f 80", 1), ["`f` has grown to 81 lines"]);
        assert_eq!(found(79, "src/a.rs f 80", 1), ["`f` has shrunk"]);
        assert_eq!(
            found(9, "src/a.rs f 80", 1),
            ["`f` in src/a.rs is no longer long"]
        );
    }

    #[test]
    fn the_list_does_not_grow() {
        assert_eq!(
            found(80, "# why\nsrc/a.rs f 80", 0),
            ["1 entries, more than 0"]
        );
    }

    #[test]
    fn a_function_in_a_function_counts_by_itself_and_a_pointer_is_none() {
        let found =
            functions("fn a(b: fn(u8)) {\n    fn c() {\n    }\n}\ntrait D {\n    fn e();\n}");
        let lengths: Vec<_> = found
            .iter()
            .map(|(name, length)| (*name, length.lines))
            .collect();
        assert_eq!(lengths, [("a", 4), ("c", 2), ("e", 1)]);
    }
}
