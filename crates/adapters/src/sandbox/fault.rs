//! What may go wrong with the sandbox itself, as against payments it refuses.

use std::path::PathBuf;

/// The sandbox cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum SandboxFault {
    /// A file of its folder cannot be used.
    #[error("the sandbox cannot use {path}: {cause}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The log is damaged before its last line.
    #[error("the sandbox's log {path} is damaged in line {line}: {cause}")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        cause: String,
    },
    /// The HTTP client for callbacks cannot be made.
    #[error("the sandbox cannot call back: {0}")]
    Client(reqwest::Error),
    /// The listener failed.
    #[error("the sandbox cannot listen: {0}")]
    Listener(std::io::Error),
}
