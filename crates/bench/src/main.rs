//! `cargo xtask bench WHAT`: what Doorbuster does in a second, beside what others do on the same
//! machine in the same minute. Here is the command line; each bench is a module.
//!
//! Machines differ and one machine differs from hour to hour, so every figure stands beside a
//! baseline that was measured in turns with it, and their ratio is what counts.

mod alone;
mod beside;
mod debian;
mod disk;
mod figure;
mod folding;
mod growth;
mod import;
mod memory;
mod restart;
mod selling;
mod shop;
mod soak;
mod wire;

use anyhow::{Context, ensure};
use beside::Beside;
use clap::{Args, Parser, Subcommand};
use figure::Figure;
use std::path::PathBuf;
use std::time::Duration;

/// The allocator of the product.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Figures of Doorbuster beside baselines of the same minute.
#[derive(Debug, Parser)]
#[command(
    bin_name = "cargo xtask bench",
    max_term_width = 100,
    after_help = "\
Examples:
  cargo xtask bench import
      Products a second from a CSV file into a festival.
  cargo xtask bench import --runs 5 --json > figures.jsonl
      One object a line: name, value, unit, baseline, ratio, runs.
  cargo xtask bench till --mix zipf
      How many orders and payments a second the till takes when shoppers crowd in.
  cargo xtask bench till --mix zipf --rate 583000 --seconds 60
      The peak of the original as an open loop, with its latencies.
  cargo xtask bench till --mix hot --beside postgres,redis
      One hot SKU, as PostgreSQL and Redis sell it and as the till does.
  cargo xtask bench views
      What the views take for an event, and for a checkout that is not paid yet.
  cargo xtask bench memory
      Bytes of memory for all that 10,000,000 shoppers have in hand.
  cargo xtask bench restart --holds 10000000
      How long the shop is shut when the server starts anew.
  cargo xtask bench growth --journal-gb 20
      Whether anything slows down as it fills up.
  cargo xtask bench soak --minutes 30
      Whether a server that is left alone grows.
  cargo xtask bench overload --check
      Whether three times what it can do leaves it doing what it can.
  cargo xtask bench board --rate 5000
      How long after an order the board shows it.
  cargo xtask bench flood --kind sold-out
      Whether a crowd at a deal that is sold out is noticed elsewhere.
  cargo xtask bench pages
      Pages a second, with and without compression."
)]
struct Cli {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// `doorbuster import catalogue` of a CSV file without pictures; beside it sqlite3's own `.import` of that file.
    Import {
        /// How many products the file has, each with three SKUs and a description.
        #[arg(long, value_name = "COUNT", default_value_t = 100_000)]
        products: u32,
        #[command(flatten)]
        how: How,
    },
    /// Processor time of an order by stage, without the queue; beside it a read that misses every cache.
    Cost {
        /// What the shoppers buy, as for `till`.
        #[arg(long, value_name = "NAME", default_value = "zipf", value_parser = mixes)]
        mix: Mixes,
        /// How many orders a run places.
        #[arg(long, value_name = "COUNT", default_value_t = 3_000_000)]
        orders: u64,
        /// On whose disk the journal lies.
        #[arg(long, value_name = "FOLDER", default_value = ".")]
        folder: PathBuf,
        #[command(flatten)]
        how: How,
    },
    /// Orders and payments a second in process, on disk before they are answered; beside them the raw disk.
    Till {
        /// What the shoppers buy: hot, zipf, now, lines, lapsing, million, deposits, or all.
        #[arg(long, value_name = "NAME", default_value = "all", value_parser = mixes)]
        mix: Mixes,
        /// Orders a second of an open loop, whose latencies count from when a shopper was due; without it as many as go.
        #[arg(long, value_name = "ORDERS")]
        rate: Option<f64>,
        /// How long a run lasts.
        #[arg(long, value_name = "SECONDS", default_value_t = 5)]
        seconds: u64,
        /// For how many orders memory is made ready before, as `ledger.room` of the product says.
        #[arg(long, value_name = "ORDERS", default_value_t = 4_000_000)]
        room: usize,
        /// What sells beside us; by default all of them where there is one hot SKU, else the disk alone.
        #[arg(long, value_name = "NAMES", value_delimiter = ',')]
        beside: Option<Vec<Beside>>,
        /// On whose disk the journals lie.
        #[arg(long, value_name = "FOLDER", default_value = ".")]
        folder: PathBuf,
        #[command(flatten)]
        how: How,
    },
    /// Nanoseconds of an event in all views in memory, bytes of an open checkout; beside them counting it, and its plain bytes.
    Views(folding::Ask),
    /// Bytes of memory for a hold, a request key, a checkout, an order; beside them the plain bytes of the fields.
    Memory(memory::Ask),
    /// Seconds from start to ready with many open holds, and commands replayed a second; beside them the raw disk.
    Restart(restart::Ask),
    /// Nanoseconds of a command as holds and deals grow, seconds of a restart as the journal grows; beside each the smallest.
    Growth(growth::Ask),
    /// Memory, descriptors and latency of a served festival while load rises and falls; beside the last waves the first.
    Soak(soak::Ask),
    /// Three times as much as the shop can do: what is still done, and how soon all is as it was; beside it the peak.
    Overload(wire::overload::Ask),
    /// Milliseconds from an acknowledged order to its figure on the board while others buy; beside them a server that only tells.
    Board(wire::board::Ask),
    /// Hopeless requests at one deal while others are bought; beside it a flood at a hyper server that does nothing.
    Flood(wire::flood::Ask),
    /// Pages of the shop a second, plain and compressed; beside them an axum server that answers the same bytes from memory.
    Pages(wire::pages::Ask),
    /// One measurement in a process of its own; other benches ask for it.
    #[command(hide = true, subcommand)]
    Alone(alone::Alone),
    /// Orders and payments a second over TCP, on disk before they are answered; beside them a hyper server that does nothing.
    Wire {
        /// How is asked: single, single-64, pipelined-16, pipelined-64, batches, or all.
        #[arg(long, value_name = "NAME", default_value = "all", value_parser = ways)]
        way: Ways,
        /// Requests a second of an open loop, whose latencies count from when a request was due; without it as many as go.
        #[arg(long, value_name = "REQUESTS")]
        rate: Option<f64>,
        /// How long a run lasts.
        #[arg(long, value_name = "SECONDS", default_value_t = 3)]
        seconds: u64,
        /// On whose disk the journals lie.
        #[arg(long, value_name = "FOLDER", default_value = ".")]
        folder: PathBuf,
        #[command(flatten)]
        how: How,
    },
}

/// The mixes that were chosen.
#[derive(Clone, Debug)]
struct Mixes(Vec<selling::Mix>);

fn mixes(name: &str) -> Result<Mixes, String> {
    if name == "all" {
        return Ok(Mixes(selling::MIXES.to_vec()));
    }
    let names: Vec<&str> = selling::MIXES.iter().map(|mix| mix.name).collect();
    let unknown = || format!("there are {} and all", names.join(", "));
    Ok(Mixes(vec![selling::Mix::named(name).ok_or_else(unknown)?]))
}

/// The ways that were chosen.
#[derive(Clone, Debug)]
struct Ways(Vec<wire::Way>);

fn ways(name: &str) -> Result<Ways, String> {
    let all = wire::WAYS.into_iter();
    let chosen: Vec<wire::Way> = all
        .filter(|way| name == "all" || way.name == name)
        .collect();
    match chosen.is_empty() {
        true => Err(format!(
            "there are {} and all",
            wire::WAYS.map(|way| way.name).join(", ")
        )),
        false => Ok(Ways(chosen)),
    }
}

/// What all benches are asked.
#[derive(Debug, Args)]
struct How {
    /// How often each is measured, in turns.
    #[arg(long, value_name = "COUNT", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// One JSON object a line instead of a table.
    #[arg(long)]
    json: bool,
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().what {
        What::Import { products, how } => told(&import::run(products, how.runs)?, how.json),
        What::Cost {
            mix,
            orders,
            folder,
            how,
        } => {
            let mut figures = Vec::new();
            for mix in mix.0 {
                figures.extend(selling::cost(mix, orders, how.runs, &folder)?);
            }
            told(&figures, how.json)
        }
        What::Till {
            mix,
            rate,
            seconds,
            room,
            beside,
            folder,
            how,
        } => {
            let mut figures = Vec::new();
            for mix in mix.0 {
                let ask = selling::Ask {
                    mix,
                    rate,
                    span: Duration::from_secs(seconds),
                    runs: how.runs,
                    room,
                    beside: beside.clone().unwrap_or_else(|| Beside::usual(mix.skus)),
                };
                figures.extend(selling::run(ask, &folder)?);
            }
            told(&figures, how.json)
        }
        What::Views(ask) => told(&folding::run(&ask)?, ask.how.json),
        What::Memory(ask) => told(&memory::run(&ask)?, ask.how.json),
        What::Restart(ask) => told(&restart::run(&ask)?, ask.how.json),
        What::Growth(ask) => told(&growth::run(&ask)?, ask.how.json),
        What::Soak(ask) => soaked(&ask),
        What::Overload(ask) => overloaded(&ask),
        What::Board(ask) => told(&wire::board::run(&ask)?, ask.how.json),
        What::Flood(ask) => told(&wire::flood::run(&ask)?, ask.how.json),
        What::Pages(ask) => told(&wire::pages::run(&ask)?, ask.how.json),
        What::Alone(alone) => alone.run(),
        What::Wire {
            way,
            rate,
            seconds,
            folder,
            how,
        } => {
            let mut figures = Vec::new();
            for way in way.0 {
                let ask = wire::Ask {
                    way,
                    rate,
                    span: Duration::from_secs(seconds),
                    runs: how.runs,
                };
                figures.extend(wire::run(ask, &folder)?);
            }
            told(&figures, how.json)
        }
    }
}

fn soaked(ask: &soak::Ask) -> anyhow::Result<()> {
    let figures = soak::run(ask)?;
    told(&figures, ask.json)?;
    soak::judge(&figures)
}

fn overloaded(ask: &wire::overload::Ask) -> anyhow::Result<()> {
    let figures = wire::overload::run(ask)?;
    told(&figures, ask.how.json)?;
    match ask.check {
        true => wire::overload::judge(&figures),
        false => Ok(()),
    }
}

/// The program of this name that was built with us.
fn beside_us(name: &str) -> anyhow::Result<PathBuf> {
    let us = std::env::current_exe().context("where are we?")?;
    let program = us.with_file_name(name);
    ensure!(
        program.exists(),
        "there is no {}; `cargo xtask bench` builds it",
        program.display()
    );
    Ok(program)
}

fn told(figures: &[Figure], json: bool) -> anyhow::Result<()> {
    if json {
        for figure in figures {
            println!("{}", serde_json::to_string(&figure.as_line())?);
        }
    } else {
        println!("{}", figure::table(figures));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }
}
