//! What can go wrong while the sandbox is opened or served.

use super::knobs::KnobFault;
use std::io;
use std::path::PathBuf;

/// The sandbox cannot be opened or served.
#[derive(Debug, thiserror::Error)]
pub enum SandboxFault {
    /// A file of its folder cannot be used.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another process has the books open.
    #[error("{}: another process has these books open", path.display())]
    Locked {
        /// The lock.
        path: PathBuf,
    },
    /// A line of the log, not its torn last one, cannot be read.
    #[error("{}: byte {offset}: {why}", path.display())]
    Damaged {
        /// The log.
        path: PathBuf,
        /// Where the line begins.
        offset: u64,
        /// What is wrong with it.
        why: String,
    },
    /// A knob of the configuration is out of bounds.
    #[error(transparent)]
    Knob(#[from] KnobFault),
    /// Callbacks cannot be sent from this machine.
    #[error("no HTTP client for callbacks: {0}")]
    Client(#[from] reqwest::Error),
    /// The socket failed.
    #[error("the sandbox's socket: {0}")]
    Socket(io::Error),
}
