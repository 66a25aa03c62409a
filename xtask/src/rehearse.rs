//! `cargo xtask rehearse`: a festival at full size on the release binary, killed three times, and a thousand races for
//! the last unit.
//!
//! The runs are those of the acceptance tests, which make a short form of them on every change; what must hold afterwards
//! is the same. Here nothing is hurried: it takes about half an hour and prints what the crowd measured.

use crate::house::cargo;
use crate::steps::Steps;
use anyhow::Result;

/// What the acceptance tests look for to know that it is a rehearsal.
const REHEARSAL: &str = "DOORBUSTER_REHEARSAL";

/// Runs them one after the other.
///
/// # Errors
/// When something was lost, oversold or not as the crowd was told.
pub fn run() -> Result<()> {
    let mut steps = Steps::default();
    steps.command("build", acceptance().arg("--no-run"))?;
    for name in ["crash", "race"] {
        let mut run = acceptance();
        run.args(["--", "--nocapture", "--test-threads", "1"]);
        run.arg(format!("{name}::"));
        steps.command(name, run.env(REHEARSAL, "full"))?;
    }
    println!("\n{}", steps.table());
    Ok(())
}

/// The crash test with two hundred kills, at any moment under load.
pub fn kills() -> std::process::Command {
    let mut kills = acceptance();
    kills.args(["--", "--nocapture", "crash::"]);
    kills.env(REHEARSAL, "kills");
    kills
}

fn acceptance() -> std::process::Command {
    cargo([
        "test",
        "--release",
        "--package",
        "doorbuster",
        "--test",
        "acceptance",
    ])
}
