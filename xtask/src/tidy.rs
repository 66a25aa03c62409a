//! `cargo xtask tidy`: the written rules about the tree, each enforced by one file in `tidy/`.
//!
//! A rule is a function from the tree to its violations and touches nothing. What the compiler or
//! clippy can hold stands in the workspace manifest instead.

mod architecture;
mod decisions;
mod floats;
mod functions;
mod headers;
mod lengths;
mod links;
mod machine_paths;
mod markers;
mod messages;
mod names;
mod notes;
mod scenarios;
mod source;
mod styles;
mod tree;
mod unwraps;
mod walls;

use std::fmt;

use anyhow::{Result, bail};

use crate::house;
use tree::Tree;

/// The rules, in the order in which their violations are printed.
const RULES: [fn(&Tree) -> Vec<Violation>; 16] = [
    architecture::check,
    walls::check,
    floats::check,
    names::check,
    headers::check,
    lengths::check,
    functions::check,
    markers::check,
    unwraps::check,
    notes::check,
    machine_paths::check,
    links::check,
    decisions::check,
    scenarios::check,
    styles::check,
    messages::check,
];

/// A place where the tree breaks a written rule.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Violation {
    /// The file, from the root folder, with forward slashes.
    path: String,
    /// The line, counted from 1.
    line: usize,
    what: String,
    mend: String,
}

/// Checks the whole tree and prints every violation.
///
/// # Errors
/// When there is a violation, or when the tree or cargo's metadata cannot be read.
pub fn run() -> Result<()> {
    let tree = Tree::read(&house::root(), house::rooms()?)?;
    let violations = check(&tree);
    for violation in &violations {
        println!("{violation}");
    }
    match violations.len() {
        0 => println!("tidy: {} files keep the rules", tree.files.len()),
        count => bail!("{count} violations of the written rules"),
    }
    Ok(())
}

fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations: Vec<_> = RULES.iter().flat_map(|rule| rule(tree)).collect();
    violations.dedup();
    violations
}

impl Violation {
    fn at(path: &str, line: usize, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Violation {
            path: path.to_owned(),
            line,
            what: what.into(),
            mend: mend.into(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Violation {
            path,
            line,
            what,
            mend,
        } = self;
        write!(out, "{path}:{line}: {what}: {mend}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_violation_says_where_what_and_how_to_mend_it() {
        let violation = Violation::at("a.rs", 3, "it is long", "cut it");
        assert_eq!(violation.to_string(), "a.rs:3: it is long: cut it");
    }

    #[test]
    fn a_line_that_breaks_a_rule_twice_is_told_once() {
        let tree = Tree::of(&[(
            "crates/ledger/src/a.rs",
            "//! A.\nuse std::fs::{File, read};",
        )]);
        let told = check(&tree)
            .into_iter()
            .filter(|found| found.path.ends_with("a.rs"));
        assert_eq!(told.count(), 1);
    }

    #[test]
    fn every_rule_is_run() {
        let tree = Tree::of(&[
            ("ARCHITECTURE.md", "# Architecture"),
            ("README.md", "[gone](gone.md)"),
            ("docs/adr/0001-x.md", "# X"),
            (
                "crates/ledger/src/utils.rs",
                "fn f(x: f64) { std::fs::read(x).unwrap(); dbg!() }",
            ),
            ("xtask/long-functions.txt", "a.rs gone 80"),
            (
                "docs/guide/a.md",
                &format!("{} {}", notes::WORDS[0], machine_paths::roots()[0]),
            ),
            ("crates/ledger/src/stock.rs", &"//!\n".repeat(1001)),
            ("web/styles/shop/a.css", ".gone { }"),
            ("crates/http/locales/ko/a.ftl", "gone = 없어요"),
        ]);
        let silent: Vec<usize> = (0..RULES.len())
            .filter(|&rule| RULES[rule](&tree).is_empty())
            .collect();
        assert_eq!(silent, Vec::<usize>::new(), "rules that found nothing");
    }
}
