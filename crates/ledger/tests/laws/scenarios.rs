//! The ledger obeys the specification: every table in `tests/scenarios`.

use crate::decider::Fast;
use model::{Decider, scenario};
use std::fs;
use std::path::Path;

#[test]
fn the_ledger_plays_every_scenario_as_it_is_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/scenarios");
    let files = fs::read_dir(&folder).expect("the scenarios stand in tests/scenarios");
    let mut played = 0;
    let mut failures = Vec::new();
    for file in files {
        let path = file.expect("the folder is readable").path();
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a scenario is text");
        let name = path.display().to_string();
        match scenario::run(&text, &name, &mut Fast::fresh()) {
            Ok(report) => played += report.scenarios,
            Err(failure) => failures.push(failure.to_string()),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(played > 0, "no scenario was found");
}
