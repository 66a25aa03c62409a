//! The scenario tables, played on the model: every table is obeyed, and nothing of the language
//! goes unshown.

use model::scenario::{Report, run};
use model::{Decider, Model};
use std::path::{Path, PathBuf};

fn tables() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/scenarios");
    let entries = std::fs::read_dir(&folder).expect("the folder of the tables");
    let mut tables: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry of the folder").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .collect();
    tables.sort();
    tables
}

#[test]
fn the_model_obeys_every_table_and_all_words_are_shown() {
    let mut shown = Report::default();
    let mut failures = String::new();
    for table in tables() {
        let text = std::fs::read_to_string(&table).expect("a table is text");
        let name = table.file_name().expect("a table has a name");
        match run(&text, &name.to_string_lossy(), &mut Model::fresh()) {
            Ok(report) => shown.add(report),
            Err(failure) => failures += &failure.to_string(),
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
    println!("{} scenarios, {} rows", shown.scenarios, shown.rows);
    let unshown = shown.unshown();
    assert!(unshown.is_empty(), "no scenario shows {unshown:?}");
}
