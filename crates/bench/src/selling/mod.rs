//! The till in process: shoppers who hold, order and pay, everything on disk before it is answered; beside it the raw disk of the
//! same minute.

mod cohort;
mod cost;
mod drive;
mod mix;
mod stand;

use crate::beside::Beside;
use crate::disk;
use crate::figure::{Figure, Runs};
use anyhow::Context;
use drive::{Driven, Pace, drive};
use stand::Stand;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

pub use cohort::{Source, uuid7};
pub use cost::{processor_ns, run as cost};
pub use mix::{MIXES, Mix};
pub use stand::{furnishing, new_journal, now};

/// Bytes of a raw write: about what a full turn of the till writes.
const RAW_BYTES: usize = 256 << 10;
/// How long the raw disk is measured.
const RAW_SPAN: Duration = Duration::from_secs(1);

/// What is measured.
#[derive(Clone, Debug)]
pub struct Ask {
    /// What the shoppers buy.
    pub mix: Mix,
    /// Orders a second of an open loop; saturated without.
    pub rate: Option<f64>,
    /// How long a run lasts.
    pub span: Duration,
    /// How many runs.
    pub runs: u32,
    /// For how many orders memory is made ready before.
    pub room: usize,
    /// Who else sells.
    pub beside: Vec<Beside>,
}

/// Measures it in `folder`, on whose disk the journals lie.
///
/// # Errors
/// When a disk, a till or a shop fails. Who else sells and fails is named and left out.
pub fn run(mut ask: Ask, folder: &Path) -> anyhow::Result<Vec<Figure>> {
    let mut table = Table::default();
    for run in 0..ask.runs {
        let Mix { name, about, .. } = ask.mix;
        eprintln!("{name} ({about}): run {} of {}", run + 1, ask.runs);
        let place = tempfile::tempdir_in(folder).context("no folder for a run")?;
        let raw = disk::write(place.path(), RAW_BYTES, RAW_SPAN)?;
        let driven = once(&ask, &place.path().join("data"), u64::from(run))?;
        table.add(&driven, &raw);
        ask.beside
            .retain(|other| match table.sell(*other, folder, ask.span) {
                Ok(()) => true,
                Err(fault) => {
                    eprintln!("left out: {fault:#}");
                    false
                }
            });
    }
    Ok(table.figures(&ask))
}

fn once(ask: &Ask, data: &Path, seed: u64) -> anyhow::Result<Driven> {
    let stand = Stand::open(data, &ask.mix, ask.room)?;
    let mut source = Source::of(ask.mix, seed);
    let pace = ask.rate.map_or(Pace::Saturated, Pace::Rate);
    let driven = drive(&stand, &mut source, pace, ask.span)?;
    stand.close()?;
    if driven.refused > 0 {
        eprintln!("{} commands were not done", driven.refused);
    }
    Ok(driven)
}

/// Values by name, run by run.
#[derive(Default)]
struct Table {
    orders: Vec<f64>,
    payments: Vec<f64>,
    commands: Vec<f64>,
    latencies: [Vec<f64>; 3],
    writes: Vec<f64>,
    /// Orders of who else sells, by name.
    others: BTreeMap<String, Vec<f64>>,
    raw_latencies: [Vec<f64>; 3],
}

const QUANTILES: [(f64, &str); 3] = [(0.5, "p50"), (0.99, "p99"), (0.999, "p99.9")];

impl Table {
    fn add(&mut self, driven: &Driven, raw: &disk::Written) {
        self.orders.push(driven.a_second(driven.orders));
        self.payments.push(driven.a_second(driven.payments));
        self.commands.push(driven.a_second(driven.commands));
        self.writes.push(raw.bytes_a_second / RECORD_BYTES);
        for (place, (quantile, _)) in QUANTILES.into_iter().enumerate() {
            self.latencies[place].push(driven.latency_ms(quantile));
            let us = raw.latency_us.value_at_quantile(quantile);
            self.raw_latencies[place].push(us as f64 / 1_000.0);
        }
    }

    fn sell(&mut self, other: Beside, folder: &Path, span: Duration) -> anyhow::Result<()> {
        let place = tempfile::tempdir_in(folder)?;
        for sold in other.sell(place.path(), span)? {
            self.others
                .entry(sold.name)
                .or_default()
                .push(sold.orders_a_second);
        }
        Ok(())
    }

    fn figures(self, ask: &Ask) -> Vec<Figure> {
        let writes = Runs::of(self.writes);
        let counted = |what: &str, values: Vec<f64>| Figure {
            name: format!("{} {what}", ask.mix.name),
            unit: "a second",
            ours: Runs::of(values),
            baseline_name: "the raw disk, records of 128 B".to_owned(),
            baseline: writes.clone(),
        };
        let orders = Runs::of(self.orders.clone());
        let mut figures = vec![
            counted("orders", self.orders),
            counted("payments", self.payments),
            counted("commands", self.commands),
        ];
        figures.extend(self.others.into_iter().map(|(name, theirs)| Figure {
            name: format!("{} orders", ask.mix.name),
            unit: "a second",
            ours: orders.clone(),
            baseline_name: name,
            baseline: Runs::of(theirs),
        }));
        let latencies = self.latencies.into_iter().zip(self.raw_latencies);
        for ((_, name), (ours, raw)) in QUANTILES.into_iter().zip(latencies) {
            figures.push(Figure {
                name: format!("{} answered, {name}", ask.mix.name),
                unit: "ms",
                ours: Runs::of(ours),
                baseline_name: format!("the raw disk, 256 KiB, {name}"),
                baseline: Runs::of(raw),
            });
        }
        figures
    }
}

/// A record as the targets count them.
const RECORD_BYTES: f64 = 128.0;
