//! How long a restart takes with many open holds, from a snapshot and what the journal has behind it, and how fast a journal
//! is replayed from its first command on. Beside both the raw disk: the same bytes, read past the cache, for nothing.

use crate::How;
use crate::alone::measured;
use crate::disk;
use crate::figure::{Figure, Runs};
use crate::selling::{Mix, Source};
use crate::shop::{SHARD, Shop};
use anyhow::{Context, ensure};
use clap::Args;
use journal::{DataFolder, FileJournal, Journal, Layout, Options, SnapshotStore};
use std::path::{Path, PathBuf};
use std::time::Instant;
use vocabulary::Seq;

/// What is asked.
#[derive(Debug, Args)]
pub struct Ask {
    /// How many holds are open.
    #[arg(long, value_name = "COUNT", default_value_t = 10_000_000)]
    holds: u64,
    /// How many commands the journal has behind the snapshot; a server takes one every 2,000,000.
    #[arg(long, value_name = "COUNT", default_value_t = 1_000_000)]
    behind: u64,
    /// How many commands are replayed from the first one on.
    #[arg(long, value_name = "COUNT", default_value_t = 10_000_000)]
    replayed: u64,
    /// On whose disk it lies.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    #[command(flatten)]
    pub how: How,
}

/// Measures it.
///
/// # Errors
/// When a disk or a shop fails.
pub fn run(ask: &Ask) -> anyhow::Result<Vec<Figure>> {
    let place = tempfile::tempdir_in(&ask.folder).context("no folder for the journals")?;
    let (held, traded) = (place.path().join("held"), place.path().join("traded"));
    hold_open(&held, ask)?;
    let commands = trade(&traded, ask.replayed)?;
    let (mut ready, mut replays, mut ready_raw, mut replays_raw) = (vec![], vec![], vec![], vec![]);
    for run in 0..ask.how.runs {
        eprintln!("run {} of {}", run + 1, ask.how.runs);
        ready_raw.push(raw(&held)?);
        ready.push(restarted(&held, false)?);
        replays_raw.push(commands / raw(&traded)?);
        replays.push(commands / restarted(&traded, true)?);
    }
    Ok(vec![
        Figure {
            name: format!("restart, {} open holds", ask.holds),
            unit: "seconds",
            ours: Runs::of(ready),
            baseline_name: "the raw disk reads snapshot and tail".to_owned(),
            baseline: Runs::of(ready_raw),
        },
        Figure {
            name: "replay from the first command on".to_owned(),
            unit: "commands/s",
            ours: Runs::of(replays),
            baseline_name: "the raw disk reads the segments".to_owned(),
            baseline: Runs::of(replays_raw),
        },
    ])
}

/// A journal with a snapshot of so many open holds, and some trade behind it.
fn hold_open(folder: &Path, ask: &Ask) -> anyhow::Result<()> {
    eprintln!(
        "{} holds, {} commands behind the snapshot",
        ask.holds, ask.behind
    );
    let mix = Mix::named("zipf").context("the mix is there")?;
    let mut shop = Shop::on_disk(folder, &mix)?;
    let mut source = Source::of(mix, 1);
    shop.hold(&mut source, ask.holds, false)?;
    shop.keep()?;
    shop.trade(&mut source, ask.behind, 1)
}

/// A journal of so many commands of shoppers who buy, or a few more; how many it has.
fn trade(folder: &Path, commands: u64) -> anyhow::Result<f64> {
    eprintln!("{commands} commands to replay");
    let mix = Mix::named("zipf").context("the mix is there")?;
    let mut shop = Shop::on_disk(folder, &mix)?;
    shop.trade(&mut Source::of(mix, 1), commands, 1)?;
    Ok(shop.done() as f64)
}

/// The seconds until the ledger of a data folder is ready, in a process of its own.
///
/// # Errors
/// When that process fails.
pub fn restarted(folder: &Path, from_zero: bool) -> anyhow::Result<f64> {
    let folder = folder.to_str().context("the folder has a readable name")?;
    match from_zero {
        true => measured(&["restart", folder, "--from-zero"]),
        false => measured(&["restart", folder]),
    }
}

/// The same, in this process.
///
/// # Errors
/// When the journal or a snapshot cannot be read.
pub fn seconds(folder: &Path, from_zero: bool) -> anyhow::Result<f64> {
    for file in files(folder)? {
        disk::forget(&file)?;
    }
    let begun = Instant::now();
    let folder = DataFolder::open(folder)?;
    let snapshots = SnapshotStore::at(&folder.layout().snapshots);
    let opened = FileJournal::open(folder, Options::default())?;
    let snapshots = (!from_zero).then_some(&snapshots);
    let reader = opened.journal.reader();
    let recovered = till::recover(SHARD, &*reader, snapshots, Seq(u64::MAX), drop)?;
    let seconds = begun.elapsed().as_secs_f64();
    ensure!(
        recovered.unusable.is_empty() && recovered.snapshot.is_some() != from_zero,
        "the snapshot did not serve: {:?}",
        recovered.unusable
    );
    Ok(seconds)
}

/// The seconds in which the raw disk reads what a restart reads.
///
/// # Errors
/// When the disk fails.
pub fn raw(folder: &Path) -> anyhow::Result<f64> {
    let begun = Instant::now();
    for file in files(folder)? {
        disk::read(&file)?;
    }
    Ok(begun.elapsed().as_secs_f64())
}

/// What a restart reads of a data folder: snapshots, and segments that are not archived.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let layout = Layout::of(folder);
    let mut files = Vec::new();
    for folder in [layout.snapshots, layout.journal] {
        for entry in std::fs::read_dir(folder)? {
            files.push(entry?.path());
        }
    }
    Ok(files)
}
