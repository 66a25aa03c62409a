//! The binary: binds the rooms together and starts them. What they do is theirs.

mod backup;
mod clock;
mod config;
mod crowd;
mod curve;
mod export;
mod house;
mod import;
mod inspect;
mod log;
mod output;
mod reconcile;
mod records_copy;
mod replay;
mod replay_board;
mod sandbox;
mod secrets;
mod serve;
mod show_config;
mod signals;
mod verify;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Requests allocate on one thread and free on another, thousands of times a second (docs/adr/0014-allocator.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An engine for shopping festivals: deals that open on the second, a huge crowd, nothing oversold.
#[derive(Debug, Parser)]
#[command(
    version,
    propagate_version = true,
    after_help = "\
A festival in three commands:
  doorbuster import demo demo         the demo festival, into ./doorbuster-data
  doorbuster serve                    the shop on http://localhost:1111
  doorbuster crowd                    a crowd for it

Every command has examples of its own: doorbuster COMMAND --help"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Args),
    Import(import::Args),
    Export(export::Args),
    Crowd(Box<crowd::Args>),
    Sandbox(sandbox::Args),
    Verify(verify::Args),
    Replay(replay::Args),
    ReplayBoard(replay_board::Args),
    Curve(curve::Args),
    Inspect(inspect::Args),
    Reconcile(reconcile::Args),
    Backup(backup::BackupArgs),
    Restore(backup::RestoreArgs),
    Config(show_config::Args),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .event_interval(http::NEWS_EVERY)
        .global_queue_interval(http::OLDEST_EVERY)
        .build()
        .expect("the system gives a runtime its threads");
    match runtime.block_on(run(arguments.command)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("doorbuster: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// How the command ended, where it did not fail: with 0 but for an import that left rows out.
async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(args) => serve::run(&args).await,
        Command::Import(args) => return import::run(args).await,
        Command::Crowd(args) => crowd::run(*args).await,
        Command::Sandbox(args) => sandbox::run(&args).await,
        Command::Export(args) => export::run(&args).await,
        Command::Verify(args) => verify::run(&args).await,
        Command::Replay(args) => replay::run(&args),
        Command::ReplayBoard(args) => replay_board::run(&args).await,
        Command::Curve(args) => curve::run(&args),
        Command::Inspect(args) => inspect::run(&args).await,
        Command::Reconcile(args) => reconcile::run(&args).await,
        Command::Backup(args) => backup::backup(&args).await,
        Command::Restore(args) => backup::restore(&args).await,
        Command::Config(args) => show_config::run(&args),
    }
    .map(|()| ExitCode::SUCCESS)
}
