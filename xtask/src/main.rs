//! The tasks of this repository, as `cargo xtask TASK`: parsing the command line, and nothing else.
//!
//! A task is one module. What the product does for its users lives in the crate `doorbuster`.

mod bench;
mod browser;
mod demo;
mod fuzz;
mod house;
mod planted;
mod prove;
mod rehearse;
mod scripts;
mod sim;
mod steps;
mod studio;
mod test;
mod tidy;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tasks for building, testing and showing Doorbuster.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the binary, make the demo festival in ./doorbuster-data, serve it with a crowd until Ctrl-C.
    Demo {
        /// Throw ./doorbuster-data away and start anew.
        #[arg(long)]
        fresh: bool,
    },
    /// Run all that a change must pass: format, clippy, tidy, then unit, scenario, route and page tests.
    Test {
        /// Run the page tests alone, so often: those that drive a browser, and those of the routes.
        #[arg(long, value_name = "TIMES")]
        repeat: Option<u32>,
        /// Of those, only the ones whose names hold one of these words, such as `pages`, `scenes` or `shopping`.
        #[arg(requires = "repeat")]
        only: Vec<String>,
    },
    /// Run the crash and the race at full size: both real catalogues, 2,000 shoppers for five minutes, 1,000 races.
    Rehearse,
    /// Give what reads bytes of strangers and of torn disks any bytes at all, for some minutes each.
    Fuzz {
        /// One of bodies, import, journal, requests and snapshot; without it all of them.
        target: Option<String>,
        /// How long each is fuzzed.
        #[arg(long, value_name = "COUNT", default_value_t = 10)]
        minutes: u64,
    },
    /// Measure what Doorbuster does beside what others do in the same minute; `cargo xtask bench --help` lists the benches.
    #[command(disable_help_flag = true)]
    Bench {
        /// Handed to the room `bench`.
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "WHAT"
        )]
        words: Vec<OsString>,
    },
    /// Run simulated worlds with a faulty disk, clocks, clients and clerks around the till; `cargo xtask sim --help` tells more.
    #[command(disable_help_flag = true)]
    Sim {
        /// Handed to the room `sim`.
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "WORDS"
        )]
        words: Vec<OsString>,
    },
    /// Break a copy of the code on purpose, one way after the other, and demand that the checkers notice.
    Planted {
        /// Plant this fault alone, by its number in the list.
        #[arg(long, value_name = "N")]
        fault: Option<usize>,
    },
    /// Run the long proofs: a thousand simulated worlds, and every planted fault.
    Prove {
        /// Run worlds for so many hours instead.
        #[arg(long, value_name = "H")]
        hours: Option<u64>,
    },
    /// Photograph every page and every designed state, and say what is wrong in them; `cargo xtask shots --help` tells more.
    #[command(disable_help_flag = true)]
    Shots {
        /// Handed to the room `studio`.
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "WORDS"
        )]
        words: Vec<OsString>,
    },
    /// Measure first paint, jumps and weight of every page on a slow phone; `cargo xtask vitals --help` tells more.
    #[command(disable_help_flag = true)]
    Vitals {
        /// Handed to the room `studio`.
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "WORDS"
        )]
        words: Vec<OsString>,
    },
    /// Measure how much the board gives the main thread to do in a frame; `cargo xtask frames --help` tells more.
    #[command(disable_help_flag = true)]
    Frames {
        /// Handed to the room `studio`.
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "WORDS"
        )]
        words: Vec<OsString>,
    },
    /// Check that the tree keeps the written rules: arrows, names, walls, lengths, links.
    Tidy,
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Demo { fresh } => demo::run(fresh),
        Task::Test {
            repeat: Some(times),
            only,
        } => test::repeat(times, &only),
        Task::Test { .. } => test::run(),
        Task::Rehearse => rehearse::run(),
        Task::Fuzz { target, minutes } => fuzz::run(target.as_deref(), minutes),
        Task::Bench { words } => bench::run(&words),
        Task::Sim { words } => sim::run(&words),
        Task::Planted { fault } => planted::run(fault),
        Task::Prove { hours } => prove::run(hours),
        Task::Shots { words } => studio::run("shots", &words),
        Task::Vitals { words } => studio::run("vitals", &words),
        Task::Frames { words } => studio::run("frames", &words),
        Task::Tidy => tidy::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("\nerror: {fault:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_task_says_in_one_sentence_what_it_does() {
        Cli::command().debug_assert();
        for task in Cli::command().get_subcommands() {
            let about = task
                .get_about()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(about.len() > 20, "{} says too little", task.get_name());
            assert!(
                !about.contains(". "),
                "{} takes two sentences",
                task.get_name()
            );
        }
    }
}
