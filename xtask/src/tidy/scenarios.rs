//! Rule: the scenario tables are there, and a test reads their folder.

use super::Violation;
use super::tree::Tree;

const FOLDER: &str = "tests/scenarios/";

/// Finds a missing or an unread folder of scenarios.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let tables = tree.paths().filter(|path| is_table(path)).count();
    let read = tree
        .sources()
        .any(|(file, _)| reads_tables(&file.path, &file.text));
    let what = match (tables, read) {
        (0, _) => "there is no scenario table",
        (_, false) => "no test reads the scenario tables",
        (_, true) => return Vec::new(),
    };
    let mend = "keep `*.txt` tables there and a test that lists the folder and runs each";
    vec![Violation::at(FOLDER, 1, what, mend)]
}

fn is_table(path: &str) -> bool {
    let inside = path.starts_with(FOLDER) || path.contains(&format!("/{FOLDER}"));
    inside && path.ends_with(".txt")
}

fn reads_tables(path: &str, text: &str) -> bool {
    !path.starts_with("xtask/") && text.contains("scenarios\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUNNER: (&str, &str) = ("crates/ledger/tests/tables.rs", "root.join(\"scenarios\")");
    const TABLE: (&str, &str) = ("tests/scenarios/holds.txt", "open deal");

    #[test]
    fn tables_without_a_runner_and_a_runner_without_tables_are_found() {
        assert_eq!(check(&Tree::of(&[TABLE])).len(), 1);
        assert_eq!(check(&Tree::of(&[RUNNER])).len(), 1);
    }

    #[test]
    fn tables_that_a_test_reads_are_fine() {
        assert_eq!(check(&Tree::of(&[TABLE, RUNNER])), []);
    }
}
