//! `cargo xtask test`: all that a change must pass, cheapest first, the tests last.
//!
//! The table of durations is printed before the tests run, so that the output ends with the test
//! runner's own closing line. The tests themselves live with what they test.

use anyhow::{Context, Result};

use crate::house::cargo;
use crate::steps::{Steps, succeed};
use crate::{browser, planted, scripts, tidy};

/// Runs every check and every test of the repository.
///
/// # Errors
/// The first step that fails ends the run and is named.
pub fn run() -> Result<()> {
    let mut steps = Steps::default();
    steps.command("format", &mut cargo(["fmt", "--all", "--check"]))?;
    steps.command("clippy", &mut clippy())?;
    steps.step("tidy", "the tree keeps the written rules", tidy::run)?;
    steps.step("scripts", "TypeScript agrees with web/", scripts::check)?;
    let chromium = steps.step("browser", "a Chromium for the page tests", browser::ensure)?;
    steps.command(
        "doc tests",
        &mut cargo(["test", "--workspace", "--doc", "--quiet"]),
    )?;
    steps.command("build tests", tests().arg("--no-run"))?;
    steps.command("scenes", scenes().env("CHROME", &chromium))?;
    steps.step("planted", "every planted fault is noticed", || {
        planted::run(None)
    })?;

    println!("\n{}", steps.table());
    steps.command("tests", tests().env("CHROME", chromium))
}

/// Runs the page tests so often, in a browser and without; `only` are words of the names of those that are run.
///
/// # Errors
/// The first run that fails ends it and is named.
pub fn repeat(times: u32, only: &[String]) -> Result<()> {
    let chromium = browser::ensure()?;
    succeed(page_tests().arg("--no-run"))?;
    for run in 1..=times {
        println!("\n=== run {run} of {times}");
        let mut tests = page_tests();
        tests.arg("--").args(only);
        succeed(tests.env("CHROME", &chromium))
            .with_context(|| format!("run {run} of {times} failed"))?;
    }
    Ok(())
}

/// Every page and every state with axe-core, on its own: three windows of a browser are work enough for a machine.
fn scenes() -> std::process::Command {
    let mut scenes = cargo(["test", "--workspace", "--quiet", "--test", "acceptance"]);
    scenes.args(["--", "scenes::"]);
    scenes.env("DOORBUSTER_SCENES", "some");
    scenes
}

/// Of the whole workspace, so that nothing is built with other features than for the other steps.
fn page_tests() -> std::process::Command {
    let mut tests = cargo(["test", "--workspace", "--quiet"]);
    tests.args(["--test", "acceptance", "--test", "routes"]);
    tests
}

fn clippy() -> std::process::Command {
    let mut command = cargo(["clippy", "--workspace", "--all-targets"]);
    command.args(["--", "-D", "warnings"]);
    command
}

/// Every test but the documentation's, whose runner closes for each crate anew.
fn tests() -> std::process::Command {
    cargo(["test", "--workspace", "--tests"])
}
