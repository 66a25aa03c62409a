//! `cargo xtask bench WHAT`: what Doorbuster does in a second, beside what others do on the same
//! machine in the same minute. Here is the command line; each bench is a module.
//!
//! Machines differ and one machine differs from hour to hour, so every figure stands beside a
//! baseline that was measured in turns with it, and their ratio is what counts.

mod debian;
mod figure;
mod import;

use clap::{Args, Parser, Subcommand};
use figure::Figure;

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
      One object a line: name, value, unit, baseline, ratio, runs."
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
    }
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
