//! `cargo xtask sim`: hands the rest of the line to the room `sim`, with every assertion kept.

use crate::house::cargo;
use crate::steps::succeed;
use anyhow::Result;
use std::ffi::OsString;
use std::process::Command;

/// Runs the sim with these words of the command line.
///
/// # Errors
/// When it cannot be built, or when a world breaks a promise.
pub fn run(words: &[OsString]) -> Result<()> {
    succeed(worlds().args(words))
}

/// The sim, still without its words.
pub fn worlds() -> Command {
    cargo(["run", "--quiet", "--package", "sim", "--"])
}
