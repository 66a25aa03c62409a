//! `cargo xtask prove`: the long proofs, one after the other. Each has a short form in `cargo xtask test`.

use crate::steps::Steps;
use crate::{planted, sim};
use anyhow::Result;

/// How many worlds are run where nobody asks for hours.
const WORLDS: u64 = 1_000;

/// Runs every proof; worlds for so many hours, if any are given.
///
/// # Errors
/// The first proof that fails ends the run and is named.
pub fn run(hours: Option<u64>) -> Result<()> {
    let mut steps = Steps::default();
    let mut worlds = sim::worlds();
    match hours {
        Some(hours) => worlds.args(["--hours", &hours.to_string()]),
        None => worlds.args(["--seeds", &WORLDS.to_string()]),
    };
    steps.command("sim", &mut worlds)?;
    steps.step("planted", "every planted fault is noticed", || {
        planted::run(None)
    })?;
    println!("\n{}", steps.table());
    Ok(())
}
