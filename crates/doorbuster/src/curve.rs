//! `doorbuster curve`: what the last festival of a data folder took since its first bell, to lay the next one over it.

use anyhow::{Context, anyhow};
use clap::Parser;
use http::board::EarlierFestival;
use journal::{Access, FileReader};
use money::Currency;
use std::io::{self, Write};
use std::path::PathBuf;
use views::{BoardView, View};
use vocabulary::{Seq, Shard};

/// Write the curve of a data folder's last festival, which the board of a later one is compared with.
#[derive(Debug, Parser)]
#[command(after_help = "\
Examples:
  doorbuster curve --data last-year --name \"11.11 2025\" > last-year.json
      What last year's festival took, second by second.
  doorbuster serve --board-compare last-year.json
      The board draws this festival beside it.")]
pub struct Args {
    /// The data folder of the festival; its server may run.
    #[arg(long, value_name = "FOLDER", default_value = "doorbuster-data")]
    data: PathBuf,
    /// What the festival is called on the board.
    #[arg(long, value_name = "NAME", default_value = "Doorbuster")]
    name: String,
    /// In which currency.
    #[arg(long, value_name = "CODE", default_value = "KRW")]
    currency: Currency,
}

/// Runs the command.
///
/// # Errors
/// Damage, or a festival in which nothing was paid.
pub fn run(args: &Args) -> anyhow::Result<()> {
    crate::house::must_be_in(&args.data)?;
    let reader = FileReader::open(&args.data, Access::Direct)?;
    let mut board = BoardView::default();
    till::recover(Shard(0), &reader, None, Seq(0), |replayed| {
        let published = &replayed.published;
        for (seq, event) in published.events.iter() {
            board.fold(published.at, seq, event);
        }
    })?;
    let curve = EarlierFestival::of(&args.name, &board, args.currency);
    let curve = curve.ok_or_else(|| {
        anyhow!(
            "nothing was paid in {} yet, so there is no curve",
            args.currency.code()
        )
    })?;
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, &curve).context("the output cannot be written")?;
    writeln!(out).context("the output cannot be written")
}
