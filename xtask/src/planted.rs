//! `cargo xtask planted`: the code is broken on purpose, and the checkers must notice.
//!
//! The list is `tests/planted/faults.txt`. A copy of the tree gets all of its faults at once, each
//! behind a switch that is thrown when a program starts, so one build serves them all and the
//! product's own sources carry no trace. Without a fault the checkers must be content; with each of
//! them, the one that is named must fail.

mod copy;
mod list;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::house::{cargo, root, target_folder};
use crate::steps::succeed;
use list::{Checker, Planted};

/// Where the list lies.
const LIST: &str = "tests/planted/faults.txt";
/// Names the fault that a program plants in itself when it starts.
const SWITCH: &str = "DOORBUSTER_PLANTED";
/// How many worlds the sim may need to notice a fault.
const WORLDS_MAX: &str = "12";
/// How many worlds it must be content with when nothing is planted.
const WORLDS_SOUND: &str = "3";
/// How long a checker may take; far more than any does.
const PATIENCE: Duration = Duration::from_secs(300);
/// How often it is asked whether it is done.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// The rooms whose law tests notice faults that no world shows.
const LAWS: [&str; 4] = ["journal", "sim", "till", "vocabulary"];

/// Plants every fault, or the one of this number.
///
/// # Errors
/// When an anchor of the list does not fit the code any more, when the copy does not build, when a
/// checker fails without a fault, and when a fault goes unnoticed.
pub fn run(only: Option<usize>) -> Result<()> {
    let faults = read_list(&root())?;
    let ground = Ground {
        tree: target_folder()?.join("planted/tree"),
    };
    copy::copy_with(&faults, &root(), &ground.tree)?;
    ground.build()?;
    ensure!(
        ground.worlds(None, WORLDS_SOUND)?,
        "the sim fails though nothing is planted"
    );
    let mut unnoticed = Vec::new();
    for fault in faults
        .iter()
        .filter(|fault| only.is_none_or(|only| only == fault.number))
    {
        let noticed = ground.notices(fault)?;
        let (number, what, checker) = (fault.number, &fault.what, &fault.checker);
        println!(
            "{number:>4}  {}  {what} ({checker})",
            if noticed { "noticed" } else { "MISSED " }
        );
        if !noticed {
            unnoticed.push(number);
        }
    }
    ensure!(
        unnoticed.is_empty(),
        "nobody noticed the planted faults {unnoticed:?}"
    );
    Ok(())
}

fn read_list(root: &Path) -> Result<Vec<Planted>> {
    let path = root.join(LIST);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {LIST}"))?;
    list::parse(&text)
}

/// The copy that the faults are planted in, built.
struct Ground {
    tree: PathBuf,
}

impl Ground {
    fn build(&self) -> Result<()> {
        succeed(&mut self.cargo(["build", "--quiet", "--package", "sim"]))?;
        for room in LAWS {
            let mut build = self.cargo(["test", "--quiet", "--no-run", "--package", room]);
            succeed(build.arg("--tests"))?;
        }
        Ok(())
    }

    fn cargo<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = cargo(arguments);
        command.current_dir(&self.tree);
        command.env("CARGO_TARGET_DIR", self.tree.with_file_name("target"));
        // What is planted need not look well.
        command.env("RUSTFLAGS", "-A warnings");
        command
    }

    fn notices(&self, fault: &Planted) -> Result<bool> {
        match &fault.checker {
            Checker::Sim => Ok(!self.worlds(Some(fault.number), WORLDS_MAX)?),
            Checker::Law { room, test } => self.law_fails(fault.number, room, test),
        }
    }

    /// Whether so many worlds keep every promise.
    fn worlds(&self, fault: Option<usize>, count: &str) -> Result<bool> {
        let mut sim = Command::new(self.tree.with_file_name("target").join("debug/sim"));
        passes(sim.args(["--no-shrink", "--seeds", count]), fault)
    }

    fn law_fails(&self, fault: usize, room: &str, test: &str) -> Result<bool> {
        let mut law = self.cargo(["test", "--quiet", "--tests", "--package", room]);
        law.args(["--", test]);
        let sound = passes(&mut law, None)?;
        ensure!(
            sound,
            "the law `{test}` of {room} fails though nothing is planted"
        );
        Ok(!passes(&mut law, Some(fault))?)
    }
}

/// Whether a checker is content with such a fault planted. One that hangs is not.
fn passes(checker: &mut Command, fault: Option<usize>) -> Result<bool> {
    let number = fault.map_or(String::new(), |fault| fault.to_string());
    checker
        .env(SWITCH, number)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut running = checker.spawn().context("a checker cannot be started")?;
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if let Some(status) = running.try_wait()? {
            return Ok(status.success());
        }
        thread::sleep(LOOK_EVERY);
    }
    running.kill()?;
    running.wait()?;
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_anchor_of_the_list_fits_the_code_once() {
        let faults = read_list(&root()).unwrap();
        assert!(
            faults.len() >= 20,
            "only {} faults are planted",
            faults.len()
        );
        for (path, faults) in copy::by_file(&faults) {
            let source = std::fs::read_to_string(root().join(path)).unwrap();
            copy::plant(&source, &faults).unwrap();
        }
    }
}
