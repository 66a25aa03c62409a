//! What is measured in a process of its own: how much memory a state takes, and how long a start lasts. Another process
//! has neither the memory that ours gave back nor what ours has read.

use crate::{folding, memory, restart};
use anyhow::{Context, ensure};
use clap::Subcommand;
use std::path::PathBuf;
use std::process::Command;

/// A measurement.
#[derive(Debug, Subcommand)]
pub enum Alone {
    /// The bytes that a state takes.
    Memory {
        /// Which.
        state: memory::State,
        /// Of how many.
        count: u64,
    },
    /// The bytes that the views take for so many open checkouts.
    Views {
        /// Of how many.
        count: u64,
    },
    /// The seconds until a ledger is ready.
    Restart {
        /// The data folder.
        folder: PathBuf,
        /// From the first command on, whatever snapshots there are.
        #[arg(long)]
        from_zero: bool,
    },
}

impl Alone {
    /// Measures, and prints the value.
    ///
    /// # Errors
    /// When the shop or the disk fails.
    pub fn run(self) -> anyhow::Result<()> {
        let value = match self {
            Alone::Memory { state, count } => memory::bytes(state, count)?,
            Alone::Views { count } => folding::bytes(count)?,
            Alone::Restart { folder, from_zero } => restart::seconds(&folder, from_zero)?,
        };
        println!("{value}");
        Ok(())
    }
}

/// What another process of this program measures with these words.
///
/// # Errors
/// When it fails or prints no number.
pub fn measured(words: &[&str]) -> anyhow::Result<f64> {
    let mut us = Command::new(std::env::current_exe().context("where are we?")?);
    let output = us.arg("alone").args(words).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "`alone {}` failed: {said}",
        words.join(" ")
    );
    let value = String::from_utf8_lossy(&output.stdout);
    value.trim().parse().context("it printed no number")
}
