//! `cargo xtask bench`: builds the release binaries and hands the rest of the line to the room `bench`.

use crate::house::{cargo, target_folder};
use crate::steps::succeed;
use anyhow::Result;
use std::ffi::OsString;
use std::process::Command;

/// Runs the bench with these words of the command line.
///
/// # Errors
/// When it cannot be built or fails.
pub fn run(words: &[OsString]) -> Result<()> {
    let mut build = cargo(["build", "--release", "--package", "doorbuster"]);
    succeed(build.args(["--package", "bench"]))?;
    succeed(Command::new(target_folder()?.join("release/bench")).args(words))
}
