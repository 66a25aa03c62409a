//! What a command costs as the shop fills up, and how long a restart takes as the journal grows. Beside each step the first
//! one, measured again in turns with it: a ratio of one is flat.

use crate::How;
use crate::figure::{Figure, Runs};
use crate::restart::restarted;
use crate::selling::{Mix, Source};
use crate::shop::Shop;
use anyhow::Context;
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What is asked.
#[derive(Debug, Args)]
pub struct Ask {
    /// Up to how many holds are open, in steps of ten from 10,000.
    #[arg(long, value_name = "COUNT", default_value_t = 100_000_000)]
    holds: u64,
    /// Up to how many deals there are, in steps of ten from 10.
    #[arg(long, value_name = "COUNT", default_value_t = 10_000_000)]
    deals: u64,
    /// Up to how large the journal grows, in gigabytes, in steps of two from an eighth.
    #[arg(long, value_name = "GB", default_value_t = 2)]
    journal_gb: u64,
    /// On whose disk the journal lies.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    #[command(flatten)]
    pub how: How,
}

const HOLDS_FROM: u64 = 10_000;
const DEALS_FROM: u64 = 10;
/// Deals where holds or the journal grow.
const DEALS: u64 = 10_000;
/// Commands of one measurement.
const COMMANDS: u64 = 200_000;
/// How much memory may be taken by what is to come, as a share of what is free: growing tables are copied.
const SHARE: f64 = 0.5;

/// How long a step of those who fill the journal takes: unpaid orders lapse and paid ones are filed, so that what is in
/// memory stays the same.
const STEP_MS: u64 = 1_200;
/// Commands behind the snapshot of a restart.
const BEHIND: u64 = 500_000;
/// About what a hold takes with everything, while tables grow.
const HOLD_BYTES: f64 = 100.0;
/// About what a deal takes with its SKU, while tables grow.
const DEAL_BYTES: f64 = 1_000.0;

/// Measures all three.
///
/// # Errors
/// When a shop or a disk fails.
pub fn run(ask: &Ask) -> anyhow::Result<Vec<Figure>> {
    let holds = tenfold(HOLDS_FROM, ask.holds);
    let busy = |holds| Busy::with(DEALS, holds);
    let mut figures = by_size(ask, "open holds", HOLD_BYTES, holds, busy)?;
    let deals = tenfold(DEALS_FROM, ask.deals);
    let busy = |deals| Busy::with(deals, HOLDS_FROM);
    figures.extend(by_size(ask, "deals", DEAL_BYTES, deals, busy)?);
    figures.extend(by_journal(ask)?);
    Ok(figures)
}

fn tenfold(from: u64, to: u64) -> impl Iterator<Item = u64> {
    std::iter::successors(Some(from), |last| last.checked_mul(10))
        .take_while(move |size| *size <= to)
}

/// A shop, and shoppers who come to it.
struct Busy {
    shop: Shop,
    source: Source,
}

impl Busy {
    fn with(deals: u64, holds: u64) -> anyhow::Result<Busy> {
        let mix = alike(deals)?;
        let mut busy = Busy {
            shop: Shop::in_memory(&mix)?,
            source: Source::of(mix, 1),
        };
        busy.shop.hold(&mut busy.source, holds, false)?;
        Ok(busy)
    }

    /// Nanoseconds for a command of those who buy.
    fn command_ns(&mut self) -> anyhow::Result<f64> {
        let (before, begun) = (self.shop.done(), Instant::now());
        self.shop.trade(&mut self.source, COMMANDS, 1)?;
        let ns = begun.elapsed().as_nanos() as f64;
        Ok(ns / (self.shop.done() - before) as f64)
    }
}

/// So many deals, all wanted alike.
fn alike(deals: u64) -> anyhow::Result<Mix> {
    let plain = Mix::named("hot").context("the mix is there")?;
    let skus = u32::try_from(deals).context("so many deals have no numbers")?;
    Ok(Mix { skus, ..plain })
}

/// What a command costs in a shop of each size, beside one of the first size.
fn by_size(
    ask: &Ask,
    what: &str,
    bytes: f64,
    mut sizes: impl Iterator<Item = u64>,
    busy: impl Fn(u64) -> anyhow::Result<Busy>,
) -> anyhow::Result<Vec<Figure>> {
    let Some(first) = sizes.next() else {
        return Ok(Vec::new());
    };
    let mut figures = Vec::new();
    for size in sizes {
        let name = format!("{size} {what}");
        if !there_is_room(&name, size as f64 * bytes)? {
            break;
        }
        eprintln!("{name}");
        let (mut little, mut much) = (busy(first)?, busy(size)?);
        let (mut ours, mut baseline) = (vec![], vec![]);
        for _ in 0..ask.how.runs {
            baseline.push(little.command_ns()?);
            ours.push(much.command_ns()?);
        }
        figures.push(Figure {
            name: format!("a command, {name}"),
            unit: "ns",
            ours: Runs::of(ours),
            baseline_name: format!("{first} {what}"),
            baseline: Runs::of(baseline),
        });
    }
    Ok(figures)
}

/// Whether so many bytes fit well into memory; says so when they do not.
fn there_is_room(name: &str, bytes: f64) -> anyhow::Result<bool> {
    let meminfo = fs::read_to_string("/proc/meminfo").context("no /proc/meminfo")?;
    let available = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"));
    let kilobytes = available.and_then(|line| line.split_whitespace().next());
    let free = kilobytes
        .context("no word of free memory")?
        .parse::<f64>()?
        * 1_024.0;
    let fits = bytes <= free * SHARE;
    if !fits {
        let [bytes, free] = [bytes, free].map(|bytes| bytes / f64::from(1 << 30));
        eprintln!(
            "stopping before {name}: they may take {bytes:.1} GiB of memory, and {free:.1} are free"
        );
    }
    Ok(fits)
}

/// How long a restart from a snapshot takes, the journal before it longer and longer, beside the shortest one.
fn by_journal(ask: &Ask) -> anyhow::Result<Vec<Figure>> {
    let place = tempfile::tempdir_in(&ask.folder).context("no folder for the journal")?;
    let bytes = ask.journal_gb * 1_000_000_000;
    let short = place.path().join("short");
    fill(&short, bytes / 8)?;
    let mut figures = Vec::new();
    for part in [4, 2, 1] {
        let (long, name) = (place.path().join("long"), gigabytes(bytes / part));
        fill(&long, bytes / part)?;
        let (mut ours, mut baseline) = (vec![], vec![]);
        for _ in 0..ask.how.runs {
            baseline.push(restarted(&short, false)?);
            ours.push(restarted(&long, false)?);
        }
        fs::remove_dir_all(&long).context("the journal stays")?;
        figures.push(Figure {
            name: format!("restart, a journal of {name}"),
            unit: "seconds",
            ours: Runs::of(ours),
            baseline_name: format!("a journal of {}", gigabytes(bytes / 8)),
            baseline: Runs::of(baseline),
        });
    }
    Ok(figures)
}

fn gigabytes(bytes: u64) -> String {
    format!("{:.2} GB", bytes as f64 / 1e9)
}

/// A journal of so many bytes, with a snapshot near its end.
fn fill(folder: &Path, bytes: u64) -> anyhow::Result<()> {
    eprintln!("a journal of {}", gigabytes(bytes));
    let mix = alike(DEALS)?;
    let (mut shop, mut source) = (Shop::on_disk(folder, &mix)?, Source::of(mix, 1));
    while shop.written() < bytes {
        shop.trade(&mut source, COMMANDS, STEP_MS)?;
    }
    shop.keep()?;
    shop.trade(&mut source, BEHIND, STEP_MS)
}
