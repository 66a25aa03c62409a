//! What is wrong with a scenario, and exactly where: the table itself, or what the decider did.

use std::fmt;

/// One scenario went wrong here; the rest of that scenario was not played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct Fault {
    /// The line of the file, from 1.
    pub line: usize,
    /// The column of the line in characters, from 1.
    pub column: usize,
    /// What was expected and what was found.
    pub message: String,
}

/// At least one scenario of a file went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The file, as the caller named it.
    pub file: String,
    /// The first fault of each scenario that went wrong, with the scenario's title.
    pub faults: Vec<(String, Fault)>,
}

impl std::error::Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (title, fault) in &self.faults {
            let Fault {
                line,
                column,
                message,
            } = fault;
            writeln!(f, "{}:{line}:{column}: {message}", self.file)?;
            writeln!(f, "    in the scenario: {title}")?;
        }
        Ok(())
    }
}
