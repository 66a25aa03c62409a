//! `cargo xtask sim`: worlds from seeds, one after the other, until one breaks a promise or there
//! were enough. Here is the command line; the world is the library's.

use anyhow::{Result, bail};
use clap::Parser;
use sim::{Run, Script, Tally, run, shrink};
use std::time::{Duration, Instant};

/// How many lines of a story are printed.
const LINES_MAX: usize = 80;
/// After how many seeds it is told how far it is.
const TOLD_EVERY: u64 = 10;

/// Worlds with a faulty disk, clocks, clients and clerks around the very same till, each from a seed.
///
/// A world goes through 10,000 commands and 20 faults at least, is then healed, and must come to rest
/// with every promise kept. One that breaks a promise is made short and told, with the command that
/// replays it.
#[derive(Debug, Parser)]
#[command(
    bin_name = "cargo xtask sim",
    max_term_width = 100,
    after_help = "\
Examples:
  cargo xtask sim
      Fifty seeds, from seed 1 on.
  cargo xtask sim --seeds 1000 --from 5000
      A thousand others.
  cargo xtask sim --hours 8
      As many as eight hours hold.
  cargo xtask sim --seed 42 --story
      That one seed again, call by call, with the end of its story."
)]
struct Cli {
    /// Run this seed alone.
    #[arg(long, value_name = "N", conflicts_with_all = ["seeds", "from", "hours"])]
    seed: Option<u64>,
    /// How many seeds.
    #[arg(long, value_name = "N", default_value_t = 50)]
    seeds: u64,
    /// The first of them.
    #[arg(long, value_name = "N", default_value_t = 1)]
    from: u64,
    /// For how long, instead of a number of seeds.
    #[arg(long, value_name = "H", conflicts_with = "seeds")]
    hours: Option<u64>,
    /// Tell what happened at the end.
    #[arg(long, requires = "seed")]
    story: bool,
    /// Do not look for a shorter run that fails, too.
    #[arg(long)]
    no_shrink: bool,
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    // A world that panics is a world that failed: it is told as such, not by the panic's own words.
    std::panic::set_hook(Box::new(|_| ()));
    match cli.seed {
        Some(seed) => run_one(seed, &cli),
        None => run_many(&cli),
    }
}

fn run_one(seed: u64, cli: &Cli) -> Result<()> {
    let run = run(&Script::of(seed), cli.story);
    tell_story(&run);
    println!("seed {seed}, trace {:016x}\n{}", run.trace, run.tally);
    judge(seed, &run, cli)
}

fn run_many(cli: &Cli) -> Result<()> {
    let began = Instant::now();
    let time = cli.hours.map(|hours| Duration::from_secs(3_600 * hours));
    let mut total = Tally::default();
    let mut worlds = 0;
    for seed in cli.from.. {
        let enough = match time {
            Some(time) => began.elapsed() >= time,
            None => worlds >= cli.seeds,
        };
        if enough {
            break;
        }
        let run = run(&Script::of(seed), false);
        judge(seed, &run, cli)?;
        total.add(&run.tally);
        worlds += 1;
        if worlds % TOLD_EVERY == 0 {
            let seconds = began.elapsed().as_secs();
            let (commands, crashes) = (total.commands(), total.crashes());
            println!("{worlds:>6} seeds, {commands} commands, {crashes} crashes in {seconds} s");
        }
    }
    println!(
        "\n{worlds} seeds from {} on kept every promise:\n\n{total}",
        cli.from
    );
    Ok(())
}

/// A run that broke a promise ends it all, shrunk and told.
fn judge(seed: u64, failed: &Run, cli: &Cli) -> Result<()> {
    let Some(broken) = &failed.broken else {
        return Ok(());
    };
    println!(
        "\nseed {seed} breaks a promise after {} acts:\n  {broken}",
        failed.acts.len()
    );
    if !cli.no_shrink {
        let (script, told) = shrink(&Script::of(seed), failed);
        let (acts, faults) = (told.acts.len(), script.faults);
        println!(
            "\nThe shortest run found that breaks it has {acts} acts, with faults {faults:?}:\n"
        );
        tell_story(&told);
        if let Some(broken) = &told.broken {
            println!("\n  {broken}");
        }
    }
    println!("\nReplay it with: cargo xtask sim --seed {seed} --story");
    bail!("a promise is broken by seed {seed}")
}

fn tell_story(run: &Run) {
    let untold = run.story.len().saturating_sub(LINES_MAX);
    if untold > 0 {
        println!("(the last {LINES_MAX} lines of {})", run.story.len());
    }
    for line in &run.story[untold..] {
        println!("{line}");
    }
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
