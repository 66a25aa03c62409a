//! `doorbuster import`: sellers, catalogues and deals from files into a festival. The journal
//! learns of sellers, SKUs, stock and deals; the records keep what they are called and look like.

mod catalogue;
mod deals;
mod demo;
mod pictures;
mod report;
mod sellers;
mod telling;

use crate::config::{Config, SettingFlags, Settings};
use crate::house::House;
use clap::{Args as ClapArgs, Parser, Subcommand};
use std::path::PathBuf;

/// Bring sellers, a catalogue or deals into a festival.
#[derive(Debug, Parser)]
#[command(after_help = "\
Examples:
  doorbuster import catalogue products.csv --dry-run
      Says what would change, row by row what is wrong, and changes nothing.
  doorbuster import catalogue musinsa_ko --mapping demo/mappings/musinsa.toml
      A folder of CSV files; the mapping says which column is what.
  doorbuster import deals deals.csv
      Lines of SKU, price, allotment, start, end, limit, hold.
  doorbuster import demo demo
      The demo festival: its deals open from now on.

Good rows go in, bad ones are reported with file and line; a second run changes nothing. The server must
not be running on the same data folder; the desk and the API take deals while it does.
The columns and the mapping file are explained in docs/guide/import.md.")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Products with their SKUs, prices and pictures: CSV, TSV, JSON, JSON Lines, a folder or a .tar.xz of them.
    Catalogue(FileArgs),
    /// Deals: a line for each SKU of a deal.
    Deals(DealArgs),
    /// Sellers with their shipping terms: JSON Lines.
    Sellers(FileArgs),
    /// The demo festival: sellers, catalogue and a day of deals that begins now.
    Demo(DemoArgs),
}

#[derive(Debug, ClapArgs)]
struct FileArgs {
    /// A file, a folder or an archive.
    path: PathBuf,
    /// Which column is what (TOML); without one the files have the native columns.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Say what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Where to write the problems, one a line; all are shown, up to a screenful, in any case.
    #[arg(long, value_name = "FILE")]
    problems: Option<PathBuf>,
    #[command(flatten)]
    settings: SettingFlags,
}

#[derive(Debug, ClapArgs)]
struct DealArgs {
    #[command(flatten)]
    file: FileArgs,
    /// The moment from which offsets such as `+20s` or `+1h30m` in the files count (RFC 3339); now by default.
    #[arg(long, value_name = "TIME")]
    from: Option<jiff::Timestamp>,
}

#[derive(Debug, ClapArgs)]
struct DemoArgs {
    /// The folder with sellers.jsonl, catalogue.jsonl and deals.csv.
    #[arg(default_value = "demo")]
    folder: PathBuf,
    /// Make this staff account, of the role owner.
    #[arg(long, value_name = "MAIL", requires = "password")]
    staff: Option<String>,
    /// Its password.
    #[arg(long, requires = "staff")]
    password: Option<String>,
    /// How long after now the festival begins, in seconds; its first deals open 20 s later.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    begins_in: u64,
    #[command(flatten)]
    settings: SettingFlags,
}

/// Runs the command.
///
/// # Errors
/// When files, mapping or festival cannot be read, or no row went in.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let flags = args.what.settings();
    let settings = Settings::from(&Config::gather(None, std::env::vars(), flags)?);
    crate::log::start_quietly(&settings);
    let house = House::open(&settings, Vec::new()).await?;
    let imported = args.what.import(&house, &settings).await;
    let closed = house.close().await;
    imported.and(closed)
}

impl What {
    fn settings(&self) -> &SettingFlags {
        match self {
            What::Catalogue(file) | What::Sellers(file) => &file.settings,
            What::Deals(deals) => &deals.file.settings,
            What::Demo(demo) => &demo.settings,
        }
    }

    async fn import(&self, house: &House, settings: &Settings) -> anyhow::Result<()> {
        match self {
            What::Catalogue(file) => catalogue::import(house, file).await,
            What::Deals(deals) => deals::import(house, deals, settings).await,
            What::Sellers(file) => sellers::import(house, file, settings).await,
            What::Demo(demo) => demo::import(house, demo, settings).await,
        }
    }
}
