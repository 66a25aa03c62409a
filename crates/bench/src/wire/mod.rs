//! Orders and payments over TCP, everything on disk before it is answered; beside them a hyper server
//! that does nothing, asked by the same clients in turns.

mod batch;
pub mod board;
mod buyer;
mod client;
mod cpu;
pub mod flood;
mod idle;
pub mod overload;
pub mod pages;
mod processors;
mod provider;
mod rush;
mod shelf;
mod stand;
mod talk;

use crate::figure::{Figure, Runs};
use anyhow::Context;
use batch::Batches;
use buyer::Buyers;
use client::{Driven, Load, drive};
use cpu::CpuUs;
use idle::{Again, Idle};
use stand::{ROOM, Stand};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A way to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// What it is called on the command line.
    pub name: &'static str,
    connections: usize,
    depth: usize,
    /// Each request is a batch.
    batches: bool,
}

/// Every way.
pub const WAYS: [Way; 5] = [
    Way {
        name: "single",
        connections: 512,
        depth: 1,
        batches: false,
    },
    Way {
        name: "single-64",
        connections: 64,
        depth: 1,
        batches: false,
    },
    Way {
        name: "pipelined-16",
        connections: 64,
        depth: 16,
        batches: false,
    },
    Way {
        name: "pipelined-64",
        connections: 64,
        depth: 64,
        batches: false,
    },
    Way {
        name: "batches",
        connections: 8,
        depth: 1,
        batches: true,
    },
];

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// How is asked.
    pub way: Way,
    /// Requests a second of an open loop; saturated without.
    pub rate: Option<f64>,
    /// How long a run lasts.
    pub span: Duration,
    /// How many runs.
    pub runs: u32,
}

impl Ask {
    fn load(&self) -> Load {
        Load {
            thread: "client",
            connections: self.way.connections,
            depth: self.way.depth,
            rate: self.rate,
            span: self.span,
        }
    }
}

/// Measures it in `folder`, on whose disk the journals lie.
///
/// # Errors
/// When a disk, a till, a server or a client fails.
pub fn run(ask: Ask, folder: &Path) -> anyhow::Result<Vec<Figure>> {
    let mut table = Table::default();
    for run in 0..ask.runs {
        eprintln!("{}: run {} of {}", ask.way.name, run + 1, ask.runs);
        let idle = ask_idle(&ask)?;
        let place = tempfile::tempdir_in(folder).context("no folder for a run")?;
        let (driven, cpu) = ask_shop(&ask, &place.path().join("data"), u64::from(run))?;
        if driven.counted.refused > 0 {
            eprintln!("{} requests were not done", driven.counted.refused);
        }
        table.add(&driven, &cpu, &idle);
    }
    Ok(table.figures(&ask))
}

fn ask_idle(ask: &Ask) -> anyhow::Result<(Driven, CpuUs)> {
    let idle = Idle::open()?;
    let mut looks = Vec::new();
    let driven = drive(
        idle.address,
        ask.load(),
        |_| Again::idle(),
        || looks.push(cpu::used()),
    )?;
    idle.close();
    Ok((driven, cpu::between(&looks[0], &looks[1])))
}

fn ask_shop(ask: &Ask, data: &Path, seed: u64) -> anyhow::Result<(Driven, CpuUs)> {
    let stand = Stand::open(data, ROOM)?;
    let shelf = Arc::new(stand.shelf.clone());
    let mut looks = Vec::new();
    let buyers = |n| Buyers::of(&shelf, seed << 32 | n as u64);
    let look = || looks.push(cpu::used());
    let driven = match ask.way.batches {
        false => drive(stand.address, ask.load(), buyers, look)?,
        true => drive(stand.address, ask.load(), |n| Batches::of(buyers(n)), look)?,
    };
    stand.close()?;
    Ok((driven, cpu::between(&looks[0], &looks[1])))
}

const QUANTILES: [(f64, &str); 3] = [(0.5, "p50"), (0.99, "p99"), (0.999, "p99.9")];

/// Values by name, run by run.
#[derive(Default)]
struct Table {
    rates: [Vec<f64>; 3],
    latencies: [Vec<f64>; 3],
    cpu: std::collections::BTreeMap<String, Vec<f64>>,
    idle_rate: Vec<f64>,
    idle_latencies: [Vec<f64>; 3],
    idle_cpu: Vec<f64>,
}

impl Table {
    fn add(&mut self, ours: &Driven, cpu: &CpuUs, idle: &(Driven, CpuUs)) {
        let counted = ours.counted;
        let counts = [counted.requests, counted.orders, counted.payments];
        for (rates, count) in self.rates.iter_mut().zip(counts) {
            rates.push(ours.a_second(count));
        }
        let (idle, idle_cpu) = idle;
        self.idle_rate.push(idle.a_second(idle.counted.requests));
        for (place, (quantile, _)) in QUANTILES.into_iter().enumerate() {
            self.latencies[place].push(ours.latency_ms(quantile));
            self.idle_latencies[place].push(idle.latency_ms(quantile));
        }
        for (thread, us) in cpu {
            let a_request = us / counted.requests as f64;
            self.cpu.entry(thread.clone()).or_default().push(a_request);
        }
        let us = idle_cpu.get("idle").copied().unwrap_or_default();
        self.idle_cpu.push(us / idle.counted.requests as f64);
    }

    fn figures(self, ask: &Ask) -> Vec<Figure> {
        let name = ask.way.name;
        let mut figures = Vec::new();
        let idle = Runs::of(self.idle_rate);
        for (what, values) in ["requests", "orders", "payments"]
            .into_iter()
            .zip(self.rates)
        {
            figures.push(Figure {
                name: format!("{name} {what}"),
                unit: "a second",
                ours: Runs::of(values),
                baseline_name: "hyper that does nothing, requests".to_owned(),
                baseline: idle.clone(),
            });
        }
        let latencies = self.latencies.into_iter().zip(self.idle_latencies);
        for ((_, quantile), (ours, idle)) in QUANTILES.into_iter().zip(latencies) {
            figures.push(Figure {
                name: format!("{name} answered, {quantile}"),
                unit: "ms",
                ours: Runs::of(ours),
                baseline_name: format!("hyper that does nothing, {quantile}"),
                baseline: Runs::of(idle),
            });
        }
        let idle = Runs::of(self.idle_cpu);
        for (thread, values) in self
            .cpu
            .into_iter()
            .filter(|(_, us)| us.iter().any(|us| *us > 0.005))
        {
            figures.push(Figure {
                name: format!("{name} CPU, thread {thread}"),
                unit: "us/request",
                ours: Runs::of(values),
                baseline_name: "hyper that does nothing".to_owned(),
                baseline: idle.clone(),
            });
        }
        figures
    }
}
