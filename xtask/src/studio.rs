//! `cargo xtask shots`, `vitals` and `frames`: builds the binary and the room `studio`, and hands the rest of the line over.

use std::ffi::OsString;
use std::process::Command;

use anyhow::Result;

use crate::browser;
use crate::house::{cargo, root, target_folder};
use crate::steps::succeed;

/// Runs the task of this name in the studio with these words of the command line. With `--release` among them it is the
/// release binary that is looked at.
///
/// # Errors
/// When it cannot be built, or something is wrong on a page.
pub fn run(task: &str, words: &[OsString]) -> Result<()> {
    let release = words.iter().any(|word| word == "--release");
    let mut build = cargo(["build", "--package", "doorbuster", "--package", "studio"]);
    if release {
        build.arg("--release");
    }
    succeed(&mut build)?;
    let built = target_folder()?.join(if release { "release" } else { "debug" });
    let mut studio = Command::new(built.join("studio"));
    studio.current_dir(root()).arg(task);
    studio.args(words.iter().filter(|word| *word != "--release"));
    succeed(studio.env("CHROME", browser::ensure()?))
}
