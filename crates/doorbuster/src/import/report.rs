//! What an import says: each problem where it stands, and a table at the end.

use crate::output::say;
use anyhow::Context;
use intake::{Location, RowProblem, Tally};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// How many problems are shown before the rest is only counted.
const SHOWN_MAX: u64 = 40;

/// Gathers problems: shows the first of them, writes all to a file where one is wanted.
pub(super) struct Problems {
    file: Option<BufWriter<File>>,
    said: u64,
    left_out: u64,
    kept: u64,
    /// The row that was counted last as kept.
    kept_last: Option<Location>,
}

impl Problems {
    pub(super) fn into(path: Option<&Path>) -> anyhow::Result<Problems> {
        let create = |path: &Path| {
            File::create(path).with_context(|| format!("{} cannot be written", path.display()))
        };
        let file = path.map(create).transpose()?.map(BufWriter::new);
        Ok(Problems {
            file,
            said: 0,
            left_out: 0,
            kept: 0,
            kept_last: None,
        })
    }

    /// A problem that the reader found; how many rows it left out, [`Problems::left`] tells.
    pub(super) fn take(&mut self, problem: &RowProblem) {
        let row = Some(&problem.location);
        if problem.kept && self.kept_last.as_ref() != row {
            self.kept += 1;
            self.kept_last = row.cloned();
        }
        self.say(&problem.to_string());
    }

    /// Counts the rows that the reader left out, for one row may have several problems.
    pub(super) fn left(&mut self, tally: &Tally) {
        self.left_out += tally.refused;
    }

    /// A problem that only the festival could find.
    pub(super) fn refuse(&mut self, place: &str, cause: &str) {
        self.refuse_rows(1, place, cause);
    }

    /// The same, where it keeps several rows out.
    pub(super) fn refuse_rows(&mut self, rows: u64, place: &str, cause: &str) {
        self.left_out += rows;
        self.say(&format!("{place}: {cause} (the row is left out)"));
    }

    /// What is to be known of a row that is not left out.
    pub(super) fn note(&mut self, line: &str) {
        self.say(line);
    }

    fn say(&mut self, line: &str) {
        if let Some(file) = &mut self.file {
            // A full disk under the report must not stop the import.
            let _ = writeln!(file, "{line}");
        }
        self.said += 1;
        if self.said <= SHOWN_MAX {
            eprintln!("{line}");
        } else if self.said == SHOWN_MAX + 1 {
            eprintln!("... more problems; `--problems FILE` keeps them all");
        }
    }

    /// How many rows stayed out.
    pub(super) fn left_out(&self) -> u64 {
        self.left_out
    }

    /// How many rows went in without a part.
    pub(super) fn kept(&self) -> u64 {
        self.kept
    }
}

/// Prints rows of name and number, in columns.
pub(super) fn table(title: &str, rows: &[(&str, u64)]) {
    say!("{title}");
    for (name, count) in rows {
        say!("  {name:<28} {count:>10}");
    }
}
